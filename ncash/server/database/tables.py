"""Tables of the server, for SQLite and PostgreSQL."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Unicode,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine

METADATA: Final = MetaData()
LONGEST_MARK: Final = 512
"""Most characters of a mark, so that it fits into an index of every engine."""
LONGEST_WORD: Final = 128
"""Most characters of a document, shop, till or account."""


def exact_text(length: int) -> TypeEngine[str]:
    """Column type of a text compared byte by byte, whatever the locale of the database."""
    return Unicode(length).with_variant(Unicode(length, collation="C"), "postgresql")


def counter() -> TypeEngine[int]:
    """Column type of a number that the database counts up."""
    return BigInteger().with_variant(Integer(), "sqlite")


MARK: Final = Table(
    "mark",
    METADATA,
    Column("cis", exact_text(LONGEST_MARK), primary_key=True),
    Column("state", exact_text(20), nullable=False),
    Column("documentid", exact_text(LONGEST_WORD), nullable=False),
    Column("docnum", Unicode(LONGEST_WORD), nullable=False),
    Column("shopcode", Unicode(LONGEST_WORD), nullable=False),
    Column("cashcode", Unicode(LONGEST_WORD), nullable=False),
    Column("time", Unicode(40), nullable=False),
    Column("mark", Unicode(LONGEST_MARK), nullable=False),
    Column("barcode", Unicode(LONGEST_WORD), nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
)
"""One row for each mark that was ever changed; the columns of `ncash.server.marks.MarkRow`."""

HISTORY: Final = Table(
    "history",
    METADATA,
    Column("cis", exact_text(LONGEST_MARK), nullable=False),
    Column("version", Integer, nullable=False),
    Column("operation", exact_text(20), nullable=False),
    Column("state", exact_text(20), nullable=False),
    Column("documentid", exact_text(LONGEST_WORD), nullable=False),
    Column("docnum", Unicode(LONGEST_WORD), nullable=False),
    Column("shopcode", Unicode(LONGEST_WORD), nullable=False),
    Column("cashcode", Unicode(LONGEST_WORD), nullable=False),
    Column("time", Unicode(40), nullable=False),
    Column("recorded", BigInteger, nullable=False),
    Column("account", Unicode(LONGEST_WORD), nullable=False),
    PrimaryKeyConstraint("cis", "version"),
)
"""One row for each change of a mark; its key stops two writers from making the same change."""

OPERATION: Final = Table(
    "operation",
    METADATA,
    Column("id", exact_text(LONGEST_WORD), primary_key=True),
    Column("digest", exact_text(32), nullable=False),
    Column("status", exact_text(20), nullable=False),
    Column("recorded", BigInteger, nullable=False),
)
"""Answered operations of the tills' queues, kept for ever."""

CONFLICT: Final = Table(
    "conflict",
    METADATA,
    Column("number", counter(), primary_key=True, autoincrement=True),
    Column("cis", exact_text(LONGEST_MARK), nullable=False),
    Column("version", Integer, nullable=False),
    Column("recorded", BigInteger, nullable=False),
    *(
        Column(f"{side}_{name}", kind, nullable=False)
        for side in ("found", "came")
        for name, kind in (
            ("state", exact_text(20)),
            ("documentid", exact_text(LONGEST_WORD)),
            ("docnum", Unicode(LONGEST_WORD)),
            ("shopcode", Unicode(LONGEST_WORD)),
            ("cashcode", Unicode(LONGEST_WORD)),
            ("time", Unicode(40)),
        )
    ),
    UniqueConstraint("cis", "version"),
)
"""Fiscal receipts on a mark that belonged to another: the state found, and the receipt that came."""

LONGEST_REASON: Final = 1000
"""Most characters of the reason of a settlement."""
SETTLEMENT: Final = Table(
    "settlement",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("settled", BigInteger, nullable=False),
    Column("who", Unicode(LONGEST_WORD), nullable=False),
    Column("reason", Unicode(LONGEST_REASON), nullable=False),
)
"""Settlements by the number of their conflict; the key lets a conflict be settled once."""

WHITELIST: Final = Table(
    "whitelist",
    METADATA,
    Column("number", counter(), primary_key=True, autoincrement=True),
    Column("cis", exact_text(LONGEST_MARK), nullable=False),
    Column("barcode", exact_text(LONGEST_WORD), nullable=False),
    Column("mark", Unicode(LONGEST_MARK), nullable=False),
    Column("shopcode", Unicode(LONGEST_WORD), nullable=False),
    Column("excisetype", Unicode(LONGEST_WORD), nullable=False),
    UniqueConstraint("cis", "barcode"),
)
"""Marks that may be sold; `number` grows, so that tills fetch only new ones."""

ACCOUNT: Final = Table(
    "account",
    METADATA,
    Column("name", exact_text(LONGEST_WORD), primary_key=True),
    Column("role", exact_text(10), nullable=False),
    Column("kind", exact_text(10), nullable=False),
    Column("hash", Unicode(200), nullable=False),
    Column("created", BigInteger, nullable=False),
)
"""Accounts of tills and admins; `kind` is key or password."""

VERSION: Final = Table("schema_version", METADATA, Column("version", Integer, primary_key=True))

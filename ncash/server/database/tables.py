"""The tables of the server, for SQLite and PostgreSQL; the types of MS SQL Server are named, nothing tests it."""

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
"""Characters of a mark, so that each fits into an index of every engine."""
LONGEST_WORD: Final = 128
"""Characters of a document, shop, till or account."""


def code(length: int) -> TypeEngine[str]:
    """A text that is compared byte by byte whatever the locale of the database is."""
    exact = Unicode(length).with_variant(Unicode(length, collation="C"), "postgresql")
    return exact.with_variant(Unicode(length, collation="Latin1_General_100_BIN2"), "mssql")


def number() -> TypeEngine[int]:
    """A number that the database counts up."""
    return BigInteger().with_variant(Integer(), "sqlite")


MARK: Final = Table(
    "mark",
    METADATA,
    Column("cis", code(LONGEST_MARK), primary_key=True),
    Column("state", code(20), nullable=False),
    Column("documentid", code(LONGEST_WORD), nullable=False),
    Column("docnum", Unicode(LONGEST_WORD), nullable=False),
    Column("shopcode", Unicode(LONGEST_WORD), nullable=False),
    Column("cashcode", Unicode(LONGEST_WORD), nullable=False),
    Column("time", Unicode(40), nullable=False),
    Column("mark", Unicode(LONGEST_MARK), nullable=False),
    Column("barcode", Unicode(LONGEST_WORD), nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
)
"""One row a mark that anybody asked to change; the columns of `ncash.server.marks.Kept`."""

HISTORY: Final = Table(
    "history",
    METADATA,
    Column("cis", code(LONGEST_MARK), nullable=False),
    Column("version", Integer, nullable=False),
    Column("operation", code(20), nullable=False),
    Column("state", code(20), nullable=False),
    Column("documentid", code(LONGEST_WORD), nullable=False),
    Column("docnum", Unicode(LONGEST_WORD), nullable=False),
    Column("shopcode", Unicode(LONGEST_WORD), nullable=False),
    Column("cashcode", Unicode(LONGEST_WORD), nullable=False),
    Column("time", Unicode(40), nullable=False),
    Column("recorded", BigInteger, nullable=False),
    Column("account", Unicode(LONGEST_WORD), nullable=False),
    PrimaryKeyConstraint("cis", "version"),
)
"""Every change of a mark; its key lets two writers make one change once."""

OPERATION: Final = Table(
    "operation",
    METADATA,
    Column("id", code(LONGEST_WORD), primary_key=True),
    Column("digest", code(32), nullable=False),
    Column("status", code(20), nullable=False),
    Column("recorded", BigInteger, nullable=False),
)
"""Queued operations that were answered, for ever."""

CONFLICT: Final = Table(
    "conflict",
    METADATA,
    Column("number", number(), primary_key=True, autoincrement=True),
    Column("cis", code(LONGEST_MARK), nullable=False),
    Column("version", Integer, nullable=False),
    Column("recorded", BigInteger, nullable=False),
    *(
        Column(f"{side}_{name}", kind, nullable=False)
        for side in ("found", "came")
        for name, kind in (
            ("state", code(20)),
            ("documentid", code(LONGEST_WORD)),
            ("docnum", Unicode(LONGEST_WORD)),
            ("shopcode", Unicode(LONGEST_WORD)),
            ("cashcode", Unicode(LONGEST_WORD)),
            ("time", Unicode(40)),
        )
    ),
    UniqueConstraint("cis", "version"),
)
"""Receipts that were fiscal while the mark was another's: what was found, and what came."""

LONGEST_REASON: Final = 1000
"""Characters of a reason that somebody gives."""
SETTLEMENT: Final = Table(
    "settlement",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("settled", BigInteger, nullable=False),
    Column("who", Unicode(LONGEST_WORD), nullable=False),
    Column("reason", Unicode(LONGEST_REASON), nullable=False),
)
"""Conflicts that somebody has looked into, by their number: its key lets a conflict be settled once."""

WHITELIST: Final = Table(
    "whitelist",
    METADATA,
    Column("number", number(), primary_key=True, autoincrement=True),
    Column("cis", code(LONGEST_MARK), nullable=False),
    Column("barcode", code(LONGEST_WORD), nullable=False),
    Column("mark", Unicode(LONGEST_MARK), nullable=False),
    Column("shopcode", Unicode(LONGEST_WORD), nullable=False),
    Column("excisetype", Unicode(LONGEST_WORD), nullable=False),
    UniqueConstraint("cis", "barcode"),
)
"""Marks that may be sold; `number` grows, so that tills ask for what is new."""

ACCOUNT: Final = Table(
    "account",
    METADATA,
    Column("name", code(LONGEST_WORD), primary_key=True),
    Column("role", code(10), nullable=False),
    Column("kind", code(10), nullable=False),
    Column("hash", Unicode(200), nullable=False),
    Column("created", BigInteger, nullable=False),
)
"""Tills and admins; `kind` is key or password."""

VERSION: Final = Table("schema_version", METADATA, Column("version", Integer, primary_key=True))

"""Marks that the program which sold here before has sold or taken back: what was last done with each unit.

They are no documents of this shop: no report, export or number counts them. The till's own books go before them.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from ncash.store.sqlite.connection import Connection

_PUT: Final = (
    "INSERT INTO formermark (cis, opcode, time, documentid, goodsitemid, docnum, cashcode, source) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (cis) DO UPDATE SET opcode = excluded.opcode, time = excluded.time, "
    "documentid = excluded.documentid, goodsitemid = excluded.goodsitemid, docnum = excluded.docnum, "
    "cashcode = excluded.cashcode, source = excluded.source "
    "WHERE (excluded.time, excluded.documentid, excluded.goodsitemid) > (time, documentid, goodsitemid)"
)
_HAS: Final = "SELECT 1 FROM sqlite_master WHERE name = 'formermark'"
_ALL: Final = "SELECT cis, opcode, time, documentid, goodsitemid, docnum, cashcode, source FROM formermark"
_COUNT: Final = "SELECT opcode, COUNT(*) FROM formermark GROUP BY opcode"


class FormerMark(NamedTuple):
    """One operation of the other program on a unit."""

    cis: str
    opcode: int
    """50 sold, 58 taken back."""
    time: str
    """As it was written there; comparable with other times of that program."""
    documentid: int
    goodsitemid: int
    docnum: int
    cashcode: str
    source: str
    """The file it was taken from."""


def put(connection: Connection, mark: FormerMark) -> bool:
    """Remember an operation inside the caller's transaction, unless a later one is known; whether it was news."""
    return connection.change(_PUT, mark) > 0


def counted(connection: Connection) -> dict[int, int]:
    """How many units were last sold, and how many taken back, by opcode."""
    return dict(connection.all(_COUNT))


def all_of(connection: Connection) -> Iterator[FormerMark]:
    """Every unit, in a database that may be older than they are."""
    if connection.one(_HAS) is not None:
        yield from map(FormerMark._make, connection.each(_ALL))

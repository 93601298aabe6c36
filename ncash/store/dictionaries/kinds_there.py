"""Which kinds of goods that carry marks Dictionaries holds, beside tmctype 7: said by an import, and by doctor."""

from collections.abc import Iterator, Set
from typing import Final, NamedTuple

from ncash.language import phrase
from ncash.model.goods import kind_of
from ncash.store.sqlite.connection import Connection

SHOWN: Final = 3
"""Codes that are named."""
_COUNTED: Final = (
    "SELECT b.tmctype, COUNT(DISTINCT b.code) FROM Barcodes b JOIN tmc t ON t.code = b.code "
    "WHERE b.tmctype NOT IN (0, 7) AND COALESCE(t.ignoremarking, 0) = 0 GROUP BY b.tmctype ORDER BY b.tmctype"
)
_FIRST: Final = (
    "SELECT DISTINCT b.code FROM Barcodes b JOIN tmc t ON t.code = b.code "
    "WHERE b.tmctype = ? AND COALESCE(t.ignoremarking, 0) = 0 ORDER BY b.code LIMIT ?"
)


class PresentKind(NamedTuple):
    """A kind of goods in Dictionaries."""

    tmctype: int
    articles: int
    first: tuple[str, ...]
    """Codes of some of them."""

    def told(self, outcome: str) -> str:
        """What becomes of them while no category serves them."""
        return phrase(
            "{articles} goods that no category serves are {outcome}: {goods}",
            articles=self.articles,
            outcome=outcome,
            goods=self,
        )

    def __str__(self) -> str:
        more = ", …" if self.articles > len(self.first) else ""
        return phrase(
            "tmctype {tmctype} ({kind}), codes {first}{more}",
            tmctype=self.tmctype,
            kind=phrase(kind_of(self.tmctype).english),
            first=", ".join(self.first),
            more=more,
        )


def kinds(connection: Connection) -> Iterator[PresentKind]:
    """Every kind of goods with marks but 7 whose marking the card does not ignore."""
    for tmctype, count in connection.all(_COUNTED):
        first = tuple(code for (code,) in connection.all(_FIRST, (tmctype, SHOWN)))
        yield PresentKind(tmctype, count, first)


def unread(connection: Connection, read: Set[int]) -> tuple[PresentKind, ...]:
    """Those of them that are not among the kinds that are read here."""
    return tuple(one for one in kinds(connection) if one.tmctype not in read)


def notes(connection: Connection) -> Iterator[tuple[str, int]]:
    """What an import says of them, and how many articles each is about."""
    for one in kinds(connection):
        yield phrase("sold only where a category serves them (goodsTypes): {one}", one=one), one.articles

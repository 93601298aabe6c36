"""Kegs: units that are sold in parts by volume, and what is known of one. All volumes are whole millilitres."""

from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final, NamedTuple

from ncash.language import recorded
from ncash.model.mark import MarkTaken
from ncash.model.measure import MILLILITRES

KEG: Final = "keg"
"""`extra` of a position that is a portion: what is known of its keg, as JSON values."""
CRPT: Final = "crpt"
MARK: Final = "mark"
SETTING: Final = "setting"
RANKS: Final[Mapping[str, int]] = {SETTING: 1, MARK: 2, CRPT: 3}
"""Who told the content; the higher one is believed."""

MOST_CONTENT: Final = 1_000_000_000
"""More than any keg holds: a thousand cubic metres."""


class Keg(NamedTuple):
    """What is known of a keg when a portion is taken."""

    content: int
    """Of the full keg."""
    source: str
    """A key of RANKS."""
    sold: int | None = None
    """What Chestny Znak says was sold out of it, here and elsewhere; None when it does not say."""

    def json(self) -> dict[str, Any]:
        """JSON values."""
        return self._asdict()


class KegState(NamedTuple):
    """A keg as the books have it."""

    content: int | None = None
    """None: it was not opened here."""
    source: str | None = None
    gone: int = 0
    """Sold elsewhere."""
    poured: int = 0
    """Sold here and not given back."""
    held: int = 0
    """In sales that are open."""
    back: int = 0
    """In returns that are open."""
    whole: bool = False
    """The unit was sold here as a whole, and not given back."""
    opened: str | None = None
    """When, ISO 8601 with offset."""
    sold: int = 0
    """Sold here, whether or not it was given back."""

    @property
    def known(self) -> bool:
        """Whether the books say anything of this keg."""
        return self != _NOTHING

    @property
    def left(self) -> int | None:
        """What may still be sold; None while the content is not known.

        What others sold and these books took back makes no keg larger than it is.
        """
        if self.content is None:
            return None
        return max(self.content - max(self.gone + self.poured, 0) - self.held, 0)

    @property
    def returnable(self) -> int:
        """What may still be given back."""
        return max(self.poured - self.back, 0)

    def learned(self, told: Keg) -> "KegState":
        """The keg when somebody tells of it; one who is believed less changes nothing.

        Chestny Znak may count our latest sales late, never those that were not made: what it counts beyond all of them
        was sold elsewhere, and the highest such count is the nearest.
        """
        if self.source is not None and RANKS[told.source] < RANKS[self.source]:
            return self
        gone = self.gone if told.sold is None else max(self.gone, told.sold - self.sold)
        return self._replace(content=told.content, source=told.source, gone=gone)

    def json(self) -> dict[str, Any]:
        """JSON values."""
        return self._asdict()


_NOTHING: Final = KegState()


def volume(quantity: Decimal, unit: int | None) -> int | None:
    """A quantity in this unit (FFD tag 2108), rounded up; None for what is measured by no volume."""
    factor = MILLILITRES.get(unit) if unit is not None else None
    return None if factor is None else int((quantity * factor).to_integral_value(ROUND_CEILING))


def litres(amount: int) -> str:
    """Millilitres as people read them."""
    return f"{Decimal(amount) / 1000:.3f}"


class KegShort(MarkTaken):
    """A keg holds less than a portion takes, or less was sold out of it than is given back."""

    def __init__(self, cis: str, position: int, left: int, back: bool) -> None:
        super().__init__(cis, recorded("{left} ml are left", left=left))
        self.position = position
        self.left = left
        self.back = back

"""The ways in which marking codes are put together: lengths of serials, and the elements behind them (crpt.md §13)."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

HEAD: Final = 18
"""Characters of `01`, a GTIN and `21`."""
LINEAR: Final = re.compile(r"01[0-9]{14}21", re.ASCII)
PACK_LENGTH: Final = 29
"""Tobacco packs carry GTIN 14, serial 7, price 4, verification 4 and no identifiers."""
PACK_CIS: Final = 21


class Element(NamedTuple):
    """One element of a code after `01` and `21`: its identifier, length of its value, and whether GS must follow it."""

    ai: str
    length: int
    variable: bool = True


class Layout(NamedTuple):
    """A way marks are put together: the serial's length, then the elements."""

    serial: int
    tail: tuple[Element, ...]

    @property
    def length(self) -> int:
        """Characters of a whole code of this layout without any separator."""
        return HEAD + self.serial + sum(len(e.ai) + e.length for e in self.tail)


_SHORT = Element("93", 4)
_KEY = Element("91", 4)
_WEIGHT = Element("3103", 6, variable=False)
_PRICE = Element("8005", 6)
_BEST_BEFORE = Element("17", 6, variable=False)
_EXPIRY = Element("7003", 10)


def _layouts() -> Iterator[Layout]:
    for serial in (6, 7, 8, 13):
        yield Layout(serial, (_SHORT,))
    for serial in (6, 8, 13):
        yield Layout(serial, (_SHORT, _WEIGHT))
    for digit in range(7):
        yield Layout(7, (_SHORT, Element(f"335{digit}", 6, variable=False)))
    for dated in (_BEST_BEFORE, _EXPIRY):
        yield Layout(13, (dated, _SHORT))
        yield Layout(13, (dated, _SHORT, _WEIGHT))
    yield Layout(7, (_PRICE,))
    yield Layout(7, (_PRICE, _SHORT))
    for serial in (6, 13, 20):
        yield Layout(serial, (_KEY, Element("92", 44)))
    for signature in range(84, 96):
        yield Layout(13, (_KEY, Element("92", signature)))
        yield Layout(13, (Element("240", 4), _KEY, Element("92", signature)))


def _by_length() -> dict[int, tuple[Layout, ...]]:
    table: dict[int, tuple[Layout, ...]] = {}
    for layout in _layouts():
        table[layout.length] = (*table.get(layout.length, ()), layout)
    return table


LAYOUTS: Final = _by_length()


def places(layout: Layout) -> tuple[tuple[str, int], ...]:
    """The identifiers after the serial, and where they stand in a code without separators."""
    at, found = HEAD + layout.serial, []
    for element in layout.tail:
        found.append((element.ai, at))
        at += len(element.ai) + element.length
    return tuple(found)


PLACED: Final = {length: tuple((one, places(one)) for one in layouts) for length, layouts in LAYOUTS.items()}
"""The layouts of each length, each with the places of its identifiers."""


SERIALS: Final = frozenset(layout.serial for layouts in LAYOUTS.values() for layout in layouts)
"""Characters that the serial of some layout has."""


def layout_of(code: str) -> Layout | None:
    """The layout that a code without separators fits, or None.

    A length belongs to one serial length only, so the answer never depends on how the scanner wrote GS.
    """
    if not LINEAR.match(code):
        return None
    for layout, placed in PLACED.get(len(code), ()):
        for identifier, at in placed:
            if not code.startswith(identifier, at):
                break
        else:
            return layout
    return None


def is_pack(code: str) -> bool:
    """Whether a code without separators is that of a tobacco pack."""
    return len(code) == PACK_LENGTH and code[:14].isdigit() and not LINEAR.match(code)

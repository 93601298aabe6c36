"""Where a code ends to name the unit, and where each further element of it begins (ADR 3, ADR 35).

What separators say is believed when what stands behind each of them is an element of GS1; else the table of layouts
decides, and a code about which neither knows anything is one piece.
"""

from typing import NamedTuple

from ncash.model.codes.elements import LONGEST_SERIAL, identifier, separated, starts
from ncash.model.codes.layouts import HEAD, LINEAR, PACK_CIS, PLACED, is_pack, layout_of, places
from ncash.model.codes.separators import GS, cuts, plain


class Anatomy(NamedTuple):
    """A code taken apart."""

    code: str
    """Without separators."""
    named: int
    """So many characters name the unit: they are its CIS."""
    starts: tuple[int, ...] = ()
    """Where the elements behind the serial begin; none when the code is one piece."""

    @property
    def cis(self) -> str:
        """КИ: GTIN and serial."""
        return self.code[: self.named]

    def with_separators(self, more: frozenset[int] = frozenset()) -> str:
        """The code with GS before each element that follows one of variable length, and at those of `more`."""
        parts, owed, at = [], True, 0
        for start in self.starts:
            parts.append(self.code[at:start])
            if owed or start in more:
                parts.append(GS)
            owed, at = separated(identifier(self.code, start) or ""), start
        return "".join([*parts, self.code[at:]])


def anatomy(text: str) -> Anatomy:
    """A code written with, without or with rendered separators, taken apart."""
    code = plain(text)
    if is_pack(code):
        return Anatomy(code, PACK_CIS)
    if not LINEAR.match(code):
        return Anatomy(code, len(code))
    layout = layout_of(code)
    known = tuple(at for _, at in places(layout)) if layout is not None else followed(code)
    seen = inner(cuts(text), code)
    if not known or not seen <= set(known):
        for stated in (seen, inner(cuts(text, blanks=False), code)):
            found = by_separators(code, stated)
            if found:
                return Anatomy(code, found[0], found)
    return Anatomy(code, known[0], known) if known else Anatomy(code, len(code))


def inner(stated: frozenset[int], code: str) -> frozenset[int]:
    """Those of the separators that stand behind the serial's first character and before the end."""
    return frozenset(at for at in stated if HEAD < at < len(code))


def by_separators(code: str, stated: frozenset[int]) -> tuple[int, ...]:
    """Where elements begin as the separators say; nothing when something else than an element stands behind one.

    Elements between two separators are told apart where their lengths are those of GS1.
    """
    order = sorted(stated)
    if not order or order[0] > HEAD + LONGEST_SERIAL or any(identifier(code, at) is None for at in order):
        return ()
    found: list[int] = []
    for begin, end in zip(order, [*order[1:], len(code)], strict=True):
        found += [begin + at for at in starts(code[begin:end]) or (0,)]
    return tuple(found)


def well_formed(code: str, stated: frozenset[int]) -> bool:
    """Whether nothing but elements of GS1 stands behind the separators."""
    order = sorted(stated)
    return bool(order) and all(starts(code[a:b]) for a, b in zip(order, [*order[1:], len(code)], strict=True))


def followed(code: str) -> tuple[int, ...]:
    """Where the elements of a code begin that has more of them behind those of a layout.

    The longest layout tells most of them; nothing when two layouts disagree about the serial.
    """
    readings = []
    for length, layouts in PLACED.items():
        if length >= len(code):
            continue
        for _, placed in layouts:
            if all(code.startswith(ai, at) for ai, at in placed):
                more = starts(code[length:])
                if more:
                    readings.append((*(at for _, at in placed), *(length + at for at in more)))
    return max(readings, key=len) if len({one[0] for one in readings}) == 1 else ()

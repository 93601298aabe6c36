"""Whether a mask tells where the serial of AI 21 ends when no separator does: a code of two readings, or of none."""

from functools import lru_cache
from typing import Final

from ncash.bundled.markedgoods.masks.automaton import MARK_CHARACTERS
from ncash.bundled.markedgoods.masks.structure import LAST, Structure, head
from ncash.model.codes.layouts import HEAD, layout_of
from ncash.model.codes.steps import OutOfSteps, Steps

_STEPS: Final = 200_000
_LONGEST: Final = 170
"""Characters of the longest code that is looked at; the longest mark in use has 152."""
_LETTER: Final = 1 << MARK_CHARACTERS.index("a")

Pair = tuple[int, int]
"""States of two readings of one code."""


def doubt(structure: Structure) -> str | None:
    """A code `01…21…` that the mask fits, of no known layout, whose serial it does not show to end anywhere, or in two
    places; None when there is none, or none is found."""
    try:
        return _doubt(structure, Steps(_STEPS))
    except OutOfSteps:
        return None


def _doubt(structure: Structure, steps: Steps) -> str | None:
    alike: dict[Pair, str] = {(0, 0): ""}
    apart: dict[Pair, str] = {}
    for at in range(_LONGEST):
        found = _ended(structure, apart)
        if found:
            return found
        if at == LAST + 1:
            apart |= {pair: word for pair, word in alike.items() if pair[0] == pair[1]}
            alike = {}
        following: dict[Pair, str] = {}
        parted: dict[Pair, str] = {}
        for pair, word in alike.items():
            for target, letter, crossed in _moves(structure, pair, head(at), steps):
                differ = at > HEAD and crossed[0] is not crossed[1]
                if at <= HEAD or not any(crossed):
                    following.setdefault(target, word + letter)
                elif differ:
                    parted.setdefault(target, word + letter)
        for pair, word in apart.items():
            for target, letter, _ in _moves(structure, pair, head(at), steps):
                parted.setdefault(target, word + letter)
        alike, apart = following, parted
        if not alike and not apart:
            return None
    return None


def _ended(structure: Structure, pairs: dict[Pair, str]) -> str | None:
    """A code of two readings that may end here, and is of no known layout."""
    for (one, other), word in pairs.items():
        if structure.ends(one) and structure.ends(other) and layout_of(word) is None:
            return word
    return None


def _moves(structure: Structure, pair: Pair, allowed: int, steps: Steps) -> list[tuple[Pair, str, tuple[bool, bool]]]:
    """Where a pair may go with one character, that character, and which of the two crosses an edge before it."""
    one, other = _moves_of(structure, pair[0]), _moves_of(structure, pair[1])
    steps.take(len(one) * len(other) + 1)
    found = []
    for bits, target, crossed in one:
        for more, place, over in other:
            both = bits & more & allowed
            if both:
                found.append(((target, place), _letter(both), (crossed, over)))
    return found


def _letter(bits: int) -> str:
    lowest = _LETTER if bits & _LETTER else bits & -bits
    return MARK_CHARACTERS[lowest.bit_length() - 1]


@lru_cache(maxsize=4096)
def _moves_of(structure: Structure, state: int) -> tuple[tuple[int, int, bool], ...]:
    """Characters as bits, the state behind them, and whether an edge is crossed before."""
    before, behind = structure.reached(state)
    return tuple(dict.fromkeys(
        (bits, target, over) for states, over in ((before, False), (behind, True)) for one in states
        for bits, target in structure.moves[one]
    ))  # fmt: skip

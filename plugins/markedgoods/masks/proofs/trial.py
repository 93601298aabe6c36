"""A mask tried with the matcher itself on texts that are made for it to go wrong: its own repeats, pumped up.

A code has some 150 characters. A mask that needs longer than the patient time for a text not much longer than that
would need minutes for a worse one, on every machine; one that answers, answers a scan.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

import regex

from ncash.bundled.markedgoods.masks.parser import loosely
from ncash.bundled.markedgoods.masks.patterns import MATCH_SECONDS, PATIENT_SECONDS, in_time
from ncash.bundled.markedgoods.masks.tree import MARK_CHARACTERS, Choice, Edge, Gap, Group, Node, Repeat, Sequence, Set

LENGTH: Final = 160
"""Characters of a pumped text; the longest mark in use has 152."""
MOST: Final = 150
"""Texts that one mask is tried on."""
_LATE: Final = 6
"""Answers that come later than a scan would wait for, after which nothing worse is expected of a mask."""
_CHARACTERS: Final = MARK_CHARACTERS + " \x1d"
_KINDS: Final = 8
"""Different characters that one repeat is pumped with."""
_TAILS: Final = ("\x00", "", "!\x00")


def runs_away(mask: str, pattern: "regex.Pattern[str]") -> str | None:
    """A text for which the matcher does not answer, or None. `mask` is in the dialect of `regex`."""
    tree, late = loosely(mask), 0
    for text in islice(pumped(tree), MOST) if tree is not None else ():
        if in_time(pattern, text, MATCH_SECONDS):
            continue
        if not in_time(pattern, text, PATIENT_SECONDS):
            return text
        late += 1
        if late == _LATE:
            break
    return None


def pumped(tree: Node) -> Iterator[str]:
    """Texts that lead into each repeat of the mask, repeat what it repeats, and end as no code of it does."""
    seen = set()
    for place in _repeats(tree):
        lead, tail = _around(tree, place), _around(tree, place, behind=True)
        for pump in _words(place.part):
            times = (LENGTH - len(lead)) // len(pump)
            for end in (*_TAILS, tail[:-1], tail + "\x00", tail[:-1] + tail + "\x00"):
                text = lead + pump * times + end
                if text not in seen:
                    seen.add(text)
                    yield text


def _repeats(tree: Node) -> Iterator[Repeat]:
    """The parts that may stand more than once, the outer ones first."""
    match tree:
        case Repeat(part=part, most=most):
            if most is None or most > 1:
                yield tree
            yield from _repeats(part)
        case Group(part=part):
            yield from _repeats(part)
        case Choice(parts=parts) | Sequence(parts=parts):
            for part in parts:
                yield from _repeats(part)


def _around(tree: Node, place: Repeat, behind: bool = False) -> str:
    """The shortest text that stands before a part of the mask, or behind it."""
    if tree is place or not _holds(tree, place):
        return ""
    match tree:
        case Group(part=part) | Repeat(part=part):
            return _around(part, place, behind)
        case Choice(parts=parts):
            return "".join(_around(part, place, behind) for part in parts)
        case Sequence(parts=parts):
            at = next(number for number, part in enumerate(parts) if _holds(part, place))
            inner = _around(parts[at], place, behind)
            beside = "".join(_word(part, "a") for part in (parts[at + 1 :] if behind else parts[:at]))
            return inner + beside if behind else beside + inner
    return ""


def _holds(tree: Node, place: Repeat) -> bool:
    match tree:
        case Group(part=part):
            return _holds(part, place)
        case Repeat(part=part):
            return tree is place or _holds(part, place)
        case Choice(parts=parts) | Sequence(parts=parts):
            return any(_holds(part, place) for part in parts)
    return False


def _words(part: Node) -> Iterator[str]:
    """Texts that a part matches: of one character wherever that can be, with and without what may be left out."""
    words: dict[str, None] = {}
    for character in _different(part):
        for branch in range(3):
            for left_out in (True, False):
                words[_word(part, character, branch, left_out)] = None
    words.pop("", None)
    yield from sorted(words, key=len)


def _different(part: Node) -> list[str]:
    """Characters that the sets of a part tell from one another, one of each kind."""
    sets = list(dict.fromkeys(_sets(part)))
    kinds: dict[tuple[bool, ...], str] = {}
    for character in _CHARACTERS:
        kind = tuple((character in one.characters) is not one.negated for one in sets)
        if any(kind):
            kinds.setdefault(kind, character)
    return sorted(kinds.values(), key=lambda one: -sum((one in s.characters) is not s.negated for s in sets))[:_KINDS]


def _sets(tree: Node) -> Iterator[Set]:
    match tree:
        case Set():
            yield tree
        case Group(part=part) | Repeat(part=part):
            yield from _sets(part)
        case Choice(parts=parts) | Sequence(parts=parts):
            for part in parts:
                yield from _sets(part)


def _word(tree: Node, character: str, branch: int = 0, left_out: bool = True) -> str:
    """A text that a part matches, of this character where it may be."""
    match tree:
        case Set(characters=characters, negated=negated):
            if (character in characters) is not negated:
                return character
            return next((one for one in _CHARACTERS if (one in characters) is not negated), "")
        case Group(part=part):
            return _word(part, character, branch, left_out)
        case Choice(parts=parts):
            return _word(parts[branch % len(parts)], character, branch, left_out)
        case Sequence(parts=parts):
            return "".join(_word(part, character, branch, left_out) for part in parts)
        case Repeat(part=part, least=least, most=most):
            times = min(least, LENGTH) if left_out or least or most == 0 else 1
            return (_word(part, character, branch, left_out) * times)[:LENGTH]
        case Gap() | Edge():
            return ""

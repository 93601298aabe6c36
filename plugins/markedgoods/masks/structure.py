"""Where the elements of a code begin, as its mask says: the ground of its CIS where no separator shows it (ADR 35).

An element begins where the mask spells an application identifier behind something it does not spell, and where it has
a place for separators. Of several ways to lay a code under the mask the one with the earliest element counts.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Final

import regex

from ncash.bundled.markedgoods.masks.automaton import MARK_CHARACTERS, Builder, UndecidableMask, parsed
from ncash.bundled.markedgoods.masks.gaps import gapped, wants_separator, written
from ncash.bundled.markedgoods.masks.tree import Choice, Edge, Gap, Group, Node, Repeat, Sequence, Set
from ncash.model.codes.elements import LONGEST_SERIAL, identifier
from ncash.model.codes.layouts import HEAD
from ncash.model.codes.steps import OutOfSteps, Steps

LAST: Final = HEAD + LONGEST_SERIAL
_LONGEST_IDENTIFIER: Final = 4
_MANY: Final = 200
"""Beginnings after which a part of a mask spells nothing."""
_DIGITS: Final = frozenset("0123456789")
_BIT: Final = {character: 1 << at for at, character in enumerate(MARK_CHARACTERS)}
_ANY_SERIAL: Final = frozenset(range(LONGEST_SERIAL + 1))
_KEPT: Final = 4_000
States = frozenset[int]
_NOWHERE: Final[States] = frozenset()
_START: Final[States] = frozenset((0,))
_STEPS: Final = 100_000
"""Steps for one code: states of the mask times characters."""
_NAMED: Final = regex.compile(r"\x1d|\\x1[dD]|\\u001[dD]|\\0?35|GS>|GS}|FNC1|x1[dD];")
"""A separator other than blanks, as masks write it."""


def edged(tree: Node) -> Node:
    """A tree with its gaps marked, with an Edge wherever an element begins."""
    return _edged((tree,), loose=False, repeated=False)[0]


def _edged(parts: tuple[Node, ...], loose: bool, repeated: bool) -> tuple[Node, bool]:
    """The parts in a row; and whether what is before the next one is no spelled character. `loose`: the same at first.

    A separator between repeated characters ends no element; an identifier that is spelled behind it does.
    """
    found: list[Node] = []
    for at, part in enumerate(parts):
        if isinstance(part, Gap):
            found += [] if repeated else [Edge()]
            loose = True
            continue
        if loose and spelled(parts[at:]):
            found.append(Edge())
        inner, loose = _inside(part, loose, repeated)
        found.append(inner)
    return (found[0] if len(found) == 1 else Sequence(tuple(found))), loose


def _inside(part: Node, loose: bool, repeated: bool) -> tuple[Node, bool]:
    match part:
        case Set(characters=characters, negated=negated):
            return part, negated or len(characters) != 1
        case Sequence(parts=parts):
            return _edged(parts, loose, repeated)
        case Group(part=one, name=name):
            inner, loose = _edged((one,), loose, repeated)
            return Group(inner, name), loose
        case Choice(parts=parts):
            each = [_edged((one,), loose, repeated) for one in parts]
            return Choice(tuple(inner for inner, _ in each)), any(after for _, after in each)
        case Repeat(part=one, least=least, most=most):
            inner, after = _edged((one,), loose, repeated or most != 1)
            return Repeat(inner, least, most), after or (least == 0 and loose)
    return part, loose


def spelled(parts: tuple[Node, ...]) -> bool:
    """Whether every code has an application identifier where these parts begin."""
    beginnings = set()
    for number, beginning in enumerate(_beginnings(parts, "", 0)):
        if number == _MANY:
            return False
        beginnings.add(beginning)
    return bool(beginnings) and all(identifier(one, 0) is not None for one in beginnings)


def _beginnings(parts: tuple[Node, ...], before: str, depth: int) -> Iterator[str]:
    """The digits that a code may begin with there, up to the first character that is not told by the mask."""
    if not parts or len(before) == _LONGEST_IDENTIFIER or depth > _MANY:
        yield before
        return
    first, rest = parts[0], parts[1:]
    match first:
        case Set(characters=characters, negated=negated):
            if negated or not characters <= _DIGITS:
                yield before
                return
            for digit in sorted(characters):
                yield from _beginnings(rest, before + digit, depth + 1)
        case Sequence(parts=inner):
            yield from _beginnings(inner + rest, before, depth + 1)
        case Group(part=inner_part):
            yield from _beginnings((inner_part, *rest), before, depth + 1)
        case Choice(parts=inner):
            for one in inner:
                yield from _beginnings((one, *rest), before, depth + 1)
        case Repeat(part=one, least=least, most=most):
            if least == 0:
                yield from _beginnings(rest, before, depth + 1)
            if most != 0:
                again = Repeat(one, max(least - 1, 0), None if most is None else most - 1)
                yield from _beginnings((one, again, *rest), before, depth + 1)
        case Gap() | Edge():
            yield from _beginnings(rest, before, depth + 1)


class Structure:
    """A mask as states and moves that tell where elements begin."""

    def __init__(self, tree: Node) -> None:
        """Of a tree with its edges. Raises UndecidableMask."""
        builder = Builder(MARK_CHARACTERS)
        self._end = builder.build(tree, builder.state())
        self._empty, self.moves, self._edges = builder.empty, builder.steps, builder.edges
        self._reach: dict[int, tuple[States, States]] = {}
        self._sides_of: dict[States, tuple[States, States]] = {}
        self._after_of: dict[tuple[States, int], States] = {}
        self._fine_of: dict[tuple[States, int, States, bool], tuple[States, States]] = {}

    def reached(self, state: int) -> tuple[States, States]:
        """States reached without a character: those before any edge, and those behind one."""
        known = self._reach.get(state)
        if known is None:
            before, behind = {state}, set[int]()
            todo = [(state, False)]
            while todo:
                at, crossed = todo.pop()
                for target in self._empty[at]:
                    over = crossed or (at, target) in self._edges
                    place = behind if over else before
                    if target not in place:
                        place.add(target)
                        todo.append((target, over))
            known = self._reach[state] = frozenset(before), frozenset(behind)
        return known

    def _sides(self, states: States) -> tuple[States, States]:
        """The same for several states."""
        known = self._sides_of.get(states)
        if known is None:
            each = [self.reached(state) for state in states]
            known = _NOWHERE.union(*(before for before, _ in each)), _NOWHERE.union(*(behind for _, behind in each))
            self._sides_of[states] = known
        return known

    def _after(self, states: States, allowed: int) -> States:
        """Where one of these characters leads to, from these states and no others."""
        known = self._after_of.get((states, allowed))
        if known is None:
            known = frozenset(target for state in states for bits, target in self.moves[state] if bits & allowed)
            self._after_of[states, allowed] = known
        return known

    def _fine(self, entered: States, bit: int, goal: States, wanted: bool) -> tuple[States, States]:
        """The states behind `entered` from which a character leads to the goal, and those of `entered` that may do so.

        `wanted`: only over an edge.
        """
        key = entered, bit, goal, wanted
        known = self._fine_of.get(key)
        if known is None:
            before, behind = self._sides(entered)
            moves = self.moves
            live = frozenset(s for s in before | behind if any(bits & bit and to in goal for bits, to in moves[s]))
            reached = ((state, *self.reached(state)) for state in entered)
            able = frozenset(s for s, near, far in reached if live & far or (not wanted and live & near))
            known = self._fine_of[key] = live, able
        return known

    def _forget(self) -> None:
        """Keep no more than a few thousand answers."""
        for known in (self._sides_of, self._after_of, self._fine_of):
            if len(known) > _KEPT:
                known.clear()

    def ends(self, state: int) -> bool:
        """Whether a code may end in this state."""
        before, behind = self.reached(state)
        return self._end in before or self._end in behind

    @cached_property
    def serials(self) -> frozenset[int]:
        """Lengths of serials behind which an element may begin."""
        found, current = set(), _START
        for at in range(LAST + 1):
            before, behind = self._sides(current)
            if at > HEAD and any(self.moves[state] for state in behind):
                found.add(at - HEAD)
            current = self._after(before if at > HEAD else before | behind, head(at))
        return frozenset(found)

    def starts(self, code: str, stated: Iterable[int] = (), steps: Steps | None = None) -> tuple[int, ...]:
        """Where elements behind the serial begin in a code without separators that the mask fits.

        One begins at each of `stated`, or there is no answer. Empty for no answer.
        """
        try:
            live = self._live(code, frozenset(stated), steps or Steps(_STEPS))
        except (OutOfSteps, KeyError):
            return ()
        found, current = [], _START
        for at, character in enumerate(code):
            before, behind = self._sides(current)
            sources = behind & live[at] if at > HEAD else _NOWHERE
            if sources:
                found.append(at)
            else:
                sources = (before | behind) & live[at]
            if not sources:
                return ()
            current = self._after(sources, _BIT[character])
        return tuple(found) if found and found[0] <= LAST else ()

    def _live(self, code: str, wanted: frozenset[int], steps: Steps) -> list[States]:
        """For each character the states from which the rest of the code fits, with an edge at each wanted place."""
        self._forget()
        entered = [_START]
        for character in code:
            before, behind = self._sides(entered[-1])
            steps.take(len(before) + len(behind) + 1)
            entered.append(self._after(before | behind, _BIT[character]))
        live = [_NOWHERE] * len(code)
        goal = frozenset(filter(self.ends, entered[-1]))
        for at in range(len(code) - 1, -1, -1):
            live[at], goal = self._fine(entered[at], _BIT[code[at]], goal, at in wanted)
        return live


def head(at: int) -> int:
    """The characters that may stand at a place of a code that begins with `01`, a GTIN and `21`."""
    spelled_out = {0: "0", 1: "1", 16: "2", 17: "1"}.get(at, MARK_CHARACTERS[:10] if at < HEAD else MARK_CHARACTERS)
    return sum(_BIT[character] for character in spelled_out)


@lru_cache(maxsize=256)
def structure(mask: str) -> Structure | None:
    """The structure of a mask in the dialect of `regex`; None when the mask cannot be read that way."""
    try:
        return Structure(edged(gapped(parsed(mask))))
    except (UndecidableMask, RecursionError):
        return None


def serials(mask: str) -> frozenset[int]:
    """Lengths of serials that a mask may end after; all of them when it does not tell."""
    told = structure(mask)
    return (told.serials if told is not None else None) or _ANY_SERIAL


@lru_cache(maxsize=256)
def bare(mask: str) -> "regex.Pattern[str] | None":
    """The mask for codes without separators, where it fits some only with them; None where it serves as it is."""
    try:
        tree = gapped(parsed(mask))
        return regex.compile(written(tree), regex.ASCII | regex.VERSION0) if wants_separator(tree) else None
    except (UndecidableMask, RecursionError, regex.error):
        return None


def names_separator(mask: str) -> bool:
    """Whether the mask speaks of a separator other than blanks."""
    return _NAMED.search(mask) is not None

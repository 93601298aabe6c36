"""Proofs about masks: two have no code in common, or a shortest one fits both; and what a mask can never do.

Each proof has so many steps, of its own or out of those it is given; OutOfSteps is raised by one that would need more.
"""

from collections import deque
from collections.abc import Iterator
from functools import cache
from typing import Final

from ncash.bundled.markedgoods.masks.automaton import MARK_CHARACTERS, Automaton
from ncash.model.codes.steps import Steps

PROOF_STEPS: Final = 1_000_000
"""Pairs of moves looked at for one proof: less than a second."""
MAX_SUBSETS: Final = 400
GTIN_DIGITS: Final = 14


def _first(bits: int, alphabet: str) -> str:
    return alphabet[(bits & -bits).bit_length() - 1]


def common_code(one: Automaton, other: Automaton, steps: Steps | None = None) -> str | None:
    """A shortest code that both match, or None: then there is none, and that is the proof.

    Walks pairs of states of both automata breadth first; a pair is looked at once, so the walk ends.
    """
    start = (0, 0)
    came: dict[tuple[int, int], tuple[tuple[int, int], str] | None] = {start: None}
    todo, steps = deque([start]), steps or Steps(PROOF_STEPS)
    while todo:
        pair = todo.popleft()
        steps.take(1 + len(one.moves[pair[0]]) * len(other.moves[pair[1]]))
        if one.final[pair[0]] and other.final[pair[1]]:
            return _word(came, pair)
        for bits, left in one.moves[pair[0]]:
            for more, right in other.moves[pair[1]]:
                both = bits & more
                if both and (left, right) not in came:
                    came[left, right] = (pair, _first(both, one.alphabet))
                    todo.append((left, right))
    return None


def _word(came: dict[tuple[int, int], tuple[tuple[int, int], str] | None], pair: tuple[int, int]) -> str:
    letters: list[str] = []
    step = came[pair]
    while step is not None:
        pair, letter = step
        letters.append(letter)
        step = came[pair]
    return "".join(reversed(letters))


def anything(alphabet: str = MARK_CHARACTERS) -> Automaton:
    """Every text."""
    return Automaton(alphabet, [[((1 << len(alphabet)) - 1, 0)]], [True])


@cache
def valid_gtins(alphabet: str = MARK_CHARACTERS) -> Automaton:
    """The 14-digit texts whose last digit is the check digit (weights 3 and 1 from the left)."""
    found = Automaton(alphabet)
    for place in range(GTIN_DIGITS + 1):
        for total in range(10):
            moves = []
            if place < GTIN_DIGITS:
                weight = 3 if place % 2 == 0 else 1
                for digit in range(10):
                    target = (place + 1) * 10 + (total + weight * digit) % 10
                    moves.append((1 << alphabet.index(str(digit)), target))
            found.moves.append(moves)
            found.final.append(place == GTIN_DIGITS and total == 0)
    return found


def matches_everything(mask: Automaton, steps: Steps | None = None) -> bool:
    """Whether every code of one or more characters fits. UndecidableMask cases count as no."""
    subsets: set[frozenset[int]] = set()
    todo, steps = [frozenset((0,))], steps or Steps(PROOF_STEPS)
    while todo:
        subset = todo.pop()
        moves = [move for state in subset for move in mask.moves[state]]
        pieces = list(_pieces({bits for bits, _ in moves}, (1 << len(mask.alphabet)) - 1))
        steps.take(len(moves) * (len(pieces) + 1))
        for bits in pieces:
            reached = frozenset(target for more, target in moves if more & bits)
            if not any(mask.final[state] for state in reached):
                return False
            if reached not in subsets:
                subsets.add(reached)
                todo.append(reached)
        if len(subsets) > MAX_SUBSETS:
            return False
    return True


def _pieces(sets: set[int], whole: int) -> Iterator[int]:
    """The alphabet cut into parts whose characters all are in the same sets."""
    parts = [whole]
    for bits in sets:
        parts = [piece for part in parts for piece in (part & bits, part & ~bits) if piece]
    yield from parts


def runaway(mask: Automaton, steps: Steps | None = None) -> str | None:
    """A text on which a backtracking matcher needs time that doubles with each repeat, or None.

    That is so when some state comes back to itself by two different ways with the same text.
    """
    steps = steps or Steps(PROOF_STEPS)
    loops = _looping(mask, steps)
    for state in sorted(loops):
        cycle = _two_ways(mask, state, loops, steps)
        if cycle:
            lead = _path(mask, state)
            return (lead or "") + cycle * 24 + "\x00"
    return None


def _reach(mask: Automaton, start: int, steps: Steps) -> set[int]:
    seen: set[int] = set()
    todo = [start]
    while todo:
        state = todo.pop()
        steps.take(len(mask.moves[state]))
        for _, target in mask.moves[state]:
            if target not in seen:
                seen.add(target)
                todo.append(target)
    return seen


def _looping(mask: Automaton, steps: Steps) -> set[int]:
    """States that can come back to themselves, searched only behind moves that go backwards."""
    reachable = {0} | _reach(mask, 0, steps)
    backward = {target for state in reachable for _, target in mask.moves[state] if target <= state}
    behind = set().union(*(_reach(mask, state, steps) for state in backward)) if backward else set()
    return {state for state in behind & reachable if state in _reach(mask, state, steps)}


def _path(mask: Automaton, goal: int) -> str | None:
    came: dict[int, str] = {0: ""}
    todo = deque([0])
    while todo:
        state = todo.popleft()
        if state == goal:
            return came[state]
        for bits, target in mask.moves[state]:
            if target not in came:
                came[target] = came[state] + _first(bits, mask.alphabet)
                todo.append(target)
    return None


def _two_ways(mask: Automaton, home: int, loops: set[int], steps: Steps) -> str | None:
    """A text that leads from `home` back to it by two ways."""
    start = (home, home, False)
    came: dict[tuple[int, int, bool], str] = {start: ""}
    todo = deque([start])
    while todo:
        left, right, apart = todo.popleft()
        word = came[left, right, apart]
        steps.take(len(mask.moves[left]) * len(mask.moves[right]))
        for index, (bits, one) in enumerate(mask.moves[left]):
            for place, (more, other) in enumerate(mask.moves[right]):
                both = bits & more
                if not both or one not in loops or other not in loops:
                    continue
                split = apart or one != other or (left == right and index != place)
                letters = word + _first(both, mask.alphabet)
                if split and one == home and other == home:
                    return letters
                if (one, other, split) not in came:
                    came[one, other, split] = letters
                    todo.append((one, other, split))
    return None

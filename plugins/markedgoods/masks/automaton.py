"""What a mask can match, as an automaton over mark characters: the ground of every proof about masks."""

from dataclasses import dataclass, field
from typing import Final

from ncash.bundled.markedgoods.masks.parser import parsed as parsed
from ncash.bundled.markedgoods.masks.tree import MARK_CHARACTERS as MARK_CHARACTERS
from ncash.bundled.markedgoods.masks.tree import Choice, Edge, Gap, Group, Node, Repeat, Sequence, Set
from ncash.bundled.markedgoods.masks.tree import UndecidableMask as UndecidableMask
from ncash.language import phrase

MAX_STATES: Final = 6000
MAX_MOVES: Final = 400_000
"""States reached without a character, counted from each state."""


@dataclass(slots=True)
class Automaton:
    """Without empty moves: from each state, moves (characters as bits, next state); `final` states end a match."""

    alphabet: str
    moves: list[list[tuple[int, int]]] = field(default_factory=list)
    final: list[bool] = field(default_factory=list)


class Builder:
    """Builder of automata: puts states together, with empty moves between them."""

    def __init__(self, alphabet: str) -> None:
        self.alphabet = alphabet
        self.empty: list[list[int]] = []
        self.steps: list[list[tuple[int, int]]] = []
        self.edges: set[tuple[int, int]] = set()
        """Empty moves behind which another element of the code begins."""

    def state(self) -> int:
        """A new state. Raises UndecidableMask when there are too many."""
        if len(self.empty) >= MAX_STATES:
            raise UndecidableMask(phrase("repeats that need more than {max_states} states", max_states=MAX_STATES))
        self.empty.append([])
        self.steps.append([])
        return len(self.empty) - 1

    def build(self, node: Node, start: int) -> int:
        """Add the node after `start`; the state it ends in."""
        if isinstance(node, Set):
            end = self.state()
            self.steps[start].append((node.within(self.alphabet), end))
            return end
        if isinstance(node, Group):
            return self.build(node.part, start)
        if isinstance(node, Gap):
            return start
        if isinstance(node, Edge):
            end = self.state()
            self.empty[start].append(end)
            self.edges.add((start, end))
            return end
        if isinstance(node, Sequence):
            for part in node.parts:
                start = self.build(part, start)
            return start
        if isinstance(node, Choice):
            end = self.state()
            for part in node.parts:
                begin = self.state()
                self.empty[start].append(begin)
                self.empty[self.build(part, begin)].append(end)
            return end
        return self.repeat(node, start)

    def repeat(self, node: Repeat, start: int) -> int:
        """Add a repeated part after `start`; the state it ends in."""
        for _ in range(node.least):
            start = self.build(node.part, start)
        if node.most is None:
            begin = self.state()
            self.empty[start].append(begin)
            self.empty[self.build(node.part, begin)].append(begin)
            return begin
        end = self.state()
        self.empty[start].append(end)
        for _ in range(node.most - node.least):
            start = self.build(node.part, start)
            self.empty[start].append(end)
        return end

    def closure(self, state: int, ways: int) -> list[int]:
        """States reached without a character; one that is reached in several ways stands there up to `ways` times."""
        seen, todo, times = [state], [state], {state: 1}
        while todo:
            for target in self.empty[todo.pop()]:
                if times.get(target, 0) < ways:
                    times[target] = times.get(target, 0) + 1
                    seen.append(target)
                    todo.append(target)
        return seen


def automaton(mask: str, alphabet: str = MARK_CHARACTERS) -> Automaton:
    """The mask's language over an alphabet. Raises UndecidableMask."""
    return compiled(parsed(mask), alphabet)


def compiled(tree: Node, alphabet: str = MARK_CHARACTERS, ways: int = 1) -> Automaton:
    """A tree's language over an alphabet; with `ways` = 2 a move that can be made in two ways stands there twice.

    Raises UndecidableMask.
    """
    builder = Builder(alphabet)
    try:
        end = builder.build(tree, builder.state())
    except RecursionError:
        raise UndecidableMask("too many groups inside one another") from None
    found, moves = Automaton(alphabet), 0
    for state in range(len(builder.empty)):
        reach = builder.closure(state, ways)
        moves += len(reach)
        if moves > MAX_MOVES:
            raise UndecidableMask("repeats that may be left out in too many ways")
        found.moves.append([move for one in reach for move in builder.steps[one] if move[0]])
        found.final.append(end in reach)
    return found


def captures(tree: Node, name: str) -> list[Node]:
    """The parts that a named group captures."""
    if isinstance(tree, Group):
        return [tree.part] if tree.name == name else captures(tree.part, name)
    if isinstance(tree, Repeat):
        return captures(tree.part, name)
    if isinstance(tree, Sequence | Choice):
        return [found for part in tree.parts for found in captures(part, name)]
    return []

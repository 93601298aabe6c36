"""What a mask can match, as an automaton over mark characters: the ground of every proof about masks.

Masks are read here a second time, by a parser of their common part: literals, classes, groups, alternation, counted
repeats. What goes beyond it (back references, look-around, atomic groups …) is not guessed at: Undecided is raised.
"""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

MARK_CHARACTERS: Final = (
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!\"%&'()*+,-./:;<=>?_"  # GS1 character set 82
)
MAX_STATES: Final = 6000
MAX_REACHED: Final = 200_000

_DIGITS: Final = frozenset("0123456789")
_WORD: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
_SPACE: Final = frozenset(" \t\n\r\f\v\x1c\x1d\x1e\x1f")
_CLASSES: Final = {"d": _DIGITS, "w": _WORD, "s": frozenset(" \t\n\r\f\v")}
_CONTROLS: Final = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "a": "\a", "e": "\x1b", "0": "\0"}


class Undecided(Exception):
    """The mask uses something that this proof does not cover; the text names it."""


class Set(NamedTuple):
    """One character out of a set; negated sets exclude."""

    characters: frozenset[str]
    negated: bool = False

    def within(self, alphabet: str) -> int:
        """The set as a bit mask over an alphabet."""
        return sum(1 << at for at, c in enumerate(alphabet) if (c in self.characters) is not self.negated)


class Sequence(NamedTuple):
    """One part after the other."""

    parts: "tuple[Node, ...]"


class Choice(NamedTuple):
    """One of the parts."""

    parts: "tuple[Node, ...]"


class Repeat(NamedTuple):
    """A part so many times; no upper bound when `most` is None."""

    part: "Node"
    least: int
    most: int | None


class Group(NamedTuple):
    """A part with a name."""

    part: "Node"
    name: str | None


Node = Set | Sequence | Choice | Repeat | Group
ANY: Final = Set(frozenset("\n"), negated=True)


class _Parser:
    def __init__(self, mask: str) -> None:
        self.text, self.at = mask, 0

    def peek(self, token: str) -> bool:
        return self.text.startswith(token, self.at)

    def take(self, token: str) -> bool:
        if self.peek(token):
            self.at += len(token)
            return True
        return False

    def choice(self) -> Node:
        parts = [self.sequence()]
        while self.take("|"):
            parts.append(self.sequence())
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def sequence(self) -> Node:
        parts: list[Node] = []
        while self.at < len(self.text) and not self.peek("|") and not self.peek(")"):
            if self.take("^") and self.at == 1:
                continue
            if self.peek("$") and self.at == len(self.text) - 1:
                self.at += 1
                continue
            parts.append(self.repeated(self.atom()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def repeated(self, part: Node) -> Node:
        bounds = self.bounds()
        if bounds is None:
            return part
        if self.take("+"):
            raise Undecided("a possessive repeat")
        self.take("?")
        if self.at < len(self.text) and (self.text[self.at] in "*+?" or self.bounds() is not None):
            raise Undecided("a repeat of a repeat without a group")
        return Repeat(part, *bounds)

    def bounds(self) -> tuple[int, int | None] | None:
        for token, found in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.take(token):
                return found
        close = self.text.find("}", self.at)
        if not self.peek("{") or close < 0:
            return None
        least, comma, most = self.text[self.at + 1 : close].partition(",")
        if not (least.isdigit() or (comma and not least)) or (most and not most.isdigit()):
            return None
        if not (comma or least):
            return None
        self.at = close + 1
        low = int(least or 0)
        return low, (int(most) if most else None) if comma else low

    def atom(self) -> Node:
        char = self.text[self.at]
        self.at += 1
        if char == "(":
            return self.group()
        if char == "[":
            return self.klass()
        if char == "\\":
            return self.escape()
        if char == ".":
            return ANY
        if char in "^$":
            raise Undecided(f"{char} inside the mask")
        if char in "*+?":
            raise Undecided(f"{char} without anything to repeat")
        return Set(frozenset(char))

    def group(self) -> Node:
        name: str | None = None
        if self.take("?"):
            if self.take(":"):
                pass
            elif self.take("P<") or (self.peek("<") and not self.peek("<=") and not self.peek("<!") and self.take("<")):
                end = self.text.index(">", self.at)
                name, self.at = self.text[self.at : end], end + 1
            else:
                raise Undecided(f"(?{self.text[self.at : self.at + 2]}…")
        part = self.choice()
        if not self.take(")"):
            raise Undecided("a group that is not closed")
        if self.peek("{e") or self.peek("{i") or self.peek("{d<") or self.peek("{s<"):
            raise Undecided("fuzzy matching")
        return Group(part, name)

    def escape(self) -> Set:
        char = self.text[self.at]
        self.at += 1
        if char.lower() in _CLASSES:
            return Set(_CLASSES[char.lower()], negated=char.isupper())
        if char == "x" and self.take("{"):
            end = self.text.index("}", self.at)
            code, self.at = int(self.text[self.at : end], 16), end + 1
            return Set(frozenset(chr(code)))
        if char in "xu":
            width = 2 if char == "x" else 4
            code, self.at = int(self.text[self.at : self.at + width], 16), self.at + width
            return Set(frozenset(chr(code)))
        if char in _CONTROLS:
            return Set(frozenset(_CONTROLS[char]))
        if char.isalnum():
            raise Undecided(f"\\{char}")
        return Set(frozenset(char))

    def klass(self) -> Set:
        negated, first = self.take("^"), True
        found: set[str] = set()
        while first or not self.peek("]"):
            first = False
            if self.peek("[:") or self.peek("&&") or self.peek("||") or self.peek("--"):
                raise Undecided("set operations inside a class")
            low = self.member()
            if low is not None and self.peek("-") and not self.peek("-]"):
                self.at += 1
                high = self.member()
                if high is None:
                    raise Undecided("a range that ends with a class")
                found |= {chr(code) for code in range(ord(low), ord(high) + 1)}
            elif low is not None:
                found.add(low)
            else:
                found |= self.escaped
        self.at += 1
        return Set(frozenset(found), negated)

    def member(self) -> str | None:
        """One character of a class; None for an escaped class, whose characters are in `escaped`."""
        char = self.text[self.at]
        self.at += 1
        if char != "\\":
            return char
        one = self.escape()
        if one.negated:
            raise Undecided("a negated class inside a class")
        if len(one.characters) == 1:
            return next(iter(one.characters))
        self.escaped = one.characters
        return None


def parsed(mask: str) -> Node:
    """The mask as a tree. Raises Undecided."""
    parser = _Parser(mask)
    try:
        tree = parser.choice()
    except (IndexError, ValueError) as error:
        raise Undecided("a piece that is not closed") from error
    if parser.at != len(mask):
        raise Undecided("a bracket that was not opened")
    return tree


@dataclass(slots=True)
class Automaton:
    """Without empty moves: from each state, moves (characters as bits, next state); `final` states end a match."""

    alphabet: str
    moves: list[list[tuple[int, int]]] = field(default_factory=list)
    final: list[bool] = field(default_factory=list)


class _Builder:
    def __init__(self, alphabet: str) -> None:
        self.alphabet = alphabet
        self.empty: list[list[int]] = []
        self.steps: list[list[tuple[int, int]]] = []
        self.reached = 0

    def state(self) -> int:
        if len(self.empty) >= MAX_STATES:
            raise Undecided(f"repeats that need more than {MAX_STATES} states")
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
        seen, todo = [state], [state]
        counted = {state: 1}
        while todo:
            for target in self.empty[todo.pop()]:
                found = counted.get(target, 0)
                if found < ways:
                    counted[target] = found + 1
                    seen.append(target)
                    todo.append(target)
        self.reached += len(seen)
        if self.reached > MAX_REACHED:
            raise Undecided(f"parts that may be left out, in more than {MAX_REACHED} ways")
        return seen


def automaton(mask: str, alphabet: str = MARK_CHARACTERS) -> Automaton:
    """The mask's language over an alphabet. Raises Undecided."""
    return compiled(parsed(mask), alphabet)


def compiled(tree: Node, alphabet: str = MARK_CHARACTERS, ways: int = 1) -> Automaton:
    """A tree's language over an alphabet; with `ways` = 2 a move that can be made in two ways stands there twice.

    Raises Undecided.
    """
    builder = _Builder(alphabet)
    end = builder.build(tree, builder.state())
    found = Automaton(alphabet)
    for state in range(len(builder.empty)):
        reach = builder.closure(state, ways)
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

"""Masks read a second time, by a parser of their common part: literals, classes, groups, alternation, counted repeats.

What goes beyond it (back references, look-around, atomic groups …) is not guessed at: UndecidableMask is raised.
"""

import re
from functools import lru_cache
from typing import Final

from ncash.bundled.markedgoods.masks.tree import ANY, Choice, Group, Node, Repeat, Sequence, Set, UndecidableMask
from ncash.language import phrase

_DIGITS: Final = frozenset("0123456789")
_WORD: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
_CLASSES: Final = {"d": _DIGITS, "w": _WORD, "s": frozenset(" \t\n\r\f\v")}
_OPENED: Final = re.compile(
    r"\?(?:P?<[A-Za-z_]\w*>|'\w+'|<[=!]|[=!>|]|\#[^)]*\)|P[=>&]\w+\)|&\w+\)|R\)|[-+]?[0-9]+\)|[A-Za-z-]+[:)]|\([^)]*\))|\*[^)]*\)"
)
"""What a group begins with that is more than a bracket; to its end when that is all there is to it."""
_OCTAL: Final = re.compile("0[0-7]{1,2}")
_CONTROLS: Final = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "a": "\a", "e": "\x1b", "0": "\0"}


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
            raise UndecidableMask("a possessive repeat")
        self.take("?")
        if self.at < len(self.text) and (self.text[self.at] in "*+?" or self.bounds() is not None):
            raise UndecidableMask("a repeat of a repeat without a group")
        least, most = bounds
        return Repeat(part, least, most)

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
            raise UndecidableMask(phrase("{char} inside the mask", char=char))
        if char in "*+?":
            raise UndecidableMask(phrase("{char} without anything to repeat", char=char))
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
                raise UndecidableMask(f"(?{self.text[self.at : self.at + 2]}…")
        part = self.choice()
        if not self.take(")"):
            raise UndecidableMask("a group that is not closed")
        if self.peek("{e") or self.peek("{i") or self.peek("{d<") or self.peek("{s<"):
            raise UndecidableMask("fuzzy matching")
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
        octal = _OCTAL.match(self.text, self.at - 1)
        if octal:
            self.at = octal.end()
            return Set(frozenset(chr(int(octal[0], 8))))
        if char in _CONTROLS:
            return Set(frozenset(_CONTROLS[char]))
        if char.isalnum():
            raise UndecidableMask(f"\\{char}")
        return Set(frozenset(char))

    def klass(self) -> Set:
        negated, first = self.take("^"), True
        found: set[str] = set()
        while first or not self.peek("]"):
            first = False
            if self.peek("[:") or self.peek("&&") or self.peek("||") or self.peek("--"):
                raise UndecidableMask("set operations inside a class")
            low = self.member()
            if low is not None and self.peek("-") and not self.peek("-]"):
                self.at += 1
                high = self.member()
                if high is None:
                    raise UndecidableMask("a range that ends with a class")
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
            raise UndecidableMask("a negated class inside a class")
        if len(one.characters) == 1:
            return next(iter(one.characters))
        self.escaped = one.characters
        return None


@lru_cache(maxsize=256)
def parsed(mask: str) -> Node:
    """The mask as a tree. Raises UndecidableMask."""
    parser = _Parser(mask)
    try:
        tree = parser.choice()
    except (IndexError, ValueError) as error:
        raise UndecidableMask("a piece that is not closed") from error
    except RecursionError:
        raise UndecidableMask("too many groups inside one another") from None
    if parser.at != len(mask):
        raise UndecidableMask("a bracket that was not opened")
    return tree


class _LooseParser(_Parser):
    """Reads on where the other gives up: what is not understood stands for nothing, or for its bare contents."""

    def sequence(self) -> Node:
        parts: list[Node] = []
        while self.at < len(self.text) and not self.peek("|") and not self.peek(")"):
            if self.text[self.at] in "^$":
                self.at += 1
                continue
            parts.append(self.repeated(self.atom()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def repeated(self, part: Node) -> Node:
        while True:
            bounds = self.bounds()
            if bounds is None:
                return part
            if not self.take("+"):
                self.take("?")
            least, most = bounds
            part = Repeat(part, least, most)

    def atom(self) -> Node:
        if self.text[self.at] in "*+?":
            self.at += 1
            return Sequence(())
        return super().atom()

    def group(self) -> Node:
        opened = _OPENED.match(self.text, self.at)
        if opened and not self.peek("?:"):
            self.at = opened.end()
            if opened[0].endswith(")"):
                return Sequence(())
        elif self.peek("?:"):
            self.at += 2
        part = self.choice()
        self.take(")")
        return Group(part, None)

    def escape(self) -> Set:
        try:
            return super().escape()
        except UndecidableMask:
            return Set(frozenset())

    def klass(self) -> Set:
        begin = self.at
        try:
            return super().klass()
        except UndecidableMask:
            close = self.text.find("]", begin + 1)
            self.at = close + 1 if close >= 0 else len(self.text)
            return ANY


def loosely(mask: str) -> Node | None:
    """The mask as a tree that is roughly right, for texts to be made from; None when it cannot be read at all."""
    try:
        return _LooseParser(mask).choice()
    except (IndexError, ValueError, RecursionError, UndecidableMask):
        return None

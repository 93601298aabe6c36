"""Masks as trees: what a pattern is made of, in the common part of the dialects."""

from typing import Final, NamedTuple

MARK_CHARACTERS: Final = (
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!\"%&'()*+,-./:;<=>?_"  # GS1 character set 82
)


class UndecidableMask(Exception):
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


class Gap(NamedTuple):
    """A place where nothing but separators may stand; in a code without separators nothing stands there."""

    needed: bool
    """The mask wants one there."""


class Edge(NamedTuple):
    """A place where an element of the code ends and the next begins; it takes no character."""


Node = Set | Sequence | Choice | Repeat | Group | Gap | Edge
ANY: Final = Set(frozenset("\n"), negated=True)

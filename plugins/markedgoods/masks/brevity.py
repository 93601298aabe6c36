"""Masks that can be matched in few ways: such a match is over before anybody could want to break it off.

Asking for a time limit costs as much as the match itself. It is left out where the mask itself says how often a match
can go wrong and be tried another way.
"""

from functools import lru_cache
from typing import Final

from ncash.bundled.markedgoods.masks.parser import parsed
from ncash.bundled.markedgoods.masks.tree import Choice, Edge, Gap, Group, Node, Repeat, Sequence, Set, UndecidableMask

MANY: Final = 64
"""Ways after which a mask is not brief any more; each is at most one look at every character of a scan."""
_BLANK: Final = frozenset(" \t\n\r\f\v")


@lru_cache(maxsize=256)
def brief(mask: str) -> bool:
    """Whether a text without blanks fits the mask, or not, in a few ways at most."""
    try:
        return ways(parsed(mask)) < MANY
    except (UndecidableMask, RecursionError):
        return False


def ways(node: Node) -> int:
    """In how many ways a text without blanks can be laid under a part of a mask, MANY for as many or more."""
    match node:
        case Set() | Gap() | Edge():
            return 1
        case Group(part=part):
            return ways(part)
        case Choice(parts=parts):
            return min(sum(map(ways, parts)), MANY)
        case Sequence(parts=parts):
            product = 1
            for part in parts:
                product = min(product * ways(part), MANY)
            return product
        case Repeat(part=part, least=least, most=most):
            return _repeated(part, least, most)


def _repeated(part: Node, least: int, most: int | None) -> int:
    if isinstance(part, Set) and not part.negated and part.characters <= _BLANK:
        return 1
    once = ways(part)
    if most is None or (once > 1 and most > 1):
        return MANY
    return min((most - least) * once + (once if least else 1), MANY)

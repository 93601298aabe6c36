"""Separators in a mask: where nothing but GS, a blank or a text for GS may stand, and the mask without them.

Scanners write the separator in many ways or drop it, so that a mask is held against codes without any. A mask that
wants one at some place says where an element ends; without that place it fits what such a scanner sends.
"""

import re
from typing import Final

from ncash.bundled.markedgoods.masks.alternation import CAPTURES
from ncash.bundled.markedgoods.masks.tree import (
    ANY,
    MARK_CHARACTERS,
    Choice,
    Edge,
    Gap,
    Group,
    Node,
    Repeat,
    Sequence,
    Set,
)
from ncash.model.codes.spelling import TOLD, signs
from ncash.model.mark import GS

_SIGNS: Final = (GS, " ", "␝", *(sign for sign in TOLD if len(sign) == 1))
"""Characters that separate in a mask when no character of a mark may stand there."""


def gapped(tree: Node) -> Node:
    """The tree with a Gap for everything that only separators fit."""
    match tree:
        case Set():
            return Gap(True) if _separates(tree) else tree
        case Group(part=part, name=name):
            inside = gapped(part)
            return inside if isinstance(inside, Gap) and name not in CAPTURES else Group(inside, name)
        case Choice(parts=parts):
            inner = tuple(map(gapped, parts))
            gaps = [one for one in inner if isinstance(one, Gap)]
            return Gap(all(gap.needed for gap in gaps)) if len(gaps) == len(inner) else Choice(inner)
        case Sequence():
            return _sequence(tree)
        case Repeat(part=part, least=least, most=most):
            return _repeat(gapped(part), least, most)
    return tree


def _separates(one: Set) -> bool:
    return not one.within(MARK_CHARACTERS) and any((sign in one.characters) is not one.negated for sign in _SIGNS)


def _sequence(tree: Sequence) -> Node:
    parts: list[Node] = []
    letters = "".join(_letter(part) for part in tree.parts)
    spelled = signs(letters) if any(not one.isdigit() for one in letters if one != "\n") else ()
    at = 0
    while at < len(tree.parts):
        end = next((end for begin, end in spelled if begin == at), None)
        parts.append(Gap(True) if end is not None else gapped(tree.parts[at]))
        at = at + 1 if end is None else end
    if parts and all(isinstance(part, Gap) for part in parts):
        return Gap(any(isinstance(part, Gap) and part.needed for part in parts))
    return parts[0] if len(parts) == 1 else Sequence(tuple(parts))


def _letter(node: Node) -> str:
    """The character that a part is; a line end, which no text for GS has, for one that is not a single character."""
    return next(iter(node.characters)) if isinstance(node, Set) and _single(node) else "\n"


def _single(node: Set) -> bool:
    return not node.negated and len(node.characters) == 1


def _repeat(part: Node, least: int, most: int | None) -> Node:
    if isinstance(part, Gap):
        return Gap(part.needed and least > 0)
    inside = part.part if isinstance(part, Group) else part
    if least == 0 and isinstance(inside, Choice):
        kept = tuple(one for one in inside.parts if not isinstance(one, Gap))
        name = part.name if isinstance(part, Group) else None
        part = Group(kept[0] if len(kept) == 1 else Choice(kept), name)
    return Repeat(part, least, most)


def wants_separator(tree: Node) -> bool:
    """Whether a mask with its gaps marked fits some codes with a separator only."""
    match tree:
        case Gap(needed=needed):
            return needed
        case Group(part=part) | Repeat(part=part):
            return wants_separator(part)
        case Choice(parts=parts) | Sequence(parts=parts):
            return any(map(wants_separator, parts))
    return False


def written(tree: Node) -> str:
    """A tree as a pattern; gaps and edges take no character."""
    match tree:
        case Set():
            return _class(tree)
        case Group(part=part, name=name):
            return f"(?P<{name}>{written(part)})" if name else f"(?:{written(part)})"
        case Choice(parts=parts):
            return f"(?:{'|'.join(map(written, parts))})"
        case Sequence(parts=parts):
            return "".join(map(written, parts))
        case Repeat(part=part, least=least, most=most):
            return f"(?:{written(part)}){{{least},{'' if most is None else most}}}"
        case Gap() | Edge():
            return ""


def _class(one: Set) -> str:
    if one == ANY:
        return "."
    inside = "".join(sorted(f"\\{c}" if re.match(r"[\[\]\\^\-&|~{}]", c) else c for c in one.characters))
    return f"[{'^' if one.negated else ''}{inside}]" if inside else "(?!)"

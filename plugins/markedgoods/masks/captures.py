"""Names of captures in a mask: what is read (`barcode`, `weight`, `remove1` …), and names that look like it."""

import re
from collections.abc import Iterator
from typing import Final

from ncash.bundled.markedgoods.masks.alternation import CAPTURES
from ncash.language import phrase
from ncash.settings.problems import nearest

REMOVE: Final = "remove"
_NAMED: Final = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?(?:P?<(?![=!])(?P<name>[^>]*)>|'(?P<quoted>[^']*)')", re.DOTALL
)
"""A capture with a name; escapes and classes are passed over."""
_NUMBERED: Final = re.compile(r"remove([1-9][0-9]*)", re.ASCII)


def names(mask: str) -> list[str]:
    """The names of the captures, in their order, each as often as it stands there."""
    found = (one["name"] or one["quoted"] for one in _NAMED.finditer(mask))
    return [name for name in found if name]


def mistakes(mask: str) -> Iterator[str]:
    """What is wrong with the captures that the till reads."""
    given = names(mask)
    numbers = []
    for name in dict.fromkeys(given):
        small = name.lower()
        numbered = _NUMBERED.fullmatch(small)
        if small in CAPTURES or numbered:
            if name != small:
                yield phrase("the capture (?<{name}>…) is read by nobody: write (?<{small}>…)", name=name, small=small)
            elif given.count(name) > 1:
                yield phrase(
                    "the capture (?<{name}>…) stands there {count} times: a name stands once",
                    name=name,
                    count=given.count(name),
                )
        elif small.startswith(REMOVE):
            yield phrase("the capture (?<{name}>…) has no number from 1: write (?<remove1>…), (?<remove2>…)", name=name)
        if numbered:
            numbers.append(int(numbered[1]))
    missing = [n for n in range(1, max(numbers, default=0)) if n not in numbers]
    if missing:
        yield phrase(
            "(?<remove{number}>…) is missing: captures remove are numbered from 1 without a gap", number=missing[0]
        )


def idle(mask: str) -> Iterator[str]:
    """Captures that nobody reads."""
    for name in dict.fromkeys(names(mask)):
        small = name.lower()
        if small not in CAPTURES and not small.startswith(REMOVE):
            meant = nearest(small, CAPTURES)
            hint = phrase("; did you mean {name}?", name=meant) if meant else ""
            yield phrase(
                "the capture (?<{name}>…) is read by nobody; read are barcode, weight and remove1, remove2 …{hint}",
                name=name,
                hint=hint,
            )

"""Several codes in one scan: where one ends and the next begins.

Each place of the text is looked at once, whatever led to it, so that no text takes longer than its length allows.
"""

import re
from collections.abc import Iterator
from typing import Final

from ncash.model.codes.layouts import PACK_LENGTH
from ncash.model.codes.repair import readings
from ncash.model.codes.separators import GS, plain
from ncash.model.codes.soundness import valid_gtin
from ncash.model.codes.steps import OutOfSteps, Steps
from ncash.model.codes.unwrapping import FRAME, unwrapped
from ncash.model.scan import AIM

_BEGINS: Final = re.compile("(?=01[0-9]{14}21)|" + "|".join(re.escape(aim) for aim in AIM), re.ASCII)
_BARCODE: Final = 13
_SHORTEST: Final = 2 * _BARCODE
_LONGEST: Final = 200
"""Characters of the longest code with a text for each of its separators."""
_SIGN: Final = 3
"""Characters of a symbology identifier."""

Ways = dict[int, list[tuple[int, str]]]
"""From a place to the places where a code that begins there may end, with that code."""


def repeated(text: str, steps: Steps) -> str | None:
    """The code that the whole text consists of, twice or more; None for anything else. Raises OutOfSteps."""
    ways = _ways(text, steps)
    for at, code in ways.get(0, ()):
        while at < len(text):
            at = next((end for end, other in ways.get(at, ()) if plain(other) == plain(code)), len(text) + 1)
        if at == len(text):
            return code
    return None


def parts(text: str, steps: Steps | None = None) -> tuple[str, ...]:
    """The different codes glued together in one scan, in their order; none when it is not wholly made of codes.

    Raises OutOfSteps when `steps` are given and do not do; without them there are none then.
    """
    if steps is None:
        try:
            return parts(text, Steps())
        except OutOfSteps:
            return ()
    bare, _ = unwrapped(text)
    ways = _ways(bare, steps)
    for first, code in ways.get(0, ()):
        for rest in _paths(ways, first, len(bare)):
            different = tuple(dict.fromkeys((code, *rest)))
            if len(different) > 1:
                return different
    return ()


def _paths(ways: Ways, at: int, end: int) -> Iterator[tuple[str, ...]]:
    """From a place to the end: a way for each next code, and behind it the first way there is."""
    for begin, code in ways.get(at, ()):
        way = [code]
        while begin < end:
            begin, following = ways[begin][0]
            way.append(following)
        yield tuple(way)


def _ways(text: str, steps: Steps) -> Ways:
    """The codes that begin at places which whole codes lead to, those left out that do not go on to the end."""
    found: Ways = {}
    if len(text) < _SHORTEST:
        return found
    begins = [begin.start() for begin in _BEGINS.finditer(text)]
    todo = [0]
    while todo:
        at = todo.pop()
        if at in found or at == len(text):
            continue
        found[at] = []
        for end in _ends(text, at, begins):
            code = _whole(text[at:end], steps) if end - at < min(len(text), _LONGEST) else None
            if code is not None:
                found[at].append((end, code))
                todo.append(end)
    for at in sorted(found, reverse=True):
        found[at] = [(end, code) for end, code in found[at] if end == len(text) or found.get(end)]
    return found


def _ends(text: str, at: int, begins: list[int]) -> list[int]:
    """Places where the code that begins at `at` may end."""
    sign = _SIGN if text.startswith(AIM, at) else 0
    lengths = (at + sign + _BARCODE, at + sign + PACK_LENGTH, len(text) - _BARCODE)
    return sorted({end for end in (*begins, *lengths, len(text)) if at < end <= len(text)})


def _whole(text: str, steps: Steps) -> str | None:
    """The one code that a part is; a barcode of 13 digits is one too."""
    steps.take()
    bare = text.strip(FRAME)
    aim = next((aim for aim in AIM if bare.startswith(aim)), "")
    bare = bare[len(aim) :].strip(GS)
    if len(bare) == _BARCODE and valid_gtin(bare):
        return bare if bare.strip("0") else None
    found = {code for code, _ in readings(bare, steps)} if len(bare) > _BARCODE else set()
    return found.pop() if len(found) == 1 else None

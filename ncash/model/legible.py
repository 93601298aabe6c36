"""Text that a person can read: what is invisible, or turns the text around, does not reach a screen."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from ncash.model.mark import RENDERINGS

UNKNOWN: Final = "\N{REPLACEMENT CHARACTER}"
"""Stands for a character that cannot be shown."""
_RENDERED: Final = re.compile("|".join(map(re.escape, RENDERINGS)))
_BLANK: Final = frozenset(("Zs", "Zl", "Zp"))
_GONE: Final = frozenset(("Cc", "Cf"))


def legible(text: str) -> str:
    """The text as a screen may show it, in one line.

    GS, however a scanner wrote it, and every other separator becomes a blank. Other control characters, and those that
    only change how their neighbours are shown (direction, joining), are left out.
    """
    if not text.isprintable():
        text = "".join(map(_shown, text))
    return _RENDERED.sub(" ", text)


def legible_lines(text: str) -> str:
    """The same for a text of several lines."""
    return "\n".join(map(legible, text.split("\n")))


@lru_cache(maxsize=4096)
def _shown(character: str) -> str:
    if character.isprintable():
        return character
    kind = unicodedata.category(character)
    if kind in _BLANK or (kind == "Cc" and character.isspace()):
        return " "
    return "" if kind in _GONE else UNKNOWN

"""How GS and FNC1 are spelled by scanners, drivers and copy-and-paste beyond the usual renderings (scanner.md).

A spelling that no serial has by chance is GS wherever it stands; any other text is GS only where a proof needs one.
"""

import re
from functools import cache
from typing import Final

from ncash.model.codes.separators import GS

SET_82: Final = r"!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z"
"""GS1 character set 82 as the inside of a class."""
_FOREIGN: Final = re.compile(f"[^{SET_82}\\x1d\\s]+")

_NAME: Final = r"(?:GS|SEP|FNC[-_ ]?1|(?:0?x|[uU]\+?|\\x|\\u|%u?)?0*1[Dd]|(?:\#|&\#|\\|chr|char)?0*29|\^\])"
_SPELLED: Final = rf"""
      [<\[{{(]{_NAME}[>\]}})]           # <FNC1> [GS] (0x1D) {{29}}
    | \\(?:u|U0000|x|0x)\{{?0*1[Dd]\}}? # \u1d \x{{001d}} \U0000001D
    | \\(?:x?_?GS|0*35|0*29|0*1[Dd]|F(?:NC1)?|G|\^\])
    | \^(?:0*29|GS|FNC1)
    | ~(?:d?0*29|x?0*1[Dd]|GS|FNC1)
    | \#(?:0*29|x?0*1[Dd]|GS|FNC1)\#?
    | &(?:\#0*29|\#[xX]0*1[Dd]|GS);?
    | (?:U\+|0x)001[Dd] | _x(?:00)?1[Dd]_
    | u001d | (?<!%)u001D               # what is left of \u001d without its backslash
    | (?:asc|ascii|ASCII|chr|CHR|char|CHAR)\(29\)
    | [\u2194\uf01d\u241d]              # the pictures of character 29
    """
_CERTAIN: Final = 5
"""Characters of a spelling that no serial has by chance."""
FNC1: Final = ("\xe8", "Ã¨", "Þ", "Φ")
"""The byte 0xE8 as texts of Latin-1, of UTF-8 read as Latin-1, of code pages 850 and 437."""
FNC1_IN_FRONT: Final = (*FNC1, "и", "ш", "ГЁ", "├и", "Х")
"""The same in code pages that have Cyrillic letters there; behind other letters nobody can tell them from a key."""
TOLD: Final = ("|", "~", "^]", "¦", "¬", *FNC1)
"""No mark has these characters, and scanners are set to send them for GS."""
POSSIBLE: Final = ("0029", "029", "%1D", "%1d", "=1D", "_1D", "0x1D", "0x1d", "x1D", "x1d", "FNC1", "GS")
"""Texts that serials may have as well: GS only where the code would be none otherwise."""


@cache
def _spelled() -> "re.Pattern[str]":
    """Made for the first scan that wants it."""
    return re.compile(_SPELLED, re.VERBOSE | re.ASCII)


def hinted(code: str) -> bool:
    """Whether a text of mark characters may hold a spelling of GS: each of them holds one of these. A quick look."""
    bracketed = (">" in code or ")" in code) and ("GS" in code or "FNC" in code or "SEP" in code or "29" in code)
    return bracketed or "1D" in code or "1d" in code


def respelled(text: str) -> str:
    """The text with GS for everything that is certainly meant for it."""
    return _spelled().sub(GS, text)


def swapped(text: str) -> bool:
    """Whether large and small letters changed places in the text that stands for GS."""
    other = text.swapcase()
    return respelled(other) != other and respelled(text) == text


def misspelled(code: str) -> bool:
    """Whether a text of mark characters certainly holds a separator written as text."""
    return hinted(code) and any(found.end() - found.start() >= _CERTAIN for found in _spelled().finditer(code))


def foreign(text: str) -> tuple[str, ...]:
    """The different runs of characters that no mark has, GS and blanks left out, in their order."""
    return tuple(dict.fromkeys(_FOREIGN.findall(text)))


def signs(text: str) -> tuple[tuple[int, int], ...]:
    """Where texts stand that are certainly meant for GS."""
    return tuple(found.span() for found in _spelled().finditer(text))

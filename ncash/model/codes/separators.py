"""The separator of elements, GS, as scanners and copy-and-paste write it, and codes without any (scanner.md)."""

import re
from typing import Final

GS: Final = "\x1d"
RENDERINGS: Final = ("\\u001d", "\\u001D", "\\x1d", "\\x1D", "<GS>", "{GS}", "{FNC1}", "&#x1D;", "&#x1d;", "␝")
"""How scanners and copy-and-paste write GS most often; taken for GS wherever they stand. Others need a proof
(ncash.model.codes.spelling)."""

SEPARATOR: Final = re.compile("|".join([*(re.escape(text) for text in RENDERINGS), r"[\x1d\s]"]))
_BEGINS: Final = re.compile(r"[\\<{&␝\s]")
"""What a rendering begins with, and blanks; GS itself is looked for before."""
_NO_BEGINNING: Final = bytes(code for code in range(128) if not _BEGINS.match(chr(code)))
"""ASCII without those: taken out of a code at once, which is quicker than a look at every character."""
_ENDS: Final = " \t\r\n\x1d"


def plain(text: str) -> str:
    """The code without any separator: GS, its renderings, blanks."""
    bare = text.replace(GS, "")
    if bare.isascii():
        return SEPARATOR.sub("", text) if bare.encode().translate(None, _NO_BEGINNING) else bare
    return SEPARATOR.sub("", text) if _BEGINS.search(bare) else bare


def trimmed(text: str) -> str:
    """The code without blanks, line ends and separators at its ends."""
    return text.strip(_ENDS)


def cuts(text: str, blanks: bool = True) -> frozenset[int]:
    """Where separators stand, counted in the code without them; with `blanks` those count too."""
    found, taken = set(), 0
    for separator in SEPARATOR.finditer(text):
        if blanks or not separator[0].isspace() or separator[0] == GS:
            found.add(separator.start() - taken)
        taken += separator.end() - separator.start()
    return frozenset(found)

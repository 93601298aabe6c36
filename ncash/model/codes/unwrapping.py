"""What stands around a code, or lies over the whole of it, taken off: frames, identifiers, the Russian layout."""

from typing import Final

from ncash.model.codes.keyboard import meant, mixed, russian
from ncash.model.codes.separators import GS, RENDERINGS
from ncash.model.codes.spelling import FNC1_IN_FRONT
from ncash.model.scan import AIM

FRAME: Final = " \t\r\n\x00\x02\x03\x04\x06\x15"
"""What scanners put around a code."""
_IN_FRONT: Final = (GS, *RENDERINGS, *FNC1_IN_FRONT)
_HIDDEN: Final = dict.fromkeys(
    [0xAD, 0x61C, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065)]
)
"""Characters that take no place: copies out of messengers and documents bring them along."""
_WIDE: Final = {0xFEE0 + code: code for code in range(0x21, 0x7F)}
"""Full-width letters and digits: each stands for one of ASCII."""

TERMINATOR: Final = "terminator"
PREFIX: Final = "aim"
LEADING: Final = "leading"
LAYOUT: Final = "layout"
HIDDEN: Final = "hidden"
WIDE: Final = "wide"


def unwrapped(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without what is not the code's own, and what was undone; an empty text for letters of two layouts."""
    steps: list[str] = []
    if not text.isascii():
        text, steps = _in_ascii(text)
    if mixed(text):
        return "", ()
    if russian(text):
        text = meant(text)
        steps.append(LAYOUT)
    bare = text.strip(FRAME)
    if bare != text and bare != text.strip():
        steps.append(TERMINATOR)
    prefix = next((aim for aim in AIM if bare.startswith(aim)), None)
    if prefix:
        bare = bare[len(prefix) :]
        steps.append(PREFIX)
    front = _without_fnc1(bare)
    if front != bare:
        steps.append(LEADING)
    return _without_end(front), tuple(steps)


def _in_ascii(text: str) -> tuple[str, list[str]]:
    """What can be said with ASCII alone: hidden characters, wide letters, FNC1 in front of a code of digits."""
    import unicodedata

    steps = []
    shown = unicodedata.normalize("NFC", text).translate(_HIDDEN)
    if len(shown) < len(text) and not _HIDDEN.keys().isdisjoint(map(ord, text)):
        steps.append(HIDDEN)
    narrow = shown.translate(_WIDE)
    if narrow != shown:
        steps.append(WIDE)
    bare = narrow.strip(FRAME)
    front = _without_fnc1(bare)
    if front != bare and front[:2].isascii() and front[:2].isdigit():
        steps.append(LEADING)
        narrow = front
    return narrow, steps


def _without_fnc1(text: str) -> str:
    while text.startswith(_IN_FRONT):
        text = text[max(len(sign) for sign in _IN_FRONT if text.startswith(sign)) :]
    return text


def _without_end(text: str) -> str:
    bare = text.rstrip(FRAME + GS)
    while bare.endswith(RENDERINGS):
        bare = bare[: -max(len(sign) for sign in RENDERINGS if bare.endswith(sign))].rstrip(FRAME + GS)
    return bare

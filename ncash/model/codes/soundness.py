"""Whether a code looks as codes do: its characters, its check digit, the case of its letters, one code and not two."""

import re
from typing import Final

from ncash.model.codes.layouts import HEAD
from ncash.model.codes.separators import GS
from ncash.model.codes.spelling import SET_82, hinted, misspelled

_ODD: Final = re.compile(f"[^{SET_82}]")
_PERMITTED: Final = bytes(code for code in range(128) if not _ODD.match(chr(code)))
_STARTS: Final = re.compile(r"(?=01[0-9]{14}21)", re.ASCII)
_SIGNATURE: Final = 44
"""Characters of the shortest base64 signature (element 92); so many without one capital do not come by chance."""
_LETTERS: Final = 20
_GLUED_FROM: Final = 120


def valid_gtin(digits: str) -> bool:
    """Whether the last of 8, 12, 13 or 14 digits is the check digit of the others."""
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in (8, 12, 13, 14):
        return False
    odd, even = digits[-2::-2], digits[-3::-2]
    return (3 * sum(map(int, odd)) + sum(map(int, even)) + int(digits[-1])) % 10 == 0


def begins_as_code(text: str) -> bool:
    """Whether the text begins with `01`, a valid GTIN and `21`."""
    return _STARTS.match(text) is not None and valid_gtin(text[2:16])


def permitted(code: str) -> bool:
    """Whether a code without separators has no other characters than marks have (GS1 character set 82)."""
    return code.isascii() and not code.encode().translate(None, _PERMITTED)


def quiet(text: str) -> str | None:
    """The code without GS, when nothing in it wants a closer look; None when something does."""
    code = text.replace(GS, "")
    if not code.isascii() or code.encode().translate(None, _PERMITTED) or "1D" in code or "1d" in code:
        return None
    if (">" in code or ")" in code) and hinted(code):
        return None
    return None if len(code) > _SIGNATURE + HEAD and (one_case(code) or glued(code)) else code


def doubtful(code: str) -> bool:
    """Whether a code without separators shows damage though a mask may fit it: dots of masks fit everything."""
    if not permitted(code) or (hinted(code) and misspelled(code)):
        return True
    return len(code) > _SIGNATURE + HEAD and (one_case(code) or glued(code))


def refusable(code: str) -> bool:
    """Whether the damage is certain, so that no mask that fits makes a mark of it."""
    return not permitted(code) or (hinted(code) and misspelled(code)) or one_case(code) or glued(code)


def one_case(code: str) -> bool:
    """Whether a signature lost its capitals, or its small letters: 44 characters of base64 have both."""
    tail = code.rpartition("92")[2] if len(code) < _SIGNATURE else code[-_SIGNATURE:]
    if len(tail) != _SIGNATURE or not (tail.islower() or tail.isupper()):
        return False
    return sum(map(str.isalpha, tail)) >= _LETTERS


def glued(code: str) -> bool:
    """Whether a whole second code begins inside a long one."""
    if len(code) < _GLUED_FROM:
        return False
    return any(found.start() and valid_gtin(code[found.start() + 2 :][:14]) for found in _STARTS.finditer(code))

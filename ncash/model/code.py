"""What may stand in a list of marks: a whole mark, or the part of it that identifies a unit (docs/adr/0034)."""

import re
from typing import Final

from ncash.model.mark import plain
from ncash.model.repair import SET_82

LONGEST_SERIAL: Final = 20
"""Characters of the longest serial number, AI 21."""
ACCEPTED: Final = (
    "a whole mark or its CIS, 01 with a GTIN of 14 digits and 21 with a serial; 29 or 21 characters of a tobacco pack; "
    "an excise stamp of 68 or 150 characters"
)
_FORMS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("mark", re.compile(rf"01[0-9]{{14}}21[{SET_82}]+")),
    ("tobacco pack", re.compile(rf"[0-9]{{14}}[{SET_82}]{{7}}(?:[{SET_82}]{{8}})?")),
    ("excise stamp", re.compile(r"[0-9A-Z]{68}|[0-9A-Z]{150}")),
)
_SERIAL: Final = re.compile(rf"01[0-9]{{14}}21[{SET_82}]{{1,{LONGEST_SERIAL}}}(?:\x1d|$)")


def form_of(text: str) -> str | None:
    """The form of a code in a list, or None for a text that is none; separators may be written in any way.

    A check digit is not looked at, and a code without separators may be of a structure that no table has.
    """
    code = plain(text)
    found = next((name for name, form in _FORMS if form.fullmatch(code)), None)
    if found == "mark" and "\x1d" in text.strip("\x1d \t") and not _SERIAL.match(text.strip()):
        return None
    return found

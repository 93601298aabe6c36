"""What may stand in a list of marks: a whole mark, or the part of it that identifies a unit (docs/adr/0034)."""

import re
from collections.abc import Callable
from typing import Final

from ncash.model.codes.elements import LONGEST_SERIAL
from ncash.model.codes.layouts import HEAD, SERIALS
from ncash.model.codes.spelling import SET_82
from ncash.model.mark import cis, plain

ACCEPTED: Final = (
    "a whole mark or its CIS, 01 with a GTIN of 14 digits and 21 with a serial; 29 or 21 characters of a tobacco pack; "
    "an excise stamp of 68 or 150 characters"
)
MARK: Final = "mark"
_FORMS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    (MARK, re.compile(rf"01[0-9]{{14}}21[{SET_82}]+")),
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
    if found == MARK and "\x1d" in text.strip("\x1d \t") and not _SERIAL.match(text.strip()):
        return None
    return found


def structured(text: str) -> bool:
    """Whether a code, or the part of it that identifies a unit, is of a structure that is known."""
    form = form_of(text)
    return form is not None and (form != MARK or len(cis(text)) - HEAD in SERIALS)


def identity(text: str, reads: Callable[[str], str | None] | None = None) -> str | None:
    """The CIS of a code in a list, or None for a text that is none.

    `reads` is how the shop's masks read: they are asked about forms that nobody else knows, and where the serial ends
    of a code whose length no structure has.
    """
    own = cis(text) if form_of(text) is not None else None
    return own if reads is None or structured(text) else reads(text) or own

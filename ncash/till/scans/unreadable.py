"""A scan that nobody reads: what the cashier is told, and the line about it in the journal."""

import re
from typing import TYPE_CHECKING, Final

from ncash.messages import Message
from ncash.model.decision import Decision, Step, Text, Verdict
from ncash.model.mark import cis, ean
from ncash.model.receipt import Receipt
from ncash.model.record import Entry
from ncash.model.request import MARK_FIRST, AddItem
from ncash.model.scan import AIM, LINEAR, Scan
from ncash.till.texts import (
    SCAN_CAPS_LOCK,
    SCAN_CUT,
    SCAN_FOREIGN,
    SCAN_LAYOUT,
    SCAN_ONE_CASE,
    SCAN_SEPARATOR,
    SCAN_SQUARE,
    SCAN_TWO_CODES,
    SCAN_UNCLEAR,
)
from ncash.till.view import Outcome

if TYPE_CHECKING:
    from ncash.model.codes.diagnosis import Diagnosis

KIND: Final = "unread"
"""`kind` of a line of the journal about a scan that was refused for what the scanner made of it."""
_TEXTS: Final = {
    "two_codes": SCAN_TWO_CODES,
    "layout": SCAN_LAYOUT,
    "foreign": SCAN_FOREIGN,
    "separator": SCAN_SEPARATOR,
    "caps_lock": SCAN_CAPS_LOCK,
    "one_case": SCAN_ONE_CASE,
    "cut": SCAN_CUT,
    "unclear": SCAN_UNCLEAR,
    "linear": SCAN_SQUARE,
}
"""By the word of the damage (ncash.model.codes.diagnosis)."""
_HEAD: Final = re.compile(r"\D{0,3}01[0-9]{14}", re.ASCII)
_UP_TO_SERIAL: Final = 18
_SCRAP: Final = 8


def without_identifier(text: str) -> str:
    """A scan of goods without the symbology identifier that the scanner put in front, and without line ends."""
    bare = text.strip()
    aim = next((aim for aim in AIM if bare.startswith(aim)), "")
    return bare[len(aim) :]


def diagnosed(outcome: Outcome, receipt: Receipt, burst: Scan, wanted: bool) -> Outcome:
    """Add to an outcome what is wrong with the scan; `wanted`: a mark was asked for."""
    from ncash.model.codes.diagnosis import Damage, Diagnosis, diagnosis
    from ncash.model.codes.repair import linear

    found = diagnosis(burst.data)
    if found is None and wanted and burst.data.startswith(LINEAR) and linear(burst.data):
        found = Diagnosis(Damage.LINEAR)
    if found is None:
        return outcome
    text = _text(found)
    fact = {"damage": found.damage.value, "piece": found.piece, "fault": found.fault}
    step = Step("scan", Verdict.DENY, text.key, fact={name: value for name, value in fact.items() if value})
    decision = Decision(Verdict.DENY, (step,), (text,))
    line = Entry(KIND, AddItem(receipt, MARK_FIRST, scan=burst._replace(data=_journal_text(burst.data))), decision)
    screen = (*outcome.screen, text) if wanted else (text,)
    return outcome._replace(screen=screen, journal=(*outcome.journal, line))


def _journal_text(text: str) -> str:
    """What the journal keeps: nothing that could be a verification part (ADR 0020)."""
    shown = text[: _UP_TO_SERIAL if _HEAD.match(text) else _SCRAP]
    return f"{shown}…{len(text) - len(shown)}"


def _text(found: "Diagnosis") -> Text:
    message: Message = _TEXTS[found.damage]
    if message is SCAN_FOREIGN:
        return message.fill(character=_legible(found.piece))
    if message is SCAN_SEPARATOR:
        return message.fill(separator=_legible(found.piece))
    if message is not SCAN_TWO_CODES:
        return message.fill()
    first, second = (_named(code) for code in found.codes[:2])
    return message.fill(first=first, second=second)


def _legible(piece: str) -> str:
    """A piece of a scan; characters that cannot be seen as their numbers."""
    return "".join(one if one.isprintable() and not one.isspace() else f"U+{ord(one):04X}" for one in piece)


def _named(code: str) -> str:
    """A code as a person may see it: without its verification part."""
    return ean(code) if len(code) <= 14 else cis(code)

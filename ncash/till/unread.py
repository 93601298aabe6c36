"""A scan that nobody reads: what the cashier is told, and the line about it in the journal."""

import re
from typing import Final

from ncash.messages import Message
from ncash.model.decision import Decision, Step, Text, Verdict
from ncash.model.diagnosis import Damage, Diagnosis, diagnosis
from ncash.model.mark import cis, ean
from ncash.model.receipt import Receipt
from ncash.model.record import Entry
from ncash.model.repair import AIM, LINEAR, linear
from ncash.model.request import MARK_FIRST, AddItem
from ncash.model.scan import Scan
from ncash.till.texts import (
    SCAN_CAPS_LOCK,
    SCAN_CUT,
    SCAN_LAYOUT,
    SCAN_ONE_CASE,
    SCAN_SQUARE,
    SCAN_TWO_CODES,
    SCAN_UNCLEAR,
)
from ncash.till.view import Outcome

KIND: Final = "unread"
"""`kind` of a line of the journal about a scan that was refused for what the scanner made of it."""
_TEXTS: Final = {
    Damage.TWO_CODES: SCAN_TWO_CODES,
    Damage.LAYOUT: SCAN_LAYOUT,
    Damage.CAPS_LOCK: SCAN_CAPS_LOCK,
    Damage.ONE_CASE: SCAN_ONE_CASE,
    Damage.CUT: SCAN_CUT,
    Damage.UNCLEAR: SCAN_UNCLEAR,
    Damage.LINEAR: SCAN_SQUARE,
}
_HEAD: Final = re.compile(r"\D{0,3}01[0-9]{14}", re.ASCII)
_UP_TO_SERIAL: Final = 18
_SCRAP: Final = 8


def without_identifier(text: str) -> str:
    """A scan of goods without the symbology identifier that the scanner put in front, and without line ends."""
    bare = text.strip()
    aim = next((aim for aim in AIM if bare.startswith(aim)), "")
    return bare[len(aim) :]


def told(outcome: Outcome, receipt: Receipt, burst: Scan, wanted: bool) -> Outcome:
    """The outcome with what is wrong with the scan; `wanted`: a mark was asked for."""
    found = diagnosis(burst.data)
    if found is None and wanted and burst.data.startswith(LINEAR) and linear(burst.data):
        found = Diagnosis(Damage.LINEAR)
    if found is None:
        return outcome
    text = _text(found)
    step = Step("scan", Verdict.DENY, text.key, fact={"damage": found.damage.value})
    decision = Decision(Verdict.DENY, (step,), (text,))
    line = Entry(KIND, AddItem(receipt, MARK_FIRST, scan=burst._replace(data=_kept(burst.data))), decision)
    screen = (*outcome.screen, text) if wanted else (text,)
    return outcome._replace(screen=screen, journal=(*outcome.journal, line))


def _kept(text: str) -> str:
    """What the journal keeps: nothing that could be a verification part (ADR 0020)."""
    shown = text[: _UP_TO_SERIAL if _HEAD.match(text) else _SCRAP]
    return f"{shown}…{len(text) - len(shown)}"


def _text(found: Diagnosis) -> Text:
    message: Message = _TEXTS[found.damage]
    if found.damage is not Damage.TWO_CODES:
        return message.fill()
    first, second = (_named(code) for code in found.codes[:2])
    return message.fill(first=first, second=second)


def _named(code: str) -> str:
    """A code as a person may see it: without its verification part."""
    return ean(code) if len(code) <= 14 else cis(code)

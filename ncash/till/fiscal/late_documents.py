"""A document that comes when nobody waits for it any more: found by asking again, and by the drive's numbers.

The number of the drive's last document is held against the last one that is accounted for (ADR 0032). What is found is
an intent that stands, settled like any other.
"""

from contextlib import suppress
from typing import Final

from ncash.model.fiscal.intent import Intent
from ncash.model.fiscal.register import Made, RegisterError, RegisterRefused, RegisterStatus
from ncash.model.receipt import Receipt
from ncash.till.fiscal.fiscal_order import order_of
from ncash.till.fiscal.settling import ask_register, follow_register, mark_stopped, supervisor_needed
from ncash.till.fiscal.verdict_on_intent import Settlement, fits
from ncash.till.view import Outcome, Room, View

LEAVING: Final = ("cancel", "defer")
"""Commands after which nobody would close the receipt with its document."""
BEGINNING: Final = ("open", "restore", "shift")
"""Commands before which the drive's number is looked at."""
LOOKED_BEFORE: Final = (*LEAVING, *BEGINNING)
"""Commands before which late documents matter at all."""


def settle_late_document(room: Room, view: View, name: str) -> Outcome | None:
    """Settle a document that came late before a command that would lose sight of it. Raises CommandRefusal."""
    if name in LEAVING and view.receipt is not None:
        return _settle_open_receipt(room, view, view.receipt)
    if name in BEGINNING and view.receipt is None:
        documents = room.premises.documents
        if name == "shift" or documents.seen is None or documents.late_intents():
            with suppress(RegisterError):
                look_for_late_document(room, view, room.register.status())
    return None


def _settle_open_receipt(room: Room, view: View, receipt: Receipt) -> Outcome | None:
    """A receipt that was ordered once is let go only when the register says again that nothing was made of it."""
    intent = room.premises.documents.dropped_intent(receipt.id)
    if intent is None:
        return None
    answer = ask_register(room, intent)
    made = answer.made
    ruled_out = made is not None and made.drive == intent.drive and made.number < intent.expected
    if answer.settlement is Settlement.SEND_AGAIN or ruled_out:
        return None
    if answer.settlement is Settlement.ADOPT and not _still_as_ordered(intent, receipt):
        answer = answer._replace(settlement=Settlement.STOP)
    return follow_register(room, view, intent, answer)


def _still_as_ordered(intent: Intent, receipt: Receipt) -> bool:
    """Whether the receipt is still what was ordered."""
    order = order_of(receipt, intent.payments, "", intent.time)
    marks = tuple(line.mark for line in order.lines if line.mark is not None)
    return (order.total, marks) == (intent.total, intent.marks)


def look_for_late_document(room: Room, view: View, status: RegisterStatus) -> Made | None:
    """Hold the drive's last number against what is accounted for; the document of the open receipt, when it is there.

    Raises CommandRefusal for a receipt in the drive that the books do not have, RegisterError when the register does
    not say.
    """
    documents = room.premises.documents
    there = status.drive, status.last_number
    if documents.unsettled is not None or status.busy or documents.seen == there:
        return None
    known = documents.known_number(status.drive)
    waiting = tuple(intent for intent in documents.late_intents() if intent.drive == status.drive)
    own = None
    for intent in waiting:
        found = _document_of(room, intent)
        if found is not None and view.receipt is not None and view.receipt.id == intent.uuid:
            own = found
        elif found is not None:
            _stop(room, view, intent, found)
    if own is None and known is not None and status.last_number > known:
        try:
            last = room.register.last()
        except RegisterError:
            return None
        if last is not None and last.drive == status.drive and last.number > known:
            own = _judge_unknown_document(room, view, waiting, last, known)
    if own is None:
        documents.seen = there
    return own


def _document_of(room: Room, intent: Intent) -> Made | None:
    """The document of an earlier order, asked for by the order; one that a supervisor gave to another is none."""
    try:
        found = room.register.find(intent.uuid)
    except RegisterRefused:
        return None
    return found if found is not None and found.number >= intent.expected else None


def _judge_unknown_document(room: Room, view: View, waiting: tuple[Intent, ...], last: Made, known: int) -> Made | None:
    """A receipt that the books do not have: the open one's, or the supervisor's matter."""
    if view.receipt is not None and last.receipt == view.receipt.id:
        return last
    fitting = next((one for one in waiting if last.number >= one.expected and fits(one, last)), None)
    if fitting is not None and view.receipt is not None and fitting.uuid == view.receipt.id:
        return last
    foreign = Intent(
        uuid="",
        expected=known + 1,
        drive=last.drive,
        total=last.total,
        returned=last.returned,
        payments=(),
        change=0,
        marks=last.marks or (),
        time=last.time,
    )
    _stop(room, view, fitting or foreign, last)
    return None


def _stop(room: Room, view: View, intent: Intent, made: Made) -> None:
    """Raises CommandRefusal."""
    mark_stopped(room, intent, made)
    raise supervisor_needed(room, view, intent, made)

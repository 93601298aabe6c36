"""What becomes of a fiscal intent: the register is asked, the books follow it, or a supervisor decides (ADR 0027)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from ncash.fiscal import texts
from ncash.language import phrase
from ncash.model.decision import Decision, Text, Verdict
from ncash.model.fiscal.intent import ADOPT, Intent
from ncash.model.fiscal.register import Made, RegisterError, RegisterStatus
from ncash.model.money import rubles
from ncash.model.ports import AlreadyReturned, Closed
from ncash.model.receipt import Receipt, State
from ncash.system.failpoints import declare, failpoint
from ncash.till.fiscal.verdict_on_intent import Settlement, document_words, judge, order_words
from ncash.till.view import CommandRefusal, Outcome, Room, View

PAUSES: Final = (0.1, 0.2, 0.3, 0.5, 1.0, 1.0)
"""Seconds between questions about an order that the register has not finished."""
WHEREABOUTS: Final[Mapping[str, str]] = {
    "annulled": "аннулирован",
    "deferred": "отложен",
    "open": "открыт на другой кассе",
    "closed": "закрыт другим документом",
}
_COMMITTED: Final = declare("close.committed", "the books have the receipt, the till does not know yet")
_SETTLING: Final = declare("settle.begun", "an intent stands and the register is about to be asked")
_ASKED: Final = declare("settle.asked", "the register has answered what became of an intent, nothing is written")
_DROPPED: Final = declare("close.dropped", "an intent of which nothing came is marked as dropped")
_STOPPED: Final = declare("settle.stopped", "an intent that cannot be settled is marked for the supervisor")


class RegisterAnswer(NamedTuple):
    """What the register said of an intent."""

    settlement: Settlement
    made: Made | None = None
    """The document to adopt, or the one that stands in its place."""
    status: RegisterStatus | None = None


def stay_at_payment(view: View, *screen: Text, decision: Decision | None = None) -> Outcome:
    """Leave the receipt open at payment, with these texts; nothing was written."""
    steps = decision.steps if decision else ()
    return Outcome(view, screen, Decision(Verdict.DENY, steps), result={"document": None})


def settle_intent(room: Room, view: View) -> Outcome | None:
    """Settle the intent that stands by asking the register; None when none does. Raises CommandRefusal."""
    intent = room.premises.documents.intent()
    if intent is None:
        return None
    failpoint(_SETTLING)
    if intent.ruling is None:
        if intent.found is not None and not in_work(view, intent):
            raise supervisor_needed(room, view, intent, intent.found)
        return follow_register(room, view, intent, ask_register(room, intent))
    by = {"who": intent.ruling.who, "why": intent.ruling.why}
    if intent.ruling.what == ADOPT and intent.found is not None:
        return _adopt(room, view, intent, RegisterAnswer(Settlement.ADOPT, intent.found), by)
    return _back_to_payment(room, view, _ruled_out(room, intent), by)


def in_work(view: View, intent: Intent) -> bool:
    """Whether the receipt of the intent is the one in work."""
    return view.receipt is not None and view.receipt.id == intent.uuid


def ask_register(room: Room, intent: Intent) -> RegisterAnswer:
    """What became of an intent: several questions while the register is at work or says nothing.

    The last document matters only where one was made since. A register that answers and cannot tell of that one leaves
    it to a supervisor.
    """
    clock, register = room.premises.clock, room.register
    until = clock.monotonic() + sum(PAUSES)
    untold: RegisterAnswer | None = None
    for pause in PAUSES:
        untold = None
        try:
            status = register.status()
            found, last = register.find(intent.uuid), None
            untold = None if status.busy else RegisterAnswer(Settlement.STOP, None, status)
            if found is None and (status.last_number >= intent.expected or status.drive != intent.drive):
                last = register.last()
        except RegisterError:
            pass
        else:
            settlement = judge(intent, status, last, found)
            if settlement is not Settlement.WAIT:
                failpoint(_ASKED)
                return RegisterAnswer(settlement, found or last, status)
        if clock.monotonic() + pause > until:
            break
        clock.sleep(pause)
    return untold or RegisterAnswer(Settlement.WAIT)


def follow_register(room: Room, view: View, intent: Intent, answer: RegisterAnswer) -> Outcome:
    """Do what follows from the register's answer. Raises CommandRefusal when it cannot be settled."""
    if answer.settlement is Settlement.ADOPT:
        return _adopt(room, view, intent, answer, {})
    if answer.settlement is Settlement.SEND_AGAIN:
        passed = answer.status.last_number if answer.status else 0
        return _back_to_payment(room, view, intent._replace(expected=max(intent.expected, passed + 1)), {})
    if answer.settlement is Settlement.WAIT:
        text = texts.FISCAL_UNKNOWN.fill(total=rubles(intent.total))
        raise CommandRefusal("the register does not say what became of the receipt", code="unsettled", screen=(text,))
    mark_stopped(room, intent, answer.made)
    raise supervisor_needed(room, view, intent, answer.made)


def supervisor_needed(room: Room, view: View, intent: Intent, made: Made | None) -> CommandRefusal:
    """The words for the supervisor: what was to be made, and what stands there."""
    found = document_words(made)
    if in_work(view, intent):
        text = texts.FISCAL_STOPPED.fill(ordered=order_words(intent), found=found)
    elif not intent.uuid:
        text = texts.FISCAL_FOREIGN.fill(found=found)
    else:
        where = WHEREABOUTS.get(room.premises.documents.whereabouts(intent.uuid), "не найден в учёте")
        text = texts.FISCAL_LATE.fill(time=intent.time, total=rubles(intent.total), where=where, found=found)
    hint = "ncash receipt settle --adopt or --drop"
    return CommandRefusal("a supervisor decides about the receipt", code="stopped", hint=hint, screen=(text,))


def mark_stopped(room: Room, intent: Intent, made: Made | None) -> None:
    """A supervisor has to decide, again where a decision could not be carried out."""
    if intent.stopped and intent.found == made and intent.ruling is None:
        return
    line = _journal_line(room, intent, "stop", found=document_words(made))
    standing = intent._replace(dropped=False, stopped=True, found=made, ruling=None)
    room.premises.documents.change_intent(standing, [line])
    failpoint(_STOPPED)


def mark_dropped(room: Room, intent: Intent, what: str, more: Mapping[str, str]) -> None:
    """Nothing was made of it, so far."""
    dropped = intent._replace(dropped=True, stopped=False, found=None, ruling=None)
    room.premises.documents.change_intent(dropped, [_journal_line(room, intent, what, **more)])
    failpoint(_DROPPED)


def _back_to_payment(room: Room, view: View, intent: Intent, by: Mapping[str, str]) -> Outcome:
    """Nothing was made: the receipt is at payment again."""
    mark_dropped(room, intent, "drop" if by else "nothing", by)
    return stay_at_payment(view, texts.FISCAL_NOT_MADE.fill()) if in_work(view, intent) else Outcome(view)


def _ruled_out(room: Room, intent: Intent) -> Intent:
    """The intent after the supervisor said that the document is another one's: it can only come behind that one."""
    if intent.found is not None:
        return intent._replace(drive=intent.found.drive, expected=intent.found.number + 1)
    try:
        status = room.register.status()
    except RegisterError:
        return intent
    return intent._replace(drive=status.drive, expected=status.last_number + 1)


def _adopt(room: Room, view: View, intent: Intent, answer: RegisterAnswer, by: Mapping[str, str]) -> Outcome:
    """The document is in the drive: the receipt is closed with it, nothing is printed again."""
    made = answer.made
    assert made is not None
    line = _journal_line(room, intent, "adopt", document=made.number, **by)
    unprinted = answer.status.unprinted if answer.status else None
    if in_work(view, intent):
        outcome = book(room, view, intent, made, [line])
    else:
        outcome = _book_late(room, view, intent, made, [line] if by else [])
    text = texts.FISCAL_ADOPTED.fill(number=str(made.number))
    return outcome._replace(screen=(text,), unprinted=unprinted)


def book(room: Room, view: View, intent: Intent, made: Made, journal: Sequence[Mapping[str, Any]] = ()) -> Outcome:
    """Do the second phase of a close: books, messages and the end of the intent in one transaction."""
    receipt = view.receipt
    assert receipt is not None
    documents, paid = room.premises.documents, intent.payments
    written = documents.close_receipt(receipt, paid, intent.time, made.json(), intent.messages, journal)
    if documents.seen == (made.drive, made.number - 1):
        documents.seen = made.drive, made.number
    failpoint(_COMMITTED)
    return closed_outcome(receipt, written, None, made.json(), intent.change)


def _book_late(room: Room, view: View, intent: Intent, made: Made, ruled: Sequence[Mapping[str, Any]]) -> Outcome:
    """The receipt was annulled or put aside: it is entered when the supervisor said so. Raises CommandRefusal."""
    entered, hint = None, "restore the database, or: ncash receipt settle --drop"
    try:
        if ruled:
            entered = room.premises.documents.close_late(intent, book_time(room), made.json(), ruled)
    except AlreadyReturned:
        hint = (
            "its positions were returned by another receipt; ncash receipt settle --drop, then correct at the register"
        )
    if entered is None:
        mark_stopped(room, intent, made)
        error = supervisor_needed(room, view, intent, made)
        if not ruled:
            raise error
        text = phrase(
            "the receipt {uuid} cannot be entered; its document is {document}",
            uuid=intent.uuid,
            document=document_words(made),
        )
        raise CommandRefusal(text, code="stopped", hint=hint, screen=error.screen)
    failpoint(_COMMITTED)
    return closed_outcome(*entered, None, made.json(), intent.change)._replace(view=view)


def closed_outcome(
    receipt: Receipt,
    written: Closed,
    decision: Decision | None,
    fiscal: Mapping[str, Any] | None = None,
    change: int = 0,
) -> Outcome:
    """The receipt is closed and the till is free."""
    document = {**document_json(written), "change": rubles(change), "fiscal": dict(fiscal or {})}
    done = receipt._replace(state=State.CLOSED)
    result = {"document": document, "receipt": done.json()}
    return Outcome(View(), decision=decision, result=result, closed=(done, written))


def document_json(written: Closed) -> dict[str, Any]:
    """The `document` member of an answer."""
    return {"id": str(written.documentid), "doctype": written.doctype, "number": written.docnum}


def book_time(room: Room) -> str:
    """The time as books have it."""
    return room.premises.clock.now().isoformat(timespec="seconds")


def _journal_line(room: Room, intent: Intent, what: str, **more: Any) -> dict[str, Any]:
    """A line of the journal about an intent."""
    about = {"receipt": intent.uuid, "expected": intent.expected, "drive": intent.drive, "total": rubles(intent.total)}
    return {"time": book_time(room), "kind": "settle", "verdict": what, **about, **more}

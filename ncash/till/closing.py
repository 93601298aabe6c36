"""The close in two phases: the intent is on the disk, the document is in the drive, the books have both (ADR 0027).

After any interruption the register is asked for its last document; an order is never given again blindly.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from ncash.failpoints import declare, failpoint
from ncash.fiscal import texts
from ncash.messages import PLUGIN_BROKEN, RECEIPT_REFUSED
from ncash.model.decision import Decision, Text, Verdict, fold
from ncash.model.intent import ADOPT, Intent
from ncash.model.money import rubles
from ncash.model.ports import AlreadyReturned, Closed
from ncash.model.receipt import Kind, Receipt, State
from ncash.model.register import FiscalOrder, Made, RegisterError, RegisterRefused, RegisterSilent, RegisterStatus
from ncash.model.request import Close
from ncash.model.veil import quoting
from ncash.till.fiscal_order import order_of, returns
from ncash.till.orders import unfit
from ncash.till.payments import payments_of
from ncash.till.readiness import operator, ready, trouble
from ncash.till.settlement import Settlement, described, judge, ordered, same
from ncash.till.view import DIALOG_OPEN, Outcome, Refused, Room, View, open_receipt

PAUSES: Final = (0.1, 0.2, 0.3, 0.5, 1.0, 1.0)
"""Seconds between questions about an order that the register has not finished."""
_BEFORE_INTENT: Final = declare("close.before_intent", "the receipt may be closed and its register is ready")
_INTENT: Final = declare("close.intent", "the intent is on the disk, the register knows nothing")
_REGISTERED: Final = declare("close.registered", "the register has answered, the books know nothing")
_SILENT: Final = declare("close.silent", "the register did not answer an order")
_REFUSED: Final = declare("close.refused", "the register refused the order, the intent still stands")
_COMMITTED: Final = declare("close.committed", "the books have the receipt, the till does not know yet")
_SETTLING: Final = declare("settle.begun", "an intent stands and the register is about to be asked")
_ASKED: Final = declare("settle.asked", "the register has answered what became of an intent, nothing is written")
_DROPPED: Final = declare("close.dropped", "an intent of which nothing came is marked as dropped")
_STOPPED: Final = declare("settle.stopped", "an intent that cannot be settled is marked for the supervisor")


class Asked(NamedTuple):
    """What the register said of an intent."""

    settlement: Settlement
    made: Made | None = None
    """The document to adopt, or the one that stands in its place."""
    status: RegisterStatus | None = None


def closed(room: Room, view: View, payments: Sequence[Mapping[str, Any]] | None) -> Outcome:
    """Close the receipt. Raises Refused."""
    receipt = open_receipt(view)
    if view.dialog is not None:
        raise Refused(str(DIALOG_OPEN), code=DIALOG_OPEN.code)
    if not receipt.positions:
        raise Refused("the receipt is empty", code="empty")
    paid, change = payments_of(receipt, payments)
    decision = _agreed(room, receipt)
    if decision.verdict > Verdict.ALLOW:
        return refused(view, *decision.screen, decision=decision)
    if receipt.kind is Kind.INVENTORY:
        time = _now(room)
        return _done(receipt, room.world.documents.close_receipt(receipt, (), time, {}, decision.messages), decision)
    try:
        status, why = ready(room, view)
    except RegisterError as error:
        return refused(view, trouble(error), decision=decision)
    if status is None:
        return refused(view, *why, decision=decision)
    order = order_of(receipt, paid, operator(view), _now(room), room.fiscal.tax)
    return _close(room, view, order, _intent(order, status, change, decision), decision)


def _agreed(room: Room, receipt: Receipt) -> Decision:
    """Whether everybody lets the receipt be closed."""
    wrong = unfit(receipt)
    if wrong is not None:
        return Decision(Verdict.DENY, screen=(RECEIPT_REFUSED.fill(n=str(wrong.n), position=wrong.name),))
    answers, failed = room.plugins.ask("on_close", Close(receipt))
    if failed and any(position.marked for position in receipt.positions):
        answers = [*answers, Decision(Verdict.DENY, screen=(PLUGIN_BROKEN.fill(plugin=failed[0]),))]
    return fold(answers)


def refused(view: View, *screen: Text, decision: Decision | None = None) -> Outcome:
    """The receipt stays open at payment; nothing was written."""
    steps = decision.steps if decision else ()
    return Outcome(view, screen, Decision(Verdict.DENY, steps), result={"document": None})


def _now(room: Room) -> str:
    return room.world.clock.now().isoformat(timespec="seconds")


def _intent(order: FiscalOrder, status: RegisterStatus, change: int, decision: Decision) -> Intent:
    marks = tuple(line.mark for line in order.lines if line.mark is not None)
    return Intent(
        order.id, status.last_number + 1, status.drive, order.total, returns(order.kind), order.payments, change, marks,
        order.time, decision.messages,
    )  # fmt: skip


def _close(room: Room, view: View, order: FiscalOrder, intent: Intent, decision: Decision) -> Outcome:
    """Both phases; a document that came late of an earlier order is found before another one is ordered."""
    documents = room.world.documents
    try:
        late = room.register.find(order.id) if documents.dropped_intent(order.id) else None
    except RegisterError as error:
        return refused(view, trouble(error), decision=decision)
    failpoint(_BEFORE_INTENT)
    try:
        documents.begin_close(open_receipt(view), intent if late is None else intent._replace(expected=late.number))
    except AlreadyReturned as error:
        text = "a position of the sale was returned already, or another till returns it"
        raise Refused(text, code="returned") from error
    failpoint(_INTENT)
    outcome = _sent(room, view, order, intent) if late is None else settled(room, view) or refused(view)
    return outcome if outcome.decision else outcome._replace(decision=decision)


def _sent(room: Room, view: View, order: FiscalOrder, intent: Intent, again: bool = True) -> Outcome:
    """Give the order; after silence ask, and give it once more when nothing was made of it. Raises Refused."""
    try:
        made = room.register.register(order)
    except RegisterRefused as error:
        failpoint(_REFUSED)
        reason = quoting(str(error), intent.marks)
        _drop(room, intent, "refused", {"reason": reason})
        return refused(view, texts.FISCAL_REFUSED.fill(reason=reason))
    except RegisterSilent:
        failpoint(_SILENT)
        asked = ask(room, intent)
        if asked.settlement is Settlement.SEND_AGAIN and again:
            return _sent(room, view, order, intent, again=False)
        return _carried_out(room, view, intent, asked)
    failpoint(_REGISTERED)
    if not same(intent, made):
        return _carried_out(room, view, intent, Asked(Settlement.STOP, made))
    return _booked(room, view, intent, made)._replace(unprinted=made.unprinted)


def settled(room: Room, view: View) -> Outcome | None:
    """Settle the intent that stands by asking the register; None when none does. Raises Refused when it cannot be."""
    intent = room.world.documents.intent()
    if intent is None:
        return None
    failpoint(_SETTLING)
    if intent.ruling is None:
        return _carried_out(room, view, intent, ask(room, intent))
    by = {"who": intent.ruling.who, "why": intent.ruling.why}
    if intent.ruling.what == ADOPT and intent.found is not None:
        return _adopted(room, view, intent, Asked(Settlement.ADOPT, intent.found), by)
    return _given_up(room, view, intent, by)


def ask(room: Room, intent: Intent) -> Asked:
    """What became of an intent: several questions while the register is at work or says nothing.

    The last document matters only where one was made since. A register that answers and cannot tell of that one leaves
    it to a supervisor.
    """
    clock, register = room.world.clock, room.register
    until = clock.monotonic() + sum(PAUSES)
    untold: Asked | None = None
    for pause in PAUSES:
        untold = None
        try:
            status = register.status()
            found, last = register.find(intent.uuid), None
            untold = None if status.busy else Asked(Settlement.STOP, None, status)
            if found is None and (status.last_number >= intent.expected or status.drive != intent.drive):
                last = register.last()
        except RegisterError:
            pass
        else:
            settlement = judge(intent, status, last, found)
            if settlement is not Settlement.WAIT:
                failpoint(_ASKED)
                return Asked(settlement, found or last, status)
        if clock.monotonic() + pause > until:
            break
        clock.sleep(pause)
    return untold or Asked(Settlement.WAIT)


def _carried_out(room: Room, view: View, intent: Intent, asked: Asked) -> Outcome:
    if asked.settlement is Settlement.ADOPT:
        return _adopted(room, view, intent, asked, {})
    if asked.settlement is Settlement.SEND_AGAIN:
        return _given_up(room, view, intent, {})
    if asked.settlement is Settlement.WAIT:
        text = texts.FISCAL_UNKNOWN.fill(total=rubles(intent.total))
        raise Refused("the register does not say what became of the receipt", code="unsettled", screen=(text,))
    _stop(room, intent, asked.made)
    text = texts.FISCAL_STOPPED.fill(ordered=ordered(intent), found=described(asked.made))
    hint = "ncash receipt settle --adopt or --drop"
    raise Refused("a supervisor decides about the receipt", code="stopped", hint=hint, screen=(text,))


def _stop(room: Room, intent: Intent, made: Made | None) -> None:
    """A supervisor has to decide, again where a decision could not be carried out."""
    if intent.stopped and intent.found == made and intent.ruling is None:
        return
    line = _line(room, intent, "stop", found=described(made))
    room.world.documents.change_intent(intent._replace(stopped=True, found=made, ruling=None), [line])
    failpoint(_STOPPED)


def _given_up(room: Room, view: View, intent: Intent, by: Mapping[str, str]) -> Outcome:
    """Nothing was made: the receipt is at payment again."""
    _drop(room, intent, "drop" if by else "nothing", by)
    return refused(view, texts.FISCAL_NOT_MADE.fill())


def _drop(room: Room, intent: Intent, what: str, more: Mapping[str, str]) -> None:
    dropped = intent._replace(dropped=True, stopped=False, found=None, ruling=None)
    room.world.documents.change_intent(dropped, [_line(room, intent, what, **more)])
    failpoint(_DROPPED)


def _adopted(room: Room, view: View, intent: Intent, asked: Asked, by: Mapping[str, str]) -> Outcome:
    """The document is in the drive: the receipt is closed with it, nothing is printed again."""
    made = asked.made
    assert made is not None
    line = _line(room, intent, "adopt", document=made.number, **by)
    unprinted = asked.status.unprinted if asked.status else None
    outcome = _booked(room, view, intent, made, [line])
    text = texts.FISCAL_ADOPTED.fill(number=str(made.number))
    return outcome._replace(screen=(text,), unprinted=unprinted)


def _booked(room: Room, view: View, intent: Intent, made: Made, journal: Sequence[Mapping[str, Any]] = ()) -> Outcome:
    """Second phase: books, messages and the end of the intent in one transaction. Raises Refused without a receipt."""
    receipt = view.receipt
    if receipt is None or receipt.id != intent.uuid:
        _stop(room, intent, made)
        text = f"the receipt {intent.uuid} is not open here; its document is {described(made)}"
        raise Refused(text, code="stopped", hint="restore the database, or: ncash receipt settle --drop")
    paid = intent.payments
    written = room.world.documents.close_receipt(receipt, paid, intent.time, made.json(), intent.messages, journal)
    failpoint(_COMMITTED)
    return _done(receipt, written, None, made.json(), intent.change)


def _done(
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


def _line(room: Room, intent: Intent, what: str, **more: Any) -> dict[str, Any]:
    """A line of the journal about an intent."""
    about = {"receipt": intent.uuid, "expected": intent.expected, "drive": intent.drive, "total": rubles(intent.total)}
    return {"time": _now(room), "kind": "settle", "verdict": what, **about, **more}

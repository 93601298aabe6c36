"""The close in two phases: the intent is on the disk, the document is in the drive, the books have both (ADR 0027).

After any interruption the register is asked for its last document; an order is never given again blindly.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ncash.fiscal import texts
from ncash.hosting.texts import PLUGIN_GUARDS
from ncash.messages import PLUGIN_BROKEN
from ncash.model.decision import Decision, Text, Verdict, fold
from ncash.model.fiscal.intent import Intent
from ncash.model.fiscal.register import (
    FiscalOrder,
    Made,
    RegisterError,
    RegisterRefused,
    RegisterSilent,
    RegisterStatus,
)
from ncash.model.owned import joined
from ncash.model.ports import AlreadyReturned
from ncash.model.receipt import Kind, Payment, Receipt
from ncash.model.record import Entry
from ncash.model.request import Close
from ncash.model.veil import quoting
from ncash.system.failpoints import declare, failpoint
from ncash.till.fiscal.fiscal_order import order_of, returns
from ncash.till.fiscal.late_documents import look_for_late_document
from ncash.till.fiscal.payments import payments_of
from ncash.till.fiscal.readiness import operator, ready, register_trouble
from ncash.till.fiscal.settling import (
    RegisterAnswer,
    ask_register,
    book,
    book_time,
    closed_outcome,
    follow_register,
    mark_dropped,
    settle_intent,
    stay_at_payment,
)
from ncash.till.fiscal.verdict_on_intent import Settlement, fits
from ncash.till.goods.kinds import guard_of
from ncash.till.goods.pricing import given_away_in
from ncash.till.questions import put
from ncash.till.receipts.orders import unfit
from ncash.till.texts import GOODS_WITHOUT_PRICE, RECEIPT_REFUSED
from ncash.till.view import DIALOG_OPEN, CommandRefusal, Outcome, Room, View, open_receipt

KIND: Final = "close"
"""`kind` of a line of the journal about a close that plugins had something to say about."""
_BEFORE_INTENT: Final = declare("close.before_intent", "the receipt may be closed and its register is ready")
_INTENT: Final = declare("close.intent", "the intent is on the disk, the register knows nothing")
_REGISTERED: Final = declare("close.registered", "the register has answered, the books know nothing")
_SILENT: Final = declare("close.silent", "the register did not answer an order")
_REFUSED: Final = declare("close.refused", "the register refused the order, the intent still stands")


def close(room: Room, view: View, payments: Sequence[Mapping[str, Any]] | None) -> Outcome:
    """Close the receipt. Raises CommandRefusal."""
    receipt = open_receipt(view)
    if view.dialog is not None:
        raise CommandRefusal(str(DIALOG_OPEN), code=DIALOG_OPEN.code)
    if not receipt.positions:
        raise CommandRefusal("the receipt is empty", code="empty")
    paid, change = payments_of(receipt, payments)
    return close_paid(room, view, Close(receipt, paid, change, cashier=view.cashier))


def close_paid(room: Room, view: View, request: Close) -> Outcome:
    """Close the receipt whose payments are settled, unless a plugin has something against it, or asks."""
    receipt, paid, change = request.receipt, request.payments, request.change
    decision = _plugins_agree(room, request)
    if decision.verdict is Verdict.ASK:
        return put(view, request, decision)
    lines = (Entry(KIND, request, decision),) if decision.steps or request.confirmed else ()
    if decision.verdict is not Verdict.ALLOW:
        return stay_at_payment(view, *decision.screen, decision=decision)._replace(journal=lines)
    if decision.effects.receipt_extra:
        receipt = receipt._replace(extra=joined(receipt.extra, decision.effects.receipt_extra))
        view = view._replace(receipt=receipt)
    outcome = _closed(room, view, decision, paid, change)
    said = _slip(room, decision) if outcome.closed else ()
    return outcome._replace(screen=(*decision.screen, *outcome.screen, *said), journal=(*outcome.journal, *lines))


def _slip(room: Room, decision: Decision) -> tuple[Text, ...]:
    """Lines of plugins under the receipt; a register that does not print them now prints them never."""
    if not decision.slip:
        return ()
    try:
        room.register.print_lines(decision.slip)
    except RegisterError as error:
        return (register_trouble(error)._replace(kind="warning"),)
    return ()


def _closed(room: Room, view: View, decision: Decision, paid: tuple[Payment, ...], change: int) -> Outcome:
    receipt = open_receipt(view)
    room.seal()
    if receipt.kind is Kind.INVENTORY:
        written = room.premises.documents.close_receipt(receipt, (), book_time(room), {}, decision.messages)
        return closed_outcome(receipt, written, decision)
    try:
        status, why = ready(room, view)
        own = look_for_late_document(room, view, status) if status is not None else None
    except RegisterError as error:
        return stay_at_payment(view, register_trouble(error), decision=decision)
    if status is None:
        return stay_at_payment(view, *why, decision=decision)
    order = order_of(receipt, paid, operator(view), book_time(room), room.fiscal.tax)
    return _close(room, view, order, _intent(order, status, change, decision), decision, own)


def _plugins_agree(room: Room, request: Close) -> Decision:
    """Whether everybody lets the receipt be closed."""
    receipt = request.receipt
    wrong = unfit(receipt)
    if wrong is not None:
        return Decision(Verdict.DENY, screen=(RECEIPT_REFUSED.fill(n=str(wrong.n), position=wrong.name),))
    given_away = given_away_in(receipt)
    if given_away is not None:
        return Decision(Verdict.DENY, screen=(GOODS_WITHOUT_PRICE.fill(position=given_away.name),))
    answers, failed = _asked(room, request)
    if failed and (missed := _missed(room, receipt, failed)):
        answers = [*answers, Decision(Verdict.DENY, screen=(missed,))]
    decision = fold(answers)
    return decision._replace(verdict=Verdict.ALLOW) if decision.verdict is Verdict.ABSTAIN else decision


def _asked(room: Room, request: Close) -> tuple[list[Decision], Sequence[str]]:
    """What the plugins say of the close and, where one wants to know, of each payment."""
    answers, failed = room.plugins.ask("on_close", request)
    if not room.plugins.takes_payments:
        return answers, failed
    mute = set(failed)
    for payment in request.payments:
        more, silent = room.plugins.ask("on_payment", request, payment)
        answers, mute = [*answers, *more], mute | set(silent)
    return answers, sorted(mute)


def _missed(room: Room, receipt: Receipt, failed: Sequence[str]) -> Text | None:
    """The text about goods of the receipt over whose close these plugins owe an answer."""
    if any(position.marked for position in receipt.positions):
        return PLUGIN_BROKEN.fill(plugin=failed[0])
    for position in receipt.positions:
        guard = guard_of(room, room.premises.dictionaries.goods(position.bcode), failed)
        if guard is not None:
            return PLUGIN_GUARDS.fill(position=position.name, plugin=guard)
    return None


def _intent(order: FiscalOrder, status: RegisterStatus, change: int, decision: Decision) -> Intent:
    marks = tuple(line.mark for line in order.lines if line.mark is not None)
    return Intent(
        uuid=order.id,
        expected=status.last_number + 1,
        drive=status.drive,
        total=order.total,
        returned=returns(order.kind),
        payments=order.payments,
        change=change,
        marks=marks,
        time=order.time,
        messages=decision.messages,
    )


def _close(
    room: Room, view: View, order: FiscalOrder, intent: Intent, decision: Decision, late: Made | None
) -> Outcome:
    """Both phases; a document that came late of an earlier order is found before another one is ordered."""
    documents = room.premises.documents
    try:
        if late is None and documents.dropped_intent(order.id):
            late = room.register.find(order.id)
    except RegisterError as error:
        return stay_at_payment(view, register_trouble(error), decision=decision)
    failpoint(_BEFORE_INTENT)
    try:
        documents.begin_close(open_receipt(view), intent if late is None else intent._replace(expected=late.number))
    except AlreadyReturned as error:
        text = "a position of the sale was returned already, or another till returns it"
        raise CommandRefusal(text, code="returned") from error
    failpoint(_INTENT)
    if late is None:
        outcome = _give_order(room, view, order, intent)
    else:
        outcome = settle_intent(room, view) or stay_at_payment(view)
    return outcome if outcome.decision else outcome._replace(decision=decision)


def _give_order(room: Room, view: View, order: FiscalOrder, intent: Intent, again: bool = True) -> Outcome:
    """Give the order; after silence ask, and give it once more when nothing was made of it. Raises CommandRefusal."""
    try:
        made = room.register.register(order)
    except RegisterRefused as error:
        failpoint(_REFUSED)
        reason = quoting(str(error), intent.marks)
        mark_dropped(room, intent, "refused", {"reason": reason})
        return stay_at_payment(view, texts.FISCAL_REFUSED.fill(reason=reason))
    except RegisterSilent:
        failpoint(_SILENT)
        answer = ask_register(room, intent)
        if answer.settlement is Settlement.SEND_AGAIN and again:
            return _give_order(room, view, order, intent, again=False)
        return follow_register(room, view, intent, answer)
    failpoint(_REGISTERED)
    if not fits(intent, made):
        return follow_register(room, view, intent, RegisterAnswer(Settlement.STOP, made))
    return book(room, view, intent, made)._replace(unprinted=made.unprinted)

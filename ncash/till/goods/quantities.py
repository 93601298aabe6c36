"""Quantities: the modifier of a position, and the answer to the till's own question how much it is."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ncash.language import phrase
from ncash.messages import QUANTITY_FORBIDDEN
from ncash.model.decision import Decision, Verdict, fold
from ncash.model.money import quantity
from ncash.model.ports import KegShort
from ncash.model.receipt import Kind
from ncash.model.record import Entry
from ncash.model.request import ChangeQuantity
from ncash.model.scan import Scan
from ncash.till.adding import add
from ncash.till.conflict import shortage_text
from ncash.till.deciding import decide_position
from ncash.till.goods.measuring import ASKING
from ncash.till.questions import put, taken_away
from ncash.till.receipts.returning import most_returnable, with_choice_form
from ncash.till.scans.barcodes import goods_by_barcode
from ncash.till.scans.unreadable import without_identifier
from ncash.till.view import DIALOG_OPEN, CommandRefusal, Outcome, Room, View, open_receipt


def quantity_command(room: Room, view: View, command: Mapping[str, Any]) -> Outcome:
    """The command `quantity`: without a position it answers the dialog on the screen. Raises CommandRefusal."""
    receipt = open_receipt(view)
    asked = view.dialog is not None and view.dialog.kind == ASKING
    if "position" not in command and not asked:
        raise CommandRefusal("quantity needs the field position: no dialog asks for a quantity", code="field")
    if view.dialog is not None and "position" in command:
        raise CommandRefusal(str(DIALOG_OPEN), code=DIALOG_OPEN.code)
    if "position" in command and receipt.position(command["position"]) is None:
        raise CommandRefusal(
            phrase("the receipt has no position {position}", position=command["position"]), code="position"
        )
    try:
        value = quantity(command["value"])
    except ValueError as error:
        raise CommandRefusal(str(error), code="quantity") from error
    return _answer_dialog(room, view, value) if asked else _change_position(room, view, command["position"], value)


def answer_by_label(room: Room, view: View, burst: Scan) -> Outcome:
    """A scan while the till asks how much it is: a weight label of the same article answers, anything else does not."""
    pending = view.pending
    goods, _, amount = goods_by_barcode(room, without_identifier(burst.data))
    if pending is None or pending.goods is None or goods is None or amount is None or goods.code != pending.goods.code:
        return Outcome(view)
    try:
        return _answer_dialog(room, view, quantity(amount))
    except ValueError:
        return Outcome(view)


def _answer_dialog(room: Room, view: View, value: Decimal) -> Outcome:
    """Decide the goods that wait, with their quantity; one that is refused may be answered again."""
    assert view.pending is not None
    request = view.pending._replace(receipt=open_receipt(view), quantity=value)
    judged = decide_position(room, request)
    decision, _ = judged
    if decision.verdict is Verdict.DENY:
        return Outcome(view, decision.screen, decision, (Entry("verdict", request, decision),))
    return with_choice_form(add(room, view._replace(dialog=None), request, judged))


def _change_position(room: Room, view: View, n: int, value: Decimal) -> Outcome:
    receipt = open_receipt(view)
    position = receipt.position(n)
    assert position is not None
    if not position.fractional and value != value.to_integral_value():
        raise CommandRefusal("goods sold by the piece have a whole quantity", code="quantity")
    if receipt.kind is not Kind.INVENTORY and position.price > 0 and position._replace(quantity=value).amount == 0:
        raise CommandRefusal(phrase("{value} of it come to 0.00", value=value), code="quantity")
    bound = most_returnable(room, view, position)
    if bound is not None and value > bound:
        raise CommandRefusal(phrase("the sale has {bound} of it", bound=bound), code="quantity")
    return change(room, view, ChangeQuantity(receipt, position, value, cashier=view.cashier))


def change(room: Room, view: View, request: ChangeQuantity) -> Outcome:
    """Change the quantity of a position, unless a plugin has something against it."""
    receipt, position, value = open_receipt(view), request.position, request.value
    decision = _ask_plugins(room, request)
    if decision.verdict is Verdict.ASK:
        return put(view, request, decision)
    view = taken_away(view) if view.held is not None else view
    if decision.verdict is not Verdict.ALLOW:
        lines = (Entry("quantity", request, decision),) if decision.steps else ()
        return Outcome(view, decision.screen, decision, lines)
    changed = tuple(p._replace(quantity=value) if p.n == position.n else p for p in receipt.positions)
    view = view._replace(receipt=receipt._replace(positions=changed))
    return Outcome(view, decision.screen, decision, save=True, messages=decision.messages)


def keep_standing_portion(view: View, outcome: Outcome, short: KegShort | None) -> None:
    """Refuse a larger quantity of a standing portion when its keg has no more. Raises CommandRefusal."""
    if short is None or view.receipt is None or outcome.view.receipt is None:
        return
    old, new = view.receipt.position(short.position), outcome.view.receipt.position(short.position)
    if old is not None and new is not None and old.refused is None and old.quantity != new.quantity:
        raise CommandRefusal(
            phrase("{left} ml are left in the keg", left=short.left), code="quantity", screen=(shortage_text(short),)
        )


def _ask_plugins(room: Room, request: ChangeQuantity) -> Decision:
    marked = request.position.marked
    answers, failed = room.plugins.ask("on_quantity", request)
    decision = fold(answers)
    if decision.verdict is Verdict.ABSTAIN or (failed and marked):
        if decision.verdict is Verdict.DENY:
            return decision
        if marked:
            return fold([decision, Decision(Verdict.DENY, screen=(QUANTITY_FORBIDDEN.fill(),))])
        return decision._replace(verdict=Verdict.ALLOW)
    return decision

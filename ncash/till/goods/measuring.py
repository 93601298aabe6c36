"""How much of the goods an allowed request adds: told by somebody, asked of the cashier, or refused (ADR 38).

Every position, whoever allowed it, is a whole number of pieces and has something to pay.
"""

from decimal import Decimal
from typing import Final

from ncash.model import measure
from ncash.model.decision import NO_EFFECTS, Decision, Dialog, Effects, Step, Text, Verdict
from ncash.model.goods import Goods
from ncash.model.money import ONE, quantity
from ncash.model.receipt import Kind, Position
from ncash.model.request import AddItem
from ncash.till.texts import AMOUNT_NOTHING, LABEL_ON_PIECES, QUANTITY_NEEDED, QUANTITY_UNFIT

ASKING: Final = "quantity"
"""`kind` of the dialog that asks."""
STEP: Final = "quantity"
"""`check` of the step that refuses a quantity, or asks for one."""


def stated_quantity(request: AddItem, goods: Goods, effects: Effects, old: Position | None) -> Decimal | None:
    """The quantity that somebody told: the sale that is given back, what is decided again, the cashier, a plugin, the
    label, the card. Raises ValueError for one that no receipt can hold."""
    was = request.sold or request.unit
    if was is not None:
        return min(was.quantity, old.quantity) if old is not None and was.fractional else was.quantity
    if old is not None and (effects.quantity is None or not old.extra.get("awaiting")):
        return old.quantity
    if request.quantity is not None:
        return request.quantity
    if effects.quantity is not None:
        return quantity(effects.quantity)
    if request.label_quantity is not None:
        return quantity(request.label_quantity)
    if goods.cquant is not ONE and goods.cquant > 1 and not goods.marked:
        return quantity(goods.cquant)
    return None


def label_refusal(request: AddItem, goods: Goods) -> Decision | None:
    """A weight label of goods that are sold by the piece: what it says is no number of pieces."""
    count = request.label_quantity
    if count is None or goods.fractional or request.sold is not None or request.unit is not None:
        return None
    if not goods.marked and count == count.to_integral_value():
        return None
    return denied(Decision(Verdict.DENY), LABEL_ON_PIECES.fill(position=goods.name))


def ask_unknown_quantity(request: AddItem, decision: Decision) -> Decision:
    """Turn an allowed decision into a question when nobody knows how much of the goods was weighed."""
    goods = request.goods
    if decision.verdict is not Verdict.ALLOW or goods is None or not goods.fractional:
        return decision
    old = request.receipt.position(request.replaces) if request.replaces is not None else None
    try:
        count = stated_quantity(request, goods, decision.effects, old)
    except ValueError:
        return denied(decision, impossible(request))
    by_mark = request.mark is not None or request.without_mark
    return _asking(goods, decision) if count is None and by_mark else decision


def _asking(goods: Goods, decision: Decision) -> Decision:
    step = Step(STEP, Verdict.NEED_SCAN, QUANTITY_NEEDED.key)
    changed = decision._replace(verdict=Verdict.NEED_SCAN, effects=NO_EFFECTS, messages=(), screen=())
    return changed._replace(steps=(*decision.steps, step), dialog=dialog(goods))


def dialog(goods: Goods) -> Dialog:
    """What the cashier is asked."""
    unit = measure.name(goods.frunit) if goods.frunit else ""
    return QUANTITY_NEEDED.dialog(position=goods.name, unit=f" ({unit})" if unit else "")


def misfit(request: AddItem, position: Position) -> Text | None:
    """Why a position cannot stand in a receipt; None when it can. What comes back was sold as it is."""
    if request.sold is not None or request.unit is not None:
        return None
    count = position.quantity
    if not position.fractional and count != count.to_integral_value():
        return QUANTITY_UNFIT.fill(position=position.name, quantity=f"{count:f}")
    if request.kind is not Kind.INVENTORY and position.price > 0 and position.amount == 0:
        return AMOUNT_NOTHING.fill(position=position.name, quantity=f"{count:f}")
    return None


def impossible(request: AddItem) -> Text:
    """The quantity is none that a receipt can have."""
    goods = request.goods
    given = request.quantity or request.label_quantity or (goods.cquant if goods else Decimal(0))
    return QUANTITY_UNFIT.fill(position=goods.name if goods else "", quantity=f"{given:f}")


def denied(decision: Decision, text: Text, step: Step | None = None) -> Decision:
    """What was allowed is not; its facts stay, so that a reservation is known and given back. The step is that of the
    quantity, unless another one is told."""
    step = step or Step(STEP, Verdict.DENY, text.key)
    changed = decision._replace(verdict=Verdict.DENY, effects=NO_EFFECTS, messages=())
    return changed._replace(steps=(*decision.steps, step), screen=(*decision.screen, text))

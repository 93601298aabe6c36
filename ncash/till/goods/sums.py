"""What every position has to come to, whoever allowed it: a whole number of pieces, and something to pay."""

from decimal import Decimal
from typing import Final

from ncash.model.decision import NO_EFFECTS, Decision, Step, Text, Verdict
from ncash.model.receipt import Kind, Position
from ncash.model.request import AddItem
from ncash.till.texts import AMOUNT_NOTHING, QUANTITY_UNFIT

STEP: Final = "quantity"
"""`check` of the step that refuses a quantity, or asks for one."""


def unfit(request: AddItem, position: Position) -> Text | None:
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

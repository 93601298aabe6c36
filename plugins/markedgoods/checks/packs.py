"""A pack and a unit of its own never stand in one receipt (R17 §6 c); a pack sold by parts is watched."""

from collections.abc import Mapping
from typing import Any, Final

from ncash.bundled.markedgoods.checks.case import Case
from ncash.bundled.markedgoods.checks.findings import Objection
from ncash.bundled.markedgoods.facts.online import Answer
from ncash.bundled.markedgoods.texts.messages_price import AGGREGATE, SOLD_OUT
from ncash.model.decision import Text
from ncash.model.mark import cis

AGGREGATES: Final = ("GROUP", "PRODUCT_SET")
"""`packageType` of what holds units that have marks of their own."""


def findings(case: Case, answer: Answer) -> list[Objection]:
    """The position of the receipt that holds this unit, or that this mark holds."""
    own, kind = case.mark.cis, answer.packageType
    parent = _identity(answer.parent)
    for position in case.request.receipt.positions:
        if position.n == case.request.replaces or position.cis is None:
            continue
        holds = parent == position.cis and position.extra.get("packageType") in AGGREGATES
        held = kind in AGGREGATES and _identity(position.extra.get("parent")) == own
        if holds or held:
            return [Objection(None, AGGREGATE.fill(position=case.goods.name, n=str(position.n), other=position.name))]
    return []


def _identity(written: Any) -> str | None:
    return cis(written) if isinstance(written, str) and written else None


def warnings(answer: Answer) -> tuple[Text, ...]:
    """The counters of a pack that is sold by parts say that nothing is left; no rule forbids the sale."""
    sold, inner = answer.soldUnitCount, answer.innerUnitCount
    if sold is None or not inner or sold < inner:
        return ()
    return (SOLD_OUT.fill(sold=str(sold), inner=str(inner)),)


KEPT: Final = (
    "productionDate", "packageType", "parent", "packageQuantity", "mrp", "smp", "innerUnitCount", "soldUnitCount",
)  # fmt: skip
"""Fields of the answer that a position keeps as they are."""


def kept(answer: Answer) -> Mapping[str, Any]:
    """What a position keeps of the answer about its mark."""
    return {name: value for name in KEPT if (value := getattr(answer, name)) is not None}

"""CHECKS: the order of things (till.md §4), one row a check: when it is skipped, what it looks at, how it judges.

Facts first, judgement pure: `look` is the only part that reaches the world, and what it brought back stays with the
request, so that a question costs no second call.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, Final, NamedTuple, Protocol

from markedgoods import local, matching, online, store_server
from markedgoods.case import Case, Judgement, json_fact
from markedgoods.messages import LABEL_WEIGHT
from markedgoods.price import sold_by_pieces
from ncash.model.decision import NO_EFFECTS, NOTHING, Decision, Effects, Step, Text, Verdict, loose, merged
from ncash.model.mark import ean, gtin_forms
from ncash.model.receipt import Kind


class Looks(Protocol):
    """What the checks may look at."""

    def match(self, case: Case) -> Any:
        """Catalogs and barcodes of the article."""

    def uniqueness(self, case: Case) -> Any:
        """The last registered operation on the CIS."""

    def whitelist(self, case: Case) -> Any:
        """Whether the CIS is in Excisemarkwhite."""

    def server(self, case: Case) -> Any:
        """The status at the cash server."""

    def crpt(self, case: Case) -> Any:
        """CRPT's answer."""

    def reserve(self, case: Case) -> Any:
        """The reservation at the cash server."""


class Check(NamedTuple):
    """One check."""

    name: str
    skipped: Callable[[Case], str | None]
    judge: Callable[[Case, Any], Judgement]
    looks: bool = True
    """False: the request itself holds the fact."""


@cache
def _skip(check: str, reason: str) -> Step:
    return Step(check, skipped=reason)


def _never(case: Case) -> str | None:
    return None


CHECKS: Final = (
    Check("input", matching.input_skipped, matching.judge_input, looks=False),
    Check("match", _never, matching.judge_match),
    Check("marked", local.marked_skipped, local.judge_marked, looks=False),
    Check("receipt", _never, local.judge_receipt, looks=False),
    Check("uniqueness", local.uniqueness_skipped, local.judge_uniqueness),
    Check("whitelist", local.whitelist_skipped, local.judge_whitelist),
    Check("server", store_server.server_skipped, store_server.judge_server),
    Check("crpt", online.crpt_skipped, online.judge_crpt),
    Check("reserve", store_server.server_skipped, store_server.judge_reserve),
)


def decide(case: Case, looks: Looks, trail: list[Step] | None = None) -> Decision:
    """Run the checks in their order; the first that does not allow decides.

    A scan may bring other goods: what was seen of the first ones is not kept for it. `trail` gets the steps as they
    are made, for a look that breaks off.
    """
    steps: list[Step] = [] if trail is None else trail
    texts: tuple[Text, ...] = ()
    effects = NO_EFFECTS
    facts = loose(case.request.facts)
    for check in CHECKS:
        reason = check.skipped(case)
        if reason is not None:
            steps.append(_skip(check.name, reason))
            continue
        fact = _fact(check, case, looks, facts)
        judged = check.judge(case, fact)
        step = judged.step
        if fact is not None and step.fact is None:
            step = step._replace(fact=json_fact(fact))
        steps.append(step)
        if step.verdict > Verdict.ALLOW:
            asks = frozenset((check.name,)) if step.verdict is Verdict.ASK else frozenset()
            kept = NOTHING if step.verdict is Verdict.NEED_SCAN else facts
            return Decision(step.verdict, tuple(steps), judged.texts, judged.dialog, facts=kept, asks=asks)
        texts += tuple(text for text in judged.texts if text not in texts)
        if judged.effects is not NO_EFFECTS:
            effects = merged(effects, judged.effects)
        if judged.final:
            return Decision(Verdict.ALLOW, tuple(steps), texts, effects=_ordinary(case, effects), facts=facts)
    effects, more = _marked(case, effects)
    return Decision(Verdict.ALLOW, tuple(steps), texts + more, effects=effects, facts=facts)


def _fact(check: Check, case: Case, looks: Looks, facts: dict[str, Any]) -> Any:
    if not check.looks:
        return None
    if check.name not in facts:
        facts[check.name] = getattr(looks, check.name)(case)
    return facts[check.name]


def quantity_of(case: Case) -> Decimal | None:
    """The label's weight, else the mark's, else the pack's pieces; None leaves one piece."""
    request, goods = case.request, case.goods
    if request.sold is not None:
        return request.sold.quantity
    if request.label_quantity is not None:
        return request.label_quantity
    if request.mark is not None and request.mark.weight is not None:
        return request.mark.weight
    return goods.cquant if sold_by_pieces(case) else None


def _ordinary(case: Case, effects: Effects) -> Effects:
    amount = quantity_of(case)
    return merged(effects, Effects(quantity=amount)) if amount is not None else effects


def _marked(case: Case, effects: Effects) -> tuple[Effects, tuple[Text, ...]]:
    """What a position gets whose mark passed every check."""
    request, goods, mark = case.request, case.goods, case.mark
    foreign = mark.gtin is not None and goods.barcode not in gtin_forms(mark.gtin)
    extra: Mapping[str, Any] = {"raw": mark.raw} if mark.raw != mark.text else NOTHING
    own = Effects(
        quantity=quantity_of(case),
        marked=True,
        category=mark.category,
        excisemark=mark.text,
        additionalbarcode=ean(mark.gtin) if foreign and mark.gtin else None,
        cis=mark.cis,
        unique=case.own.checkLocalUniqueness and request.kind is not Kind.INVENTORY,
        extra=extra,
    )
    texts: tuple[Text, ...] = ()
    label = request.label_quantity
    if label is not None and mark.weight is not None and label != mark.weight and request.sold is None:
        texts = (LABEL_WEIGHT.fill(label=f"{label:.3f}", mark=f"{mark.weight:.3f}"),)
    return own if effects is NO_EFFECTS else merged(effects, own), texts

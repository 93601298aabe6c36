"""Another till took a mark between the checks and the write: its position does not join, everything else does."""

from ncash.messages import ALREADY_REGISTERED, POSITION_REFUSED
from ncash.model.decision import NOTHING, Decision, Step, Verdict
from ncash.model.receipt import Position
from ncash.model.record import Entry
from ncash.model.request import AddItem
from ncash.till.view import Outcome, View, open_receipt


def without(before: View, outcome: Outcome, cis: str) -> Outcome:
    """The outcome without the position of this CIS; one that stood there before stays in sight, named as refused."""
    step = Step("uniqueness", Verdict.DENY, ALREADY_REGISTERED.key)
    earlier = outcome.decision.steps if outcome.decision else ()
    decision = Decision(Verdict.DENY, (*earlier, step), (ALREADY_REGISTERED.fill(),))
    receipt = open_receipt(outcome.view)
    lost = [p for p in receipt.positions if p.cis == cis]
    known = {p.n for p in before.receipt.positions} if before.receipt else {p.n for p in receipt.positions}
    kept: list[Position] = []
    for position in receipt.positions:
        if position not in lost:
            kept.append(position)
        elif position.n in known:
            kept.append(position._replace(refused=ALREADY_REGISTERED.text, tags=NOTHING))
    told = [POSITION_REFUSED.fill(n=str(p.n), position=p.name, reason=ALREADY_REGISTERED.text)
            for p in lost if p.n in known]  # fmt: skip
    return outcome._replace(
        view=outcome.view._replace(receipt=receipt._replace(positions=tuple(kept))),
        screen=(*outcome.screen, ALREADY_REGISTERED.fill(), *told),
        decision=decision,
        journal=tuple(_refused(entry, cis) for entry in outcome.journal),
        save=True,
        take=outcome.take - {cis},
    )


def _refused(entry: Entry, cis: str) -> Entry:
    """What was decided about this mark came to nothing; the other lines stay."""
    request = entry.request
    about = request.cis if isinstance(request, AddItem) else request.mark and request.mark.cis
    if about != cis:
        return entry
    step = Step("uniqueness", Verdict.DENY, ALREADY_REGISTERED.key)
    steps = (*entry.decision.steps, step)
    return entry._replace(decision=Decision(Verdict.DENY, steps, (ALREADY_REGISTERED.fill(),)))

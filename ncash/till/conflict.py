"""Another till took a mark between the checks and the write: its position does not join, everything else does."""

from ncash.messages import ALREADY_REGISTERED, KEG_EMPTY, KEG_RETURN, POSITION_REFUSED
from ncash.model.decision import NOTHING, Decision, Step, Text, Verdict
from ncash.model.keg import litres
from ncash.model.ports import KegShort, MarkTaken
from ncash.model.receipt import Position
from ncash.model.record import Entry
from ncash.model.request import AddItem
from ncash.till.view import Outcome, View, open_receipt


def shortage_text(short: KegShort | None) -> Text:
    """What the cashier reads."""
    if short is None:
        return ALREADY_REGISTERED.fill()
    return (KEG_RETURN if short.back else KEG_EMPTY).fill(left=litres(short.left))


def shortage(taken: MarkTaken) -> KegShort | None:
    """What a keg lacks, when that stands in the way."""
    return taken if isinstance(taken, KegShort) else None


def lost_positions(positions: tuple[Position, ...], cis: str, short: KegShort | None) -> tuple[Position, ...]:
    """The positions that do not join: those with the mark, or the one portion that was too large."""
    return tuple(p for p in positions if (p.cis == cis if short is None else p.n == short.position))


def without(before: View, outcome: Outcome, cis: str, short: KegShort | None = None) -> Outcome:
    """The outcome without the position of this CIS, or the portion that its keg does not hold; one that stood there
    before stays in sight, named as refused."""
    text = shortage_text(short)
    step = Step("uniqueness", Verdict.DENY, text.key)
    earlier = outcome.decision.steps if outcome.decision else ()
    decision = Decision(Verdict.DENY, (*earlier, step), (text,))
    receipt = open_receipt(outcome.view)
    gone = lost_positions(receipt.positions, cis, short)
    known = {p.n for p in before.receipt.positions} if before.receipt else {p.n for p in receipt.positions}
    kept: list[Position] = []
    for position in receipt.positions:
        if position not in gone:
            kept.append(position)
        elif position.n in known:
            kept.append(position._replace(refused=text.text, tags=NOTHING))
    told = [POSITION_REFUSED.fill(n=str(p.n), position=p.name, reason=text.text)
            for p in gone if p.n in known]  # fmt: skip
    return outcome._replace(
        view=outcome.view._replace(receipt=receipt._replace(positions=tuple(kept))),
        screen=(*outcome.screen, text, *told),
        decision=decision,
        journal=tuple(_refused(entry, cis, short, text) for entry in outcome.journal),
        save=True,
        take=outcome.take - {cis},
    )


def _refused(entry: Entry, cis: str, short: KegShort | None, text: Text) -> Entry:
    """What was decided about this mark came to nothing; the other lines stay."""
    request = entry.request
    about = request.cis if isinstance(request, AddItem) else getattr(getattr(request, "mark", None), "cis", None)
    if about != cis:
        return entry
    if short is not None and getattr(entry.request, "replaces", None) not in (None, short.position):
        return entry
    steps = (*entry.decision.steps, Step("uniqueness", Verdict.DENY, text.key))
    return entry._replace(decision=Decision(Verdict.DENY, steps, (text,)))

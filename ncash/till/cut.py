"""What is left of a command whose wait a person cut: a refusal, whatever the plugins said meanwhile.

The receipt stays as it was. What the plugins allowed lets go of its marks, as when another till takes one.
"""

from typing import Final

from ncash.model.decision import NOTHING, Decision, Step, Verdict, fixed
from ncash.model.outbox import Message
from ncash.model.receipt import Position
from ncash.model.record import Entry
from ncash.model.request import AddItem
from ncash.till.receipts.given_up import messages_owed
from ncash.till.texts import CHECK_CUT
from ncash.till.view import Outcome, Room, View

STEP: Final = "cut"
"""`check` of the step by which a cut refuses; no setting has a part in it."""


def refusal(decision: Decision | None = None) -> Decision:
    """The decision of a command that was cut, behind the steps that were made by then."""
    earlier = decision.steps if decision else ()
    text = CHECK_CUT.fill()
    return Decision(Verdict.DENY, (*earlier, Step(STEP, Verdict.DENY, text.key)), (text,))


def cut_short(room: Room, before: View, outcome: Outcome) -> Outcome:
    """The outcome that a command has when it was cut after all this was worked out, on top of the view before it."""
    decision = refusal(outcome.decision)
    journal = tuple(_cut_entry(entry) for entry in outcome.journal if isinstance(entry.request, AddItem))
    receipt = outcome.view.receipt
    joined, forgotten = _joined(before, outcome), _forgotten(outcome)
    messages: tuple[Message, ...] = ()
    if receipt is not None and (joined or forgotten):
        messages = messages_owed(room, receipt, joined, forgotten)
        # What was fetched about the goods that still wait is given up with this answer: it must not count in the next.
        before = before._replace(pending=before.pending and before.pending._replace(facts=NOTHING))
    return Outcome(before, decision.screen, decision, journal=journal, messages=messages)


def _cut_entry(entry: Entry) -> Entry:
    """The line about goods: refused by the cut, unless it was refused before."""
    if entry.decision.verdict is Verdict.DENY:
        return entry
    return entry._replace(decision=refusal(entry.decision))


def _joined(before: View, outcome: Outcome) -> tuple[Position, ...]:
    """The positions that the command would have let in."""
    standing = {p.n for p in before.receipt.positions if p.refused is None} if before.receipt else set()
    positions = outcome.view.receipt.positions if outcome.view.receipt else ()
    return tuple(p for p in positions if p.refused is None and p.n not in standing)


def _forgotten(outcome: Outcome) -> tuple[AddItem, ...]:
    """The goods that did not join although something was fetched about them."""
    return tuple(
        entry.request._replace(facts=fixed(entry.decision.facts))
        for entry in outcome.journal
        if isinstance(entry.request, AddItem) and entry.decision.verdict is not Verdict.ALLOW
    )

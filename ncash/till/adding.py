"""Goods on their way into the receipt: a request is decided, its decision carried out. Doors: `add`, `add_queued`.

What makes a request of a scan is ncash.till.scans.scanning, what decides it ncash.till.deciding.
"""

from typing import Final

from ncash.messages import MARK_DATA_MISSING, POSITION_REFUSED
from ncash.model.decision import NOTHING, Decision, Verdict, fixed, told
from ncash.model.keg import KEG
from ncash.model.legible import legible
from ncash.model.owned import joined
from ncash.model.receipt import Position, Receipt
from ncash.model.record import Entry
from ncash.model.request import AddItem
from ncash.system.failpoints import declare, failpoint
from ncash.till.deciding import Judged, decide_position
from ncash.till.fiscal.codecheck import check_code
from ncash.till.goods.measuring import ASKING
from ncash.till.receipts.given_up import messages_owed
from ncash.till.receipts.sold import with_book_facts
from ncash.till.view import Outcome, Room, View, open_receipt

_DECIDED: Final = declare("till.decided", "goods have their verdict, the receipt does not know it yet")
_NOBODY: Final[frozenset[str]] = frozenset()
_KEEPS_MARK: Final = frozenset({"scan_barcode", ASKING})
"""Dialogs that ask for something else than the mark."""


def add(room: Room, view: View, request: AddItem, judged: Judged | None = None) -> Outcome:
    """The goods of a request join the receipt or are refused, then those in the queue; `judged` goods are not decided
    again."""
    if judged is None:
        request = with_book_facts(room, request)
        judged = decide_position(room, request)
    return add_queued(room, _carry_out(room, view, request, judged))


def add_queued(room: Room, outcome: Outcome) -> Outcome:
    """The goods in the queue join the receipt or are refused, one after the other, until one needs the cashier."""
    while outcome.view.dialog is None and outcome.view.queue and not room.was_cut():
        view = outcome.view._replace(queue=outcome.view.queue[1:])
        queued = outcome.view.queue[0]._replace(receipt=open_receipt(view), cashier=view.cashier)
        queued = with_book_facts(room, queued)
        outcome = outcome.joined(_carry_out(room, view, queued, decide_position(room, queued)))
    return outcome


def _carry_out(room: Room, view: View, request: AddItem, judged: Judged) -> Outcome:
    """What a decision does to the view. Nothing is written yet."""
    failpoint(_DECIDED)
    receipt, (decision, position) = view.receipt, judged
    assert receipt is not None
    if position is not None:
        decision, position = check_code(room, receipt, decision, position)
    lines = (Entry("verdict", request, decision),) if _worth_a_line(request, decision) else ()
    if position is not None and decision.verdict is Verdict.ALLOW:
        receipt = _placed(receipt, position, request.replaces)
        effects = decision.effects
        if effects.receipt_extra:
            receipt = receipt._replace(extra=joined(receipt.extra, effects.receipt_extra))
        take = frozenset((position.cis,)) if position.cis and effects.unique and KEG not in position.extra else _NOBODY
        view = view._replace(receipt=receipt, dialog=None, pending=None, storno=None)
        return Outcome(
            view, decision.screen, decision, lines, save=True, take=take, messages=decision.messages
        )  # fmt: skip
    pending = request._replace(facts=fixed(decision.facts), asked=decision.asks)
    if decision.verdict is Verdict.DENY:
        messages = messages_owed(room, receipt, refused=(pending,))
        if request.replaces is not None:
            return _still_refused(view, request, decision, lines)._replace(messages=messages)
        kept = pending._replace(facts=NOTHING) if decision.dialog else None
        view = view._replace(dialog=decision.dialog, pending=kept)
        return Outcome(view, decision.screen, decision, lines, messages=messages)
    dialog = decision.dialog or view.dialog
    if dialog is None:
        return Outcome(view.without_dialog(), (*decision.screen, MARK_DATA_MISSING.fill()), decision, lines)
    if decision.verdict is Verdict.NEED_SCAN:
        pending = pending._replace(scan=None, mark=request.mark if dialog.kind in _KEEPS_MARK else None)
    return Outcome(view._replace(dialog=dialog, pending=pending), decision.screen, decision, lines)


def _still_refused(view: View, request: AddItem, decision: Decision, lines: tuple[Entry, ...]) -> Outcome:
    """A position of a restored receipt stays in sight, named as refused; the receipt closes only without it."""
    receipt = open_receipt(view)
    position = receipt.position(request.replaces or 0)
    if position is None:
        return Outcome(view.without_dialog(), decision.screen, decision, lines)
    reason = legible(decision.screen[0].text) if decision.screen else MARK_DATA_MISSING.text
    refused = position._replace(refused=reason, checks=told(decision.steps), tags=NOTHING)
    text = POSITION_REFUSED.fill(n=str(position.n), position=position.name, reason=reason)
    view = view.without_dialog()._replace(receipt=_placed(receipt, refused, position.n))
    return Outcome(view, (*decision.screen, text), decision, lines, save=True)


def _placed(receipt: Receipt, position: Position, replaces: int | None) -> Receipt:
    if replaces is not None:
        kept = tuple(position if p.n == replaces else p for p in receipt.positions)
        return receipt._replace(positions=kept)
    return receipt.joined(position)


def _worth_a_line(request: AddItem, decision: Decision) -> bool:
    """A bare prompt for the mark of freshly scanned goods is no verdict."""
    return decision.verdict is not Verdict.NEED_SCAN or request.mark is not None or request.scan is not None

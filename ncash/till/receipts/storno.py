"""Taking positions out. The mark says which position goes, whichever was selected."""

from typing import Final

from ncash.language import phrase
from ncash.model.decision import Decision, Verdict, fold
from ncash.model.receipt import without
from ncash.model.record import Entry
from ncash.model.request import Storno
from ncash.system.failpoints import declare, failpoint
from ncash.till.questions import put
from ncash.till.receipts.given_up import messages_owed
from ncash.till.texts import STORNO_REFUSED
from ncash.till.view import DIALOG_OPEN, Command, CommandRefusal, Outcome, Room, View, open_receipt

_DECIDED: Final = declare("till.storno.decided", "a storno has its verdict, the position still stands")


def take_out(room: Room, view: View, request: Storno) -> Outcome:
    """Take a position or the whole receipt out, or ask for the mark first."""
    decision = _ask_plugins(room, request)
    failpoint(_DECIDED)
    if decision.verdict is Verdict.NEED_SCAN:
        waiting = request._replace(mark=None, scan=None)
        view = view._replace(dialog=decision.dialog or view.dialog, storno=waiting, held=None, under=None)
        return Outcome(view, decision.screen, decision)
    if decision.verdict is Verdict.ASK:
        return put(view._replace(dialog=None, storno=None), request, decision)
    view = view.without_dialog()._replace(choosing=view.choosing)
    if decision.verdict is not Verdict.ALLOW:
        return Outcome(view, decision.screen, decision, _lines(request, decision))
    receipt = open_receipt(view)
    selected = decision.position if decision.position is not None else request.position
    gone = tuple(p for p in receipt.positions if selected is None or p.n == selected)
    entry = Entry("storno", request, decision, {"gone": [p.n for p in gone]})
    messages = (*decision.messages, *messages_owed(room, receipt, gone))
    view = view._replace(receipt=without(receipt, gone))
    return Outcome(view, decision.screen, decision, (entry,), save=True, messages=messages)


def storno_command(room: Room, view: View, command: Command) -> Outcome:
    """The command `storno`. Raises CommandRefusal while something is asked, and for a position that is not there."""
    if view.dialog is not None:
        raise CommandRefusal(str(DIALOG_OPEN), code=DIALOG_OPEN.code)
    receipt = open_receipt(view)
    position = None if command.get("all") else command["position"]
    if position is not None and receipt.position(position) is None:
        numbers = [p.n for p in receipt.positions]
        raise CommandRefusal(
            phrase("the receipt has no position {position}; it has {numbers}", position=position, numbers=numbers),
            code="position",
        )
    return take_out(room, view, Storno(receipt, position, cashier=view.cashier))


def _ask_plugins(room: Room, request: Storno) -> Decision:
    answers, _ = room.plugins.ask("on_storno", request)
    decision = fold(answers)
    if decision.verdict is not Verdict.ABSTAIN:
        return decision
    position = request.receipt.position(request.position) if request.position is not None else None
    if position is not None and position.by_mark and not position.refused:
        return Decision(Verdict.DENY, screen=(STORNO_REFUSED.fill(),))
    return decision._replace(verdict=Verdict.ALLOW, position=request.position)


def _lines(request: Storno, decision: Decision) -> tuple[Entry, ...]:
    """The line about a storno that a plugin refused; the host's own refusals have none."""
    return (Entry("storno", request, decision),) if decision.steps else ()

"""A button of the dialog on the screen."""

from ncash.language import phrase
from ncash.model.decision import Decision, Text, Verdict
from ncash.till.adding import add, add_queued
from ncash.till.receipts.given_up import messages_owed
from ncash.till.receipts.returning import choose, with_choice_form
from ncash.till.receipts.storno import take_out
from ncash.till.view import CommandRefusal, Outcome, Room, View, open_receipt


def press(room: Room, view: View, button: str) -> Outcome:
    """Answer the dialog. Raises CommandRefusal when no dialog offers this button."""
    dialog = view.dialog
    if dialog is None:
        raise CommandRefusal("no dialog is on the screen", code="button")
    if button not in dialog.buttons:
        raise CommandRefusal(
            phrase(
                "the dialog has no button {button}; it has {buttons}", button=button, buttons=", ".join(dialog.buttons)
            ),
            code="button",
        )
    if dialog.kind == "choose":
        return choose(room, view, [])
    if button == "cancel":
        return _decline(room, view)
    if view.storno is not None:
        again = view.storno._replace(receipt=open_receipt(view), mark=None, scan=None)
        return take_out(room, view._replace(dialog=None), again)
    if view.pending is None:
        return Outcome(view._replace(dialog=None))
    request = view.pending._replace(receipt=open_receipt(view))
    if button == "continue":
        request = request._replace(confirmed=request.confirmed | request.asked, asked=frozenset())
    elif button == "without_mark":
        request = request._replace(without_mark=True)
    return with_choice_form(add(room, view._replace(dialog=None), request))


def _decline(room: Room, view: View) -> Outcome:
    """The cashier does not want it: the goods are forgotten, a restored position stays refused."""
    pending = view.pending
    if pending is None or pending.replaces is None or view.dialog is None:
        messages = messages_owed(room, open_receipt(view), refused=(pending,)) if pending else ()
        return with_choice_form(add_queued(room, Outcome(view.without_dialog(), messages=messages)))
    dialog = view.dialog
    refusal = Decision(Verdict.DENY, screen=(Text("error", dialog.key, dialog.text),), facts=pending.facts)
    return add(room, view, pending, (refusal, None))

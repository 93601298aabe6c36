"""A button of the dialog on the screen."""

from ncash.language import phrase
from ncash.model.decision import Decision, Text, Verdict
from ncash.model.request import ChangeQuantity, Close, Storno
from ncash.till.adding import add, add_queued
from ncash.till.fiscal import closing
from ncash.till.goods.quantities import change
from ncash.till.questions import answered, taken_away, wrong_entry
from ncash.till.receipts.given_up import messages_owed
from ncash.till.receipts.returning import choose, with_choice_form
from ncash.till.receipts.storno import take_out
from ncash.till.scans.unknown_scans import take
from ncash.till.view import CommandRefusal, Outcome, Room, View, open_receipt


def press(room: Room, view: View, button: str, entered: str | None = None) -> Outcome:
    """Answer the dialog; `entered` is what was filled in. Raises CommandRefusal when no dialog offers this button, or
    takes this text."""
    dialog = view.dialog
    if dialog is None:
        raise CommandRefusal("no dialog is on the screen", code="button")
    choices = tuple(choice.name for choice in dialog.choices)
    if button not in dialog.buttons and button not in choices:
        buttons = ", ".join((*dialog.buttons, *choices))
        raise CommandRefusal(
            phrase("the dialog has no button {button}; it has {buttons}", button=button, buttons=buttons), code="button"
        )
    if button != "cancel" and (wrong := wrong_entry(dialog, entered)):
        raise CommandRefusal(wrong, code="entered")
    if button in choices:
        button, entered = "continue", button
    if view.held is not None:
        return _held(room, view, button, entered)
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
        request = answered(request, entered)
    elif button == "without_mark":
        request = request._replace(without_mark=True)
    return with_choice_form(add(room, view._replace(dialog=None), request))


def _held(room: Room, view: View, button: str, entered: str | None) -> Outcome:
    """A plugin's question about anything but goods on their way in: it is asked again, or what it is about ends."""
    assert view.held is not None
    if button == "cancel":
        return with_choice_form(Outcome(taken_away(view)))
    request = answered(view.held, entered)._replace(receipt=open_receipt(view))
    if isinstance(request, Storno):
        return take_out(room, view, request)
    if isinstance(request, ChangeQuantity):
        return change(room, view, request)
    if isinstance(request, Close):
        return closing.close_paid(room, taken_away(view), request)
    return take(room, view, request) or Outcome(taken_away(view))


def _decline(room: Room, view: View) -> Outcome:
    """The cashier does not want it: the goods are forgotten, a restored position stays refused."""
    pending = view.pending
    if pending is None or pending.replaces is None or view.dialog is None:
        messages = messages_owed(room, open_receipt(view), refused=(pending,)) if pending else ()
        return with_choice_form(add_queued(room, Outcome(view.without_dialog(), messages=messages)))
    dialog = view.dialog
    refusal = Decision(Verdict.DENY, screen=(Text("error", dialog.key, dialog.text),), facts=pending.facts)
    return add(room, view, pending, (refusal, None))

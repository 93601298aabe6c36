"""Questions of plugins about anything but goods on their way in: put on the screen, and answered.

What was on the screen before waits underneath and comes back with the answer. Goods on their way in wait in
`View.pending` (ncash.till.adding).
"""

from typing import Any, TypeVar

from ncash.language import phrase
from ncash.model.decision import Decision, Dialog, fixed
from ncash.model.request import ChangeQuantity, Close, Question, Storno, UnknownScan
from ncash.till.view import Outcome, View

Held = Storno | Close | ChangeQuantity | UnknownScan
Asked = TypeVar("Asked", bound=Question)


def put(view: View, request: Held, decision: Decision) -> Outcome:
    """Show the question of a decision about this request; nothing else happens."""
    held = request._replace(asked=decision.asks, facts=fixed(decision.facts))
    under = view.dialog if view.held is None else view.under
    return Outcome(view._replace(dialog=decision.dialog, held=held, under=under), decision.screen, decision)


def taken_away(view: View) -> View:
    """The view without the question: what waited underneath is on the screen again."""
    return view._replace(dialog=view.under, held=None, under=None)


def answered(request: Asked, entered: str | None = None) -> Asked:
    """The request whose question the cashier answered: with a choice, with what was filled in, or with "continue"."""
    told: dict[str, Any] = {"confirmed": request.confirmed | request.asked, "asked": frozenset()}
    if entered is not None:
        told["entered"] = fixed({**request.entered, **dict.fromkeys(request.asked, entered)})
    changed: Asked = request._replace(**told)  # type: ignore[assignment]
    return changed


def wrong_entry(dialog: Dialog, entered: str | None) -> str:
    """Why a question is not answered by this text, or an empty text."""
    field = dialog.field
    if field is None:
        return "" if entered is None else "the dialog has no field"
    text = "" if entered is None else entered.strip()
    if not text:
        return "the field of the dialog is empty"
    if len(text) > field.most:
        return phrase("the field of the dialog takes {most} characters", most=field.most)
    wrong = field.kind == "digits" and not (text.isascii() and text.isdigit())
    return "the field of the dialog takes digits" if wrong else ""

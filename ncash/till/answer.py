"""The answer to a command, as the line protocol has it."""

from typing import Any

from ncash.errors import OF_THE_DATABASE, UserError, place
from ncash.language import phrase
from ncash.messages import DISK_TROUBLE
from ncash.model.decision import Decision, told
from ncash.till.view import CommandRefusal, Outcome

Answer = dict[str, Any]


def verdict_json(decision: Decision) -> dict[str, Any]:
    """The `decision` member of an answer."""
    return {"verdict": decision.verdict.word, "checks": list(told(decision.steps))}


def answer_of(outcome: Outcome, shown: Answer) -> Answer:
    """The answer to a command that was done, with what the screen shows at every answer."""
    answer = {"ok": True, "screen": [text.json() for text in outcome.screen], **shown}
    answer["decision"] = verdict_json(outcome.decision) if outcome.decision else None
    answer["document"] = None
    answer.update(outcome.result)
    return answer


def refusal_of(error: UserError, shown: Answer) -> Answer:
    """The answer that says: nothing was done, and why."""
    if isinstance(error, CommandRefusal):
        screen = error.screen
    else:
        screen = (DISK_TROUBLE.fill(reason=error.cashier or OF_THE_DATABASE),)
    return {
        "ok": False,
        "error": error.json(),
        "screen": [text.json() for text in screen],
        "decision": None,
        "document": None,
        **shown,
    }


def defect(error: Exception) -> CommandRefusal:
    """Something of ours is wrong: named by type and place, nothing was changed, the till goes on."""
    hint = "send this line to the developers; cancel always frees the till"
    return CommandRefusal(
        phrase("internal error, {kind} at {place}", kind=type(error).__name__, place=place(error)),
        code="internal",
        hint=hint,
    )

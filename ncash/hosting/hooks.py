"""The hooks as rows: one for each specification, with the judge of its answer and what it means when none comes.

A new hook is a specification (ncash.hookspecs) and a row here. Its name and its arguments are those of the
specification, and every hook is called in one way: with its arguments in that order.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, Final, NamedTuple

from ncash.hookspecs import Hooks
from ncash.hosting.judges import answers
from ncash.hosting.judges.decisions import carrying, of_goods


class Silence(Enum):
    """What it means when a plugin cannot be asked, or fails."""

    NOTHING = "the command goes on without its answer"
    OWED = "its answer is missed, unless it is known to have no such hook"
    OWED_BY_ALL = "its answer is missed: goods that it might refuse would join a receipt"


class Hook(NamedTuple):
    """One hook: its specification, the judge of an answer that is not None, and what silence means."""

    spec: Callable[..., Any]
    judge: Callable[[Any], str] = answers.anything
    """Says what is wrong with an answer, or an empty text."""
    silence: Silence = Silence.NOTHING

    @property
    def name(self) -> str:
        """`on_scan`."""
        return self.spec.__name__


_ROWS: Final = (
    Hook(Hooks.on_start, answers.started),
    Hook(Hooks.on_stop),
    Hook(Hooks.on_notices, answers.notices),
    Hook(Hooks.on_scan, answers.mark),
    Hook(Hooks.on_unknown_scan, carrying("receipt_extra", "messages", "dialog")),
    Hook(Hooks.on_add_item, of_goods, Silence.OWED_BY_ALL),
    Hook(Hooks.on_return, of_goods, Silence.OWED_BY_ALL),
    Hook(Hooks.on_review, of_goods, Silence.OWED),
    Hook(Hooks.on_quantity, carrying("messages", "dialog"), Silence.OWED),
    Hook(Hooks.on_storno, carrying("position", "messages", "scan", "dialog")),
    Hook(Hooks.on_price, answers.offer),
    Hook(Hooks.on_close, carrying("receipt_extra", "messages", "slip", "dialog"), Silence.OWED),
    Hook(Hooks.on_payment, carrying("dialog"), Silence.OWED),
    Hook(Hooks.on_closed),
    Hook(Hooks.on_cancel, carrying("messages")),
    Hook(Hooks.on_shift),
    Hook(Hooks.on_tick),
    Hook(Hooks.on_receivers, answers.addresses),
    Hook(Hooks.on_send, answers.account),
    Hook(Hooks.on_deliver, answers.delivery),
    Hook(Hooks.on_export, answers.fields),
    Hook(Hooks.on_status, answers.sections),
    Hook(Hooks.on_doctor, answers.findings),
    Hook(Hooks.on_explain, answers.reading),
    Hook(Hooks.on_recall, answers.facts),
    Hook(Hooks.on_advice, answers.advice),
)
HOOKS: Final[Mapping[str, Hook]] = {row.name: row for row in _ROWS}
"""Every hook, by name."""


def fault_in(hook: str, answer: Any, hooks: Mapping[str, Hook] = HOOKS) -> str:
    """Why this is no answer to that hook, or an empty text. None is always an answer."""
    fault = "" if answer is None else hooks[hook].judge(answer)
    return f"{hook}: {fault}" if fault else ""

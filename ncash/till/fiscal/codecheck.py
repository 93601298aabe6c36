"""The check of a code in the fiscal drive and by the operator of fiscal data, after everybody else allowed it.

The outcome is tag 2106 of the position. Of a register that does not answer `ignoreCheckMarksErrors` decides.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ncash.fiscal import texts
from ncash.model.decision import Decision, Step, Text, Verdict, fixed, followed
from ncash.model.fiscal.register import MarkCheck, MarkResult, RegisterError, RegisterRefused, RegisterSilent
from ncash.model.receipt import Kind, Position, Receipt
from ncash.model.veil import quoting
from ncash.system.failpoints import declare, failpoint
from ncash.till.fiscal.fiscal_order import RESULT, check_of
from ncash.till.fiscal.readiness import register_trouble
from ncash.till.goods.measuring import denied
from ncash.till.view import Room

STEP: Final = "register"
_CHECKED: Final = declare("codecheck.checked", "the register has checked a code, and neither took nor declined it")
_KEPT: Final = declare("codecheck.kept", "the register has taken or declined the code it checked")


class CodeAnswer(NamedTuple):
    """What the register said of a code; the fact of the step."""

    bits: int | None
    """Tag 2106; None when it did not check."""
    text: str = ""
    """Its own words."""
    silent: bool = False

    @property
    def fact(self) -> dict[str, Any]:
        """As JSON values."""
        return {RESULT: self.bits, "text": self.text, "silent": self.silent}


def check_code(room: Room, receipt: Receipt, decision: Decision, position: Position) -> tuple[Decision, Position]:
    """Have the register check a code: its word joins the decision, tag 2106 the position."""
    check = check_of(receipt, position) if _is_checked(room, receipt.kind) else None
    if check is None:
        return decision, position
    rehearsal = room.premises.rehearsal
    said = _ask_register(room, check) if rehearsal is None else _recalled(rehearsal.facts.get(STEP))
    if said is None:
        return decision, position
    decision = judged(room, decision, said, position.name)
    extra = fixed({**position.extra, RESULT: said.bits or 0})
    return decision, position._replace(checks=(*position.checks, decision.steps[-1].told), extra=extra)


def judged_again(room: Room, decision: Decision, line: Mapping[str, Any]) -> Decision:
    """A decision that is made again with what the register said then; nothing is added when it said nothing."""
    facts = [step["fact"] for step in line["checks"] if step["check"] == STEP]
    said = _recalled(facts[-1]) if facts else None
    if said is None or decision.verdict is not Verdict.ALLOW or not _is_checked(room, Kind(line["receipt_kind"])):
        return decision
    return judged(room, decision, said, str((line["goods"] or {}).get("name", "")))


def _is_checked(room: Room, kind: Kind) -> bool:
    """FFD 1.05 knows no such check; an inventory makes no fiscal document."""
    return room.fiscal.checkMarks and room.fiscal.ffd == "1.2" and kind is not Kind.INVENTORY


def _ask_register(room: Room, check: MarkCheck) -> CodeAnswer:
    try:
        result = room.register.check_mark(check)
        failpoint(_CHECKED)
        if result.refused:
            room.register.decline_mark(check)
        else:
            room.register.accept_mark(check)
        failpoint(_KEPT)
    except RegisterError as error:
        return CodeAnswer(None, quoting(str(error), (check.mark,)), silent=not isinstance(error, RegisterRefused))
    return CodeAnswer(result.bits, quoting(result.text, (check.mark,)))


def _recalled(fact: Mapping[str, Any] | None) -> CodeAnswer | None:
    return None if fact is None else CodeAnswer(fact[RESULT], fact["text"], fact["silent"])


def judged(room: Room, decision: Decision, said: CodeAnswer, name: str) -> Decision:
    """An allowed decision with the step of the register; denied for a wrong code, or one that must be checked."""
    if said.bits is not None:
        if not MarkResult(said.bits).refused:
            return decision._replace(steps=followed(decision.steps, Step(STEP, fact=said.fact)))
        text = texts.CODE_REFUSED.fill(position=name)
        return denied(decision, text, _step(room, Verdict.DENY, "checkMarks", text, said))
    text = texts.CODE_UNCHECKED.fill(reason="нет ответа" if said.silent else said.text)
    if not room.fiscal.ignoreCheckMarksErrors:
        return denied(decision, text, _step(room, Verdict.DENY, "ignoreCheckMarksErrors", text, said))
    warning = text._replace(kind="warning")
    step = _step(room, Verdict.ALLOW, "ignoreCheckMarksErrors", warning, said)
    return decision._replace(steps=followed(decision.steps, step), screen=(*decision.screen, warning))


def _step(room: Room, verdict: Verdict, setting: str, text: Text, said: CodeAnswer) -> Step:
    value, source = room.fiscal.raw(setting), room.fiscal.source(setting)
    return Step(STEP, verdict, text.key, setting=setting, value=value, source=source, fact=said.fact)


def forget_codes(room: Room, receipt: Receipt) -> tuple[Text, ...]:
    """Empty the register's buffer of checked codes: a receipt leaves without a document. A warning says when it fails.

    The next receipt does not suffer: a register makes a document of the codes that are in it. The books have let the
    receipt go by now, so that nothing a driver does wrong may keep it.
    """
    if not any(RESULT in position.extra for position in receipt.positions):
        return ()
    try:
        room.register.forget_marks()
    except RegisterError as error:
        return (register_trouble(error)._replace(kind="warning"),)
    except Exception as error:
        return (register_trouble(RegisterSilent(type(error).__name__))._replace(kind="warning"),)
    return ()

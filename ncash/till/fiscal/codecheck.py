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
from ncash.till.fiscal.readiness import trouble
from ncash.till.goods.sums import denied
from ncash.till.view import Room

STEP: Final = "register"
_CHECKED: Final = declare("codecheck.checked", "the register has checked a code, and neither took nor declined it")
_KEPT: Final = declare("codecheck.kept", "the register has taken or declined the code it checked")


class Said(NamedTuple):
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


def checked(room: Room, receipt: Receipt, decision: Decision, position: Position) -> tuple[Decision, Position]:
    """The decision with what the register says of the code, and the position with tag 2106."""
    check = check_of(receipt, position) if _wanted(room, receipt.kind) else None
    if check is None:
        return decision, position
    rehearsal = room.world.rehearsal
    said = _asked(room, check) if rehearsal is None else _recalled(rehearsal.facts.get(STEP))
    if said is None:
        return decision, position
    decision = judged(room, decision, said, position.name)
    extra = fixed({**position.extra, RESULT: said.bits or 0})
    return decision, position._replace(checks=(*position.checks, decision.steps[-1].told), extra=extra)


def again(room: Room, decision: Decision, line: Mapping[str, Any]) -> Decision:
    """A decision that is made again with what the register said then; nothing is added when it said nothing."""
    facts = [step["fact"] for step in line["checks"] if step["check"] == STEP]
    said = _recalled(facts[-1]) if facts else None
    if said is None or decision.verdict is not Verdict.ALLOW or not _wanted(room, Kind(line["receipt_kind"])):
        return decision
    return judged(room, decision, said, str((line["goods"] or {}).get("name", "")))


def _wanted(room: Room, kind: Kind) -> bool:
    """FFD 1.05 knows no such check; an inventory makes no fiscal document."""
    return room.fiscal.checkMarks and room.fiscal.ffd == "1.2" and kind is not Kind.INVENTORY


def _asked(room: Room, check: MarkCheck) -> Said:
    try:
        result = room.register.check_mark(check)
        failpoint(_CHECKED)
        if result.refused:
            room.register.decline_mark(check)
        else:
            room.register.accept_mark(check)
        failpoint(_KEPT)
    except RegisterError as error:
        return Said(None, quoting(str(error), (check.mark,)), silent=not isinstance(error, RegisterRefused))
    return Said(result.bits, quoting(result.text, (check.mark,)))


def _recalled(fact: Mapping[str, Any] | None) -> Said | None:
    return None if fact is None else Said(fact[RESULT], fact["text"], fact["silent"])


def judged(room: Room, decision: Decision, said: Said, name: str) -> Decision:
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


def _step(room: Room, verdict: Verdict, setting: str, text: Text, said: Said) -> Step:
    told = (setting, room.fiscal.raw(setting), room.fiscal.source(setting))
    return Step(STEP, verdict, text.key, *told, None, said.fact)


def forgotten(room: Room, receipt: Receipt) -> tuple[Text, ...]:
    """The receipt leaves without a document: the buffer of checked codes is emptied, or a warning says that it is not.

    The next receipt does not suffer: a register makes a document of the codes that are in it. The books have let the
    receipt go by now, so that nothing a driver does wrong may keep it.
    """
    if not any(RESULT in position.extra for position in receipt.positions):
        return ()
    try:
        room.register.forget_marks()
    except RegisterError as error:
        return (trouble(error)._replace(kind="warning"),)
    except Exception as error:
        return (trouble(RegisterSilent(type(error).__name__))._replace(kind="warning"),)
    return ()

"""A verdict without flags: what KKM Server says about a code it has checked itself, and what that means here."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ncash.bundled.markedgoods.checks.case import CHECK, Case, Judgement, passed, refused
from ncash.bundled.markedgoods.texts.messages import MESSAGES
from ncash.model.decision import Dialog, Effects, Setting, Step, Verdict

ACCEPTED: Final = "accepted"
OFFLINE: Final = "offline"
REJECTED: Final = "rejected"

REFUSALS: Final[Mapping[str, str]] = {
    REJECTED: "KkmServerRejected",
    "format": "KkmServerFormat",
    "duplicate": "KkmServerDuplicate",
    "settings": "KkmServerSettings",
    "account": "KkmServerAccount",
}
"""Kinds of a ruling that refuse, with their texts; the other two let the goods pass."""


class Ruling(NamedTuple):
    """A ruling, the reason in the words of the one who ruled, and where it came from."""

    kind: str
    """accepted, offline (accepted, and compared with CRPT later), or a key of REFUSALS."""
    reason: str = ""
    result: int | None = None
    """Tag 2106, the sum of its bits."""
    host: str = ""
    latency_ms: float = 0.0
    raw: str = ""
    """What it said, as the journal keeps it (see crpt.evidence)."""

    def json(self) -> dict[str, Any]:
        """JSON values that `ruling_from_json` reads back."""
        return {"fact": "ruling", **self._asdict()}


def ruling_from_json(value: Mapping[str, Any]) -> Ruling:
    """What `json()` wrote. Raises TypeError for anything else."""
    return Ruling(**{name: value[name] for name in Ruling._fields if name in value})


def judge_ruling(case: Case, ruling: Ruling, fact: Any) -> Judgement:
    """Accepted passes; offline acceptance passes loudly, unless unchecked goods are refused; the rest is refused.

    A ruling brings neither reqId nor flags: there is no tag 1265, and no ignoreCrptStatus… setting applies.
    """
    rule = case.common.setting("markVerifyCrptService")
    if ruling.kind == ACCEPTED:
        return passed(CHECK, fact, rule)
    if ruling.kind == OFFLINE:
        return _offline(case, ruling, fact, rule)
    message = MESSAGES[REFUSALS[ruling.kind]]
    reason = ruling.reason.strip().rstrip(".") or "причина не указана"
    text = message.fill("error", position=case.goods.name, reason=reason)
    if ruling.kind == REJECTED and case.own.markVerifyCrptAskConfirmation:
        rule = case.profile.setting("markVerifyCrptAskConfirmation")
        step = Step(CHECK, Verdict.ASK, message.key, rule=rule, fact=fact)
        if CHECK in case.request.confirmed:
            return Judgement(step._replace(verdict=Verdict.ALLOW))
        return Judgement(step, dialog=Dialog("ask", message.key, text.text, ("continue", "cancel")))
    return Judgement(Step(CHECK, Verdict.DENY, message.key, rule=rule, fact=fact), (text,))


def _offline(case: Case, ruling: Ruling, fact: Any, rule: Setting) -> Judgement:
    if case.own.refuseUnchecked:
        return refused(CHECK, MESSAGES["CrptUnchecked"], case.profile.setting("refuseUnchecked"), fact)
    message = MESSAGES["KkmServerOffline"]
    step = Step(CHECK, Verdict.ALLOW, message.key, rule=rule, fact=fact)
    return Judgement(step, (message.fill(),), effects=Effects(unchecked="crpt: offline acceptance by KKM Server"))

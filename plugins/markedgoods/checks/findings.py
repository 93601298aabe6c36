"""What speaks against a mark in an answer of CRPT, and what the settings make of it."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from ncash.bundled.markedgoods.checks.case import CHECK, Case, Judgement
from ncash.bundled.markedgoods.checks.statuses import VERDICTS
from ncash.model.decision import Dialog, Effects, Setting, Step, Text, Verdict

CONFIRMATION: Final = "markVerifyCrptAskConfirmation"


class Objection(NamedTuple):
    """Objection to a mark: its text, and the setting that says whether it refuses, asks or passes."""

    setting: str | None
    """None: it refuses whatever the settings say."""
    text: Text


def _graded(case: Case, finding: Objection) -> tuple[Verdict, Setting | None]:
    if finding.setting is None:
        return Verdict.DENY, None
    if case.own.markVerifyCrptAskConfirmation:
        return Verdict.ASK, case.profile.setting(CONFIRMATION)
    return VERDICTS[getattr(case.own, finding.setting)], case.profile.setting(finding.setting)


def judge_objections(
    case: Case, findings: Sequence[Objection], fact: Any, effects: Effects, rule: Setting
) -> Judgement:
    """One denied finding refuses, asked ones make one question, none passes, by `rule`."""
    if not findings:
        return Judgement(Step(CHECK, rule=rule, fact=fact), effects=effects)
    graded = [(finding, *_graded(case, finding)) for finding in findings]
    worst = max(verdict for _, verdict, _ in graded)
    shown = [(finding.text, decisive) for finding, verdict, decisive in graded if verdict is worst]
    first, decisive = shown[0]
    step = Step(CHECK, worst, first.key, rule=decisive, fact=fact)
    if worst is Verdict.DENY:
        return Judgement(step, (first,))
    if worst is Verdict.ASK and CHECK not in case.request.confirmed:
        question = "\n".join(text.text for text, _ in shown)
        return Judgement(step, dialog=Dialog("ask", first.key, question, ("continue", "cancel")))
    return Judgement(step._replace(verdict=Verdict.ALLOW), effects=effects)

"""What speaks against a mark in an answer of CRPT, and what the settings make of it."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from ncash.bundled.markedgoods.checks.case import Case, Judgement
from ncash.bundled.markedgoods.checks.statuses import VERDICTS
from ncash.model.decision import Dialog, Effects, Step, Text, Verdict

CHECK: Final = "crpt"
CONFIRMATION: Final = "markVerifyCrptAskConfirmation"
Told = tuple[str | None, str | None, str | None]
_NO_SETTING: Final[Told] = (None, None, None)


class Objection(NamedTuple):
    """One thing that speaks against the mark, with its text and the setting that says how hard it is."""

    setting: str | None
    """None: it refuses whatever the settings say."""
    text: Text


def _graded(case: Case, finding: Objection) -> tuple[Verdict, Told]:
    if finding.setting is None:
        return Verdict.DENY, _NO_SETTING
    if case.own.markVerifyCrptAskConfirmation:
        return Verdict.ASK, case.profile.told(CONFIRMATION)
    return VERDICTS[getattr(case.own, finding.setting)], case.profile.told(finding.setting)


def judged(case: Case, findings: Sequence[Objection], fact: Any, effects: Effects, told: Told) -> Judgement:
    """One denied finding refuses, asked ones make one question, none passes; `told` is then the setting of the step."""
    if not findings:
        return Judgement(Step(CHECK, Verdict.ALLOW, None, *told, None, fact), effects=effects)
    graded = [(finding, *_graded(case, finding)) for finding in findings]
    worst = max(verdict for _, verdict, _ in graded)
    shown = [(finding.text, told) for finding, verdict, told in graded if verdict is worst]
    first, setting = shown[0]
    step = Step(CHECK, worst, first.key, *setting, None, fact)
    if worst is Verdict.DENY:
        return Judgement(step, (first,))
    if worst is Verdict.ASK and CHECK not in case.request.confirmed:
        question = "\n".join(text.text for text, _ in shown)
        return Judgement(step, dialog=Dialog("ask", first.key, question, ("continue", "cancel")))
    return Judgement(step._replace(verdict=Verdict.ALLOW), effects=effects)

"""What is known about a code without CRPT: the answer of the local module (ЛМ ЧЗ), own or behind ТС ПИоТ.

It knows black lists and what was sold here, and nothing else (R17 §2): a flag it does not have never refuses.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ncash.bundled.markedgoods.checks import price
from ncash.bundled.markedgoods.checks.case import CHECK, Case, Judgement, refused
from ncash.bundled.markedgoods.checks.findings import judge_objections
from ncash.bundled.markedgoods.checks.industry_tags import industry_tags, offline_proof
from ncash.bundled.markedgoods.checks.statuses import VERDICTS
from ncash.bundled.markedgoods.facts import fields
from ncash.bundled.markedgoods.facts.online import NotChecked, fact_from_json
from ncash.bundled.markedgoods.texts.messages import MESSAGES
from ncash.bundled.markedgoods.texts.messages_crpt import SOLD_UNCHECKED
from ncash.language import recorded
from ncash.messages import Message
from ncash.model.decision import Dialog, Effects, Step, Verdict
from ncash.model.mark import plain


class OfflineAnswer(NamedTuple):
    """Answer of the local module about one code, with the proof that belongs to it alone."""

    cis: str
    """КИ as it was asked about."""
    isBlocked: bool
    reqId: str
    reqTimestamp: int
    """Milliseconds, UTC."""
    inst: str
    """The local module's instance."""
    version: str
    """Version of its black lists; any text."""
    sold: bool | None = None
    """Registered as sold at this module within the last 30 days."""
    isGreyGtin: bool | None = None
    """Blocked only because the goods can be checked online alone."""
    mrp: int | None = None
    """Kopecks: minimum price of group 16."""
    smp: int | None = None
    """Kopecks: lowest price of a tobacco pack."""
    host: str = ""
    latency_ms: float = 0.0
    raw: str = ""
    """The whole answer, as the journal keeps it (see crpt.evidence)."""

    @property
    def proof(self) -> str:
        """Tag 1265."""
        return offline_proof(self.reqId, self.reqTimestamp, self.inst, self.version)

    def json(self) -> dict[str, Any]:
        """JSON values that `offline_from_json` reads back."""
        return {"fact": "offline", **self._asdict()}


def offline_from_json(value: Mapping[str, Any] | None) -> OfflineAnswer | NotChecked | None:
    """What `json()` of an offline answer, or of its absence, wrote. Raises KeyError or TypeError for anything else."""
    if value is None:
        return None
    if value["fact"] != "offline":
        found = fact_from_json(value)
        return found if isinstance(found, NotChecked) else None
    return OfflineAnswer(**{name: value[name] for name in OfflineAnswer._fields if name in value})


def _word(top: Mapping[str, Any], name: str) -> str:
    value = top.get(name)
    if type(value) is int:
        value = str(value)
    if type(value) is not str or not value or not value.isprintable() or "&" in value:
        raise ValueError(recorded("{name} is missing or cannot stand in tag 1265", name=name))
    return value


def _read(element: Mapping[str, Any], name: str, reader: Callable[[Any], Any]) -> Any:
    """A field that may be absent; null says nothing."""
    value = element.get(name)
    if value is None:
        return None
    try:
        return reader(value)
    except ValueError as error:
        raise ValueError(recorded("{name} is {error}", name=name, error=error)) from None


def _stamped(top: Mapping[str, Any]) -> int:
    stamp: int | None = _read(top, "reqTimestamp", fields.stamp)
    if stamp is None:
        raise ValueError("reqTimestamp is missing")
    return stamp


def _against(value: Any) -> bool:
    return fields.flag(value, True)


def read_offline(top: Mapping[str, Any], *forms: str) -> OfflineAnswer:
    """The offline answer in one object of `results` or `codesResponse`, about a code that has these forms.

    Raises ValueError when it says nothing about the code, or cannot be a proof.
    """
    if _read(top, "code", fields.count) != 0:
        raise ValueError(
            recorded("code {code}: {description}", code=top.get("code"), description=str(top.get("description"))[:80])
        )
    listed = top.get("codes")
    wanted = {plain(form) for form in forms}
    elements = [one for one in listed if type(one) is dict] if type(listed) is list else []
    about = [one for one in elements if type(one.get("cis")) is str and plain(one["cis"]) in wanted]
    if not about or any(one != about[0] for one in about):
        raise ValueError("no single element about the code that was asked for")
    return _answer(top, about[0], forms[0])


def _answer(top: Mapping[str, Any], element: Mapping[str, Any], asked: str) -> OfflineAnswer:
    """Raises ValueError. What refuses needs no proof: it is never printed."""
    blocked, sold = (_read(element, name, _against) for name in ("isBlocked", "sold"))
    refuses = bool(blocked or sold)
    if blocked is None and not refuses:
        raise ValueError("the element lacks isBlocked")
    limits = {} if refuses else {name: _read(element, name, fields.count) for name in ("mrp", "smp")}
    return OfflineAnswer(
        cis=asked,
        isBlocked=bool(blocked),
        sold=sold,
        isGreyGtin=fields.said(element.get("isGreyGtin")),
        **limits,
        **_proof(top, needed=not refuses),
    )


def _proof(top: Mapping[str, Any], needed: bool) -> dict[str, Any]:
    """The parts of tag 1265. Raises ValueError when they are needed and not all there."""
    try:
        words = {name: _word(top, name) for name in ("reqId", "inst", "version")}
        return {**words, "reqTimestamp": _stamped(top)}
    except ValueError:
        if needed:
            raise
        return {"reqId": "", "inst": "", "version": "", "reqTimestamp": 0}


def sold_here(offline: OfflineAnswer | NotChecked | None) -> bool:
    """The local module has this unit as sold: refused whatever CRPT says (R17 §5)."""
    return isinstance(offline, OfflineAnswer) and offline.sold is True


def judge_sold(fact: Any) -> Judgement:
    """The refusal of a unit that was sold in this outlet."""
    return refused(CHECK, MESSAGES["LocalModuleSold"], None, fact)


def judge_offline(case: Case, offline: OfflineAnswer, fact: Any) -> Judgement:
    """There is no online answer: blocked is refused, a price below a known limit is judged, the rest passes."""
    rule = case.common.setting("localModuleUrl")
    if offline.isBlocked:
        key = "LocalModuleGrey" if offline.isGreyGtin is True else "LocalModuleBlocked"
        return refused(CHECK, MESSAGES[key], rule, fact)
    extra = {"reqId": offline.reqId, "reqTimestamp": offline.reqTimestamp, "offline": True}
    effects = Effects(tags=industry_tags(case.shared, offline.proof), extra=extra)
    return judge_objections(
        case, price.findings(case, price.offline_limits(offline.mrp, offline.smp)), fact, effects, rule
    )


def judge_silence(case: Case, heard: NotChecked, fact: Any) -> Judgement:
    """Neither the local module nor CRPT answered: noAnswerPolicy decides, for no sale can have a proof (R17 §5)."""
    message: Message = MESSAGES["NoAnswer"]
    rule = case.profile.setting("noAnswerPolicy")
    if case.own.refuseUnchecked:
        return refused(CHECK, message, case.profile.setting("refuseUnchecked"), fact)
    verdict = VERDICTS[case.own.noAnswerPolicy]
    if verdict is Verdict.DENY:
        return refused(CHECK, message, rule, fact)
    if verdict is Verdict.ASK and CHECK not in case.request.confirmed:
        step = Step(CHECK, Verdict.ASK, message.key, rule=rule, fact=fact)
        return Judgement(step, dialog=Dialog("ask", message.key, message.text, ("continue", "cancel")))
    step = Step(CHECK, Verdict.ALLOW, SOLD_UNCHECKED.key, rule=rule, fact=fact)
    return Judgement(
        step, (SOLD_UNCHECKED.fill(),), effects=Effects(unchecked=recorded("crpt: {reason}", reason=heard.reason))
    )

"""Check 8: what CRPT says, and what it means that nobody was asked (till.md §7, §9)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from ncash.bundled.markedgoods.checks import packs, price
from ncash.bundled.markedgoods.checks.case import CHECK, Case, Judgement, Profile, refused
from ncash.bundled.markedgoods.checks.findings import Objection, judge_objections
from ncash.bundled.markedgoods.checks.industry_tags import industry_tags, online_proof
from ncash.bundled.markedgoods.checks.offline import (
    OfflineAnswer,
    judge_offline,
    judge_silence,
    judge_sold,
    offline_from_json,
    sold_here,
)
from ncash.bundled.markedgoods.checks.price import NICOTINE_GROUP, OTHER_TOBACCO_GROUP
from ncash.bundled.markedgoods.checks.ruling import Ruling, judge_ruling, ruling_from_json
from ncash.bundled.markedgoods.checks.statuses import STATUSES, TOBACCO_GROUP, Status
from ncash.bundled.markedgoods.facts.online import Answer, NotChecked, fact_from_json
from ncash.bundled.markedgoods.texts.messages import MESSAGES
from ncash.bundled.markedgoods.texts.messages_crpt import CRPT_UNCHECKED, SOLD_UNCHECKED
from ncash.language import recorded
from ncash.model.decision import Dialog, Effects, Setting, Step, Text, Verdict
from ncash.model.receipt import Kind

EXPIRY: Final = "ignoreCrptStatusExpireDate"
EMERGENCY: Final = "emergency"
SOLD_ALL_THE_SAME: Final = ("token", EMERGENCY)
"""Reasons for which the vendor, or the operator, sells unchecked without asking anybody."""
_UNREACHABLE: Final = {"kkmserver": "KkmServerUnreachable"}
"""Reasons that have a text of their own, with another next step than to try again."""


class CrptFact(NamedTuple):
    """Fact of check 8: what was heard, when by the outlet's wall clock, and in which catalogs the goods are."""

    heard: Answer | NotChecked | Ruling
    now: str
    """ISO 8601 without zone."""
    catalogs: tuple[str, ...] | None = None
    """None: no setting asked for them."""
    offline: OfflineAnswer | NotChecked | None = None
    """The local module's answer; None where there is no local module, or it was not needed."""

    def json(self) -> dict[str, Any]:
        """JSON values, for the journal."""
        offline = {"offline": self.offline.json()} if self.offline is not None else {}
        catalogs = None if self.catalogs is None else list(self.catalogs)
        return {**self.heard.json(), "now": self.now, "catalogs": catalogs, **offline}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "CrptFact":
        """The other direction."""
        heard = ruling_from_json(value) if value["fact"] == "ruling" else fact_from_json(value)
        offline = offline_from_json(value.get("offline"))
        catalogs = value.get("catalogs")
        return cls(heard, value["now"], None if catalogs is None else tuple(catalogs), offline)


def crpt_skipped(case: Case) -> str | None:
    """Sales only, and only where the setting says so."""
    if case.request.kind is not Kind.SALE:
        return case.request.kind.value
    return None if case.own.enableMarkVerifyCrpt else "enableMarkVerifyCrpt = false"


def judge_crpt(case: Case, fact: CrptFact) -> Judgement:
    """Every status by its own setting; one denied status refuses, asked ones make one question."""
    heard = fact.heard
    exempt = case.shared.skipMarkVerifyCrptCatalogs
    if exempt and set(exempt) & set(fact.catalogs or ()):
        return _skipped(case, fact, "catalog", case.common.setting("skipMarkVerifyCrptCatalogs"))
    if sold_here(fact.offline):
        return judge_sold(fact.json())
    if isinstance(heard, NotChecked):
        return _unchecked(case, heard, fact)
    if isinstance(heard, Ruling):
        return judge_ruling(case, heard, fact.json())
    return _judged(case, heard, fact)


def _judged(case: Case, heard: Answer, fact: CrptFact) -> Judgement:
    now = datetime.fromisoformat(fact.now)
    found = [Objection(s.setting, _worded(case, s, heard)) for s in STATUSES if s.bad(heard, now)]
    found += _undated(case, heard)
    found += price.findings(case, price.limits_of(heard, case.mark.raw))
    found += price.unread(case, heard)
    found += packs.findings(case, heard)
    rule = case.profile.setting("enableMarkVerifyCrpt")
    judgement = judge_objections(case, found, fact.json(), _proof(case, heard), rule)
    if judgement.step.verdict is not Verdict.ALLOW:
        return judgement
    return judgement._replace(texts=judgement.texts + packs.warnings(heard))


def _worded(case: Case, status: Status, answer: Answer) -> Text:
    agencies = ", ".join(answer.ogvs) or answer.host
    return MESSAGES[status.key].fill("error", position=case.goods.name, agencies=agencies)


def _undated(case: Case, answer: Answer) -> list[Objection]:
    """An expiry date that cannot be read may have been reached: it stands against the mark as an expired one does."""
    date = answer.unread.get("expireDate")
    if date is None:
        return []
    return [Objection(EXPIRY, MESSAGES["CrptExpireDateUnread"].fill(position=case.goods.name, date=date))]


def _skipped(case: Case, fact: CrptFact, reason: str, rule: Setting) -> Judgement:
    step = Step(CHECK, rule=rule, skipped=reason, fact=fact.json())
    return Judgement(step, effects=Effects(unchecked=recorded("crpt: {reason}", reason=reason)))


def _unchecked(case: Case, heard: NotChecked, fact: CrptFact) -> Judgement:
    token = case.common.setting("xapikey")
    if heard.reason == "unchecked":
        return _skipped(case, fact, recorded("department {dept} has the token 1", dept=case.goods.dept), token)
    if heard.reason == "missing":
        return refused(CHECK, MESSAGES["CrptTokenMissing"], token, fact.json())
    strict = case.profile.setting("refuseUnchecked")
    if fact.offline is not None and heard.reason != EMERGENCY:
        if isinstance(fact.offline, OfflineAnswer):
            return judge_offline(case, fact.offline, fact.json())
        return judge_silence(case, heard, fact.json())
    if heard.reason in SOLD_ALL_THE_SAME:
        if case.own.refuseUnchecked:
            return refused(CHECK, CRPT_UNCHECKED, strict, fact.json())
        return _sold_unchecked(case, heard, fact, None if heard.reason == EMERGENCY else token)
    return _connection(case, heard, fact, strict)


def _connection(case: Case, heard: NotChecked, fact: CrptFact, strict: Setting) -> Judgement:
    message = MESSAGES[_UNREACHABLE.get(heard.reason, "CrptConnection")]
    rule = case.profile.setting("ignoreMarkVerifyCrptConnectionErrors")
    if case.own.refuseUnchecked:
        return refused(CHECK, message, strict, fact.json())
    if case.own.ignoreMarkVerifyCrptConnectionErrors:
        return _sold_unchecked(case, heard, fact, rule)
    if not case.own.markVerifyCrptAskConfirmation:
        return refused(CHECK, message, rule, fact.json())
    rule = case.profile.setting("markVerifyCrptAskConfirmation")
    if CHECK in case.request.confirmed:
        return _sold_unchecked(case, heard, fact, rule)
    step = Step(CHECK, Verdict.ASK, message.key, rule=rule, fact=fact.json())
    return Judgement(step, dialog=Dialog("ask", message.key, message.text, ("continue", "cancel")))


def _sold_unchecked(case: Case, heard: NotChecked, fact: CrptFact, rule: Setting | None) -> Judgement:
    step = Step(CHECK, Verdict.ALLOW, SOLD_UNCHECKED.key, rule=rule, fact=fact.json())
    return Judgement(
        step, (SOLD_UNCHECKED.fill(),), effects=Effects(unchecked=recorded("crpt: {reason}", reason=heard.reason))
    )


def _proof(case: Case, answer: Answer) -> Effects:
    """FFD tags 1262 to 1265 of the very answer that allowed this mark, and what the answer says about the goods."""
    tags = industry_tags(case.shared, online_proof(answer.reqId, answer.reqTimestamp))
    extra: dict[str, Any] = {
        "reqId": answer.reqId,
        "reqTimestamp": answer.reqTimestamp,
        **packs.extra_of_pack(answer),
    }
    if answer.variableExpirations:
        extra["variableExpirations"] = dict(answer.variableExpirations)
    if answer.groupIds:
        extra["groupIds"] = list(answer.groupIds)
    return Effects(tags=tags, extra=extra, published=_published(case, answer))


def _published(case: Case, answer: Answer) -> dict[str, Any]:
    """What other plugins may know of the answer: the expiry date as far as useCrptExpireDate lets it be used."""
    published: dict[str, Any] = {}
    if case.own.useCrptExpireDate and answer.expireDate:
        published["expireDate"] = answer.expireDate
    if answer.productionDate:
        published["productionDate"] = answer.productionDate
    if answer.groupIds:
        published["groupIds"] = list(answer.groupIds)
    if not FIXED_PRICES.isdisjoint(answer.groupIds):
        published["priceFixed"] = True
    return published


PUBLISHES: Final[Mapping[str, str]] = {
    "expireDate": "when the unit expires, as CRPT writes it, with useCrptExpireDate = true",
    "productionDate": "when the unit was made, as CRPT writes it",
    "groupIds": "product groups of CRPT, numbers",
    "priceFixed": "true for tobacco and nicotine: no discount is given",
}
"""Facts about a unit for other plugins."""
FIXED_PRICES: Final = frozenset({TOBACCO_GROUP, OTHER_TOBACCO_GROUP, NICOTINE_GROUP})
"""Product groups on which no discount is given (crpt.md §5.2)."""


def ruled_by(profile: Profile) -> bool:
    """Whether this profile ever asks CRPT."""
    return profile.settings.enableMarkVerifyCrpt

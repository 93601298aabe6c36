"""Check 8 without an online answer: the local module, ТС ПИоТ and KKM Server, judged purely and read back from JSON."""

import json
from typing import Any

import pytest

from ncash.bundled.markedgoods.checks.case import Case, Judgement, Profile
from ncash.bundled.markedgoods.checks.offline import OfflineAnswer, read_offline
from ncash.bundled.markedgoods.checks.online import CrptFact, judge_crpt
from ncash.bundled.markedgoods.checks.ruling import REFUSALS, Ruling
from ncash.bundled.markedgoods.facts.online import Answer, NotChecked
from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.model.decision import Verdict
from ncash.model.goods import Goods
from ncash.model.mark import Mark
from ncash.model.receipt import Receipt
from ncash.model.request import GOODS_FIRST, AddItem

NOW = "2027-01-15T12:00:00.000"
CODE, CIS = "0104670540176099215zzzzz\x1d93dGVz", "0104670540176099215zzzzz"
GOOD = Answer(CODE, True, True, True, True, True, "6f0b0f0e-3c0e-4d0f-9a55-1d2c3b4a5968", 1_800_000_000_123)
OFFLINE = OfflineAnswer(
    CIS, False, "0d9f0f0e-3c0e-4d0f-9a55-1d2c3b4a5968", 1_800_000_000_456, "3f7c", "bl-1", sold=False
)
SILENT = NotChecked("timeout", "no answer", "cdn01.example.test")
MODULE_SILENT = NotChecked("connection", "the local module is not there")


def judged(
    heard: Answer | NotChecked | Ruling,
    offline: OfflineAnswer | NotChecked | None,
    confirmed: bool = False,
    **settings: Any,
) -> Judgement:
    own = Profile(MarkedGoods.defaults(enableMarkVerifyCrpt=True, localModuleUrl="http://127.0.0.1:5995", **settings))
    goods = Goods("3", "4670540176099", "Молоко", 8990, tmctype=7)
    asked = frozenset({"crpt"}) if confirmed else frozenset()
    request = AddItem(Receipt("r1"), GOODS_FIRST, goods, Mark(CODE, CODE, CIS, "Milk"), confirmed=asked)
    fact = CrptFact(heard, NOW, (), offline)
    read = CrptFact.from_json(json.loads(json.dumps(fact.json())))
    assert (read.offline, read.now, type(read.heard)) == (offline, NOW, type(heard))
    judgement = judge_crpt(Case(request, own, own), fact)
    assert judge_crpt(Case(request, own, own), read).step[:6] == judgement.step[:6]
    return judgement


def told(judgement: Judgement) -> tuple[str, str | None, str | None]:
    return judgement.step.verdict.word, judgement.step.key, judgement.step.setting


NO_ONLINE = ["timeout", "connection", "tls", "http", "malformed", "external", "token", "licence", "busy", "kkmserver"]


@pytest.mark.parametrize("reason", NO_ONLINE)
def test_the_module_decides_when_nobody_answered_online(reason: str) -> None:
    judgement = judged(NotChecked(reason, ""), OFFLINE)
    assert told(judgement) == ("allow", None, "localModuleUrl")
    proof = f"UUID={OFFLINE.reqId}&Time={OFFLINE.reqTimestamp}&Inst=3f7c&Ver=bl-1"
    assert judgement.effects.tags["1265"] == proof
    assert set(judgement.effects.tags) == {"1262", "1263", "1264", "1265"}
    assert judgement.effects.unchecked is None


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"isBlocked": True}, "LocalModuleBlocked"),
        ({"isBlocked": True, "isGreyGtin": True}, "LocalModuleGrey"),
        ({"isGreyGtin": True}, None),
        ({"sold": None}, None),
        ({"sold": True}, "LocalModuleSold"),
        ({"sold": True, "isBlocked": True}, "LocalModuleSold"),
        ({"mrp": 9000}, "CrptPriceBelowMinimum"),
        ({"mrp": 8990}, None),
        ({"smp": 8991}, "CrptPriceBelowSmp"),
        ({"smp": 8990}, None),
    ],
)
def test_offline_only_what_the_module_knows_can_refuse(changes: dict[str, Any], key: str | None) -> None:
    judgement = judged(SILENT, OFFLINE._replace(**changes))
    assert (judgement.step.verdict, judgement.step.key) == (Verdict.DENY if key else Verdict.ALLOW, key)


@pytest.mark.parametrize("settings", [{}, {"markVerifyCrptAskConfirmation": True}, {"ignoreCrptStatusSold": "allow"}])
def test_what_was_sold_here_is_refused_whatever_crpt_and_the_settings_say(settings: dict[str, Any]) -> None:
    for heard in (GOOD, SILENT, NotChecked("emergency", ""), Ruling("accepted")):
        judgement = judged(heard, OFFLINE._replace(sold=True), **settings)
        assert told(judgement) == ("deny", "LocalModuleSold", None)


def test_an_online_answer_outweighs_the_modules_black_list() -> None:
    judgement = judged(GOOD, OFFLINE._replace(isBlocked=True))
    assert judgement.step.verdict is Verdict.ALLOW
    assert "&Inst=" not in judgement.effects.tags["1265"]


def test_a_silent_module_takes_nothing_from_an_online_answer() -> None:
    assert judged(GOOD, MODULE_SILENT) == judged(GOOD, MODULE_SILENT, noAnswerPolicy="allow")
    assert judged(GOOD, MODULE_SILENT).step.verdict is Verdict.ALLOW


def test_in_an_emergency_both_checks_are_off() -> None:
    judgement = judged(NotChecked("emergency", ""), OFFLINE._replace(isBlocked=True))
    assert judgement.step.verdict is Verdict.ALLOW
    assert not judgement.effects.tags


@pytest.mark.parametrize("reason", NO_ONLINE)
@pytest.mark.parametrize(
    ("policy", "verdict"), [("deny", Verdict.DENY), ("ask", Verdict.ASK), ("allow", Verdict.ALLOW)]
)
def test_when_neither_answers_no_answer_policy_decides(reason: str, policy: str, verdict: Verdict) -> None:
    judgement = judged(NotChecked(reason, ""), MODULE_SILENT, noAnswerPolicy=policy)
    assert (judgement.step.verdict, judgement.step.setting) == (verdict, "noAnswerPolicy")
    assert not judgement.effects.tags
    assert (judgement.effects.unchecked is not None) is (verdict is Verdict.ALLOW)


def test_no_answer_is_refused_unless_the_shop_says_otherwise() -> None:
    assert told(judged(SILENT, MODULE_SILENT)) == ("deny", "NoAnswer", "noAnswerPolicy")
    loose = judged(SILENT, MODULE_SILENT, ignoreMarkVerifyCrptConnectionErrors=True)
    assert told(loose) == ("deny", "NoAnswer", "noAnswerPolicy")


def test_a_confirmed_question_about_no_answer_sells_loudly() -> None:
    judgement = judged(SILENT, MODULE_SILENT, confirmed=True, noAnswerPolicy="ask")
    assert told(judgement) == ("allow", "SoldUnchecked", "noAnswerPolicy")
    assert judgement.effects.unchecked == "crpt: timeout"


def test_refuse_unchecked_outweighs_no_answer_policy() -> None:
    judgement = judged(SILENT, MODULE_SILENT, noAnswerPolicy="allow", refuseUnchecked=True)
    assert told(judgement) == ("deny", "NoAnswer", "refuseUnchecked")


def test_without_a_module_everything_is_as_it_was() -> None:
    assert told(judged(SILENT, None)) == ("deny", "CrptConnection", "ignoreMarkVerifyCrptConnectionErrors")


@pytest.mark.parametrize("reason", ["unchecked", "missing"])
def test_what_xapikey_says_of_a_department_needs_no_module(reason: str) -> None:
    assert judged(NotChecked(reason, ""), MODULE_SILENT).step.setting == "xapikey"


@pytest.mark.parametrize("kind", list(REFUSALS))
def test_each_refusal_of_kkm_server_has_its_text_with_a_next_step(kind: str) -> None:
    judgement = judged(Ruling(kind, "нет связи."), None)
    assert told(judgement) == ("deny", REFUSALS[kind], "markVerifyCrptService")
    assert judgement.texts[0].text.count(".") >= 1
    assert "{" not in judgement.texts[0].text


def test_an_accepted_ruling_passes_without_tags() -> None:
    judgement = judged(Ruling("accepted", result=15), None)
    assert (told(judgement), dict(judgement.effects.tags)) == (("allow", None, "markVerifyCrptService"), {})


def test_an_offline_acceptance_passes_loudly_and_not_under_refuse_unchecked() -> None:
    judgement = judged(Ruling("offline", result=3), None)
    assert [text.key for text in judgement.texts] == ["KkmServerOffline"]
    assert judgement.effects.unchecked is not None
    assert told(judged(Ruling("offline"), None, refuseUnchecked=True)) == ("deny", "CrptUnchecked", "refuseUnchecked")


def test_a_rejection_may_be_asked_about_and_a_wrong_format_never() -> None:
    asked = judged(Ruling("rejected", "выведен из оборота"), None, markVerifyCrptAskConfirmation=True)
    assert (asked.step.verdict, asked.step.setting) == (Verdict.ASK, "markVerifyCrptAskConfirmation")
    sold = judged(Ruling("rejected", "выведен"), None, confirmed=True, markVerifyCrptAskConfirmation=True)
    assert sold.step.verdict is Verdict.ALLOW
    assert judged(Ruling("format"), None, markVerifyCrptAskConfirmation=True).step.verdict is Verdict.DENY


def test_kkm_server_that_is_not_there_has_a_text_of_its_own() -> None:
    assert told(judged(NotChecked("kkmserver", ""), None))[1] == "KkmServerUnreachable"


TOP: dict[str, Any] = {
    "code": 0, "reqId": "a", "reqTimestamp": "1800000000456", "inst": "b", "version": "c",
    "codes": [{"cis": CIS, "isBlocked": False}],
}  # fmt: skip


def test_a_time_stamp_as_text_is_the_same_time_stamp() -> None:
    assert read_offline(TOP, CIS).reqTimestamp == 1_800_000_000_456


@pytest.mark.parametrize(
    "changes",
    [
        {"code": 400},
        {"code": None},
        {"reqId": None},
        {"reqTimestamp": "soon"},
        {"reqTimestamp": 0},
        {"reqTimestamp": 10**16},
        {"inst": ""},
        {"version": "a&Time=2"},
        {"codes": None},
        {"codes": []},
        {"codes": [{"cis": CIS}]},
        {"codes": [{"cis": CIS, "isBlocked": False}, {"cis": CIS, "isBlocked": True}]},
        {"codes": [{"cis": CIS[:-1], "isBlocked": False}]},
        {"codes": [{"cis": CIS, "isBlocked": False, "mrp": -1}]},
    ],
)
def test_an_offline_answer_that_proves_nothing_is_none(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_offline({**TOP, **changes}, CIS)

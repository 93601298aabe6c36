"""The trail: which check said what, by which setting, written where."""

from typing import Any

import pytest

from ncash.bundled.markedgoods.checks.case import Profile
from ncash.bundled.markedgoods.checks.cash_server import ServerFact
from ncash.bundled.markedgoods.checks.online import ruled_by
from ncash.bundled.markedgoods.checks.policy import decide
from ncash.model.decision import Step, Verdict
from ncash.model.scan import RESTORED, Scan

from .conftest import (
    CHEESE,
    CODE,
    MARK,
    Facts,
    answer,
    case,
    decided,
    mark_first,
    request,
    settings,
    silent,
    sold,
    step,
)

NAMES = ["input", "match", "marked", "receipt", "uniqueness", "whitelist", "server", "crpt", "reserve"]
ALL_ON: dict[str, Any] = {"enableMarkVerify": True, "enableMarkVerifyCrpt": True, "permittedInput": 3}


def where(found: Step) -> tuple[str | None, str | None, str | None]:
    """The setting that decided, its value and its place."""
    return found.setting, found.value, found.source


def test_every_check_has_its_step_in_the_order_of_the_rules() -> None:
    assert [one.check for one in decided(request()).steps] == NAMES
    assert [one.check for one in decided(mark_first(), ALL_ON).steps] == NAMES


def test_a_check_that_does_not_run_says_why() -> None:
    skipped = {one.check: one.skipped for one in decided(request(), {"checkLocalUniqueness": False}).steps}
    assert skipped == {
        "input": "permittedInput is empty", "match": None, "marked": "goods first", "receipt": None,
        "uniqueness": "checkLocalUniqueness = false", "whitelist": "enableMarkVerifyLocal = false",
        "server": "enableMarkVerify = false", "crpt": "enableMarkVerifyCrpt = false",
        "reserve": "enableMarkVerify = false",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "shared", "check", "reason"),
    [
        (request(mark=None, without_mark=True), {}, "input", "no mark"),
        (request(mark=MARK._replace(input=RESTORED)), {"permittedInput": 1}, "input", "restored receipt"),
        (request(kind="inventory"), {"scanMarkInInventory": True}, "uniqueness", "inventory"),
        (request(kind="return"), {}, "whitelist", "return"),
        (request(), {"enableMarkVerifyLocal": True, "enableMarkVerify": True}, "whitelist", "enableMarkVerify = true"),
        (request(kind="return"), {"enableMarkVerify": True}, "server", "return"),
        (request(kind="inventory"), {"enableMarkVerify": True, "scanMarkInInventory": True}, "reserve", "inventory"),
        (request(kind="return_by_sale", sold=sold()), {"enableMarkVerify": True, "skipCheckExciseMark": True}, "server",
         "skipCheckExciseMark = true"),
        (request(kind="return"), {"enableMarkVerifyCrpt": True}, "crpt", "return"),
    ],
)  # fmt: skip
def test_the_reason_for_a_check_that_does_not_run(asked: Any, shared: dict[str, Any], check: str, reason: str) -> None:
    assert step(decided(asked, shared), check).skipped == reason


@pytest.mark.parametrize(
    ("shared", "facts", "check", "told"),
    [
        ({"permittedInput": 2}, {}, "input", ("permittedInput", "2", "markedgoods.ini:1")),
        ({"allowUnmarked": False}, {"tmctype": 0}, "marked", ("allowUnmarked", "false", "markedgoods.ini:1")),
        ({"checkLocalUniqueness": True}, {"uniqueness": {"opcode": 50}}, "uniqueness",
         ("checkLocalUniqueness", "true", "markedgoods.ini:1")),
        ({"enableMarkVerifyLocal": True}, {"whitelist": False}, "whitelist",
         ("enableMarkVerifyLocal", "true", "markedgoods.ini:1")),
        ({"enableMarkVerify": True}, {"server": ServerFact("SOLD")}, "server",
         ("enableMarkVerify", "true", "markedgoods.ini:1")),
        ({"enableMarkVerify": True}, {"reserve": ServerFact("SOLD")}, "reserve",
         ("enableMarkVerify", "true", "markedgoods.ini:1")),
        ({"enableMarkVerify": True, "ignoreMarkVerifyErrors": False}, {"server": ServerFact(None)}, "server",
         ("ignoreMarkVerifyErrors", "false", "markedgoods.ini:2")),
        ({"enableMarkVerifyCrpt": True, "ignoreCrptStatusSold": "deny"}, {"crpt": answer(sold=True)}, "crpt",
         ("ignoreCrptStatusSold", "deny", "markedgoods.ini:2")),
        ({"enableMarkVerifyCrpt": True, "ignoreCrptStatusSold": "ask"}, {"crpt": answer(sold=True)}, "crpt",
         ("ignoreCrptStatusSold", "ask", "markedgoods.ini:2")),
        ({"enableMarkVerifyCrpt": True, "markVerifyCrptAskConfirmation": True}, {"crpt": answer(sold=True)}, "crpt",
         ("markVerifyCrptAskConfirmation", "true", "markedgoods.ini:2")),
        ({"enableMarkVerifyCrpt": True, "ignoreMarkVerifyCrptConnectionErrors": False}, {"crpt": silent("timeout")},
         "crpt", ("ignoreMarkVerifyCrptConnectionErrors", "false", "markedgoods.ini:2")),
        ({"enableMarkVerifyCrpt": True, "markVerifyCrptAskConfirmation": True}, {"crpt": silent("timeout")}, "crpt",
         ("markVerifyCrptAskConfirmation", "true", "markedgoods.ini:2")),
        ({"enableMarkVerifyCrpt": True, "refuseUnchecked": True}, {"crpt": silent("timeout")}, "crpt",
         ("refuseUnchecked", "true", "markedgoods.ini:2")),
        ({"enableMarkVerifyCrpt": True, "refuseUnchecked": True}, {"crpt": silent("token")}, "crpt",
         ("refuseUnchecked", "true", "markedgoods.ini:2")),
        ({"enableMarkVerifyCrpt": True, "xapikey": "secret"}, {"crpt": silent("missing")}, "crpt",
         ("xapikey", "********", "markedgoods.ini:2")),
    ],
)  # fmt: skip
def test_a_refusal_names_its_setting_and_its_place(
    shared: dict[str, Any], facts: dict[str, Any], check: str, told: tuple[str, str, str]
) -> None:
    goods = CHEESE._replace(tmctype=facts.get("tmctype", 7))
    decision = decided(mark_first(goods=goods), shared, **facts)
    assert where(decision.steps[-1]) == told
    assert (decision.steps[-1].check, decision.steps[-1].verdict) == (check, decision.verdict)


@pytest.mark.parametrize(
    ("shared", "facts", "check", "told"),
    [
        ({"permittedInput": 1}, {}, "input", ("permittedInput", "1", "markedgoods.ini:1")),
        ({}, {"uniqueness": {"opcode": 58}}, "uniqueness", ("checkLocalUniqueness", "true", None)),
        ({"enableMarkVerifyLocal": True}, {}, "whitelist", ("enableMarkVerifyLocal", "true", "markedgoods.ini:1")),
        ({"enableMarkVerify": True}, {}, "server", ("enableMarkVerify", "true", "markedgoods.ini:1")),
        ({"enableMarkVerify": True}, {"server": ServerFact(None)}, "server", ("ignoreMarkVerifyErrors", "true", None)),
        ({"enableMarkVerifyCrpt": True}, {}, "crpt", ("enableMarkVerifyCrpt", "true", "markedgoods.ini:1")),
        ({"enableMarkVerifyCrpt": True, "ignoreCrptStatusSold": "allow"}, {"crpt": answer(sold=True)}, "crpt",
         ("ignoreCrptStatusSold", "allow", "markedgoods.ini:2")),
        ({"enableMarkVerifyCrpt": True, "ignoreMarkVerifyCrptConnectionErrors": True}, {"crpt": silent("timeout")},
         "crpt", ("ignoreMarkVerifyCrptConnectionErrors", "true", "markedgoods.ini:2")),
        ({"enableMarkVerifyCrpt": True, "xapikey": "secret"}, {"crpt": silent("token")}, "crpt",
         ("xapikey", "********", "markedgoods.ini:2")),
        ({"enableMarkVerifyCrpt": True, "xapikey": "secret"}, {"crpt": silent("unchecked")}, "crpt",
         ("xapikey", "********", "markedgoods.ini:2")),
        ({"enableMarkVerifyCrpt": True, "skipMarkVerifyCrptCatalogs": ("2",)}, {"catalogs": ("2",)}, "crpt",
         ("skipMarkVerifyCrptCatalogs", "2", "markedgoods.ini:2")),
    ],
)  # fmt: skip
def test_an_allow_names_its_setting_too(
    shared: dict[str, Any], facts: dict[str, Any], check: str, told: tuple[str, str, str | None]
) -> None:
    decision = decided(request(), shared, **facts)
    assert decision.verdict is Verdict.ALLOW
    assert where(step(decision, check)) == told


def test_the_category_is_named_when_its_own_value_decides() -> None:
    decision = decided(
        request(), {"ignoreCrptStatusSold": "allow"}, {"enableMarkVerifyCrpt": True}, crpt=answer(sold=True)
    )
    assert where(decision.steps[-1]) == ("ignoreCrptStatusSold", "deny", None)
    own = {"enableMarkVerifyCrpt": True, "ignoreCrptStatusSold": "allow"}
    assert where(step(decided(request(), {}, own, crpt=answer(sold=True)), "crpt"))[2] == "markedgoods.ini:102"


MISMATCH = CHEESE._replace(barcode="4600000000015")


@pytest.mark.parametrize(
    ("shared", "facts", "setting"),
    [
        ({}, {}, "allowNotMatchingBarcodes"),
        ({"allowNotMatchingBarcodes": True, "notMatchingBarcodesMask": "29.*"}, {}, "notMatchingBarcodesMask"),
        ({"allowNotMatchingBarcodes": True, "notMatchingBarcodesMask": "("}, {}, "notMatchingBarcodesMask"),
        ({"allowNotMatchingBarcodes": True, "notMatchingBarcodesMask": "(4+)+x"}, {}, "notMatchingBarcodesMask"),
        ({"allowNotMatchingBarcodes": True, "checkBarcodesOneArticle": True}, {}, "checkBarcodesOneArticle"),
    ],
)
def test_a_mismatch_names_the_rule_that_forbids_it(shared: dict[str, Any], facts: dict[str, Any], setting: str) -> None:
    decision = decided(request(goods=MISMATCH), shared, **facts)
    assert (decision.verdict, decision.steps[-1].setting) == (Verdict.NEED_SCAN, setting)
    assert decision.steps[-1].key == "ScanErrorRepeat"


@pytest.mark.parametrize(
    ("shared", "facts", "setting"),
    [
        ({"allowNotMatchingBarcodes": True}, {}, "allowNotMatchingBarcodes"),
        ({"allowNotMatchingBarcodes": True, "checkBarcodesOneArticle": True}, {"article": ("3041094787443",)},
         "allowNotMatchingBarcodes"),
        ({"askForBarcodeFromCatalogs": ("2",)}, {"catalogs": ("2", "7"), "article": ("3041094787443",)},
         "askForBarcodeFromCatalogs"),
    ],
)  # fmt: skip
def test_a_mismatch_that_is_allowed_names_the_rule(shared: dict[str, Any], facts: dict[str, Any], setting: str) -> None:
    decision = decided(request(goods=MISMATCH), shared, **facts)
    assert (decision.verdict, step(decision, "match").setting) == (Verdict.ALLOW, setting)


def test_the_label_as_scanned_is_what_the_mask_is_about() -> None:
    shared = {"allowNotMatchingBarcodes": True, "notMatchingBarcodesMask": r"29\d{11}"}
    assert decided(request(goods=MISMATCH, label="2912345678900"), shared).verdict is Verdict.ALLOW
    assert decided(request(goods=MISMATCH, label="4600000000015"), shared).verdict is Verdict.NEED_SCAN
    assert decided(request(goods=MISMATCH._replace(barcode="2912345678900")), shared).verdict is Verdict.ALLOW


def test_a_restored_position_is_refused_where_a_scan_would_be_asked_for() -> None:
    for asked, key in (
        (request(mark=None, scan=Scan("junk"), replaces=1), "ScanErrorRepeat"),
        (request(goods=MISMATCH, replaces=1), "ScanErrorRepeat"),
        (mark_first(goods=None, replaces=1), "BarcodeNotFound"),
    ):
        decision = decided(asked, {"allowNotMatchingBarcodes": key == "BarcodeNotFound"})
        assert (decision.verdict, decision.dialog) == (Verdict.DENY, None)
        assert [(text.kind, text.key) for text in decision.screen] == [("error", key)]


def test_the_barcode_that_was_not_found_is_named() -> None:
    assert decided(mark_first(goods=None)).screen[0].text == "Товар со штрих-кодом '3041094787443' не найден"
    bare = MARK._replace(gtin=None, text="0103041094787443")
    shared = {"allowNotMatchingBarcodes": True}
    assert decided(mark_first(goods=None, mark=bare), shared).screen[0].text.split("'")[1] == "0103041094787443"


def test_a_mismatch_of_a_label_shows_the_error_and_waits_on() -> None:
    decision = decided(mark_first(goods=MISMATCH, label="4600000000015"))
    assert (decision.verdict, decision.dialog) == (Verdict.NEED_SCAN, None)
    assert [(text.kind, text.key) for text in decision.screen] == [("error", "ScanErrorRepeat")]


def test_the_dialog_shows_the_picture_of_the_settings() -> None:
    for asked in (request(mark=None), request(mark=None, scan=Scan("junk"))):
        shown = decided(asked, {"markScanImage": "code.png"}).dialog
        assert shown is not None
        assert shown.image == "code.png"
    plain = decided(request(mark=None)).dialog
    assert plain is not None
    assert plain.image is None


def test_what_was_looked_at_is_kept_for_the_answer_to_a_question() -> None:
    looks = Facts(crpt=answer(valid=False))
    shared = {"enableMarkVerifyCrpt": True, "ignoreCrptStatusValid": "ask"}
    asking = decide(case(request(), shared), looks)
    assert (asking.verdict, asking.asks) == (Verdict.ASK, frozenset({"crpt"}))
    again = decide(case(request(facts=asking.facts, confirmed=asking.asks), shared), looks)
    assert (again.verdict, looks.looked) == (Verdict.ALLOW, ["uniqueness", "crpt"])
    assert again.effects.tags["1265"]


def test_a_need_of_a_scan_keeps_no_facts() -> None:
    shared = {"askForBarcodeFromCatalogs": ("2",)}
    assert decided(mark_first(), shared, catalogs=("2",)).facts == {}


def test_texts_of_unchecked_positions_stand_once() -> None:
    shared = {"enableMarkVerify": True, "enableMarkVerifyCrpt": True}
    away = ServerFact(None, trouble="x")
    decision = decided(request(), shared, server=away, reserve=ServerFact(None), crpt=silent("token"))
    assert [text.key for text in decision.screen] == ["ServerUnchecked", "SoldUnchecked"]
    assert decision.effects.unchecked == "crpt: token"
    assert decision.effects.extra["server_unchecked"] == "x"
    assert step(decision, "server").key == "ServerUnchecked"
    assert step(decision, "crpt").key == "SoldUnchecked"


@pytest.mark.parametrize(
    ("facts", "unchecked"),
    [
        ({"crpt": silent("unchecked")}, "crpt: department 1 has the token 1"),
        ({"crpt": silent("emergency")}, "crpt: emergency"),
        ({"catalogs": ("2",)}, "crpt: catalog"),
    ],
)
def test_what_was_sold_unchecked_says_why(facts: dict[str, Any], unchecked: str) -> None:
    shared = {"enableMarkVerifyCrpt": True, "skipMarkVerifyCrptCatalogs": ("2",)}
    decision = decided(request(), shared, **facts)
    assert (decision.verdict, decision.effects.unchecked) == (Verdict.ALLOW, unchecked)


def test_the_position_that_has_the_mark_already_is_the_fact() -> None:
    decision = decided(request(positions=(sold(),)))
    assert (decision.steps[-1].check, decision.steps[-1].fact) == ("receipt", 4)
    assert decided(request(positions=(sold(),), replaces=4)).verdict is Verdict.ALLOW


def test_only_a_profile_that_asks_crpt_is_ruled_by_it() -> None:
    assert ruled_by(Profile(settings(enableMarkVerifyCrpt=True)))
    assert not ruled_by(Profile(settings()))


def test_the_code_in_a_step_is_the_code_that_was_scanned() -> None:
    assert CODE in str(decided(request()).effects.excisemark)

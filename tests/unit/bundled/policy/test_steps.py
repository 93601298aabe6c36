"""The step that decides, told whole: verdict, text, setting with its place, why it was skipped, and what was seen."""

from typing import Any

import pytest

from ncash.model.decision import Effects, Step, Verdict
from ncash.model.receipt import Kind
from ncash.model.request import AddItem
from ncash.model.scan import Scan

from .conftest import CHEESE, MARK, NOW, decided, mark_first, request, silent, step

HERE = "markedgoods.ini:1"
NO_GTIN = MARK._replace(gtin=None)
OTHER = CHEESE._replace(barcode="4600000000015")


def kept(check: str, *words: Any) -> Step:
    return Step(check, Verdict.ALLOW, *words)


def denied(check: str, *words: Any) -> Step:
    return Step(check, Verdict.DENY, *words)


def asked_for(check: str, *words: Any) -> Step:
    return Step(check, Verdict.NEED_SCAN, *words)


@pytest.mark.parametrize(
    ("asked", "shared", "told"),
    [
        (request(), {"permittedInput": 1}, kept("input", None, "permittedInput", "1", HERE, None, "text")),
        (request(), {"permittedInput": 2}, asked_for("input", "WrongInputKind", "permittedInput", "2", HERE)),
        (mark_first(), {"permittedInput": 2},
         denied("input", "WrongInputKind", "permittedInput", "2", HERE, None, "text")),
        (request(mark=MARK._replace(input="hand")), {"permittedInput": 1},
         asked_for("input", "WrongInputKind", "permittedInput", "1", HERE)),
        (request(mark=None, without_mark=True), {},
         denied("match", "WithoutMarkForbidden", "addWithoutScanMark", "false", None)),
        (request(mark=None, without_mark=True), {"addWithoutScanMark": True},
         kept("match", None, "addWithoutScanMark", "true", HERE)),
        (request(mark=None, without_mark=True, kind="return"), {"addWithoutScanMarkInBackBySale": False},
         denied("match", "WithoutMarkForbidden", "addWithoutScanMarkInBackBySale", "false", HERE)),
        (request(mark=None, without_mark=True, kind="return"), {"addWithoutScanMarkInBackBySale": True},
         kept("match", None, "addWithoutScanMarkInBackBySale", "true", HERE)),
        (request(mark=None, kind="inventory"), {"scanMarkInInventory": False},
         kept("match", None, "scanMarkInInventory", "false", HERE)),
        (request(mark=None), {"addWithoutScanMark": True},
         asked_for("match", "ScanMark", "addWithoutScanMark", "true", HERE)),
        (request(mark=None, scan=Scan("x")), {"showScanErrorDialog": True},
         asked_for("match", "ScanErrorLocked", "showScanErrorDialog", "true", HERE)),
        (request(mark=None, scan=Scan("x")), {},
         asked_for("match", "ScanErrorRepeat", "showScanErrorDialog", "false", None)),
        (request(mark=None, scan=Scan("x"), replaces=1), {}, denied("match", "ScanErrorRepeat")),
        (mark_first(goods=None, mark=NO_GTIN), {}, denied("match", "BarcodeNotFound")),
        (mark_first(goods=None), {}, denied("match", "BarcodeNotFound", "allowNotMatchingBarcodes", "false", None)),
        (mark_first(goods=None), {"allowNotMatchingBarcodes": True},
         asked_for("match", "NoMatchScanBarcode", "allowNotMatchingBarcodes", "true", HERE)),
        (mark_first(goods=None, replaces=1), {"allowNotMatchingBarcodes": True},
         denied("match", "BarcodeNotFound", "allowNotMatchingBarcodes", "true", HERE)),
        (mark_first(label=None), {"askForBarcodeFromCatalogs": ("2",)},
         asked_for("match", "NeedMoreScanBarcode", "askForBarcodeFromCatalogs", "2", HERE, None, {"catalogs": ["2"]})),
        (request(goods=OTHER), {}, asked_for("match", "ScanErrorRepeat", "allowNotMatchingBarcodes", "false", None)),
        (mark_first(goods=OTHER), {},
         asked_for("match", "ScanErrorRepeat", "allowNotMatchingBarcodes", "false", None)),
        (request(goods=OTHER, replaces=1), {},
         denied("match", "ScanErrorRepeat", "allowNotMatchingBarcodes", "false", None)),
        (mark_first(goods=CHEESE._replace(tmctype=0)), {"allowUnmarked": True},
         kept("marked", None, "allowUnmarked", "true", HERE, None, 0)),
        (mark_first(goods=CHEESE._replace(tmctype=0)), {"allowUnmarked": False},
         denied("marked", "MarkDataMissing", "allowUnmarked", "false", HERE, None, 0)),
    ],
)  # fmt: skip
def test_a_check_of_the_tills_own_is_told_whole(asked: AddItem, shared: dict[str, Any], told: Step) -> None:
    assert step(decided(asked, shared, catalogs=("2",)), told.check) == told


UNHEARD: dict[str, Any] = {
    "fact": "not_checked", "text": "no answer", "host": "cdn01.example.test", "status": None, "raw": "", "noted": [],
    "sent": {}, "now": NOW, "catalogs": [],
}  # fmt: skip
CONNECTION = "ignoreMarkVerifyCrptConnectionErrors"
SECOND = "markedgoods.ini:2"


@pytest.mark.parametrize(
    ("shared", "reason", "told"),
    [
        ({}, "unchecked", kept("crpt", None, "xapikey", "", None, "department 1 has the token 1")),
        ({}, "missing", denied("crpt", "CrptTokenMissing", "xapikey", "", None)),
        ({}, "token", kept("crpt", "SoldUnchecked", "xapikey", "", None)),
        ({"refuseUnchecked": True}, "token", denied("crpt", "CrptUnchecked", "refuseUnchecked", "true", SECOND)),
        ({CONNECTION: True}, "timeout", kept("crpt", "SoldUnchecked", CONNECTION, "true", SECOND)),
        ({"markVerifyCrptAskConfirmation": True}, "timeout",
         Step("crpt", Verdict.ASK, "CrptConnection", "markVerifyCrptAskConfirmation", "true", SECOND)),
        ({CONNECTION: False}, "timeout", denied("crpt", "CrptConnection", CONNECTION, "false", SECOND)),
        ({}, "emergency", kept("crpt", "SoldUnchecked")),
    ],
)  # fmt: skip
def test_a_check_that_crpt_did_not_answer_is_told_whole(shared: dict[str, Any], reason: str, told: Step) -> None:
    decision = decided(request(), {"enableMarkVerifyCrpt": True, **shared}, crpt=silent(reason))
    assert step(decision, "crpt") == told._replace(fact={**UNHEARD, "reason": reason})
    unchecked = None if told.verdict > Verdict.ALLOW else f"crpt: {told.skipped or reason}"
    assert decision.effects.unchecked == unchecked


@pytest.mark.parametrize(
    ("kind", "setting"),
    [(Kind.SALE, "addWithoutScanMark"), (Kind.RETURN, "addWithoutScanMarkInBackBySale")],
)
def test_goods_added_without_a_mark_are_marked_and_say_that_nobody_checked(kind: Kind, setting: str) -> None:
    decision = decided(request(mark=None, without_mark=True, kind=kind.value), {setting: True})
    assert decision.effects == Effects(marked=True, unchecked="without_mark")


def test_a_rule_for_labels_that_runs_away_on_one_forbids_it() -> None:
    rules = {"allowNotMatchingBarcodes": True, "notMatchingBarcodesMask": "(1|11)+b"}
    found = step(decided(request(goods=OTHER, label="1" * 200), rules), "match")
    assert found == asked_for("match", "ScanErrorRepeat", "notMatchingBarcodesMask", "(1|11)+b", "markedgoods.ini:2")


def test_goods_first_the_common_rule_of_the_input_counts_and_mark_first_the_categorys() -> None:
    common, own = {"permittedInput": 1}, {"checkLocalUniqueness": True}
    assert step(decided(request(), common, own), "input") == kept(
        "input", None, "permittedInput", "1", HERE, None, "text"
    )
    assert step(decided(mark_first(), common, own), "input").skipped == "permittedInput is empty"


def test_only_a_question_names_what_it_asks_about() -> None:
    crpt = {"enableMarkVerifyCrpt": True, "markVerifyCrptAskConfirmation": True}
    assert decided(request(), crpt, crpt=silent("timeout")).asks == {"crpt"}
    assert decided(request(), {"enableMarkVerifyCrpt": True, CONNECTION: False}, crpt=silent("timeout")).asks == set()
    assert decided(request(mark=None)).asks == set()


def test_what_was_seen_of_ordinary_goods_is_kept_with_them() -> None:
    rules = {"allowUnmarked": True, "askForBarcodeFromCatalogs": ("2",)}
    decision = decided(mark_first(goods=CHEESE._replace(tmctype=0)), rules, catalogs=("7",))
    assert (decision.verdict, decision.facts) == (Verdict.ALLOW, {"match": {"catalogs": ["7"]}})

"""What a check looked at stands in its step, and nothing is looked at that no rule needs."""

from typing import Any

import pytest
from markedgoods.policy import decide

from ncash.model.decision import Verdict
from ncash.model.scan import Scan

from .conftest import CHEESE, MARK, Facts, answer, case, decided, mark_first, request, sold, step

MISMATCH = CHEESE._replace(barcode="4600000000015")
LISTED = {"askForBarcodeFromCatalogs": ("2",)}
ARTICLE = {"checkBarcodesOneArticle": True, "allowNotMatchingBarcodes": True}
KNOWN: dict[str, Any] = {"catalogs": ("2", "7"), "article": ("3041094787443",)}
BOTH = {"catalogs": ["2", "7"], "article": ["3041094787443"]}


@pytest.mark.parametrize(
    ("goods", "shared", "facts", "seen"),
    [
        (CHEESE, {}, KNOWN, None),
        (CHEESE, LISTED, KNOWN, {"catalogs": ["2", "7"]}),
        (CHEESE, ARTICLE, KNOWN, None),
        (MISMATCH, {"allowNotMatchingBarcodes": True}, KNOWN, None),
        (MISMATCH, ARTICLE, KNOWN, {"article": ["3041094787443"]}),
        (MISMATCH, LISTED, KNOWN, BOTH),
        (MISMATCH, {**LISTED, "allowNotMatchingBarcodes": True}, {}, {"catalogs": []}),
        (MISMATCH, {**LISTED, **ARTICLE}, KNOWN, BOTH),
    ],
)
def test_check_2_looks_at_what_its_rules_need(
    goods: Any, shared: dict[str, Any], facts: dict[str, Any], seen: Any
) -> None:
    decision = decided(request(goods=goods, label=goods.barcode), shared, **facts)
    assert decision.verdict is Verdict.ALLOW
    assert step(decision, "match").fact == seen


def test_what_was_looked_at_stands_in_a_refusal_too() -> None:
    decision = decided(request(goods=MISMATCH), ARTICLE, article=("1",))
    assert (decision.verdict, decision.steps[-1].fact) == (Verdict.NEED_SCAN, {"article": ["1"]})


@pytest.mark.parametrize(
    ("asked", "shared"),
    [
        (request(), {}),
        (request(mark=MARK._replace(gtin=None)), {}),
        (request(kind="return_by_sale", sold=sold()), {}),
        (request(kind="inventory", mark=None), {}),
        (request(mark=None, without_mark=True), {"addWithoutScanMark": True}),
        (request(mark=None, without_mark=True), {}),
        (request(mark=None), {}),
        (request(mark=None, scan=Scan("x")), {}),
        (request(mark=None, scan=Scan("x"), replaces=1), {}),
        (request(goods=MISMATCH), {}),
        (request(goods=MISMATCH, replaces=1), {}),
        (mark_first(goods=MISMATCH), {}),
        (mark_first(goods=None), {}),
    ],
)
def test_check_2_is_named_whatever_it_says(asked: Any, shared: dict[str, Any]) -> None:
    named = [one.check for one in decided(asked, shared).steps]
    assert named[:2] == ["input", "match"]


@pytest.mark.parametrize(
    ("kind", "setting", "value"),
    [
        ("sale", "addWithoutScanMark", "true"),
        ("return", "addWithoutScanMarkInBackBySale", "false"),
        ("inventory", None, None),
    ],
)
def test_a_wish_for_the_mark_names_the_setting_of_its_button(kind: str, setting: str | None, value: str | None) -> None:
    shared = {"addWithoutScanMark": True, "scanMarkInInventory": True}
    wish = decided(request(kind=kind, mark=None), shared).steps[-1]
    assert (wish.key, wish.setting, wish.value) == ("ScanMark", setting, value)


def test_an_inventory_offers_no_way_around_the_mark() -> None:
    decision = decided(request(kind="inventory", mark=None, without_mark=True), {"scanMarkInInventory": True})
    assert (decision.verdict, decision.steps[-1].key) == (Verdict.DENY, "WithoutMarkForbidden")


def test_a_mark_of_another_sale_is_asked_for_again_even_when_it_came_first() -> None:
    other = sold(cis="0103041094787443215aaaaaa")
    decision = decided(mark_first(kind="return_by_sale", sold=other))
    assert decision.dialog is not None
    assert (decision.dialog.key, decision.screen) == ("ScanErrorRepeat", ())


def test_goods_scanned_first_are_not_asked_for_their_barcode() -> None:
    assert decided(request(label=None), LISTED, catalogs=("2",)).verdict is Verdict.ALLOW
    assert decided(mark_first(label="3041094787443"), LISTED, catalogs=("2",)).verdict is Verdict.ALLOW
    assert decided(mark_first(label=None), LISTED, catalogs=("2",)).verdict is Verdict.NEED_SCAN


@pytest.mark.parametrize("white", [True, False])
def test_the_white_list_says_what_it_found(white: bool) -> None:
    decision = decided(request(), {"enableMarkVerifyLocal": True}, whitelist=white)
    assert (step(decision, "whitelist").fact, decision.verdict is Verdict.ALLOW) == (white, white)


def test_the_agencies_are_named_or_the_site() -> None:
    shared = {"enableMarkVerifyCrpt": True}
    blocked = decided(request(), shared, crpt=answer(isBlocked=True, ogvs=("ФНС", "Роспотребнадзор")))
    assert blocked.screen[0].text.endswith('заблокирован "ФНС, Роспотребнадзор"')
    assert blocked.screen[0].kind == "error"
    nobody = decided(request(), shared, crpt=answer(isBlocked=True))
    assert nobody.screen[0].text.endswith('заблокирован "cdn01.example.test"')


def test_facts_of_the_request_are_not_looked_for_again() -> None:
    looks = Facts()
    decide(case(request(facts={"uniqueness": None, "whitelist": True}), {"enableMarkVerifyLocal": True}), looks)
    assert looks.looked == []

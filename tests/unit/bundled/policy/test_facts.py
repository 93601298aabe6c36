"""What a check looked at stands in its step, and nothing is looked at that no rule needs."""

from typing import Any

import pytest

from ncash.bundled.markedgoods.checks.case import Case
from ncash.bundled.markedgoods.checks.cash_server import DOCTYPES, ServerFact
from ncash.bundled.markedgoods.checks.policy import decide
from ncash.bundled.markedgoods.checks.statuses import STATUSES
from ncash.bundled.markedgoods.facts.online import Answer
from ncash.model.decision import Verdict
from ncash.model.receipt import Kind
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


def test_the_statuses_are_fields_of_the_answer_in_the_order_of_the_rules() -> None:
    names = [status.name for status in STATUSES]
    assert names == ["found", "utilised", "verified", "valid", "sold", "isBlocked", "realizable", "expireDate"]
    assert set(names) <= set(Answer._fields)
    assert [status.setting for status in STATUSES] == [f"ignoreCrptStatus{name[0].upper()}{name[1:]}" for name in names]


def test_what_the_server_said_is_kept_and_read_back() -> None:
    fact = ServerFact("SOLD", True, "x")
    assert fact.json() == {"status": "SOLD", "mine": True, "trouble": "x"}
    assert ServerFact.from_json(fact.json()) == fact
    assert ServerFact("SOLD") == ServerFact("SOLD", False, "")


def test_the_server_is_told_the_kind_of_the_receipt_in_its_own_words() -> None:
    assert DOCTYPES == {Kind.SALE: "sale", Kind.RETURN_BY_SALE: "back_by_sale"}


@pytest.mark.parametrize(
    ("kind", "status", "key"),
    [
        ("sale", "SOLD", "AlreadySold"),
        ("sale", "RESERVED_BACK", "AlreadyReserved"),
        ("return_by_sale", "RESERVED_SALE", "AlreadyReserved"),
    ],
)
def test_what_is_mine_is_no_excuse_for_another_status(kind: str, status: str, key: str) -> None:
    asked = request(kind=kind, sold=sold() if kind == "return_by_sale" else None)
    decision = decided(asked, {"enableMarkVerify": True}, server=ServerFact(status, mine=True))
    assert decision.screen[0].key == key


def test_what_is_known_is_not_looked_for_on_the_short_way_either() -> None:
    first = case(request())
    decide(first, Facts())
    looks = Facts()
    decide(Case(request(facts={"uniqueness": None}), first.common, first.profile), looks)
    assert "uniqueness" not in looks.looked


def test_what_was_seen_of_later_goods_stands_in_their_trail() -> None:
    first = case(request(), LISTED)
    decide(first, Facts())
    later = decide(Case(request(), first.common, first.profile), Facts(**KNOWN))
    assert step(later, "match").fact == {"catalogs": ["2", "7"]}


def test_the_trail_names_its_checks_in_their_order() -> None:
    names = [one.check for one in decided(request()).steps]
    assert names == ["input", "match", "marked", "receipt", "uniqueness", "whitelist", "server", "crpt", "reserve"]

"""What a position gets when its mark passed, and when it needed none."""

from decimal import Decimal
from typing import Any

import pytest

from ncash.model.decision import NOTHING, Effects, Verdict
from ncash.model.mark import Mark
from ncash.model.receipt import Channel, Position

from .conftest import CHEESE, CIS, CODE, MARK, REQUEST_ID, answer, case, decided, mark_first, request, sold, step

CRPT = {"enableMarkVerifyCrpt": True}


def test_a_mark_that_passed_is_kept_whole() -> None:
    effects = decided(request()).effects
    assert effects == Effects(None, True, "Milk", CODE, None, CIS, unique=True)


def test_a_text_stored_otherwise_than_scanned_keeps_the_scan() -> None:
    assert decided(request(mark=MARK._replace(text="stored"))).effects.extra == {"raw": CODE}
    assert decided(request()).effects.extra == NOTHING
    assert decided(request(mark=MARK._replace(raw="".join(CODE)))).effects.extra == NOTHING


@pytest.mark.parametrize(
    ("goods", "gtin", "kept"),
    [
        ("3041094787443", "03041094787443", None),
        ("03041094787443", "03041094787443", None),
        ("2103321", "04607042439200", "4607042439200"),
        ("2103321", "14607042439207", "14607042439207"),
        ("2103321", None, None),
    ],
)
def test_the_barcode_of_the_mark_is_kept_when_it_is_not_the_goods_own(goods: str, gtin: str, kept: str | None) -> None:
    asked = request(goods=CHEESE._replace(barcode=goods), mark=MARK._replace(gtin=gtin))
    assert decided(asked, {"allowNotMatchingBarcodes": True}).effects.additionalbarcode == kept


WEIGHED = MARK._replace(weight=Decimal("0.353"))
BY_WEIGHT = CHEESE._replace(fractional=True, frunit=11)


@pytest.mark.parametrize(
    ("changes", "quantity"),
    [
        ({}, None),
        ({"mark": WEIGHED}, None),
        ({"mark": WEIGHED, "goods": BY_WEIGHT}, Decimal("0.353")),
        ({"mark": WEIGHED, "goods": BY_WEIGHT._replace(frunit=None)}, Decimal("0.353")),
        ({"mark": WEIGHED, "goods": BY_WEIGHT._replace(frunit=10)}, Decimal(353)),
        ({"mark": WEIGHED, "goods": BY_WEIGHT._replace(frunit=12)}, None),
        ({"mark": WEIGHED, "goods": BY_WEIGHT._replace(frunit=41)}, None),
        ({"mark": WEIGHED, "goods": BY_WEIGHT, "label_quantity": Decimal("5.545")}, Decimal("5.545")),
        ({"mark": WEIGHED, "goods": BY_WEIGHT, "quantity": Decimal("0.5")}, Decimal("0.5")),
        ({"label_quantity": Decimal("5.545")}, Decimal("5.545")),
        ({"sold": sold(), "label_quantity": Decimal("5.545"), "kind": "return_by_sale"}, Decimal("0.353")),
    ],
)
def test_the_quantity_is_the_sales_the_labels_the_marks_or_one(changes: dict[str, Any], quantity: Decimal) -> None:
    assert decided(request(**changes)).effects.quantity == quantity


def test_two_weights_that_differ_are_a_warning_and_no_more() -> None:
    both: dict[str, Any] = {"mark": WEIGHED, "goods": BY_WEIGHT, "label_quantity": Decimal("5.545")}
    (warning,) = decided(request(**both)).screen
    assert warning == (
        "warning", "LabelWeight", "Вес на этикетке 5.545 кг, в коде маркировки 0.353 кг. Взят вес этикетки"
    )  # fmt: skip
    equal = {**both, "label_quantity": Decimal("0.353")}
    assert decided(request(**equal)).screen == ()
    assert decided(request(**both, sold=sold(), kind="return_by_sale")).screen == ()


def test_the_weight_of_a_piece_is_noted_and_shown_to_nobody() -> None:
    decision = decided(request(mark=WEIGHED))
    assert (decision.screen, step(decision, "quantity").fact) == ((), {"mark_weight": "0.353"})
    assert [one.check for one in decided(request(mark=WEIGHED, goods=BY_WEIGHT)).steps].count("quantity") == 0


PACK = CHEESE._replace(cquant=Decimal(6))


@pytest.mark.parametrize(
    ("pack", "channel", "allowed", "quantity"),
    [
        (PACK, Channel.SELF_CHECKOUT, True, Decimal(6)),
        (PACK, Channel.SELF_CHECKOUT, False, None),
        (PACK, Channel.CASHIER, True, None),
        (CHEESE, Channel.SELF_CHECKOUT, True, None),
    ],
)
def test_a_pack_is_sold_by_its_pieces_at_the_self_checkout_only(
    pack: Any, channel: Channel, allowed: bool, quantity: Decimal | None
) -> None:
    asked = request(goods=pack, receipt={"channel": channel})
    assert decided(asked, {"allowSaleMarkedSet": allowed}).effects.quantity == quantity


@pytest.mark.parametrize(("kind", "unique"), [("sale", True), ("return", True), ("inventory", False)])
def test_a_mark_is_held_against_other_receipts_where_uniqueness_counts(kind: str, unique: bool) -> None:
    assert decided(request(kind=kind), {"scanMarkInInventory": True}).effects.unique is unique
    assert decided(request(kind=kind), {"checkLocalUniqueness": False}).effects.unique is False


def test_goods_that_are_not_marked_are_sold_as_ordinary_ones_with_the_mark_kept() -> None:
    asked = mark_first(goods=BY_WEIGHT._replace(tmctype=0), mark=WEIGHED)
    decision = decided(asked, {"allowUnmarked": True})
    assert decision.verdict is Verdict.ALLOW
    assert decision.effects == Effects(Decimal("0.353"), False, "Milk", CODE)
    assert [one.check for one in decision.steps] == ["input", "match", "marked"]
    judged = step(decision, "marked")
    assert (judged.verdict, judged.setting, judged.source) == (Verdict.ALLOW, "allowUnmarked", "markedgoods.ini:1")


def test_a_checked_mark_has_the_tags_of_its_answer() -> None:
    shared = {**CRPT, "foiv": "030", "documentDate": "21.11.2023", "documentNumber": "1944"}
    effects = decided(request(), shared).effects
    assert effects.tags == {
        "1262": "030", "1263": "21.11.2023", "1264": "1944", "1265": f"UUID={REQUEST_ID}&Time=1772000000000"
    }  # fmt: skip
    assert decided(request(), {**shared, "foiv": "", "documentDate": ""}).effects.tags.keys() == {"1264", "1265"}
    assert decided(request()).effects.tags == {}


def test_what_the_answer_says_of_the_goods_stays_with_the_position() -> None:
    told = answer(
        productionDate="2026-01-01T00:00:00.000Z", expireDate="2026-09-01T00:00:00.000Z", groupIds=(8,),
        variableExpirations={"4": "2026-05-01T00:00:00.000Z"},
    )  # fmt: skip
    effects = decided(request(), {**CRPT, "useCrptExpireDate": True}, crpt=told).effects
    extra = effects.extra
    assert effects.published == {
        "expireDate": "2026-09-01T00:00:00.000Z", "productionDate": "2026-01-01T00:00:00.000Z", "groupIds": [8],
    }  # fmt: skip
    assert extra["reqId"] == REQUEST_ID
    assert extra["reqTimestamp"] == 1_772_000_000_000
    assert extra["groupIds"] == [8]
    assert extra["productionDate"] == "2026-01-01T00:00:00.000Z"
    assert extra["variableExpirations"] == {"4": "2026-05-01T00:00:00.000Z"}
    assert "expireDate" not in decided(request(), CRPT, crpt=told).effects.published
    bare = decided(request(), {**CRPT, "useCrptExpireDate": True}, crpt=answer()).effects.extra
    assert bare.keys() == {"reqId", "reqTimestamp"}


WITHOUT = {"mark": None, "without_mark": True}


@pytest.mark.parametrize(
    ("kind", "shared", "position", "code"),
    [
        ("sale", {"addWithoutScanMark": True, "addWithoutScanMarkMarkingCode": "Пример"}, None, None),
        ("return", {"addWithoutScanMarkInBackBySale": True}, None, None),
        ("return", {"addWithoutScanMarkInBackBySale": True, "addWithoutScanMarkMarkingCode": "Пример"}, None, "Пример"),
        ("return_by_sale", {"addWithoutScanMarkInBackBySale": True}, sold(), CODE),
        ("return_by_sale", {"addWithoutScanMarkInBackBySale": True}, sold(markingcode="its own"), "its own"),
        ("return_by_sale", {"addWithoutScanMarkInBackBySale": True, "addWithoutScanMarkMarkingCode": "Пример"}, sold(),
         "Пример"),
    ],
)  # fmt: skip
def test_the_code_kept_for_a_position_without_its_mark(
    kind: str, shared: dict[str, Any], position: Position | None, code: str | None
) -> None:
    decision = decided(request(kind=kind, sold=position, **WITHOUT), shared)
    assert (decision.effects.markingcode, decision.effects.marked) == (code, True)
    assert decision.effects.unchecked == "without_mark"
    assert (decision.effects.cis, decision.effects.excisemark) == (position.cis if position else None, None)
    assert decision.effects.tags == {}


def test_in_an_inventory_without_marks_the_goods_are_marked_all_the_same() -> None:
    decision = decided(request(kind="inventory", mark=None))
    assert (decision.verdict, decision.effects) == (Verdict.ALLOW, Effects(marked=True))
    assert step(decision, "match").setting == "scanMarkInInventory"


def test_the_profile_of_the_mark_rules_and_the_common_one_where_it_must() -> None:
    given = case(mark_first(), {"foiv": "001"}, {"foiv": "002"})
    assert (given.own.foiv, given.shared.foiv) == ("002", "001")
    assert given.asking is given.common


def test_a_mark_without_a_category_is_one_too() -> None:
    assert decided(request(mark=Mark("x", "x", "x"))).effects.category is None

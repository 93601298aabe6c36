"""One mark of a pack: sold at a self-checkout only, and a pack in every other receipt."""

from decimal import Decimal
from typing import Any

import pytest

from ncash.model.decision import Verdict
from ncash.model.receipt import Channel

from .conftest import CHEESE, CIS, CODE, GTIN, MARK, decided, mark_first, request, sold, step

PACK = CHEESE._replace(cquant=Decimal("6.000"))
SELF = {"receipt": {"channel": Channel.SELF_CHECKOUT}}
ON = {"allowSaleMarkedSet": True}


@pytest.mark.parametrize("given", [{"mark": None}, {}, {"mark": None, "without_mark": True}])
@pytest.mark.parametrize(("channel", "shared"), [({}, ON), ({}, {}), (SELF, {})])
def test_a_pack_is_refused_before_anything_is_asked(
    given: dict[str, Any], channel: dict[str, Any], shared: dict[str, Any]
) -> None:
    decision = decided(request(goods=PACK, **given, **channel), {**shared, "addWithoutScanMark": True})
    assert (decision.verdict, [text.key for text in decision.screen]) == (Verdict.DENY, ["PackRefused"])
    assert decision.screen[0].text.startswith("Сыр: это упаковка (6 шт.)")
    assert step(decision, "match").setting == "allowSaleMarkedSet"


@pytest.mark.parametrize("kind", ["sale", "return", "inventory"])
def test_where_it_is_allowed_a_pack_is_all_its_pieces(kind: str) -> None:
    channel = SELF if kind == "sale" else {}
    decision = decided(request(goods=PACK, kind=kind, **channel), {**ON, "scanMarkInInventory": True})
    assert (decision.verdict, decision.effects.quantity) == (Verdict.ALLOW, Decimal("6.000"))


def test_a_pack_that_needs_no_mark_is_no_business_of_the_check() -> None:
    assert decided(mark_first(goods=PACK._replace(ignoremarking=True))).verdict is Verdict.ALLOW
    assert decided(mark_first(goods=PACK._replace(tmctype=0)), {"allowUnmarked": True}).verdict is Verdict.ALLOW


OTHER = {"allowNotMatchingBarcodes": True}
SINGLE = CHEESE._replace(barcode="2912345678900")


@pytest.mark.parametrize(
    ("goods", "pieces", "channel", "shared", "key"),
    [
        (SINGLE, 6, {}, OTHER, "PackRefused"),
        (SINGLE, 6, SELF, {**OTHER, **ON}, "ScanErrorRepeat"),
        (SINGLE._replace(cquant=Decimal(6)), 1, SELF, {**OTHER, **ON}, "ScanErrorRepeat"),
        (SINGLE, 1, {}, OTHER, None),
        (SINGLE, None, {}, OTHER, None),
    ],
)
def test_a_pack_and_a_piece_do_not_belong_together(
    goods: Any, pieces: int | None, channel: dict[str, Any], shared: dict[str, Any], key: str | None
) -> None:
    count = None if pieces is None else Decimal(pieces)
    decision = decided(request(goods=goods, label=goods.barcode, pieces=count, **channel), shared)
    assert step(decision, "match").key == key
    assert (decision.verdict is Verdict.ALLOW) == (key is None)


def test_a_unit_that_was_sold_as_it_is_comes_back_as_it_was_sold() -> None:
    odd = request(kind="return", goods=SINGLE, label=SINGLE.barcode, pieces=Decimal(6), unit=sold())
    assert decided(odd, OTHER).verdict is Verdict.ALLOW


def test_the_books_say_which_goods_a_unit_is() -> None:
    was = sold(bcode=SINGLE.barcode, code="7")
    other = decided(request(kind="return", goods=SINGLE, label=SINGLE.barcode, unit=was), OTHER)
    assert (other.verdict, step(other, "match").key) == (Verdict.NEED_SCAN, "ScanErrorRepeat")
    same = SINGLE._replace(code="7", tmctype=0)
    for catalogs in ({}, {"askForBarcodeFromCatalogs": ("2",)}):
        back = decided(mark_first(kind="return", goods=same, unit=was), catalogs, catalogs=("2",))
        assert (back.verdict, back.effects.cis, back.effects.marked) == (Verdict.ALLOW, CIS, True)
        assert back.effects.additionalbarcode == GTIN.removeprefix("0")


@pytest.mark.parametrize("today", [{}, {"allowUnmarked": True}])
def test_what_was_sold_by_its_mark_as_ordinary_goods_comes_back_as_such(today: dict[str, Any]) -> None:
    ordinary = sold(marked=False, cis=None, tmctype=0)
    goods = CHEESE._replace(barcode="2912345678900", tmctype=0)
    decision = decided(mark_first(kind="return_by_sale", goods=goods, sold=ordinary), today)
    effects = decision.effects
    assert (decision.verdict, effects.marked, effects.cis, effects.excisemark) == (Verdict.ALLOW, False, None, CODE)
    assert "raw" not in effects.extra


def test_ordinary_goods_keep_the_scan_where_their_mask_takes_its_separators_out() -> None:
    mark = MARK._replace(text=CODE.replace("\x1d", ""))
    decision = decided(mark_first(goods=CHEESE._replace(tmctype=0), mark=mark), {"allowUnmarked": True})
    assert decision.effects.extra == {"raw": CODE}

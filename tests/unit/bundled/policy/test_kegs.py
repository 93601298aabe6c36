"""Kegs: which marks are sold in parts, what a keg holds, and what is left for a portion (docs/adr/0038)."""

from decimal import Decimal
from typing import Any

import pytest

from ncash.bundled.markedgoods.checks import kegs
from ncash.model.decision import Decision, Verdict
from ncash.model.keg import KEG, MOST_CONTENT, Keg, KegState, litres, volume
from ncash.model.mark import Mark
from ncash.model.receipt import Position

from .conftest import CHEESE, answer, case, decided, request, sold, step

CODE = "0103041094787443215uVw/Ab\x1d93Tt1Z"
MILK = "0103041094787443215Qbag!\x1d93Zjqw"
BEER = CHEESE._replace(fractional=True, frunit=41, tmctype=8)
OTHER = BEER._replace(tmctype=7)
SERVING = {"goodsTypes": ("8",)}
CRPT = {**SERVING, "enableMarkVerifyCrpt": True}


def mark(code: str = CODE) -> Mark:
    return Mark(code, code, code.split("\x1d")[0], "Beer", "03041094787443")


def portion(**changes: Any) -> Any:
    """A request for a portion of beer."""
    return request(**{"goods": BEER, "mark": mark(), "quantity": Decimal("0.5"), **changes})


def books(**known: Any) -> dict[str, Any]:
    """The fact of check 5 that the books give."""
    return {"uniqueness": {"keg": KegState(**known).json()}}


def refusal(decision: Decision) -> tuple[str, str]:
    assert decision.verdict is Verdict.DENY
    return decision.screen[0].key, decision.screen[0].text


@pytest.mark.parametrize(
    ("goods", "code", "own", "keg"),
    [
        (BEER, MILK, SERVING, True),
        (OTHER, MILK, SERVING, True),
        (OTHER, CODE, {}, True),
        (OTHER, CODE + "\x1d3353030000", {}, True),
        (OTHER, MILK, {}, False),
        (OTHER, "no known layout", {}, False),
        (OTHER._replace(frunit=11), CODE, SERVING, False),
        (OTHER._replace(frunit=None), CODE, SERVING, False),
        (OTHER._replace(fractional=False), CODE, SERVING, False),
        (OTHER._replace(frunit=40), CODE, {}, True),
        (OTHER._replace(frunit=42), CODE, {}, True),
        (BEER, CODE, {**SERVING, "kegLitres": 0}, False),
        (BEER, CODE, {**SERVING, "checkLocalUniqueness": False}, False),
    ],
)
def test_what_is_a_keg_by_goods_and_mark(goods: Any, code: str, own: dict[str, Any], keg: bool) -> None:
    decision = decided(request(goods=goods, mark=mark(code)._replace(gtin=None), quantity=Decimal(1)), own=own)
    assert decision.verdict is Verdict.ALLOW
    assert (decision.effects.keg is not None) is keg
    assert decision.effects.unique is (not keg and own.get("checkLocalUniqueness", True))


@pytest.mark.parametrize(
    ("fields", "code", "facts", "keg"),
    [
        ({"innerUnitCount": 30_000}, MILK, {}, Keg(30_000, "crpt")),
        ({"innerUnitCount": 30_000, "soldUnitCount": 500}, MILK, {}, Keg(30_000, "crpt", 500)),
        ({"innerUnitCount": 10**12, "soldUnitCount": 10**12}, MILK, {}, Keg(MOST_CONTENT, "crpt", MOST_CONTENT)),
        ({"innerUnitCount": 30_000}, CODE + "\x1d3353020000", {}, Keg(30_000, "crpt")),
        ({}, CODE + "\x1d3353020000", {}, Keg(20_000, "mark")),
        ({}, CODE + "\x1d3350000030", {}, Keg(30_000, "mark")),
        ({}, CODE + "\x1d3356000500", {}, Keg(50_000, "setting")),
        ({}, CODE, {}, Keg(50_000, "setting")),
        ({"innerUnitCount": 0}, CODE, {}, Keg(50_000, "setting")),
        ({"innerUnitCount": 900, "groupIds": (8,)}, CODE, {}, Keg(50_000, "setting")),
        ({}, CODE, books(content=20_000, source="crpt"), Keg(20_000, "crpt")),
        ({}, CODE + "\x1d3353020000", books(content=30_000, source="crpt"), Keg(30_000, "crpt")),
        ({}, CODE + "\x1d3353020000", books(content=50_000, source="setting"), Keg(20_000, "mark")),
        ({"innerUnitCount": 10_000}, CODE, books(content=50_000, source="setting"), Keg(10_000, "crpt")),
    ],
)
def test_the_content_is_what_the_best_source_says(
    fields: dict[str, Any], code: str, facts: dict[str, Any], keg: Keg
) -> None:
    decision = decided(
        portion(mark=mark(code), goods=OTHER), own=CRPT | {"goodsTypes": ()}, crpt=answer(**fields), **facts
    )
    assert decision.effects.keg == keg
    assert step(decision, "keg").fact == keg.json()
    assert decision.effects.quantity == Decimal("0.5")


def test_a_setting_beyond_measure_is_a_large_keg() -> None:
    assert decided(portion(), own={**SERVING, "kegLitres": 10**30}).effects.keg == Keg(MOST_CONTENT, "setting")


def test_a_unit_of_milk_by_the_litre_counts_grams_and_is_no_keg() -> None:
    given = answer(innerUnitCount=900, groupIds=(8,))
    decision = decided(portion(mark=mark(MILK), goods=OTHER), own={"enableMarkVerifyCrpt": True}, crpt=given)
    assert (decision.effects.keg, decision.effects.unique) == (None, True)


@pytest.mark.parametrize(
    ("known", "quantity", "left"),
    [
        ({"content": 1_000, "source": "crpt", "poured": 400, "held": 100}, "0.501", "0.500"),
        ({"content": 1_000, "source": "crpt", "poured": 400, "gone": 300}, "0.301", "0.300"),
        ({"content": 1_000, "source": "crpt", "poured": 1_000}, None, "0.000"),
        ({"content": 1_000, "source": "crpt", "poured": 1_200}, "0.001", "0.000"),
    ],
)
def test_a_portion_is_no_larger_than_what_is_left(known: dict[str, Any], quantity: str | None, left: str) -> None:
    asked = portion(quantity=None if quantity is None else Decimal(quantity))
    key, text = refusal(decided(asked, own=SERVING, **books(**known)))
    assert (key, text) == (
        "KegEmpty", f"В кеге осталось {left} л, столько налить нельзя. Введите меньше или отсканируйте код другой кеги"
    )  # fmt: skip


def test_a_portion_that_fits_passes_and_so_does_one_of_which_nobody_said_how_much_it_is() -> None:
    known = books(content=1_000, source="crpt", poured=400)
    for asked in (
        portion(quantity=Decimal("0.6")),
        portion(quantity=None),
        portion(quantity=None, label_quantity=Decimal("0.6")),
    ):
        assert decided(asked, own=SERVING, **known).verdict is Verdict.ALLOW
    assert decided(portion(), own=SERVING, **books(held=100)).verdict is Verdict.ALLOW


def test_a_keg_that_was_sold_whole_gives_no_portion() -> None:
    facts = {"uniqueness": {"opcode": 50, "keg": KegState(whole=True).json()}}
    assert refusal(decided(portion(), own=SERVING, **facts))[0] == "AlreadyRegistered"


def test_a_unit_that_was_sold_before_anybody_called_it_a_keg_is_judged_as_a_unit() -> None:
    facts = {"uniqueness": {"opcode": 50, "keg": KegState(poured=500).json()}}
    asked = portion(goods=OTHER, mark=mark(MILK))
    assert refusal(decided(asked, **facts))[0] == "AlreadyRegistered"
    unused = {"uniqueness": {"keg": KegState(back=500).json()}}
    assert decided(asked, **unused).verdict is Verdict.ALLOW


@pytest.mark.parametrize(
    ("known", "quantity", "key"),
    [
        ({"content": 1_000, "source": "crpt", "poured": 500}, "0.5", None),
        ({"content": 1_000, "source": "crpt", "poured": 500}, "0.501", "KegReturn"),
        ({"content": 1_000, "source": "crpt", "poured": 500, "back": 200}, "0.301", "KegReturn"),
        ({"content": 1_000, "source": "crpt", "poured": 0}, None, "KegReturn"),
        ({"poured": 500}, "0.5", None),
        ({}, "7.0", None),
    ],
)
def test_a_return_gives_back_what_was_sold(known: dict[str, Any], quantity: str | None, key: str | None) -> None:
    asked = portion(kind="return", quantity=None if quantity is None else Decimal(quantity))
    decision = decided(asked, own=SERVING, **(books(**known) if known else {}))
    assert (decision.screen[0].key if decision.screen else None) == key
    assert (decision.effects.keg is not None) is (key is None)


def test_a_keg_of_elsewhere_is_given_back_once() -> None:
    once = {"uniqueness": {"opcode": 58, "keg": KegState(poured=-500).json()}}
    assert refusal(decided(portion(kind="return"), own=SERVING, **once))[0] == "AlreadyRegistered"
    other = {"uniqueness": {"opcode": 50, "keg": KegState(poured=-500).json()}}
    assert decided(portion(kind="return"), own=SERVING, **other).verdict is Verdict.ALLOW


def test_a_return_by_sale_is_as_large_as_the_sale_said() -> None:
    given = sold(quantity=Decimal("0.7"), cis=mark().cis, excisemark=CODE)
    asked = portion(kind="return_by_sale", sold=given, quantity=None)
    assert refusal(decided(asked, own=SERVING, **books(content=1_000, source="crpt", poured=600)))[0] == "KegReturn"
    assert decided(asked, own=SERVING, **books(content=1_000, source="crpt", poured=700)).verdict is Verdict.ALLOW


def test_a_position_that_is_decided_again_keeps_its_quantity() -> None:
    old = Position(1, "2", "Beer", BEER.barcode, Decimal("0.8"), 1, marked=True, fractional=True, frunit=41)
    asked = portion(replaces=1, positions=(old,), quantity=None)
    assert refusal(decided(asked, own=SERVING, **books(content=1_000, source="crpt", poured=300)))[0] == "KegEmpty"


def test_portions_of_one_keg_stand_beside_each_other_and_a_unit_does_not() -> None:
    other = Position(1, "2", "Beer", BEER.barcode, Decimal("0.8"), 1, marked=True, cis=mark().cis)
    beside = portion(positions=(other._replace(extra={KEG: Keg(1_000, "crpt").json()}),))
    assert decided(beside, own=SERVING).verdict is Verdict.ALLOW
    assert refusal(decided(portion(positions=(other,)), own=SERVING))[0] == "AlreadyRegistered"
    assert refusal(decided(beside, own={**SERVING, "kegLitres": 0}))[0] == "AlreadyRegistered"


def test_a_portion_is_asked_about_at_the_cash_server_and_never_reserved() -> None:
    decision = decided(portion(), own={**SERVING, "enableMarkVerify": True})
    assert (step(decision, "server").skipped, step(decision, "reserve").skipped) == (None, kegs.NOT_RESERVED)
    bottle = decided(request(), own={"enableMarkVerify": True})
    assert step(bottle, "reserve").skipped is None


def test_goods_without_a_mark_are_no_keg() -> None:
    assert not kegs.candidate(case(portion(mark=None), own=SERVING))
    assert not kegs.candidate(case(portion(goods=None), own=SERVING))
    assert not kegs.candidate(case(portion(kind="inventory"), own=SERVING))


@pytest.mark.parametrize(
    ("quantity", "unit", "amount"),
    [("0.5", 41, 500), ("250", 40, 250), ("0.4", 40, 1), ("0.001", 42, 1_000), ("1", 11, None), ("1", None, None)],
)
def test_a_volume_in_whole_millilitres(quantity: str, unit: int | None, amount: int | None) -> None:
    assert volume(Decimal(quantity), unit) == amount


def test_millilitres_are_read_as_litres() -> None:
    assert [litres(n) for n in (0, 1, 500, 30_000)] == ["0.000", "0.001", "0.500", "30.000"]

"""Prices in tobacco codes, and the table of price rules."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncash.bundled.markedgoods.checks.case import Case, Profile
from ncash.bundled.markedgoods.checks.offline import OfflineAnswer, judge_offline
from ncash.bundled.markedgoods.checks.price import (
    ALPHABET,
    Limits,
    base80,
    findings,
    offline_limits,
    price_in_code,
    price_of,
)
from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.model.decision import Decision, Verdict
from ncash.model.goods import Goods
from ncash.model.mark import Mark, cis
from ncash.model.receipt import Channel, Position, Receipt
from ncash.model.record import line_of, request_of
from ncash.model.request import GOODS_FIRST, AddItem

PACK = "04601653035829H;dV)bF{price}dGVz"
BLOCK = "010461013628057121/798DM%{gs}8005{price}{gs}93dGVz"
NOT_MRP, BELOW_SMP, BELOW_MINIMUM = "CrptPriceNotMrp", "CrptPriceBelowSmp", "CrptPriceBelowMinimum"


def case(price: int, channel: Channel = Channel.CASHIER, **settings: object) -> Case:
    goods = Goods("1", "4601653035829", "Пачка", price, tmctype=7, cquant=Decimal(10))
    code = PACK.format(price="ACVU")
    profile = Profile(MarkedGoods.defaults(**settings))
    request = AddItem(Receipt("r", channel=channel), GOODS_FIRST, goods, Mark(code, code, cis(code)))
    return Case(request, profile, profile)


def broken(price: int, limits: Limits) -> list[str]:
    return [finding.text.key for finding in findings(case(price), limits)]


@pytest.mark.parametrize(
    ("digits", "kopecks"),
    [("ACW.", 14630), ("ACVU", 14500), ("ADI8", 19900), ("AAAA", 0), ("????", 40_959_999), ("AA A", None)],
)
def test_the_price_of_a_pack_is_written_to_the_base_of_80(digits: str, kopecks: int | None) -> None:
    assert base80(digits) == kopecks
    assert price_in_code(PACK.format(price=digits)) == (kopecks or None)


@given(st.integers(0, 80**4 - 1))
def test_every_price_that_four_digits_can_write_is_read_back(kopecks: int) -> None:
    digits, rest = "", kopecks
    for _ in range(4):
        rest, digit = divmod(rest, 80)
        digits = ALPHABET[digit] + digits
    assert base80(digits) == kopecks


@pytest.mark.parametrize("gs", ["\x1d", "", "<GS>", " "])
def test_the_price_of_a_block_is_that_of_its_element_however_separators_were_scanned(gs: str) -> None:
    assert price_in_code(BLOCK.format(gs=gs, price="199000")) == 199_000


@pytest.mark.parametrize("code", [BLOCK.format(gs="\x1d", price="000000"), BLOCK.format(gs="\x1d", price="19x000"),
                                  "0103041094787443215Qbag!\x1d93Zjqw", "8005199000", ""])  # fmt: skip
def test_a_code_without_a_price_has_none(code: str) -> None:
    assert price_in_code(code) is None


@pytest.mark.parametrize(
    ("price", "limits", "keys"),
    [
        (14500, Limits((3,), None, None, 1, 14500), []),
        (14499, Limits((3,), None, None, 1, 14500), [NOT_MRP]),
        (14501, Limits((3,), None, None, 1, 14500), [NOT_MRP]),
        (14501, Limits((3,), None, None), []),
        (14501, Limits((16,), None, None, 1, 14500), []),
        (20000, Limits((3,), 1, 20000), []),
        (19999, Limits((3,), 1, 20000), [BELOW_SMP]),
        (199999, Limits((3,), None, 20000, 10), [BELOW_SMP]),
        (200000, Limits((3,), None, 20000, 10), []),
        (19900, Limits((3,), None, 20000, 1, 19901), [NOT_MRP, BELOW_SMP]),
        (20000, Limits((16,), 20000, None), []),
        (19999, Limits((16,), 20000, None), [BELOW_MINIMUM]),
        (20000, Limits((12,), 20000, None), []),
        (19999, Limits((12,), 20000, None), [BELOW_MINIMUM]),
        (1, Limits((8,), 20000, 20000, 1, 20000), []),
        (1, Limits((), 20000, 20000, 1, 20000), []),
        (1, Limits((12,), None, 20000), []),
    ],
)
def test_each_rule_is_for_its_group_and_needs_its_limit(price: int, limits: Limits, keys: list[str]) -> None:
    assert broken(price, limits) == keys


@pytest.mark.parametrize(
    ("mrp", "smp", "keys"),
    [(None, None, []), (20000, None, [BELOW_MINIMUM]), (None, 20000, [BELOW_SMP]), (19999, 19999, [])],
)
def test_the_local_module_knows_two_of_the_limits(mrp: int | None, smp: int | None, keys: list[str]) -> None:
    assert broken(19999, offline_limits(mrp, smp)) == keys


@pytest.mark.parametrize(
    ("policy", "verdict"), [("deny", Verdict.DENY), ("ask", Verdict.ASK), ("allow", Verdict.ALLOW)]
)
def test_a_price_below_the_offline_limit_follows_the_setting(policy: str, verdict: Verdict) -> None:
    offline = OfflineAnswer("x", isBlocked=False, reqId="u", reqTimestamp=1, inst="i", version="v", smp=20000)
    assert judge_offline(case(19999, ignoreCrptPrice=policy), offline, {}).step.verdict is verdict


def test_a_pack_sold_by_its_pieces_costs_them_all() -> None:
    limits = Limits((3,), None, None, 1, 145_000)
    whole = case(14500, Channel.SELF_CHECKOUT, allowSaleMarkedSet=True)
    assert findings(whole, limits) == []
    assert [f.text.key for f in findings(case(14500), limits)] == [NOT_MRP]


def test_a_position_that_is_decided_again_is_judged_at_the_price_it_keeps() -> None:
    fresh = case(14500)
    agreed = Position(3, "1", "Пачка", "4601653035829", Decimal(1), 14499, baseprice=14499)
    receipt = Receipt("r", positions=(agreed,))
    again = Case(fresh.request._replace(receipt=receipt, replaces=3), fresh.common, fresh.profile)
    limits = Limits((3,), None, None, 1, 14500)
    assert findings(fresh, limits) == []
    assert [finding.text.key for finding in findings(again, limits)] == [NOT_MRP]
    line = line_of("verdict", again.request, Decision(Verdict.DENY))
    assert price_of(Case(request_of(line), fresh.common, fresh.profile)) == 14499

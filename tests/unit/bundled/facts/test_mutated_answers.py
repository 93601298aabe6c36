"""Answers bent in every way: whatever comes, nothing is allowed that a plain reading of the bytes does not justify."""

import json
import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest

from ncash.bundled.markedgoods.checks.case import Case, Profile
from ncash.bundled.markedgoods.checks.online import CrptFact, judge_crpt
from ncash.bundled.markedgoods.facts.online import Answer, NotChecked, read_answer
from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.emulators.crpt.catalogue import good
from ncash.model.decision import Verdict
from ncash.model.goods import Goods
from ncash.model.mark import Mark, cis, plain
from ncash.model.receipt import Receipt
from ncash.model.request import GOODS_FIRST, AddItem
from tests.sizes import sized

COUNT = sized(8_000, 1_000_000)
PARTS = 4
CODE = "0104670540176099215zzzzz\x1d93dGVz"
NOW = "2027-01-15T12:00:00.000"
FLAGS = ("found", "valid", "verified", "realizable", "utilised")
VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 10**30, 1.5, "", "true", "false", "0", [], [True], {}, {"found": True}, float("nan"),
    float("inf"), "2022-01-01T00:00:00.000Z", "2099-01-01T00:00:00.000Z", "2027-01-15T12:00:00.000Z", CODE, cis(CODE),
    "0104670540176099215other\x1d93dGVz", "\ud800", [1, 2], ["RD"],
)  # fmt: skip
TOP = {"code": 0, "description": "ok", "reqId": "6f0b0f0e-3c0e-4d0f-9a55-1d2c3b4a5968", "reqTimestamp": 1800000000123}
Mutation = Callable[[dict[str, Any], random.Random], None]


def set_field(top: dict[str, Any], chance: random.Random) -> None:
    element = chance.choice(top["codes"]) if _listed(top) else top
    if isinstance(element, dict) and element:
        element[chance.choice((*element, "sold", "isBlocked", "extra"))] = deepcopy(chance.choice(VALUES))


def set_top(top: dict[str, Any], chance: random.Random) -> None:
    top[chance.choice((*TOP, "codes", "extra"))] = deepcopy(chance.choice(VALUES))


def drop_field(top: dict[str, Any], chance: random.Random) -> None:
    element = chance.choice((top, *(e for e in top["codes"] if isinstance(e, dict)))) if _listed(top) else top
    if element:
        del element[chance.choice(tuple(element))]


def add_element(top: dict[str, Any], chance: random.Random) -> None:
    if _listed(top):
        extra = {**good(CODE), chance.choice(FLAGS): chance.choice((True, False)), "cis": chance.choice(VALUES)}
        top["codes"].insert(chance.randrange(len(top["codes"]) + 1), extra)


def other_case(top: dict[str, Any], chance: random.Random) -> None:
    if _listed(top):
        for element in top["codes"]:
            if isinstance(element, dict) and isinstance(element.get("cis"), str):
                element["cis"] = element["cis"].swapcase() if chance.random() < 0.5 else plain(element["cis"])


def _listed(top: dict[str, Any]) -> bool:
    return isinstance(top.get("codes"), list) and bool(top["codes"])


MUTATIONS: tuple[Mutation, ...] = (set_field, set_field, set_field, set_top, drop_field, add_element, other_case)


def damaged(body: bytes, chance: random.Random) -> bytes:
    """Bytes turned, cut, doubled or swapped, most of the time none."""
    how = chance.randrange(12)
    at = chance.randrange(len(body))
    if how == 0:
        return body[:at] + bytes([chance.randrange(256)]) + body[at + 1 :]
    if how == 1:
        return body[:at]
    if how == 2:
        return body[:at] + body[at : at + 20] + body[at:]
    if how == 3:
        return body.replace(b"false", b"true", 1) if chance.random() < 0.5 else body.replace(b"true", b"false", 1)
    return body


def answers(seed: int, count: int) -> Iterator[bytes]:
    chance = random.Random(seed)
    base = json.dumps({**TOP, "codes": [good(CODE)]})
    for _ in range(count):
        top = json.loads(base)
        for _ in range(chance.choice((0, 1, 1, 2, 4))):
            if isinstance(top, dict):
                chance.choice(MUTATIONS)(top, chance)
        yield damaged(json.dumps(top).encode(), chance)


def justified(body: bytes) -> bool:
    """A second, plainer reading: what is said of this very code (its exact echo first), and is all of it good?"""
    top = json.loads(body)
    exact = [e for e in top["codes"] if e["cis"] == CODE]
    said = exact or [e for e in top["codes"] if e["cis"] in (plain(CODE), cis(CODE))]
    if not said or not isinstance(top["reqId"], str) or type(top["reqTimestamp"]) is not int:
        return False
    for element in said:
        expires = str(element.get("expireDate") or "9999")
        if not all(element[flag] is True for flag in FLAGS) or element.get("sold") not in (None, False):
            return False
        if element.get("isBlocked") not in (None, False) or expires[:19] <= NOW[:19]:
            return False
    return True


@pytest.fixture(scope="module")
def case() -> Case:
    profile = Profile(MarkedGoods.defaults(enableMarkVerifyCrpt=True))
    goods = Goods("1", "4670540176099", "Молоко", 10_000, tmctype=7)
    request = AddItem(Receipt("r"), GOODS_FIRST, goods, Mark(CODE, CODE, cis(CODE)))
    return Case(request, profile, profile)


@pytest.mark.parametrize("part", range(PARTS))
def test_no_bent_answer_allows_what_it_does_not_say(case: Case, part: int) -> None:
    allowed = 0
    for body in answers(1944 + part, COUNT // PARTS):
        heard = read_answer(body, CODE, "cdn.example.test")
        assert isinstance(heard, Answer | NotChecked)
        verdict = judge_crpt(case, CrptFact(heard, NOW)).step.verdict
        if verdict is Verdict.ALLOW:
            allowed += 1
            assert isinstance(heard, Answer), body
            assert justified(body), body
    assert COUNT // PARTS > allowed > COUNT // PARTS // 20


def test_the_second_reading_tells_good_from_bad() -> None:
    def said(**fields: Any) -> bytes:
        return json.dumps({**TOP, "codes": [{**good(CODE), **fields}]}).encode()

    assert justified(said())
    assert not any(justified(said(**{flag: False})) for flag in FLAGS)
    assert not any(justified(said(**bad)) for bad in ({"sold": True}, {"isBlocked": True}, {"cis": "other"}))
    assert not justified(said(expireDate="2027-01-15T12:00:00.000Z"))

"""Numbers, times and identifiers as they go over the wire."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncash.fiscal.atol_tasks import bits_of, flags
from ncash.fiscal.place import Place
from ncash.fiscal.wire import ATTEMPTS, NoAnswer, NotSent, Wire, attempts, decimal, moment, money, whole
from ncash.model.fiscal.register import RegisterError
from ncash.model.money import kopecks
from ncash.model.ports import HttpAnswer, HttpError, HttpRequest
from ncash.settings.host import Fiscal
from ncash.testing import FrozenClock

ZONE = datetime.fromisoformat("2027-01-15T12:00:00+03:00").tzinfo


@given(st.integers(0, 10**12))
def test_money_comes_back_to_the_kopeck(amount: int) -> None:
    assert kopecks(repr(money(amount))) == amount


@given(st.integers(1, 10**9))
def test_quantities_come_back_to_the_gram(grams: int) -> None:
    quantity = Decimal(grams) / 1000
    assert Decimal(repr(decimal(quantity))) == quantity


@given(st.integers(0, 31))
def test_tag_2106_comes_back_from_its_flags(bits: int) -> None:
    assert bits_of(flags(bits)) == bits


@pytest.mark.parametrize("told", [None, {}, [], {"imcCheckFlag": True}, {**flags(15), "ecrStandAloneFlag": 1}])
def test_flags_that_are_not_whole_are_no_result(told: object) -> None:
    assert bits_of(told) is None


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("2027-01-15T12:00:00+03:00", "2027-01-15T12:00:00+03:00"),
        ("2027-01-15T12:00:00", "2027-01-15T12:00:00+03:00"),
        ("2027-01-15T09:00:00Z", "2027-01-15T09:00:00+00:00"),
        ("15.01.2027", None), ("", None), (None, None), (5, None),
    ],
)  # fmt: skip
def test_a_time_gets_its_offset_or_is_none(told: object, read: str | None) -> None:
    assert moment(told, ZONE) == read


@pytest.mark.parametrize(
    ("told", "read"), [(7, 7), ("7", 7), ("٧", None), ("-7", None), (True, None), (7.0, None), ("", None)]
)
def test_a_number_of_a_document_is_whole(told: object, read: int | None) -> None:
    assert whole(told) == read


def test_the_identifiers_of_an_order_are_its_own_and_follow_from_it() -> None:
    first = list(attempts("0c7d0b54-5f0e-4e0f-8a70-000000000001"))
    assert first[0] == "0c7d0b54-5f0e-4e0f-8a70-000000000001"
    assert first == list(attempts(first[0]))
    assert len({*first, *attempts("another")}) == 2 * ATTEMPTS
    assert all(len(str(UUID(one))) <= 40 for one in first)


class Failing:
    """A network that fails in one way."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def send(self, request: HttpRequest, budget: float, limit: int = 0) -> HttpAnswer:
        raise HttpError(self.reason, "no answer")

    def release(self, url: str) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(
    ("reason", "raised"), [("refused", NotSent), ("tls", NoAnswer), ("timeout", NoAnswer), ("connect", NoAnswer)]
)
def test_only_a_refused_connection_tells_that_nothing_was_done(reason: str, raised: type[RegisterError]) -> None:
    place = Place(Fiscal.defaults(), Path(), FrozenClock(), Failing(reason))
    with pytest.raises(raised):
        Wire(place, "https://127.0.0.1:1", "X").post("/", {}, 1.0, doing=True)

"""Where a mark is reserved, and when a position may say that it is."""

import pytest

from ncash.bundled.markedgoods.checks.cash_server import ServerFact, granted, judge_reserve, status_url
from ncash.model.decision import NO_EFFECTS, Verdict
from ncash.model.receipt import Kind

from .conftest import case, request

URL = "http://10.1.2.3:7792/marks/status"
ON = {"enableMarkVerify": True, "markVerifyUrl": URL}


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("http://10.1.2.3:7792", "http://10.1.2.3:7792/CSrest/rest/sales/exciseMark/status"),
        ("https://server.example.test/", "https://server.example.test/CSrest/rest/sales/exciseMark/status"),
        (f"  {URL}  ", URL),
        ("http://10.1.2.3/x", "http://10.1.2.3/x"),
        ("http://10.1.2.3/X", "http://10.1.2.3/X"),
    ],
)
def test_an_address_without_a_path_means_the_vendors(written: str, asked: str) -> None:
    assert status_url(written) == asked


@pytest.mark.parametrize(
    ("kind", "fact", "stands"),
    [
        (Kind.SALE, ServerFact("RESERVED_SALE", mine=True), True),
        (Kind.RETURN_BY_SALE, ServerFact("RESERVED_BACK", mine=True), True),
        (Kind.SALE, ServerFact("RESERVED_SALE"), False),
        (Kind.SALE, ServerFact("NOT_REGISTERED"), False),
        (Kind.SALE, ServerFact("SOLD", mine=True), False),
        (Kind.SALE, ServerFact(None, mine=True, trouble="timeout"), False),
        (Kind.SALE, ServerFact(None, trouble="timeout"), False),
    ],
)
def test_a_reservation_stands_when_it_is_the_receipts_own(kind: Kind, fact: ServerFact, stands: bool) -> None:
    assert granted(kind, fact) is stands


def test_a_position_keeps_where_its_mark_is_reserved() -> None:
    judged = judge_reserve(case(request(), ON, ON), ServerFact("RESERVED_SALE", mine=True))
    assert (judged.step.verdict, judged.effects.extra) == (Verdict.ALLOW, {"reserved": URL})


def test_a_reservation_that_was_not_made_leaves_no_place() -> None:
    judged = judge_reserve(case(request(), ON, ON), ServerFact("RESERVED_SALE"))
    assert (judged.step.verdict, judged.effects) == (Verdict.DENY, NO_EFFECTS)

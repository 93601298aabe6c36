"""A document that is not the one that was ordered is never taken for it."""

import pytest

from ncash.model.fiscal.intent import Intent
from ncash.model.fiscal.register import Made, RegisterStatus, ShiftState
from ncash.model.receipt import Payment
from ncash.till.fiscal.verdict_on_intent import Settlement, judge

NOW = "2027-01-15T12:00:00+03:00"
INTENT = Intent("the receipt", 8, "9999078900000001", 9900, False, (Payment("cash", 9900),), 0, (), NOW)
MADE = Made(8, "9999078900000001", "0000000001", NOW, 9900, False, 1, receipt=None, marks=())
STATUS = RegisterStatus(ShiftState.OPEN, 1, 8, "9999078900000001")


def test_the_document_that_was_ordered_is_adopted() -> None:
    assert judge(INTENT, STATUS, MADE, None) is Settlement.ADOPT


@pytest.mark.parametrize(
    "other", [{"total": 9901}, {"returned": True}, {"receipt": "another"}, {"marks": ("0104600000000015215A",)}]
)
def test_another_document_under_its_number_stops_the_till(other: dict[str, object]) -> None:
    assert judge(INTENT, STATUS, MADE._replace(**other), None) is Settlement.STOP


def test_an_earlier_document_means_that_nothing_was_made() -> None:
    assert judge(INTENT, STATUS._replace(last_number=7), MADE._replace(number=7), None) is Settlement.SEND_AGAIN

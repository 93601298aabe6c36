"""The table by which an unfinished close is settled, in full, against a plain reading of it (ADR 0027)."""

import itertools
from collections.abc import Iterator

import pytest

from ncash.model.fiscal.intent import Intent
from ncash.model.fiscal.register import Made, RegisterStatus, ShiftState
from ncash.model.receipt import Payment
from ncash.till.fiscal.verdict_on_intent import Settlement, document_words, fits, judge, order_words

TIME = "2027-01-15T12:00:00+03:00"
MARK = "0104699999910012215AbCd1\x1d93dGVz"
OURS = Intent("uuid", 7, "9999", 8990, False, (Payment("cash", 8990),), 0, (MARK,), TIME)
MADE = Made(7, "9999", "123", TIME, 8990, False, 1, receipt="uuid", marks=(MARK,))
OTHERS = {
    "drive": MADE._replace(drive="1111"),
    "total": MADE._replace(total=8991),
    "direction": MADE._replace(returned=True),
    "receipt": MADE._replace(receipt="another"),
    "mark": MADE._replace(marks=("0104699999910012215Other\x1d93dGVz",)),
    "no mark": MADE._replace(marks=()),
}
LASTS: dict[str, Made | None] = {
    "none": None,
    "before": OTHERS["receipt"]._replace(number=6),
    "ours": MADE,
    "ours, untold": MADE._replace(receipt=None, marks=None),
    "ours, later": MADE._replace(number=8),
    **OTHERS,
}
FOUNDS: dict[str, Made | None] = {"none": None, "ours": MADE, "ours, later": MADE._replace(number=9), **OTHERS}


def status(number: int, busy: bool, drive: str) -> RegisterStatus:
    return RegisterStatus(ShiftState.OPEN, 1, number, drive, busy=busy)


def expected(number: int, busy: bool, drive: str, last: str, found: str) -> Settlement:
    """Read off the table, row by row."""
    if found.startswith("ours"):
        return Settlement.ADOPT
    if found != "none":
        return Settlement.STOP
    if busy:
        return Settlement.WAIT
    if drive != "9999":
        return Settlement.STOP
    if last == "before" or (last == "none" and number == 6):
        return Settlement.SEND_AGAIN
    return Settlement.ADOPT if last in ("ours", "ours, untold") else Settlement.STOP


def cells() -> Iterator[tuple[int, bool, str, str, str]]:
    return itertools.product((6, 7, 8), (False, True), ("9999", "1111"), LASTS, FOUNDS)


def test_every_cell_of_the_table() -> None:
    wrong = [
        cell
        for cell in cells()
        if judge(OURS, status(*cell[:3]), LASTS[cell[3]], FOUNDS[cell[4]]) is not expected(*cell)
    ]
    assert wrong == []
    assert len(list(cells())) == 3 * 2 * 2 * len(LASTS) * len(FOUNDS)


@pytest.mark.parametrize("name", OTHERS)
def test_a_document_that_differs_is_another_one(name: str) -> None:
    assert not fits(OURS, OTHERS[name])


def test_what_the_register_does_not_tell_is_not_compared() -> None:
    assert fits(OURS, MADE._replace(receipt=None))
    assert fits(OURS, MADE._replace(marks=None))
    assert fits(OURS, MADE._replace(marks=(MARK.replace("\x1d", ""),)))


def test_both_documents_are_named_in_the_same_words() -> None:
    assert order_words(OURS) == f"продажа № 7 на 89.90 от {TIME}"
    assert document_words(MADE._replace(number=8, returned=True)) == f"возврат № 8 на 89.90 от {TIME}"
    assert document_words(None) == "нет документов"

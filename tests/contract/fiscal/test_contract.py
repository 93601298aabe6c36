"""What every register keeps, whoever speaks to it: one document for one order, and no doubt about it afterwards."""

import pytest

from ncash.model.fiscal.register import (
    FiscalOrder,
    FiscalRegister,
    Made,
    PlannedStatus,
    RegisterRefused,
    RegisterSilent,
    ShiftState,
)
from ncash.model.receipt import Kind

from .stands import CHEESE, EVIDENCE, MILK, OTHER, UUID, Stand, check, line, order, weighed


def settled(register: FiscalRegister, wanted: FiscalOrder, expected: int) -> Made | None:
    """The document of an order that was not answered; None when the register has shown that there is none."""
    found = register.find(wanted.id)
    if found is not None:
        return found
    assert not register.status().busy
    last = register.last()
    if last is None or last.number < expected:
        return None
    told = (last.number, last.total, last.returned)
    assert told == (expected, wanted.total, wanted.kind is not Kind.SALE)
    return last


def test_a_sale_is_one_document_that_can_be_asked_for(stand: Stand) -> None:
    before = stand.register.status()
    made = stand.register.register(order(line(industry=EVIDENCE, result=15)))
    assert (made.number, made.total, made.returned) == (before.last_number + 1, 8990, False)
    assert (made.drive, made.receipt, made.marks) == (stand.register.serial, UUID, (MILK,))
    assert (made.shift, made.in_shift, bool(made.sign)) == (before.shift_number, 1, True)
    for told in (stand.register.last(), stand.register.find(UUID)):
        assert told is not None
        assert told[:6] == made[:6]
        assert told.marks in (None, (MILK,))
    assert stand.register.find(OTHER) is None


def test_a_new_driver_finds_what_the_one_before_made(stand: Stand) -> None:
    made = stand.register.register(order())
    found = stand.again().find(UUID)
    assert found is not None
    assert (found.number, found.sign, found.receipt) == (made.number, made.sign, UUID)


@pytest.mark.parametrize("kind", [Kind.RETURN, Kind.RETURN_BY_SALE])
def test_a_return_gives_money_back(stand: Stand, kind: Kind) -> None:
    given = line(status=PlannedStatus.PIECE_RETURNED)
    made = stand.register.register(order(given, kind=kind))
    last = stand.register.last()
    assert last is not None
    assert (made.returned, last.returned, last.total) == (True, True, 8990)


def test_weighed_goods_keep_their_grams(stand: Stand) -> None:
    made = stand.register.register(order(weighed(PlannedStatus.MEASURED_SOLD, "0.545", 38096), line(None)))
    assert (made.total, made.marks) == (47086, (CHEESE,))


def test_a_part_of_what_was_sold_comes_back(stand: Stand) -> None:
    stand.register.register(order(weighed(PlannedStatus.MEASURED_SOLD, "0.545", 38096)))
    part = weighed(PlannedStatus.MEASURED_RETURNED, "0.300", 20970)
    made = stand.register.register(order(part, name=OTHER, kind=Kind.RETURN_BY_SALE))
    found = stand.register.find(OTHER)
    assert found is not None
    assert (found.total, found.returned, found.number) == (20970, True, made.number)


def test_nothing_is_sold_in_a_shift_that_is_closed(closed: Stand) -> None:
    assert closed.register.status().shift is ShiftState.CLOSED
    with pytest.raises(RegisterRefused):
        closed.register.register(order())
    assert (closed.receipts(), closed.register.last()) == (0, None)


def test_a_shift_is_opened_closed_and_the_next_one_has_the_next_number(closed: Stand) -> None:
    first = closed.register.open_shift("Cashier 1")
    with pytest.raises(RegisterRefused):
        closed.register.open_shift("Cashier 1")
    assert closed.register.report_x("Cashier 1")["shift"] == first
    assert closed.register.close_shift("Cashier 1")["shift"] == first
    assert closed.register.status().shift is ShiftState.CLOSED
    assert closed.register.open_shift("Cashier 1") == first + 1


def test_a_shift_that_has_run_for_a_day_is_closed_before_anything_is_sold(stand: Stand) -> None:
    stand.clock.move(24 * 3600 + 60)
    assert stand.register.status().shift is ShiftState.EXPIRED
    with pytest.raises(RegisterRefused):
        stand.register.register(order())
    stand.register.close_shift("Cashier 1")
    stand.register.open_shift("Cashier 1")
    assert (stand.register.register(order()).in_shift, stand.receipts()) == (1, 1)


def test_a_code_that_is_right_is_checked_and_accepted(stand: Stand) -> None:
    result = stand.register.check_mark(check())
    assert (result.bits, result.refused) == (15, False)
    stand.register.accept_mark(check())
    assert stand.register.register(order()).marks == (MILK,)


@pytest.mark.parametrize("bits", [1, 5, 7, 17])
def test_a_code_that_is_wrong_for_the_drive_or_the_operator_is_refused(stand: Stand, bits: int) -> None:
    stand.set_bits(MILK, bits)
    result = stand.register.check_mark(check())
    assert (result.bits, result.refused) == (bits, True)
    stand.register.decline_mark(check())
    stand.register.forget_marks()


@pytest.mark.parametrize("bits", [0, 3, 16, 19])
def test_a_code_that_could_not_be_asked_about_is_not_refused(stand: Stand, bits: int) -> None:
    stand.set_bits(MILK, bits)
    result = stand.register.check_mark(check())
    assert (result.bits, result.refused) == (bits, False)
    stand.register.accept_mark(check())


def test_a_check_that_the_register_refuses_is_said_in_its_words(stand: Stand) -> None:
    stand.refuse_code(MILK)
    with pytest.raises(RegisterRefused, match=r"распозна|no known form"):
        stand.register.check_mark(check())


def test_a_receipt_that_the_register_refuses_is_no_document(stand: Stand) -> None:
    before = stand.register.status().last_number
    stand.refuse_receipt()
    with pytest.raises(RegisterRefused):
        stand.register.register(order())
    assert (stand.receipts(), stand.register.status().last_number) == (0, before)
    assert settled(stand.register, order(), before + 1) is None


def test_a_receipt_that_was_refused_can_be_given_again(closed: Stand) -> None:
    for _ in range(3):
        with pytest.raises(RegisterRefused):
            closed.register.register(order())
    closed.register.open_shift("Cashier 1")
    made = closed.register.register(order())
    found = closed.again().find(UUID)
    assert found is not None
    assert (found.number, closed.receipts()) == (made.number, 1)


def test_an_answer_lost_before_the_document_leads_to_one_document(stand: Stand) -> None:
    expected = stand.register.status().last_number + 1
    stand.lose("before")
    with pytest.raises(RegisterSilent):
        stand.register.register(order())
    register = stand.again()
    assert settled(register, order(), expected) is None
    assert register.register(order()).number == expected
    assert stand.receipts() == 1


def test_an_answer_lost_after_the_document_leads_to_one_document(stand: Stand) -> None:
    expected = stand.register.status().last_number + 1
    stand.lose("after")
    with pytest.raises(RegisterSilent):
        stand.register.register(order())
    found = settled(stand.again(), order(), expected)
    assert found is not None
    assert (found.number, found.total, stand.receipts()) == (expected, 8990, 1)


def test_a_document_that_comes_late_is_not_there_and_then_it_is(stand: Stand) -> None:
    before = stand.register.status().last_number
    stand.lose("late")
    with pytest.raises(RegisterSilent):
        stand.register.register(order())
    register = stand.again()
    assert (settled(register, order(), before + 1), register.status().last_number) == (None, before)
    stand.catch_up()
    found = settled(register, order(), before + 1)
    assert found is not None
    assert (found.number, register.status().last_number, stand.receipts()) == (before + 1, before + 1, 1)


def test_the_last_receipt_is_found_behind_the_reports_of_a_shift(stand: Stand) -> None:
    stand.lose("after")
    with pytest.raises(RegisterSilent):
        stand.register.register(order())
    register = stand.again()
    register.close_shift("Cashier 1")
    register.open_shift("Cashier 1")
    last = register.last()
    assert last is not None
    assert (last.number, register.status().last_number, last.total) == (2, 4, 8990)


def test_paper_that_ends_in_the_middle_leaves_one_document(stand: Stand) -> None:
    expected = stand.register.status().last_number + 1
    stand.end_paper()
    try:
        made: Made | None = stand.register.register(order())
    except RegisterSilent:
        made = settled(stand.again(), order(), expected)
    assert made is not None
    assert (made.number, stand.receipts(), stand.register.status().paper) == (expected, 1, False)
    with pytest.raises(RegisterRefused):
        stand.register.register(order(name=OTHER))
    stand.load_paper()
    stand.register.print_copy()
    assert (stand.register.status().unprinted, stand.receipts()) == (False, 1)
    assert stand.register.register(order(name=OTHER)).number == expected + 1


def test_a_register_that_takes_its_time_is_waited_for(stand: Stand) -> None:
    stand.hold_back(5)
    assert stand.register.register(order()).number == 2
    assert (stand.receipts(), bool(stand.clock.slept)) == (1, True)


def test_the_numbers_of_documents_have_no_gap(stand: Stand) -> None:
    for number in range(3):
        stand.register.register(order(name=f"{number}"))
    stand.register.close_shift("Cashier 1")
    stand.register.open_shift("Cashier 1")
    stand.register.register(order(line(None), name="last", kind=Kind.RETURN))
    assert stand.numbers() == list(range(1, 8))


def test_a_receipt_without_a_cashier_names_the_one_of_the_settings(closed: Stand) -> None:
    closed.register.open_shift("")
    closed.register.register(order()._replace(operator=""))
    assert closed.operators() == ["Кассир", "Кассир"]


def test_what_is_printed_between_documents_is_none(stand: Stand) -> None:
    stand.register.print_lines(["Добро пожаловать", "\x1b[31m"])
    assert stand.numbers() == [1]

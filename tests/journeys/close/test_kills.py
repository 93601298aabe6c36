"""kill -9 between any two steps of a close, and again while it is settled: one receipt, one fiscal document."""

import pytest

from ncash.testing import DrivenTill

from .conftest import BREAD, MILK, Shop

SOLD = ("close.before_intent", "close.intent", "fiscal.emulator.before", "fiscal.emulator.made",
        "fiscal.emulator.printed", "close.registered", "close.committed")  # fmt: skip
SETTLED = ("settle.begun", "settle.asked", "close.dropped", "close.committed", "till.done")


def sale(till: DrivenTill) -> None:
    till.send("open")
    till.send("scan", data=BREAD)
    till.send("scan", data=MILK)
    till.send("close")


def bread(till: DrivenTill) -> None:
    till.send("open")
    till.send("scan", data=BREAD)
    till.send("close")


def begun(shop: Shop) -> None:
    """The shift is open, there and here."""
    with shop.till() as till:
        bread(till)


def closed(till: DrivenTill) -> None:
    till.send("close")


def finished(shop: Shop) -> None:
    """The next life of the till ends the receipt, whatever was done of it."""
    with shop.till() as till:
        if till.greeting["receipt"] is not None:
            answer = till.send("close")
            assert answer["document"]["doctype"] == 1, answer
        assert till.send("open")["ok"]
        assert till.send("cancel")["ok"]


@pytest.mark.parametrize("name", SOLD)
def test_a_close_that_was_killed_is_one_receipt(shop: Shop, name: str) -> None:
    begun(shop)
    assert shop.killed(name, sale)
    finished(shop)
    shop.agree(2)


@pytest.mark.parametrize("again", SETTLED)
@pytest.mark.parametrize("name", ["close.intent", "fiscal.emulator.made"])
def test_a_settlement_that_was_killed_is_one_receipt(shop: Shop, name: str, again: str) -> None:
    begun(shop)
    assert shop.killed(name, sale)
    died = shop.killed(again, closed)
    assert died or again == "close.dropped"
    finished(shop)
    shop.agree(2)


@pytest.mark.parametrize("fault", ["silent_before", "silent_after", "busy"])
@pytest.mark.parametrize("name", ["close.silent", "settle.asked"])
def test_a_till_killed_while_it_asks_after_silence(shop: Shop, fault: str, name: str) -> None:
    begun(shop)
    shop.faults.add(fault, times=1)
    assert shop.killed(name, bread)
    finished(shop)
    shop.agree(2)


SHIFTS = ("shift.register_opened", "shift.opened", "shift.closing", "shift.register_closed", "shift.closed")


def day(till: DrivenTill) -> None:
    sale(till)
    till.send("shift", do="close")


@pytest.mark.parametrize("name", SHIFTS)
def test_a_shift_that_was_killed_is_one_shift(shop: Shop, name: str) -> None:
    assert shop.killed(name, day)
    with shop.till() as till:
        if till.greeting["receipt"] is None and not shop.receipts():
            sale(till)
        shifts = shop.rows("SELECT timeend IS NULL FROM workshift")
        if shifts == [(1,)]:
            assert till.send("shift", do="close")["report"]["sales"]["count"] == 1
        assert shop.rows("SELECT shiftnum, timeend IS NULL, closing IS NULL FROM workshift")[0][:2] == (1, 0)
        assert till.shop.register.status().shift_number == 1
        bread(till)
    assert [one["shift"] for one in shop.receipts()] == [1, 2]
    shop.agree(2)

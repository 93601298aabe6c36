"""A long day at each register: answers are lost, paper ends, shifts run out, the till is started again, and in the end
every order is one document."""

from collections.abc import Iterator
from random import Random

import pytest

from ncash.model.fiscal.register import FiscalOrder, Made, RegisterRefused, RegisterSilent, ShiftState
from ncash.model.receipt import Kind
from tests.sizes import sized

from .stands import Stand, line, order
from .test_contract import settled

SEEDS = range(sized(2, 60))
ORDERS = 40
TROUBLES = ("none", "none", "before", "after", "twice", "paper", "restart", "shift", "old shift")


def orders(chance: Random) -> Iterator[FiscalOrder]:
    """Each has a sum of its own, by which its document is known."""
    for number in range(ORDERS):
        kind = chance.choice([Kind.SALE, Kind.SALE, Kind.RETURN_BY_SALE])
        marked = chance.random() < 0.5
        sold = line(**({} if marked else {"mark": None}), price=1000 + number, amount=1000 + number)
        yield order(sold, name=f"order-{chance.random()}", kind=kind)


def made_ready(stand: Stand) -> int:
    """What a till does before it gives an order: the number that its document will have."""
    status = stand.register.status()
    if not status.paper:
        stand.load_paper()
    if status.shift is ShiftState.EXPIRED:
        stand.register.close_shift("Anna")
    if status.shift is not ShiftState.OPEN:
        stand.register.open_shift("Anna")
    return stand.register.status().last_number + 1


def prepare(stand: Stand, trouble: str) -> None:
    if trouble in ("before", "after"):
        stand.lose(trouble)
    elif trouble == "twice":
        stand.lose("before")
        stand.lose("after")
    elif trouble == "paper":
        stand.end_paper()
    elif trouble == "restart":
        stand.register = stand.again()
    elif trouble == "shift":
        stand.load_paper()
        stand.register.close_shift("Anna")
        stand.register.open_shift("Anna")
    elif trouble == "old shift":
        stand.clock.move(25 * 3600)


def sold(stand: Stand, wanted: FiscalOrder) -> Made:
    """Give the order as a till does: again only when the register has shown that nothing was made."""
    for _ in range(5):
        expected = made_ready(stand)
        try:
            return stand.register.register(wanted)
        except RegisterRefused:
            continue
        except RegisterSilent:
            stand.register = stand.again()
            if (made := settled(stand.register, wanted, expected)) is not None:
                return made
    raise AssertionError(f"no document for {wanted.id}")


@pytest.mark.parametrize("seed", SEEDS)
def test_every_order_of_a_long_day_is_one_document(closed: Stand, seed: int) -> None:
    chance, wanted, made = Random(seed), [], []
    made_ready(closed)
    for one in orders(chance):
        prepare(closed, chance.choice(TROUBLES))
        wanted.append((one.total, one.kind is not Kind.SALE))
        document = sold(closed, one)
        made.append((document.total, document.returned))
        assert document.receipt in (None, one.id)
    assert made == wanted
    assert closed.receipts() == ORDERS
    assert closed.numbers() == list(range(1, len(closed.numbers()) + 1))

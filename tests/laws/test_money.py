"""Money balances: whatever is sold, given back, put aside, taken out and begun again, on two tills at once.

For each sale no more is paid out than was paid in, by position and by unit; pieces are whole; nothing is sold for
nothing; and nothing is refused without a reason.
"""

from collections import Counter
from decimal import Decimal
from typing import Any, Final

import pytest

from ncash.testing import violations
from tests.sizes import sized

from .money.goods import STOCK
from .money.history import History
from .money.ledger import Ledger, Line, Paper

PARTS: Final = 2
EACH: Final = sized(400, 1_260)
"""Receipts of one shop; every shop has settings of its own."""
SHOPS: Final = sized(8, 800)
WANTED: Final = {
    "closed sale": 300, "closed return": 100, "closed return_by_sale": 100, "closed inventory": 10,
    "known unit given back": 50, "known unit given back at another price than today's": 5,
    "unknown unit given back": 20,
    "unit given back by sale without a scan": 20, "less than was sold given back by sale": 1, "sold by weight": 50,
    "sold cheaper": 50, "sold as ordinary goods by its mark": 5, "pack sold": 5, "pack given back": 1,
    "pack given back by sale": 1, "scan AlreadyRegistered": 100, "press AlreadyRegistered": 3, "scan PackRefused": 20,
    "restore AlreadyRegistered,PositionRefused": 3, "scan LabelOnPieces": 5, "scan AmountNothing": 3,
}  # fmt: skip
"""How often these must have come up in a thousand receipts of several shops, so that the law is about something."""


def played(seed: str) -> Counter[str]:
    """What came up in a history that was played to its end."""
    history = History(seed)
    try:
        history.play(EACH)
        uncounted = ("I1",) if history.settings.uncounted else ()
        assert violations(history.shop.folder / "data", but=("I7", "I14", *uncounted)) == []
        return history.seen + history.ledger.seen
    finally:
        history.shop.close()


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_no_more_is_paid_out_than_was_paid_in(part: int) -> None:
    shops = range(part, SHOPS, PARTS)
    seen: Counter[str] = sum((played(f"money {number}") for number in shops), Counter())
    rare = {
        what: (seen[what], often) for what, often in WANTED.items() if seen[what] < often * len(shops) * EACH / 5_200
    }
    assert rare == {}
    assert seen["open -"] + seen["restore -"] >= len(shops) * EACH * 0.9


MILK, PACK, CHEESE, BREAD = "4699999910012", "4699999910227", "4699999910081", "4600000000015"
UNIT = next(unit.cis for unit in STOCK if unit.barcode == MILK)
OTHER = next(unit.cis for unit in STOCK if unit.barcode == MILK and unit.cis != UNIT)
PACKED = next(unit.cis for unit in STOCK if unit.barcode == PACK)


def line(n: int = 1, **changes: Any) -> Line:
    """A carton of milk."""
    one = Line(n, MILK, Decimal(1), 8990, 8990, True, UNIT, None, UNIT)._replace(**changes)
    return one if "summ" in changes else one._replace(summ=round(one.price * one.quantity))


def paper(number: int, kind: str, *lines: Line, sale: int | None = None, **changes: Any) -> Paper:
    """A document that adds up."""
    total = sum(one.summ for one in lines)
    one = Paper(number, 1, kind, "cashier", total, total, sale, str(number), list(lines))
    return one._replace(**changes)


BACK = line(sale_position=1)
SALE = paper(1, "sale", line())
HISTORIES: Final = {
    "a unit given back by sale without its mark, then by its mark": (
        SALE, paper(2, "return_by_sale", BACK._replace(mark=None), sale=1), paper(3, "return", line()),
    ),
    "the other way round": (SALE, paper(2, "return", line()), paper(3, "return_by_sale", BACK, sale=1)),
    "a unit given back by sale that is not counted": (
        SALE, paper(2, "return_by_sale", BACK._replace(cis=None, mark=None), sale=1),
    ),
    "a position given back twice": (
        paper(1, "sale", line(bcode=BREAD, cis=None, mark=None, price=4590)),
        paper(2, "return_by_sale", line(bcode=BREAD, cis=None, mark=None, price=4590, sale_position=1), sale=1),
        paper(3, "return_by_sale", line(bcode=BREAD, cis=None, mark=None, price=4590, sale_position=1), sale=1),
    ),
    "the first sale of a unit that came back and was sold again": (
        SALE, paper(2, "return", line()), paper(3, "sale", line()), paper(4, "return_by_sale", BACK, sale=1),
    ),
    "a unit under a position that was sold without it": (
        paper(1, "sale", line(), line(2, cis=None, mark=None)),
        paper(2, "return_by_sale", line(sale_position=2), sale=1),
    ),
    "a dearer return": (SALE, paper(2, "return", line(price=17980))),
    "more than was sold": (
        paper(1, "sale", line(bcode=CHEESE, price=65000, quantity=Decimal("0.5"))),
        paper(2, "return", line(bcode=CHEESE, price=65000, quantity=Decimal("0.501"))),
    ),
    "a unit sold twice": (SALE, paper(2, "sale", line())),
    "a pack at the price of one piece": (
        paper(1, "sale", line(bcode=PACK, cis=PACKED, price=3700), channel="self_checkout"),
    ),
    "a pack at a cashier's till": (paper(1, "sale", line(bcode=PACK, cis=PACKED, price=3700, quantity=Decimal(6))),),
    "a part of a piece": (paper(1, "sale", line(quantity=Decimal("0.353"))),),
    "a sale for nothing": (paper(1, "sale", line(price=1, quantity=Decimal("0.001"), bcode=CHEESE, summ=0)),),
    "a price that never was": (paper(1, "sale", line(price=8991)),),
    "an unknown unit at another price": (paper(1, "return", line(price=8991)),),
    "one unit twice in a receipt": (paper(1, "sale", line(), line(2)),),
    "positions that do not add up": (paper(1, "sale", line(), total=8991, paid=8991),),
    "a payment that is less": (paper(1, "sale", line(), paid=8989),),
}  # fmt: skip


@pytest.mark.parametrize("name", HISTORIES)
def test_the_ledger_notices(name: str) -> None:
    *good, last = HISTORIES[name]
    ledger = Ledger(set(), packs=True)
    for one in good:
        ledger.enter(one)
    with pytest.raises(AssertionError):
        ledger.enter(last)


def test_the_ledger_takes_what_is_right() -> None:
    ledger = Ledger(set(), packs=True)
    for one in (
        SALE, paper(2, "return_by_sale", BACK._replace(mark=None), sale=1), paper(3, "sale", line()),
        paper(4, "return", line()), paper(5, "sale", line(), line(2, cis=OTHER, mark=OTHER)),
        paper(6, "return_by_sale", line(cis=OTHER, mark=OTHER, sale_position=2), sale=5),
        paper(7, "sale", line(bcode=PACK, cis=PACKED, price=3700, quantity=Decimal(6)), channel="self_checkout"),
        paper(8, "return", line(bcode=PACK, cis=PACKED, price=3700, quantity=Decimal(6))),
    ):  # fmt: skip
        ledger.enter(one)
    assert ledger.paid_out == {(1, 1): 8990, (3, 1): 8990, (5, 2): 8990, (7, 1): 22200}

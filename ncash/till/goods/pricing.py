"""Nothing goes over the counter at 0.00, unless the dictionary says by `zeroprice` that it may.

A position remembers that it may, so that a receipt put aside, restored or closed later is judged by itself.
"""

from typing import Final

from ncash.model.goods import Goods
from ncash.model.receipt import Kind, Position, Receipt
from ncash.model.request import AddItem

ZERO: Final = "zeroprice"
"""Member of a position's `extra`: the dictionary let it go at 0.00."""
PRICED: Final = (Kind.SALE, Kind.RETURN)
"""Receipts whose prices are those of the dictionary; a return by sale pays back what was paid, an inventory nothing."""


def priceless(request: AddItem, goods: Goods) -> bool:
    """Whether these goods would become a position at 0.00 that must not be."""
    receipt = request.receipt
    if receipt.kind not in PRICED or request.sold is not None or request.unit is not None or goods.priced:
        return False
    old = receipt.position(request.replaces) if request.replaces is not None else None
    return old is None or old.baseprice <= 0


def given_away(receipt: Receipt, position: Position) -> bool:
    """Whether this position comes to nothing, and may not."""
    return receipt.kind in PRICED and position.amount <= 0 and not position.extra.get(ZERO)


def given_away_in(receipt: Receipt) -> Position | None:
    """The first such position of a receipt."""
    if receipt.kind not in PRICED:
        return None
    return next((position for position in receipt.positions if given_away(receipt, position)), None)

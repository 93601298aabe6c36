"""Prices below that of the dictionary: the plugins offer, the lowest fair offer holds; again when the receipt changes.

No offer goes below the minimum prices of the goods, and none is asked for goods whose price is fixed by law: tobacco,
and what the reader of a mark publishes as `priceFixed`.
"""

from typing import Final

from ncash.model.decision import fixed
from ncash.model.goods import TOBACCO, Cashier, Goods
from ncash.model.receipt import Kind, Position, Receipt
from ncash.model.request import Pricing
from ncash.till.view import Outcome, Room, View, open_receipt

DISCOUNT: Final = "discount"
"""Member of a position's `extra`: the reason of the offer that it has."""
PRICE_FIXED: Final = "priceFixed"
"""Published fact of a unit: no discount is given on it."""
_SALE: Final = Kind.SALE


def discounted(
    room: Room, receipt: Receipt, goods: Goods, position: Position, cashier: Cashier | None = None
) -> Position:
    """A position at the price before discounts, with the best offer of the plugins for it."""
    if position.extra.get("agreed") or _fixed(position):
        return position
    offers = room.plugins.prices(Pricing(receipt, position, cashier))
    if not offers:
        return position
    floor = max(goods.minprice or 0, goods.minretailprice or 0, 1)
    fair = [offer for offer in offers if floor <= offer.price < position.price]
    if not fair:
        return position
    best = min(fair, key=lambda offer: offer.price)
    return position._replace(price=best.price, extra=fixed({**position.extra, DISCOUNT: best.reason}))


def _fixed(position: Position) -> bool:
    return position.tmctype == TOBACCO or bool(position.published.get(PRICE_FIXED))


def repriced(room: Room, before: View, outcome: Outcome) -> Outcome:
    """The outcome with the prices of a receipt that it changed made again, where a plugin says that its prices depend
    on the receipt."""
    receipt, old = outcome.view.receipt, before.receipt
    if receipt is None or receipt is old or receipt.kind is not _SALE or not room.plugins.reprices:
        return outcome
    if old is not None and receipt.positions == old.positions and receipt.extra == old.extra:
        return outcome
    positions = tuple([_again(room, outcome.view, position) for position in receipt.positions])
    if positions == receipt.positions:
        return outcome
    view = outcome.view._replace(receipt=receipt._replace(positions=positions))
    return outcome._replace(view=view, save=True)


def _again(room: Room, view: View, position: Position) -> Position:
    goods = room.premises.dictionaries.goods(position.bcode)
    if goods is None or position.refused is not None:
        return position
    extra = {name: value for name, value in position.extra.items() if name != DISCOUNT}
    plain = position._replace(price=position.baseprice or position.price, extra=fixed(extra))
    return discounted(room, open_receipt(view), goods, plain, view.cashier)

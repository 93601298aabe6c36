"""Receipts put aside or made elsewhere: deferred receipts, online checks, orders (soft checks)."""

from collections.abc import Iterable, Sequence
from typing import Final

from ncash.messages import POSITION_REFUSED
from ncash.model.decision import NOTHING
from ncash.model.mark import Mark
from ncash.model.money import ONE
from ncash.model.receipt import Kind, Position, Receipt, State
from ncash.model.request import GOODS_FIRST, MARK_FIRST, AddItem
from ncash.model.scan import RESTORED, Scan
from ncash.till import kinds
from ncash.till.adding import go_on
from ncash.till.returning import sale_of
from ncash.till.shifts import open_shift
from ncash.till.texts import AWAITING_MARK, NOT_IN_SALE, ORDER_IN_RECEIPT
from ncash.till.view import Outcome, Refused, Room, View, open_receipt

UNSERVED: Final = "unserved"
"""`extra` of a position that joined as ordinary goods and whose kind nobody reads, until it is decided again."""
_ADDING: Final = frozenset({Kind.SALE, Kind.RETURN})


def restore(room: Room, view: View, wanted: str) -> Outcome:
    """The deferred receipt becomes the open one, every mark of it is checked again. Raises Refused."""
    if view.receipt is not None:
        raise Refused("a receipt is open; close, defer or cancel it first", code="receipt_open")
    documents = room.world.documents
    receipt = next((one for one in documents.deferred() if one.id == wanted), None)
    if receipt is None:
        raise Refused(f"no deferred receipt {wanted!r}", code="receipt")
    cashier = room.world.dictionaries.cashier(receipt.cashier) if receipt.cashier else None
    view = View(cashier=cashier)
    shift, said = open_shift(room, view, receipt.cashier, fiscal=receipt.kind is not Kind.INVENTORY)
    receipt = receipt._replace(state=State.OPEN, shift=shift)
    outcome = recheck(room, view._replace(receipt=receipt, sale=sale_of(room, receipt)))
    return outcome._replace(screen=(*said, *outcome.screen), restored=True)


def recheck(room: Room, view: View) -> Outcome:
    """Every marked position of the receipt is decided again; those that fall stay in sight, named as refused."""
    receipt = open_receipt(view)
    left = {sold.n for sold in view.sale}
    gone = {p.n for p in receipt.positions if p.sale_position is not None and p.sale_position not in left}
    receipt = renumbered(receipt, [apart(_waiting(room, receipt.kind, p, p.n in gone)) for p in receipt.positions])
    positions = receipt.positions
    view = view._replace(receipt=receipt)
    queue = tuple(again(room, view, p) for p in positions if p.refused and p.excisemark and p.n not in gone)
    queue += tuple(_by_goods(room, view, p) for p in positions if p.extra.get(UNSERVED))
    screen = tuple(AWAITING_MARK.fill(position=p.name) for p in positions if p.extra.get("awaiting"))
    screen += tuple(
        POSITION_REFUSED.fill(n=str(p.n), position=p.name, reason=p.refused or "") for p in positions if p.n in gone
    )
    return go_on(room, Outcome(view._replace(queue=queue), screen, save=True))


def _waiting(room: Room, kind: Kind, position: Position, gone: bool) -> Position:
    """The position as it stands until it is decided: what needs no decision is left as it was."""
    if gone:
        return position._replace(refused=NOT_IN_SALE.words(barcode=position.bcode), tags=NOTHING)
    if position.marked and (position.excisemark or position.extra.get("awaiting")):
        return position._replace(refused=AWAITING_MARK.words(position=position.name), tags=NOTHING)
    if position.marked or position.excisemark or position.sale_position is not None or kind not in _ADDING:
        return position
    return _as_now(room, kind, position)


def _as_now(room: Room, kind: Kind, position: Position) -> Position:
    """A position that joined as ordinary goods: such that carry marks by now wait for one, or are decided again."""
    goods = room.world.dictionaries.goods(position.bcode)
    if goods is None:
        return position
    if goods.marked:
        reason = AWAITING_MARK.words(position=position.name)
        extra = {name: value for name, value in position.extra.items() if name != UNSERVED} | {"awaiting": True}
        return position._replace(marked=True, tmctype=goods.tmctype, refused=reason, tags=NOTHING, extra=extra)
    if kinds.ruled(kind, goods):
        extra = {**position.extra, UNSERVED: True}
        return position._replace(tmctype=goods.tmctype, refused=kinds.named(goods), extra=extra)
    return position


def _by_goods(room: Room, view: View, position: Position) -> AddItem:
    """The request that would add a position without a mark now."""
    goods = room.world.dictionaries.goods(position.bcode)
    label = str(position.extra.get("label") or position.bcode)
    return AddItem(
        open_receipt(view), GOODS_FIRST, goods, label=label, cashier=view.cashier, replaces=position.n
    )  # fmt: skip


def apart(position: Position) -> list[Position]:
    """Marked pieces without their marks: each is a position of its own, since each gets a mark of its own."""
    if not position.extra.get("awaiting") or position.fractional or position.quantity <= 1:
        return [position]
    return [position._replace(quantity=ONE)] * int(position.quantity)


def renumbered(receipt: Receipt, parted: Iterable[Sequence[Position]]) -> Receipt:
    """The receipt with these positions: the first of each group keeps its number, the others get new ones."""
    positions, last = [], receipt.last_n
    for first, *others in parted:
        positions.append(first)
        for other in others:
            last += 1
            positions.append(other._replace(n=last))
    return receipt._replace(positions=tuple(positions), last_n=last)


def again(room: Room, view: View, position: Position, mark: Mark | None = None) -> AddItem:
    """The request that would add the position now: with the mark just scanned, else from the text it was added with.

    The mark comes first: whether its goods are marked goods is judged again too.
    """
    unread = None
    if mark is None:
        burst = Scan(str(position.extra.get("raw") or position.excisemark), RESTORED)
        mark = room.plugins.read(burst)
        unread = None if mark else burst
    return AddItem(
        open_receipt(view),
        MARK_FIRST if mark else GOODS_FIRST,
        room.world.dictionaries.goods(position.bcode),
        mark,
        scan=unread,
        label=str(position.extra.get("label") or position.bcode),
        cashier=view.cashier,
        sold=next((sold for sold in view.sale if sold.n == position.sale_position), None),
        replaces=position.n,
    )


def order_of(room: Room, view: View, text: str) -> Outcome | None:
    """An order scanned into a sale: its positions join, the marked ones wait for their marks."""
    receipt = open_receipt(view)
    if receipt.kind is not Kind.SALE:
        return None
    inside = _name_inside(receipt)
    if inside == text:
        return Outcome(view, (ORDER_IN_RECEIPT.fill(identifier=inside),))
    deferred = room.world.documents.deferred()
    order = next((r for r in deferred if r.extra.get("order") and r.extra.get("identifier") == text), None)
    if order is None:
        return None
    if inside is not None:
        return Outcome(view, (ORDER_IN_RECEIPT.fill(identifier=inside),))
    brought = (one for position in order.positions for one in apart(_ordered(room, order, position)))
    joined = tuple(position._replace(n=n) for n, position in enumerate(brought, receipt.last_n + 1))
    extra = {**receipt.extra, "ordered": True, "identifier": text}
    receipt = receipt._replace(
        positions=(*receipt.positions, *joined), last_n=receipt.last_n + len(joined), extra=extra
    )
    waiting = tuple(AWAITING_MARK.fill(position=p.name) for p in joined if p.extra.get("awaiting"))
    view = view._replace(receipt=receipt)
    queue = tuple(_by_goods(room, view, p) for p in joined if p.extra.get(UNSERVED))
    return go_on(room, Outcome(view._replace(queue=queue), waiting, save=True))


def _name_inside(receipt: Receipt) -> str | None:
    """The name that the order in this receipt, or the receipt itself, has elsewhere."""
    left = receipt.extra.get("ordered") and not any("order" in p.extra for p in receipt.positions)
    return None if left else receipt.extra.get("identifier")


def _ordered(room: Room, order: Receipt, position: Position) -> Position:
    position = position._replace(extra={**position.extra, "order": order.id})
    if not position.marked:
        return _as_now(room, Kind.SALE, position)
    reason = AWAITING_MARK.words(position=position.name)
    extra = {**position.extra, "awaiting": True}
    return position._replace(excisemark=None, cis=None, refused=reason, extra=extra)


def unfit(receipt: Receipt) -> Position | None:
    """The first position a receipt cannot be closed with."""
    return next((p for p in receipt.positions if p.refused), None)


def wanted_by(receipt: Receipt, mark: Mark, code: str | None) -> Position | None:
    """The refused position that this mark may mend: its own, or one of the same article that waits for a mark."""
    refused = [p for p in receipt.positions if p.refused]
    if not refused:
        return None
    own = next((p for p in refused if p.cis == mark.cis), None)
    return own or (awaiting(receipt, code) if code else None)


def awaiting(receipt: Receipt, code: str) -> Position | None:
    """The first position of this article that waits for its mark."""
    return next((p for p in receipt.positions if p.refused and p.extra.get("awaiting") and p.code == code), None)

"""Receipts put aside or made elsewhere: deferred receipts, online checks, orders (soft checks)."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from ncash.language import phrase
from ncash.messages import POSITION_REFUSED
from ncash.model.decision import NOTHING
from ncash.model.goods import Goods
from ncash.model.mark import Mark
from ncash.model.money import ONE
from ncash.model.receipt import Kind, Position, Receipt, State
from ncash.model.request import GOODS_FIRST, MARK_FIRST, AddItem
from ncash.model.scan import RESTORED, Scan
from ncash.till.adding import add_queued
from ncash.till.fiscal.shifts import open_shift
from ncash.till.goods import kinds
from ncash.till.goods.pricing import given_away
from ncash.till.receipts.returning import sale_of
from ncash.till.receipts.sold import as_sold
from ncash.till.texts import AWAITING_MARK, GOODS_WITHOUT_PRICE, NOT_IN_SALE, ORDER_IN_RECEIPT
from ncash.till.view import CommandRefusal, Outcome, Room, View, open_receipt

UNSERVED: Final = "unserved"
"""`extra` of a position that joined as ordinary goods and whose kind nobody reads, until it is decided again."""
_ADDING: Final = frozenset({Kind.SALE, Kind.RETURN})


def restore(room: Room, view: View, wanted: str) -> Outcome:
    """The deferred receipt becomes the open one, every mark of it is checked again. Raises CommandRefusal."""
    if view.receipt is not None:
        raise CommandRefusal("a receipt is open; close, defer or cancel it first", code="receipt_open")
    documents = room.premises.documents
    receipt = next((one for one in documents.deferred() if one.id == wanted), None)
    if receipt is None:
        raise CommandRefusal(phrase("no deferred receipt {wanted!r}", wanted=wanted), code="receipt")
    cashier = room.premises.dictionaries.cashier(receipt.cashier) if receipt.cashier else None
    view = View(cashier=cashier)
    shift, said = open_shift(room, view, receipt.cashier, fiscal=receipt.kind is not Kind.INVENTORY)
    receipt = receipt._replace(state=State.OPEN, shift=shift)
    outcome = recheck(room, view._replace(receipt=receipt, sale=sale_of(room, receipt)))
    return outcome._replace(screen=(*said, *outcome.screen), restored=True)


def recheck(room: Room, view: View) -> Outcome:
    """Every marked position of the receipt is decided again; those that fall stay in sight, named as refused, and so
    does one that would go for nothing."""
    receipt = open_receipt(view)
    left = {sold.n: sold for sold in view.sale}
    gone = {p.n for p in receipt.positions if p.sale_position is not None and p.sale_position not in left}
    units = {p.n for p in receipt.positions if p.excisemark or _unscanned(p, left.get(p.sale_position or 0))}
    waiting = (_until_decided(room, receipt, p, p.n in gone, p.n in units) for p in receipt.positions)
    receipt = renumbered(receipt, [apart(position, room.premises.dictionaries.goods) for position in waiting])
    positions = receipt.positions
    view = view._replace(receipt=receipt)
    queue = tuple(request_again(room, view, p) for p in positions if p.refused and p.n in units and p.n not in gone)
    queue += tuple(_request_without_mark(room, view, p) for p in positions if p.extra.get(UNSERVED))
    screen = tuple(AWAITING_MARK.fill(position=p.name) for p in positions if p.extra.get("awaiting"))
    fallen = [p for p in positions if p.n in gone or (given_away(receipt, p) and not p.excisemark)]
    screen += tuple(POSITION_REFUSED.fill(n=str(p.n), position=p.name, reason=p.refused or "") for p in fallen)
    return add_queued(room, Outcome(view._replace(queue=queue), screen, save=True))


def _unscanned(position: Position, sold: Position | None) -> bool:
    """Whether a return by sale gives back the unit of the sale without a scan of its mark."""
    waits = position.excisemark is None and not position.extra.get("awaiting")
    return position.marked and waits and sold is not None and sold.cis is not None


def _until_decided(room: Room, receipt: Receipt, position: Position, gone: bool, unit: bool) -> Position:
    """The position as it stands until it is decided: what needs no decision is left as it was."""
    if given_away(receipt, position) and not position.excisemark:
        return position._replace(refused=GOODS_WITHOUT_PRICE.words(position=position.name), tags=NOTHING)
    if gone:
        return position._replace(refused=NOT_IN_SALE.words(barcode=position.bcode), tags=NOTHING)
    if position.marked and (unit or position.extra.get("awaiting")):
        return position._replace(refused=AWAITING_MARK.words(position=position.name), tags=NOTHING)
    if position.marked or position.excisemark or position.sale_position is not None or receipt.kind not in _ADDING:
        return position
    return _as_goods_are_now(room, receipt.kind, position)


def _as_goods_are_now(room: Room, kind: Kind, position: Position) -> Position:
    """A position that joined as ordinary goods: such that carry marks by now wait for one, or are decided again."""
    goods = room.premises.dictionaries.goods(position.bcode)
    if goods is None:
        return position
    if goods.marked:
        reason = AWAITING_MARK.words(position=position.name)
        extra = {name: value for name, value in position.extra.items() if name != UNSERVED} | {"awaiting": True}
        return position._replace(marked=True, tmctype=goods.tmctype, refused=reason, tags=NOTHING, extra=extra)
    if kinds.is_ruled(kind, goods):
        extra = {**position.extra, UNSERVED: True}
        return position._replace(tmctype=goods.tmctype, refused=kinds.refusal_words(goods), extra=extra)
    return position


def _request_without_mark(room: Room, view: View, position: Position) -> AddItem:
    """The request that would add a position without a mark now."""
    goods = room.premises.dictionaries.goods(position.bcode)
    label = str(position.extra.get("label") or position.bcode)
    return AddItem(
        open_receipt(view), GOODS_FIRST, goods, label=label, cashier=view.cashier, replaces=position.n
    )  # fmt: skip


def apart(position: Position, goods_of: Callable[[str], Goods | None], most: int | None = None) -> list[Position]:
    """Marked pieces, or packs, without their marks: each is a position of its own, since each gets a mark of its own;
    no more than `most` of them are made. `goods_of` knows goods by their barcode.

    What cannot be parted without a rest stays as it is, and waits for a mark that is never enough.
    """
    if not position.extra.get("awaiting") or position.fractional or position.quantity <= 1:
        return [position]
    goods = goods_of(position.bcode)
    size = goods.cquant if goods is not None and goods.pack else ONE
    count, rest = divmod(position.quantity, size)
    return (
        [position]
        if rest or size != size.to_integral_value()
        else [position._replace(quantity=size)] * min(int(count), most or int(count))
    )


def renumbered(receipt: Receipt, parted: Iterable[Sequence[Position]]) -> Receipt:
    """The receipt with these positions: the first of each group keeps its number, the others get new ones."""
    positions, last = [], receipt.last_n
    for first, *others in parted:
        positions.append(first)
        for other in others:
            last += 1
            positions.append(other._replace(n=last))
    return receipt._replace(positions=tuple(positions), last_n=last)


def request_again(room: Room, view: View, position: Position, mark: Mark | None = None) -> AddItem:
    """The request that would add the position now: with the mark just scanned, else from the text it was added with.

    The mark comes first: whether its goods are marked goods is judged again too.
    """
    unread = None
    sold = next((one for one in view.sale if one.n == position.sale_position), None)
    unscanned = mark is None and _unscanned(position, sold)
    if mark is None and not unscanned:
        burst = Scan(str(position.extra.get("raw") or position.excisemark), RESTORED)
        mark = room.plugins.read(burst)
        unread = None if mark else burst
    return AddItem(
        open_receipt(view),
        MARK_FIRST if mark else GOODS_FIRST,
        as_sold(room, sold) if sold else room.premises.dictionaries.goods(position.bcode),
        mark,
        scan=unread,
        label=str(position.extra.get("label") or position.bcode),
        without_mark=unscanned,
        cashier=view.cashier,
        sold=sold,
        replaces=position.n,
    )


def order_named(room: Room, receipt: Receipt, text: str) -> Receipt | None:
    """The order of this name that a sale may take in."""
    if receipt.kind is not Kind.SALE:
        return None
    deferred = room.premises.documents.deferred()
    return next((r for r in deferred if r.extra.get("order") and r.extra.get("identifier") == text), None)


def join_scanned_order(room: Room, view: View, text: str) -> Outcome | None:
    """An order scanned into a sale: its positions join, the marked ones wait for their marks."""
    receipt = open_receipt(view)
    if receipt.kind is not Kind.SALE:
        return None
    inside = _name_inside(receipt)
    if inside == text:
        return Outcome(view, (ORDER_IN_RECEIPT.fill(identifier=inside),))
    order = order_named(room, receipt, text)
    if order is None:
        return None
    if inside is not None:
        return Outcome(view, (ORDER_IN_RECEIPT.fill(identifier=inside),))
    goods_of = room.premises.dictionaries.goods
    brought = (one for position in order.positions for one in apart(_ordered(room, order, position), goods_of))
    joined = tuple(position._replace(n=n) for n, position in enumerate(brought, receipt.last_n + 1))
    extra = {**receipt.extra, "ordered": True, "identifier": text}
    receipt = receipt._replace(
        positions=(*receipt.positions, *joined), last_n=receipt.last_n + len(joined), extra=extra
    )
    waiting = tuple(AWAITING_MARK.fill(position=p.name) for p in joined if p.extra.get("awaiting"))
    view = view._replace(receipt=receipt)
    queue = tuple(_request_without_mark(room, view, p) for p in joined if p.extra.get(UNSERVED))
    return add_queued(room, Outcome(view._replace(queue=queue), waiting, save=True))


def _name_inside(receipt: Receipt) -> str | None:
    """The name that the order in this receipt, or the receipt itself, has elsewhere."""
    left = receipt.extra.get("ordered") and not any("order" in p.extra for p in receipt.positions)
    return None if left else receipt.extra.get("identifier")


def _ordered(room: Room, order: Receipt, position: Position) -> Position:
    position = position._replace(extra={**position.extra, "order": order.id})
    if given_away(order, position):
        return position._replace(refused=GOODS_WITHOUT_PRICE.words(position=position.name))
    if not position.marked:
        return _as_goods_are_now(room, Kind.SALE, position)
    reason = AWAITING_MARK.words(position=position.name)
    extra = {**position.extra, "awaiting": True}
    return position._replace(excisemark=None, cis=None, refused=reason, extra=extra)


def unfit(receipt: Receipt) -> Position | None:
    """The first position a receipt cannot be closed with."""
    return next((p for p in receipt.positions if p.refused), None)


def wanted_by(receipt: Receipt, mark: Mark, goods: Goods | None) -> Position | None:
    """The refused position that this mark may mend: its own, or one of the same article that waits for a mark."""
    refused = [p for p in receipt.positions if p.refused]
    if not refused:
        return None
    own = next((p for p in refused if mark.names(p.cis)), None)
    return own or (awaiting(receipt, goods) if goods else None)


def awaiting(receipt: Receipt, goods: Goods) -> Position | None:
    """The first position of this article that waits for its mark; a pack waits for that of a pack."""
    pieces = goods.cquant if goods.pack else 1
    waiting = (p for p in receipt.positions if p.refused and p.extra.get("awaiting") and p.code == goods.code)
    return next((p for p in waiting if p.fractional or p.quantity == pieces), None)

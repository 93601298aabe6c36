"""Receipts put aside or made elsewhere: deferred receipts, online checks, orders (soft checks)."""

from dataclasses import replace

from ncash.messages import AWAITING_MARK
from ncash.model.mark import Mark
from ncash.model.receipt import Position, Receipt, State
from ncash.model.request import GOODS_FIRST, AddItem
from ncash.model.scan import Scan
from ncash.till.adding import go_on
from ncash.till.view import Outcome, Refused, Room, View, open_receipt


def restore(room: Room, view: View, wanted: str) -> Outcome:
    """The deferred receipt becomes the open one, every mark of it is checked again. Raises Refused."""
    if view.receipt is not None:
        raise Refused("a receipt is open; close, defer or cancel it first", code="receipt_open")
    receipt = room.world.documents.restore_receipt(wanted)
    if receipt is None:
        raise Refused(f"no deferred receipt {wanted!r}", code="receipt")
    receipt = replace(receipt, state=State.OPEN)
    cashier = room.world.dictionaries.cashier(receipt.cashier) if receipt.cashier else None
    return recheck(room, View(receipt=receipt, cashier=cashier))


def recheck(room: Room, view: View) -> Outcome:
    """Every marked position of the receipt is decided again; those that fall stay in sight, named as refused."""
    receipt = open_receipt(view)
    uncertain = [p for p in receipt.positions if p.marked and (p.excisemark or p.extra.get("awaiting"))]
    held = {p.n: replace(p, refused=AWAITING_MARK.words(position=p.name), tags={}) for p in uncertain}
    positions = tuple(held.get(p.n, p) for p in receipt.positions)
    view = view._replace(receipt=replace(receipt, positions=positions))
    queue = tuple(_again(room, view, p) for p in uncertain if p.excisemark)
    screen = tuple(AWAITING_MARK.fill(position=p.name) for p in uncertain if not p.excisemark)
    return go_on(room, Outcome(view._replace(queue=queue), screen, save=True))


def _again(room: Room, view: View, position: Position) -> AddItem:
    """The request that would add the position now, from the text of its mark."""
    receipt = open_receipt(view)
    burst = Scan(str(position.extra.get("raw") or position.excisemark), position.input or "text")
    mark: Mark | None = room.plugins.read(burst)
    goods = room.world.dictionaries.goods(position.bcode)
    return AddItem(
        receipt,
        GOODS_FIRST,
        goods,
        mark,
        scan=None if mark else burst,
        label=position.bcode,
        label_quantity=position.quantity if position.fractional else None,
        cashier=view.cashier,
        replaces=position.n,
    )


def order_of(room: Room, view: View, text: str) -> Outcome | None:
    """An order scanned into the receipt: its positions join, the marked ones wait for their marks."""
    waiting_receipts = room.world.documents.deferred()
    order = next((r for r in waiting_receipts if r.extra.get("order") and r.extra.get("identifier") == text), None)
    if order is None:
        return None
    receipt = open_receipt(view)
    joined, last = list(receipt.positions), receipt.last_n
    for position in order.positions:
        last += 1
        joined.append(_ordered(position, last))
    receipt = replace(receipt, positions=tuple(joined), last_n=last, extra={**receipt.extra, "ordered": order.id})
    waiting = [p for p in joined if p.extra.get("awaiting")]
    return Outcome(
        view._replace(receipt=receipt), tuple(AWAITING_MARK.fill(position=p.name) for p in waiting), save=True
    )


def _ordered(position: Position, n: int) -> Position:
    if not position.marked:
        return replace(position, n=n)
    reason = AWAITING_MARK.words(position=position.name)
    return replace(position, n=n, excisemark=None, cis=None, refused=reason, extra={**position.extra, "awaiting": True})


def unfit(receipt: Receipt) -> Position | None:
    """The first position a receipt cannot be closed with."""
    return next((p for p in receipt.positions if p.refused), None)

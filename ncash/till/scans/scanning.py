"""A scanner burst: what it means depends on what the till waits for."""

from typing import Final

from ncash.model.decision import NOTHING
from ncash.model.mark import Mark
from ncash.model.receipt import Kind, Position
from ncash.model.request import GOODS_FIRST, MARK_FIRST, AddItem
from ncash.model.scan import MAX_SCAN, TEXT, Scan, writable
from ncash.system.failpoints import declare, failpoint
from ncash.till.adding import add
from ncash.till.goods import quantities
from ncash.till.goods.measuring import ASKING
from ncash.till.receipts.orders import awaiting, join_scanned_order, request_again, wanted_by
from ncash.till.receipts.returning import scan_in_sale, with_choice_form
from ncash.till.receipts.storno import take_out
from ncash.till.scans.barcodes import barcode_unknown, goods_by_barcode, shown_scan
from ncash.till.scans.unknown_scans import offered
from ncash.till.scans.unreadable import diagnosed, without_identifier
from ncash.till.texts import SCAN_TOO_LONG
from ncash.till.view import Command, Outcome, Room, View, open_receipt

_BY_SALE: Final = Kind.RETURN_BY_SALE
LONGEST_BARCODE: Final = 14
"""Digits of the longest barcode of goods; no mark is that short."""
_READ: Final = declare("till.read", "a scan is read as a mark or as none, nobody was asked about it")


def scan_command(room: Room, view: View, command: Command) -> Outcome:
    """The command `scan`. Raises CommandRefusal without a receipt."""
    data = command["data"]
    if not data.isascii():
        data = writable(data)
    return scan(room, view, Scan(data, command.get("input", TEXT)))


def scan(room: Room, view: View, burst: Scan) -> Outcome:
    """What one burst does. While the till asks something, a scan changes nothing."""
    receipt = open_receipt(view)
    if len(burst.data) > MAX_SCAN:
        return Outcome(view, (SCAN_TOO_LONG.fill(barcode=shown_scan(burst.data[:32])),))
    kind = view.dialog.kind if view.dialog else None
    if kind in ("ask", "error"):
        return Outcome(view)
    if not burst.data.strip():
        return Outcome(view, (barcode_unknown(burst.data),))
    if kind == ASKING:
        return _other(room, view, burst) or quantities.answer_by_label(room, view, burst)
    mark = _read(room, burst)
    failpoint(_READ)
    unread = None if mark else burst
    if mark is None and (taken := offered(room, view, burst)) is not None:
        return taken
    if view.storno is not None:
        outcome = take_out(room, view, view.storno._replace(receipt=receipt, mark=mark, scan=unread))
        return outcome if mark else diagnosed(outcome, receipt, burst, wanted=True)
    if view.pending is None:
        if receipt.kind is _BY_SALE:
            fallen = _refused_position(view, mark)
            if fallen is not None:
                return with_choice_form(add(room, view._replace(dialog=None), request_again(room, view, fallen, mark)))
            outcome = scan_in_sale(room, view, burst, mark)
            return diagnosed(outcome, receipt, burst, wanted=False) if outcome.screen and not mark else outcome
        return _add_scanned(room, view, burst, mark)
    if kind == "scan_barcode":
        return _add_by_barcode(room, view, view.pending, burst)
    outcome = add(room, view, view.pending._replace(receipt=receipt, mark=mark, scan=unread, facts=NOTHING))
    return outcome if mark else diagnosed(outcome, receipt, burst, wanted=True)


def _read(room: Room, burst: Scan) -> Mark | None:
    """The burst as a mark; a barcode of goods is none, whoever says so."""
    mark = room.plugins.read(burst)
    if mark is None or len(burst.data) > LONGEST_BARCODE or not burst.data.isdigit():
        return mark
    if goods_by_barcode(room, burst.data)[0] is None:
        return mark
    room.plugins.blame(mark.reader, "on_scan", "on_scan: it reads the barcode of goods as a mark")
    return None


def _other(room: Room, view: View, burst: Scan) -> Outcome | None:
    """What a plugin makes of a scan while the till waits for a quantity: a mark is none of its business."""
    if not room.plugins.takes_scans or room.plugins.read(burst) is not None:
        return None
    return offered(room, view, burst)


def mark_first(room: Room, view: View, mark: Mark) -> AddItem:
    """What a mark asks for that was scanned before its goods: to be added, or to mend a refused position."""
    receipt = view.receipt
    assert receipt is not None
    goods = room.premises.dictionaries.goods_by_gtin(mark.gtin) if mark.gtin else None
    waiting = wanted_by(receipt, mark, goods)
    if waiting is not None:
        return request_again(room, view, waiting, mark)
    return AddItem(receipt, MARK_FIRST, goods, mark, cashier=view.cashier)


def _refused_position(view: View, mark: Mark | None) -> Position | None:
    """The position with this mark that was refused when the return came back, if the sale still has it."""
    if mark is None:
        return None
    left = {sold.n for sold in view.sale}
    fallen = (p for p in open_receipt(view).positions if p.refused and mark.names(p.cis) and p.sale_position in left)
    return next(fallen, None)


def _add_scanned(room: Room, view: View, burst: Scan, mark: Mark | None) -> Outcome:
    if mark is not None:
        return add(room, view, mark_first(room, view, mark))
    receipt = open_receipt(view)
    text = without_identifier(burst.data)
    goods, label, amount = goods_by_barcode(room, text)
    if goods is None:
        refused = diagnosed(Outcome(view, (barcode_unknown(burst.data),)), receipt, burst, wanted=False)
        return join_scanned_order(room, view, text) or refused
    request = AddItem(receipt, GOODS_FIRST, goods, label=label, label_quantity=amount, cashier=view.cashier)
    waiting = awaiting(receipt, goods) if goods.marked else None
    return add(room, view, request._replace(replaces=waiting.n) if waiting else request)


def _add_by_barcode(room: Room, view: View, pending: AddItem, burst: Scan) -> Outcome:
    """The goods barcode that a mark needs."""
    goods, label, amount = goods_by_barcode(room, without_identifier(burst.data))
    if goods is None:
        return Outcome(view, (barcode_unknown(burst.data),))
    given = pending._replace(receipt=open_receipt(view), goods=goods, label=label, label_quantity=amount, facts=NOTHING)
    return add(room, view, given)

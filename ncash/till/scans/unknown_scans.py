"""Scans that are no mark, no goods and no order: a plugin may take them, whatever the till waits for meanwhile."""

from ncash.model.decision import Verdict
from ncash.model.owned import joined
from ncash.model.record import Entry
from ncash.model.request import UnknownScan
from ncash.model.scan import Scan
from ncash.till.questions import put, taken_away
from ncash.till.receipts.orders import order_named
from ncash.till.scans.barcodes import goods_by_barcode
from ncash.till.scans.unreadable import without_identifier
from ncash.till.view import Outcome, Room, View, open_receipt

KIND = "unknown_scan"
"""`kind` of a line of the journal about a scan that a plugin took."""


def offered(room: Room, view: View, burst: Scan) -> Outcome | None:
    """What the plugin that takes this scan makes of it; None when nobody does, or it is goods or an order."""
    if not room.plugins.takes_scans:
        return None
    text = without_identifier(burst.data)
    if goods_by_barcode(room, text)[0] is not None or order_named(room, open_receipt(view), text) is not None:
        return None
    waiting = view.dialog.kind if view.dialog else None
    return take(room, view, UnknownScan(open_receipt(view), burst, cashier=view.cashier, dialog=waiting))


def take(room: Room, view: View, request: UnknownScan) -> Outcome | None:
    """The same for a request: a new one, or one whose question was answered."""
    decision = room.plugins.claim(request)
    if decision is None:
        return None
    if decision.verdict is Verdict.ASK:
        return put(view, request, decision)
    lines = (Entry(KIND, request, decision),)
    view = taken_away(view) if view.held is not None else view
    if decision.verdict is not Verdict.ALLOW:
        return Outcome(view, decision.screen, decision, lines)
    receipt = open_receipt(view)
    extra = joined(receipt.extra, decision.effects.receipt_extra)
    view = view._replace(receipt=receipt._replace(extra=extra) if extra is not receipt.extra else receipt)
    return Outcome(view, decision.screen, decision, lines, save=True, messages=decision.messages)

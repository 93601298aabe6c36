"""The life of a receipt: opened, closed, cancelled, put aside; and the shift around it."""

from collections.abc import Mapping, Sequence
from typing import Any

from ncash.errors import UserError
from ncash.messages import CHOOSE_POSITIONS, EXPORT_FAILED, PLUGIN_BROKEN, RECEIPT_REFUSED
from ncash.model.decision import Decision, Verdict, fold
from ncash.model.fiscal import FiscalLine
from ncash.model.money import kopecks, rubles
from ncash.model.ports import Closed
from ncash.model.receipt import Channel, Kind, Payment, Position, Receipt, State
from ncash.model.request import Close
from ncash.till.leaving import owed
from ncash.till.orders import unfit
from ncash.till.view import DIALOG_OPEN, Outcome, Refused, Room, View, open_receipt


def opened(room: Room, view: View, command: Mapping[str, Any]) -> Outcome:
    """A new receipt; the first one opens the shift. Raises Refused."""
    if view.receipt is not None:
        raise Refused("a receipt is open; close, defer or cancel it first", code="receipt_open")
    cashier = None
    if (code := command.get("cashier")) is not None:
        cashier = room.world.dictionaries.cashier(code)
        if cashier is None:
            raise Refused(f"no cashier {code!r} in mol", code="cashier")
    kind = Kind(command.get("kind", Kind.SALE))
    now = room.world.clock.now().isoformat(timespec="seconds")
    sale = _sale(room, kind, command.get("sale"))
    shift = room.world.documents.shift() or room.world.documents.open_shift(now, cashier.code if cashier else None)
    receipt = Receipt(
        id=room.world.random.uuid(),
        kind=kind,
        channel=Channel(command.get("channel", Channel.CASHIER)),
        cashier=cashier.code if cashier else None,
        sale=command.get("sale") if sale is not None else None,
        opened=now,
        shift=shift,
    )
    view = View(receipt=receipt, cashier=cashier, sale=sale or ())
    if sale is not None:
        view = view._replace(choosing=True, dialog=CHOOSE_POSITIONS.dialog())
    return Outcome(view, save=True, result={"sale": [p.json() for p in sale]} if sale is not None else {})


def _sale(room: Room, kind: Kind, wanted: str | None) -> tuple[Position, ...] | None:
    if kind is not Kind.RETURN_BY_SALE:
        return None
    if wanted is None:
        raise Refused("a return by sale needs the sale's document id in the field sale", code="sale")
    sale = room.world.documents.sale(wanted)
    if sale is None:
        raise Refused(f"no closed sale with the document id {wanted!r}", code="sale")
    if sale.shopcode != room.shopcode:
        raise Refused(f"the sale {wanted} was made in shop {sale.shopcode}; this is shop {room.shopcode}", code="sale")
    left = tuple(p for p in sale.receipt.positions if p.n not in sale.returned)
    if not left:
        raise Refused(f"every position of the sale {wanted} was returned already", code="sale")
    return left


def payments_of(receipt: Receipt, given: Sequence[Mapping[str, Any]] | None) -> tuple[tuple[Payment, ...], int]:
    """What is paid, and the change in kopecks. Raises Refused for sums that do not fit."""
    total = receipt.total
    if receipt.kind is Kind.INVENTORY:
        return (), 0
    if given is None:
        return (Payment("cash", total),), 0
    try:
        paid = tuple(Payment(str(p["type"]), kopecks(p["amount"])) for p in given)
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(f'payments are [{{"type":"cash","amount":"100.00"}}]: {error}', code="payments") from error
    if any(p.amount <= 0 for p in paid):
        raise Refused("an amount is more than 0", code="payments")
    change = sum(p.amount for p in paid) - total
    cash = sum(p.amount for p in paid if p.type == "cash")
    if change < 0:
        raise Refused(f"{rubles(-change)} of {rubles(total)} are missing", code="payments")
    if change > cash or (change and receipt.kind is not Kind.SALE):
        raise Refused(f"{rubles(change)} too much; change is given in cash, in a sale", code="payments")
    return _less(paid, change), change


def _less(paid: tuple[Payment, ...], change: int) -> tuple[Payment, ...]:
    """Payments without the change that went back out of the cash."""
    kept = []
    for payment in paid:
        back = min(change, payment.amount) if payment.type == "cash" else 0
        change -= back
        if payment.amount > back:
            kept.append(Payment(payment.type, payment.amount - back))
    return tuple(kept)


def fiscal_line(receipt: Receipt, position: Position) -> FiscalLine:
    """A position as the fiscal drive gets it; the barcode of the mark goes before the goods' own."""
    with_mark = position.marked and position.cis is not None
    return FiscalLine(
        name=position.name,
        barcode=position.additionalbarcode or position.bcode,
        quantity=position.quantity,
        price=position.price,
        amount=position.amount,
        dept=position.dept,
        mark=position.excisemark if with_mark else None,
        frunit=position.frunit,
        tags=dict(position.tags) if receipt.kind is Kind.SALE else {},
    )


def closed(room: Room, view: View, payments: Sequence[Mapping[str, Any]] | None) -> Outcome:
    """Close the receipt: fiscal document, then Documents in one transaction. Raises Refused."""
    receipt = open_receipt(view)
    if view.dialog is not None:
        raise Refused(str(DIALOG_OPEN), code=DIALOG_OPEN.code)
    if not receipt.positions:
        raise Refused("the receipt is empty", code="empty")
    paid, change = payments_of(receipt, payments)
    wrong = unfit(receipt)
    if wrong is not None:
        text = RECEIPT_REFUSED.fill(n=str(wrong.n), position=wrong.name)
        return Outcome(view, (text,), Decision(Verdict.DENY), result={"document": None})
    answers, failed = room.plugins.ask("on_close", Close(receipt))
    if failed and any(position.marked for position in receipt.positions):
        answers = [*answers, Decision(Verdict.DENY, screen=(PLUGIN_BROKEN.fill(plugin=failed[0]),))]
    decision = fold(answers)
    if decision.verdict > Verdict.ALLOW:
        return Outcome(view, decision.screen, decision, result={"document": None})
    now = room.world.clock.now().isoformat(timespec="seconds")
    fiscal: Mapping[str, Any] = {}
    if receipt.kind is not Kind.INVENTORY:
        lines = [fiscal_line(receipt, p) for p in receipt.positions]
        fiscal = room.drive.register(receipt, lines, paid, now)
    written = room.world.documents.close_receipt(receipt, paid, now, fiscal, decision.messages)
    document = {**document_json(written), "change": rubles(change), "fiscal": dict(fiscal)}
    done = receipt._replace(state=State.CLOSED)
    result = {"document": document, "receipt": done.json()}
    return Outcome(View(), decision=decision, result=result, closed=(done, written))


def document_json(written: Closed) -> dict[str, Any]:
    """The `document` member of an answer."""
    return {"id": str(written.documentid), "doctype": written.doctype, "number": written.docnum}


def cancelled(room: Room, view: View) -> Outcome:
    """Annul the open receipt; always works while there is one."""
    receipt = open_receipt(view)
    messages = owed(room, receipt, receipt.positions, (view.pending,) if view.pending else ())
    now = room.world.clock.now().isoformat(timespec="seconds")
    written = room.world.documents.cancel_receipt(receipt, now, messages)
    done = receipt._replace(state=State.CANCELLED)
    return Outcome(View(), result={"document": document_json(written), "receipt": done.json()})


def deferred(room: Room, view: View) -> Outcome:
    """Put the receipt aside. Raises Refused while something is asked, or for an empty receipt."""
    receipt = open_receipt(view)
    if view.dialog is not None:
        raise Refused(str(DIALOG_OPEN), code=DIALOG_OPEN.code)
    if not receipt.positions:
        raise Refused("the receipt is empty", code="empty")
    done = receipt._replace(state=State.DEFERRED)
    now = room.world.clock.now().isoformat(timespec="seconds")
    messages = owed(room, receipt, receipt.positions)
    room.world.documents.defer_receipt(done, now, receipt.extra.get("identifier"), messages=messages)
    return Outcome(View(), result={"receipt": done.json()})


def shift(room: Room, view: View, what: str) -> Outcome:
    """Report of the shift, or report and close. Raises Refused while a receipt is open or no shift is."""
    documents = room.world.documents
    if documents.shift() is None:
        raise Refused("no shift is open; the first receipt opens one", code="shift")
    if what == "x":
        return Outcome(view, result={"report": dict(documents.shift_report())})
    if view.receipt is not None:
        raise Refused("a receipt is open; close, defer or cancel it first", code="receipt_open")
    report = documents.close_shift(room.world.clock.now().isoformat(timespec="seconds"))
    try:
        written = list(room.export())
    except UserError as error:
        told = EXPORT_FAILED.fill("error", shift=str(report["shift"]))
        return Outcome(view, (told,), result={"report": dict(report), "exported": [], "export_error": error.json()})
    return Outcome(view, result={"report": dict(report), "exported": written})

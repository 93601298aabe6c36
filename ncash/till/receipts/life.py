"""The life of a receipt but for its close: opened, cancelled, put aside."""

from collections.abc import Mapping
from typing import Any, Final

from ncash.language import phrase
from ncash.model.receipt import Channel, Kind, Position, Receipt, State
from ncash.system.failpoints import declare, failpoint
from ncash.till.fiscal.codecheck import forget_codes
from ncash.till.fiscal.settling import document_json
from ncash.till.fiscal.shifts import open_shift
from ncash.till.receipts.given_up import messages_owed
from ncash.till.texts import CHOOSE_POSITIONS
from ncash.till.view import DIALOG_OPEN, CommandRefusal, Outcome, Room, View, open_receipt

_CANCELLED: Final = declare("till.cancelled", "a receipt is annulled in the books, the till does not know yet")
_DEFERRED: Final = declare("till.deferred", "a receipt is put aside in the books, the till does not know yet")


def open_new(room: Room, view: View, command: Mapping[str, Any]) -> Outcome:
    """A new receipt; the first one opens the shift. Raises CommandRefusal."""
    if view.receipt is not None:
        raise CommandRefusal("a receipt is open; close, defer or cancel it first", code="receipt_open")
    cashier = None
    if (wanted := command.get("cashier")) is not None:
        cashier = room.premises.dictionaries.cashier(wanted)
        if cashier is None:
            raise CommandRefusal(phrase("no cashier {wanted!r} in mol", wanted=wanted), code="cashier")
    kind = Kind(command.get("kind", Kind.SALE))
    now = room.premises.clock.now().isoformat(timespec="seconds")
    sale = _sale(room, kind, command.get("sale"))
    code = cashier.code if cashier else None
    shift, said = open_shift(room, View(cashier=cashier), code, fiscal=kind is not Kind.INVENTORY)
    receipt = Receipt(
        id=room.premises.random.uuid(),
        kind=kind,
        channel=Channel(command.get("channel", Channel.CASHIER)),
        cashier=code,
        sale=command.get("sale") if sale is not None else None,
        opened=now,
        shift=shift,
    )
    view = View(receipt=receipt, cashier=cashier, sale=sale or ())
    if sale is not None:
        view = view._replace(choosing=True, dialog=CHOOSE_POSITIONS.dialog())
    return Outcome(view, said, save=True, result={"sale": [p.json() for p in sale]} if sale is not None else {})


def _sale(room: Room, kind: Kind, wanted: str | None) -> tuple[Position, ...] | None:
    if kind is not Kind.RETURN_BY_SALE:
        return None
    if wanted is None:
        raise CommandRefusal("a return by sale needs the sale's document id in the field sale", code="sale")
    sale = room.premises.documents.sale(wanted)
    if sale is None:
        raise CommandRefusal(phrase("no closed sale with the document id {wanted!r}", wanted=wanted), code="sale")
    if sale.shopcode != room.shopcode:
        raise CommandRefusal(
            phrase(
                "the sale {wanted} was made in shop {shopcode}; this is shop {own}",
                wanted=wanted,
                shopcode=sale.shopcode,
                own=room.shopcode,
            ),
            code="sale",
        )
    left = tuple(p for p in sale.receipt.positions if p.n not in sale.returned)
    if not left:
        raise CommandRefusal(
            phrase("every position of the sale {wanted} was returned already", wanted=wanted), code="sale"
        )
    return left


def cancel(room: Room, view: View) -> Outcome:
    """Annul the open receipt; always works while there is one."""
    receipt = open_receipt(view)
    messages = messages_owed(room, receipt, receipt.positions, (view.pending,) if view.pending else ())
    now = room.premises.clock.now().isoformat(timespec="seconds")
    written = room.premises.documents.cancel_receipt(receipt, now, messages)
    failpoint(_CANCELLED)
    done = receipt._replace(state=State.CANCELLED)
    return Outcome(
        View(), forget_codes(room, receipt), result={"document": document_json(written), "receipt": done.json()}
    )


def defer(room: Room, view: View) -> Outcome:
    """Put the receipt aside. Raises CommandRefusal while something is asked, or for an empty receipt."""
    receipt = open_receipt(view)
    if view.dialog is not None:
        raise CommandRefusal(str(DIALOG_OPEN), code=DIALOG_OPEN.code)
    if not receipt.positions:
        raise CommandRefusal("the receipt is empty", code="empty")
    done = receipt._replace(state=State.DEFERRED)
    now = room.premises.clock.now().isoformat(timespec="seconds")
    messages = messages_owed(room, receipt, receipt.positions)
    room.premises.documents.defer_receipt(done, now, receipt.extra.get("identifier"), messages=messages)
    failpoint(_DEFERRED)
    return Outcome(View(), forget_codes(room, receipt), result={"receipt": done.json()})

"""Return by sale receipt: positions are chosen from a list, or named by a scan."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from ncash.language import phrase
from ncash.messages import ALREADY_REGISTERED
from ncash.model.decision import Decision, Step, Verdict
from ncash.model.mark import Mark, plain, same_barcode
from ncash.model.receipt import Kind, Position, Receipt
from ncash.model.record import Entry
from ncash.model.request import GOODS_FIRST, MARK_FIRST, AddItem
from ncash.model.scan import RESTORED, Scan
from ncash.till.adding import add, add_queued
from ncash.till.receipts.sold import as_sold, unit_sold
from ncash.till.scans.barcodes import goods_by_barcode, shown_scan
from ncash.till.texts import CHOOSE_POSITIONS, NOT_IN_SALE
from ncash.till.view import CommandRefusal, Outcome, Room, View, open_receipt

OF_THE_BOOKS: Final = ("receipt", "uniqueness")
"""The checks by whose names the books refuse what is no more to be had of a sale; no setting has a part in it."""


def scan_in_sale(room: Room, view: View, burst: Scan, mark: Mark | None) -> Outcome:
    """A scan names a position of the sale: by its mark, or by its barcode. Another till may have let go of one."""
    sold = _named_position(room, view, burst, mark)
    if sold is None:
        view = view._replace(sale=sale_of(room, open_receipt(view), held=True))
        sold = _named_position(room, view, burst, mark)
    if sold is not None:
        return with_choice_form(add(room, view._replace(dialog=None), _request_of(room, view, sold, mark)))
    refused = _refuse_given_back(room, view, mark) if mark is not None else None
    return refused or Outcome(view, (NOT_IN_SALE.fill(barcode=shown_scan(burst.data)),))


def _named_position(room: Room, view: View, burst: Scan, mark: Mark | None) -> Position | None:
    if mark is not None:
        return _of_mark(room, view.sold, mark)
    goods, _, _ = goods_by_barcode(room, burst.data.strip())
    wanted = goods.barcode if goods else burst.data.strip()
    same = [p for p in view.sold if same_barcode(p.bcode, wanted)]
    named = next((p for p in same if p.bcode == wanted), same[0] if same else None)
    return named or _of_code(view.sold, plain(burst.data))


def _of_code(positions: Iterable[Position], code: str) -> Position | None:
    """The position that was sold under a code which no category reads any more."""
    return next((p for p in positions if p.mark is not None and plain(p.mark) == code), None)


def _of_mark(room: Room, positions: Iterable[Position], mark: Mark) -> Position | None:
    """The position that was sold under this mark, as marked goods or as ordinary ones, however the scan wrote GS."""
    for position in positions:
        if position.cis is not None:
            if mark.names(position.cis):
                return position
        elif position.mark is not None:
            read = room.plugins.read(Scan(position.mark, RESTORED))
            if (read.cis if read else plain(position.mark)) in (mark.cis, plain(mark.raw)):
                return position
    return None


def _refuse_given_back(room: Room, view: View, mark: Mark) -> Outcome | None:
    """The mark is one of this sale, and stands in this return already or was given back in an earlier one."""
    receipt = open_receipt(view)
    sale = room.premises.documents.sale(receipt.sale) if receipt.sale else None
    sold = _of_mark(room, sale.receipt.positions, mark) if sale else None
    if sold is None:
        return None
    here = any(p.sale_position == sold.n for p in receipt.positions)
    step = Step(OF_THE_BOOKS[0 if here else 1], Verdict.DENY, ALREADY_REGISTERED.key)
    decision = Decision(Verdict.DENY, (step,), (ALREADY_REGISTERED.fill(),))
    return Outcome(view, decision.screen, decision, (Entry("verdict", _request_of(room, view, sold, mark), decision),))


def choose(room: Room, view: View, numbers: list[int]) -> Outcome:
    """The choice form is answered: the queue holds what was chosen. Raises CommandRefusal for a number not there.

    Leaving without any choice takes the whole sale but its marked positions (till.md §5).
    """
    if not view.choosing:
        raise CommandRefusal("no choice form is on the screen", code="dialog")
    there = {p.n: p for p in view.sold}
    missing = [n for n in numbers if n not in there]
    if missing:
        raise CommandRefusal(
            phrase(
                "the sale has no returnable position {position}; returnable: {returnable}",
                position=missing[0],
                returnable=sorted(there),
            ),
            code="position",
        )
    left = view.without_dialog()._replace(choosing=False)
    if numbers:
        chosen = [there[n] for n in dict.fromkeys(numbers)]
    else:
        chosen = [] if open_receipt(view).positions else [p for p in view.sold if not p.marked]
    queue = tuple(_request_of(room, view, sold) for sold in chosen)
    return add_queued(room, Outcome(left._replace(queue=queue), save=True))


def _request_of(room: Room, view: View, sold: Position, mark: Mark | None = None) -> AddItem:
    return AddItem(
        open_receipt(view),
        MARK_FIRST if mark else GOODS_FIRST,
        as_sold(room, sold),
        mark,
        label=sold.bcode,
        label_quantity=sold.quantity,
        cashier=view.cashier,
        sold=sold,
    )


def most_returnable(room: Room, view: View, position: Position) -> Decimal | None:
    """The quantity that was sold of what a position gives back; None when no sale is known."""
    kind = open_receipt(view).kind
    if kind is Kind.RETURN_BY_SALE:
        sold = next((p for p in view.sale if p.n == position.sale_position), None)
    elif kind is Kind.RETURN and position.mark is not None:
        mark = room.plugins.read(Scan(position.mark, RESTORED))
        sold = unit_sold(room, mark) if mark else None
    else:
        sold = None
    return sold.quantity if sold is not None else None


def sale_of(room: Room, receipt: Receipt, held: bool = False) -> tuple[Position, ...]:
    """The positions of the sale behind a return by sale that came back; `held`: it was open all the time, and what
    stands in it is given back by nobody else."""
    sale = room.premises.documents.sale(receipt.sale) if receipt.sale else None
    own = {p.sale_position for p in receipt.positions if p.refused is None} if held else set()
    return tuple(p for p in sale.receipt.positions if p.n not in sale.returned - own) if sale else ()


def with_choice_form(outcome: Outcome) -> Outcome:
    """Show the choice form again while it was not left and nothing else is on the screen."""
    if not outcome.view.choosing or outcome.view.dialog is not None:
        return outcome
    return outcome._replace(view=outcome.view._replace(dialog=CHOOSE_POSITIONS.dialog()))

"""Return by sale receipt: positions are chosen from a list, or named by a scan."""

from ncash.model.goods import Goods, as_served
from ncash.model.mark import Mark
from ncash.model.receipt import Position, Receipt
from ncash.model.request import GOODS_FIRST, MARK_FIRST, AddItem
from ncash.model.scan import Scan
from ncash.till.adding import add, find, go_on, shown
from ncash.till.texts import CHOOSE_POSITIONS, NOT_IN_SALE
from ncash.till.view import Outcome, Refused, Room, View, open_receipt


def scan_in_sale(room: Room, view: View, burst: Scan, mark: Mark | None) -> Outcome:
    """A scan names a position of the sale: by its mark, or by its barcode."""
    if mark is not None:
        sold = next((p for p in view.sold if p.cis == mark.cis), None)
    else:
        goods, _, _ = find(room, burst.data.strip())
        wanted = goods.barcode if goods else burst.data.strip()
        sold = next((p for p in view.sold if p.bcode == wanted), None)
    if sold is None:
        return Outcome(view, (NOT_IN_SALE.fill(barcode=shown(burst.data)),))
    request = _of(room, view, sold, mark)
    return form_again(add(room, view._replace(dialog=None), request))


def choose(room: Room, view: View, numbers: list[int]) -> Outcome:
    """The choice form is answered: the queue holds what was chosen. Raises Refused for a number that is not there.

    Leaving without any choice takes the whole sale but its marked positions (vendor text, returns).
    """
    if not view.choosing:
        raise Refused("no choice form is on the screen", code="dialog")
    there = {p.n: p for p in view.sold}
    missing = [n for n in numbers if n not in there]
    if missing:
        raise Refused(f"the sale has no returnable position {missing[0]}; returnable: {sorted(there)}", code="position")
    left = view.settled()._replace(choosing=False)
    if numbers:
        chosen = [there[n] for n in dict.fromkeys(numbers)]
    else:
        chosen = [] if open_receipt(view).positions else [p for p in view.sold if not p.marked]
    queue = tuple(_of(room, view, sold) for sold in chosen)
    return go_on(room, Outcome(left._replace(queue=queue), save=True))


def _of(room: Room, view: View, sold: Position, mark: Mark | None = None) -> AddItem:
    return AddItem(
        open_receipt(view),
        MARK_FIRST if mark else GOODS_FIRST,
        room.world.dictionaries.goods(sold.bcode) or as_served(_as_sold(sold), room.kinds),
        mark,
        label=sold.bcode,
        label_quantity=sold.quantity,
        cashier=view.cashier,
        sold=sold,
    )


def _as_sold(sold: Position) -> Goods:
    """The goods are no longer in Dictionaries: the sale itself says what they were."""
    return Goods(
        code=sold.code,
        barcode=sold.bcode,
        name=sold.name,
        price=sold.price,
        dept=sold.dept,
        tmctype=sold.tmctype,
        fractional=sold.fractional,
        frunit=sold.frunit,
    )


def sale_of(room: Room, receipt: Receipt, held: bool = False) -> tuple[Position, ...]:
    """The positions of the sale behind a return by sale that came back; `held`: it was open all the time, and what
    stands in it is given back by nobody else."""
    sale = room.world.documents.sale(receipt.sale) if receipt.sale else None
    own = {p.sale_position for p in receipt.positions if p.refused is None} if held else set()
    return tuple(p for p in sale.receipt.positions if p.n not in sale.returned - own) if sale else ()


def form_again(outcome: Outcome) -> Outcome:
    """The choice form comes back as long as it was not left and nothing else is on the screen."""
    if not outcome.view.choosing or outcome.view.dialog is not None:
        return outcome
    return outcome._replace(view=outcome.view._replace(dialog=CHOOSE_POSITIONS.dialog()))

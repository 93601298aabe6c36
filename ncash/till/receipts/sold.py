"""What was sold, as the goods that come back."""

from ncash.model.goods import Goods, as_served
from ncash.model.mark import Mark, same_barcode
from ncash.model.measure import MILLILITRES
from ncash.model.receipt import Kind, Position
from ncash.model.request import MARK_FIRST, AddItem
from ncash.till.view import Room


def as_sold(room: Room, sold: Position) -> Goods:
    """The goods of a sold position, whatever Dictionaries say of them today but that they may not come back."""
    card = room.premises.dictionaries.goods(sold.bcode)
    goods = Goods(
        code=sold.code,
        barcode=sold.bcode,
        name=sold.name,
        price=sold.price,
        dept=sold.dept,
        tmctype=sold.tmctype,
        fractional=sold.fractional,
        frunit=sold.frunit,
        ignoremarking=not sold.marked,
        zeroprice=sold.price == 0,
        disableinventback=card is not None and card.disableinventback,
    )
    return as_served(goods, room.kinds)


def unit_sold(room: Room, mark: Mark) -> Position | None:
    """The position under which this unit was sold, when that is the last registered operation on it, under the key that
    its mark has now or had before (ADR 35)."""
    documents = room.premises.documents
    if mark.former is not None and documents.last_use(mark.cis) is None:
        return documents.unit_sold(mark.former)
    return documents.unit_sold(mark.cis)


def _as_portion(room: Room, mark: Mark, goods: Goods) -> Goods:
    """Goods out of a keg that was sold here: nobody knows which portion comes back, so the lowest price is paid."""
    if not goods.fractional or goods.frunit is None or goods.frunit not in MILLILITRES:
        return goods
    price = room.premises.documents.keg_price(mark.cis, goods.frunit)
    if price is None or price >= goods.price:
        return goods
    return goods._replace(price=price, zeroprice=goods.zeroprice or not price)


def with_book_facts(room: Room, request: AddItem) -> AddItem:
    """Fill a request with what the databases know of its mark.

    That is the sale of a unit which comes back without a receipt, and the number of pieces that the mark's own barcode
    stands for when the goods have another one.
    """
    mark, goods = request.mark, request.goods
    if mark is None:
        return request._replace(unit=None, pieces=None)
    back = request.receipt.kind is Kind.RETURN
    unit = unit_sold(room, mark) if back else None
    if unit is not None and goods is not None and request.label is None and request.order == MARK_FIRST:
        goods = goods if goods.code == unit.code else as_sold(room, unit)
    if back and unit is None and goods is not None:
        goods = _as_portion(room, mark, goods)
    request = request._replace(unit=unit, goods=goods, pieces=None)
    if request.label is None or mark.gtin is None or goods is None or goods.fractional:
        return request
    meant = room.premises.dictionaries.goods_by_gtin(mark.gtin)
    if meant is None or same_barcode(meant.barcode, goods.barcode):
        return request
    return request._replace(pieces=meant.cquant)

"""A receipt as its fiscal register gets it (FFD 1.2, tags by number)."""

from collections.abc import Sequence
from typing import Final

from ncash.model.decision import NOTHING
from ncash.model.fiscal.register import FiscalLine, FiscalOrder, MarkCheck, PlannedStatus
from ncash.model.goods import TOBACCO
from ncash.model.receipt import Kind, Payment, Position, Receipt

RESULT: Final = "2106"
"""Under this name a position keeps, in `extra`, what the check of its code in the drive came to."""
ORDINARY: Final = 1
_MARKED: Final = {True: (31, 30), False: (33, 32)}
"""Tag 1212 of excise goods and of others: with a code, without one."""
_EXCISE: Final = frozenset({1, 2, TOBACCO, 8})
"""tmctype of alcohol, alcohol sets, tobacco and draught beer."""
_EXCISE_CATEGORIES: Final = ("tobacco", "otp", "nicotin", "alcohol", "beer")
"""How names of `[MarkedGoods.X]` begin whose goods are excise goods."""
_PIECE, _OTHER = 0, 255


def returns(kind: Kind) -> bool:
    """The receipt gives money back (tag 1054)."""
    return kind in (Kind.RETURN, Kind.RETURN_BY_SALE)


def order_of(receipt: Receipt, payments: Sequence[Payment], operator: str, time: str, tax: str = "") -> FiscalOrder:
    """The fiscal document of a receipt."""
    lines = tuple(line_of(receipt, position, tax) for position in receipt.positions)
    return FiscalOrder(receipt.id, receipt.kind, operator=operator, lines=lines, payments=tuple(payments), time=time)


def line_of(receipt: Receipt, position: Position, tax: str = "") -> FiscalLine:
    """A position as the register gets it; the barcode of the mark goes before the goods' own."""
    mark = position.code_told if position.marked and position.by_mark else None
    sold = receipt.kind is Kind.SALE
    return FiscalLine(
        name=position.name,
        barcode=position.additionalbarcode or position.bcode,
        quantity=position.quantity,
        unit=unit_of(position),
        price=position.price,
        amount=position.amount,
        dept=position.dept,
        object=_object(position, mark is not None),
        tax=tax,
        mark=mark,
        status=None if mark is None else planned(receipt, position),
        result=None if mark is None else position.extra.get(RESULT),
        industry=dict(position.tags) if sold else NOTHING,
    )


def check_of(receipt: Receipt, position: Position) -> MarkCheck | None:
    """What the drive is asked about the code of a position; None for a position without one."""
    mark = position.code_told
    if not position.marked or not position.by_mark or mark is None:
        return None
    return MarkCheck(mark, planned(receipt, position), position.quantity, unit_of(position))


def unit_of(position: Position) -> int:
    """Tag 2108: the unit of Dictionaries; without one pieces, or "other" for goods that are measured."""
    if position.frunit is not None:
        return position.frunit
    return _OTHER if position.fractional else _PIECE


def planned(receipt: Receipt, position: Position) -> PlannedStatus:
    """Tag 2003: a part of a unit is measured goods, a whole one a piece."""
    measured = position.fractional or position.quantity != position.quantity.to_integral_value()
    if returns(receipt.kind):
        return PlannedStatus.MEASURED_RETURNED if measured else PlannedStatus.PIECE_RETURNED
    return PlannedStatus.MEASURED_SOLD if measured else PlannedStatus.PIECE_SOLD


def _object(position: Position, with_mark: bool) -> int:
    """Tag 1212."""
    if not position.marked:
        return ORDINARY
    named = (position.category or "").casefold().startswith(_EXCISE_CATEGORIES)
    return _MARKED[position.tmctype in _EXCISE or named][0 if with_mark else 1]

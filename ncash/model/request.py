"""What the host asks its plugins. A request carries its facts and grows by `_replace`, it is never mutated."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from ncash.model.decision import NOTHING
from ncash.model.goods import Cashier, Goods
from ncash.model.mark import Mark
from ncash.model.receipt import Channel, Kind, Payment, Position, Receipt
from ncash.model.scan import Scan

GOODS_FIRST: Final = "goods"
MARK_FIRST: Final = "mark"


class AddItem(NamedTuple):
    """Goods on their way into a receipt (hooks on_add_item and on_return)."""

    receipt: Receipt
    order: str
    """`goods` or `mark`: what was scanned first."""
    goods: Goods | None = None
    """None while the mark's barcode is not in Dictionaries."""
    mark: Mark | None = None
    scan: Scan | None = None
    """The latest scan when it was meant as a mark and no mask reads it; the plugin words the error."""
    label: str | None = None
    """The goods barcode as scanned, before bcode.ini."""
    label_quantity: Decimal | None = None
    """Quantity in the label (bcode.ini)."""
    without_mark: bool = False
    """The cashier pressed "without_mark"."""
    asked: frozenset[str] = frozenset()
    """Checks that the dialog on the screen asks about."""
    confirmed: frozenset[str] = frozenset()
    """Checks whose question the cashier answered with "continue"."""
    facts: Mapping[str, Any] = NOTHING
    """What the checks of this very request have fetched already."""
    cashier: Cashier | None = None
    pieces: Decimal | None = None
    """Pieces that the barcode inside the mark stands for, when it is another one than that of the goods."""
    sold: Position | None = None
    """Return by sale: the sold position."""
    unit: Position | None = None
    """Return: the position under which the books of this shop have this very unit as sold; it is paid back as it was
    paid."""
    replaces: int | None = None
    """Number of the position that is checked again (restored receipt) or gets its mark (order)."""
    quantity: Decimal | None = None
    """What the cashier answered when the till asked how much it is."""
    entered: Mapping[str, str] = NOTHING
    """By the check whose question was confirmed: the name of the choice, or what was filled in."""

    @property
    def kind(self) -> Kind:
        """Kind of the receipt."""
        return self.receipt.kind

    @property
    def channel(self) -> Channel:
        """Where the receipt is made."""
        return self.receipt.channel

    @property
    def cis(self) -> str | None:
        """The unit it is about: that of the mark, or, given back without a scan, the one that the sale holds."""
        if self.mark is not None:
            return self.mark.cis
        return self.sold.cis if self.sold is not None and self.without_mark else None


class Storno(NamedTuple):
    """Positions on their way out of a receipt (hook on_storno)."""

    receipt: Receipt
    position: int | None
    """The selected position; None for the whole receipt."""
    mark: Mark | None = None
    scan: Scan | None = None
    asked: frozenset[str] = frozenset()
    confirmed: frozenset[str] = frozenset()
    facts: Mapping[str, Any] = NOTHING
    entered: Mapping[str, str] = NOTHING
    cashier: Cashier | None = None


class Close(NamedTuple):
    """A receipt on its way into Documents (hook on_close)."""

    receipt: Receipt
    payments: tuple[Payment, ...] = ()
    """As they will be written: cash that is given back is taken off."""
    change: int = 0
    """Kopecks of cash that are given back."""
    asked: frozenset[str] = frozenset()
    confirmed: frozenset[str] = frozenset()
    facts: Mapping[str, Any] = NOTHING
    entered: Mapping[str, str] = NOTHING
    cashier: Cashier | None = None


class UnknownScan(NamedTuple):
    """A scan that is no mark, no goods and no order (hook on_unknown_scan)."""

    receipt: Receipt
    scan: Scan
    asked: frozenset[str] = frozenset()
    confirmed: frozenset[str] = frozenset()
    facts: Mapping[str, Any] = NOTHING
    entered: Mapping[str, str] = NOTHING
    cashier: Cashier | None = None
    dialog: str | None = None
    """What the till waits for meanwhile, `scan_mark` for one; it goes on waiting for it."""


class Pricing(NamedTuple):
    """A position whose price is made (hook on_price)."""

    receipt: Receipt
    """The receipt that it joins, or stands in."""
    position: Position
    """With the price before discounts."""
    cashier: Cashier | None = None


class Cancel(NamedTuple):
    """Goods that end without being sold or returned (hook on_cancel)."""

    receipt: Receipt
    positions: tuple[Position, ...] = ()
    """Positions that leave the receipt: taken out, annulled, put aside, taken by another till."""
    refused: tuple[AddItem, ...] = ()
    """Goods that did not join although every check of yours may have allowed them; `facts` are what was fetched."""


class ChangeQuantity(NamedTuple):
    """A quantity modifier (hook on_quantity)."""

    receipt: Receipt
    position: Position
    value: Decimal
    asked: frozenset[str] = frozenset()
    confirmed: frozenset[str] = frozenset()
    facts: Mapping[str, Any] = NOTHING
    entered: Mapping[str, str] = NOTHING
    cashier: Cashier | None = None


Question = AddItem | Storno | Close | ChangeQuantity | UnknownScan
"""What a plugin may answer with a question of its own; the same request comes again when it is answered."""

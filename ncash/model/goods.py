"""Goods as Dictionaries knows them, and the people at the till."""

from decimal import Decimal
from typing import Final, NamedTuple

MARKED: Final = 7
"""`Barcodes.tmctype` of marked goods (till.md §2)."""
TOBACCO: Final = 3


class Goods(NamedTuple):
    """One barcode of one article card."""

    code: str
    """`tmc.code`, the article."""
    barcode: str
    """The barcode that was found, as it stands in `Barcodes`."""
    name: str
    price: int
    """Kopecks."""
    dept: str = "1"
    tmctype: int = 0
    unit: str = ""
    """`units.code`."""
    fractional: bool = False
    """`units.flag`: sold by weight or measure."""
    frunit: int | None = None
    """FFD tag 2108 of the unit."""
    cquant: Decimal = Decimal(1)
    """Pieces that the barcode stands for; more than 1 is a pack."""
    minprice: int | None = None
    minretailprice: int | None = None
    ignoremarking: bool = False
    """The dictionary says: sold without a mark whatever `tmctype` says."""
    disableinventsale: bool = False
    disableinventback: bool = False
    zeroprice: bool = False
    """The dictionary says: may be sold at 0.00."""

    @property
    def priced(self) -> bool:
        """Whether there is a price to sell them at."""
        return self.price > 0 or self.zeroprice

    @property
    def marked(self) -> bool:
        """Whether a mark must be scanned for these goods."""
        return self.tmctype == MARKED and not self.ignoremarking

    @property
    def pack(self) -> bool:
        """Whether one mark stands for several pieces, each at the price of the goods."""
        return self.cquant > 1 and self.marked


class Cashier(NamedTuple):
    """A row of `mol` with the roles granted to it."""

    code: str
    name: str
    roles: frozenset[str] = frozenset()

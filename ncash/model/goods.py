"""Goods as Dictionaries knows them, and the people at the till."""

from collections.abc import Set
from decimal import Decimal
from typing import Final, NamedTuple

from ncash.model.measure import MILLILITRES

ORDINARY: Final = 0
"""`Barcodes.tmctype` of goods without marks; NULL too (till.md §2)."""
MARKED: Final = 7
TOBACCO: Final = 3
DRAUGHT_BEER: Final = 8


class GoodsKind(NamedTuple):
    """A value of `tmctype` whose goods carry marks, as people call it."""

    name: str
    """As the cashier reads it."""
    english: str


KINDS: Final = {
    1: GoodsKind("алкоголь", "alcohol"),
    2: GoodsKind("набор с алкоголем", "alcohol set"),
    TOBACCO: GoodsKind("табак", "tobacco"),
    4: GoodsKind("обувь", "shoes"),
    5: GoodsKind("лекарство", "medicine"),
    6: GoodsKind("средство индивидуальной защиты", "protective means"),
    MARKED: GoodsKind("маркированный товар", "marked goods"),
    DRAUGHT_BEER: GoodsKind("разливное пиво", "draught beer"),
}


def kind_of(tmctype: int) -> GoodsKind:
    """What goods with this `tmctype` are; one that nobody knows is called by its number."""
    return KINDS.get(tmctype) or GoodsKind(f"товар вида {tmctype}", "unknown kind")


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
    served: bool = False
    """Some plugin reads the marks of this kind of goods, which is another one than MARKED."""

    @property
    def priced(self) -> bool:
        """Whether there is a price to sell them at."""
        return self.price > 0 or self.zeroprice

    @property
    def marked(self) -> bool:
        """Whether a mark must be scanned for these goods."""
        return (self.tmctype == MARKED or self.served) and not self.ignoremarking

    @property
    def pack(self) -> bool:
        """Whether one mark stands for several pieces, each at the price of the goods; what a keg holds are none."""
        return self.cquant > 1 and self.marked and not (self.fractional and self.frunit in MILLILITRES)

    @property
    def unserved(self) -> bool:
        """Whether these goods carry marks that nobody here reads."""
        return self.tmctype not in _NOT_UNSERVED and not self.served and not self.ignoremarking


_NOT_UNSERVED: Final = (ORDINARY, MARKED)


def as_served(goods: Goods, kinds: Set[int]) -> Goods:
    """The goods where the marks of these kinds, and of MARKED, are read."""
    if goods.tmctype in _NOT_UNSERVED or goods.served == (goods.tmctype in kinds):
        return goods
    return goods._replace(served=goods.tmctype in kinds)


class Cashier(NamedTuple):
    """A row of `mol` with the roles granted to it."""

    code: str
    name: str
    roles: frozenset[str] = frozenset()

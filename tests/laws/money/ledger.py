"""The second opinion: what was paid in and paid out, by position and by unit. It knows no code of the till."""

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from .goods import BY_BARCODE, BY_CIS, GOODS

SOLD, BACK = "sold", "back"
Place = tuple[int, int]
"""A position: number of its document, and its own."""


class Line(NamedTuple):
    """A row of Goodsitem."""

    n: int
    bcode: str
    quantity: Decimal
    price: int
    summ: int
    marked: bool
    cis: str | None
    sale_position: int | None
    mark: str | None
    """As it was scanned; ordinary goods may have one."""

    def of(self, cis: str) -> bool:
        """Whether it was sold under this mark."""
        return cis == self.cis or (self.cis is None and (self.mark or "").startswith(cis))


class Paper(NamedTuple):
    """A closed document with its rows."""

    id: int
    doctype: int
    kind: str
    channel: str
    total: int
    paid: int
    sale: int | None
    uuid: str
    lines: list[Line]


class Use(NamedTuple):
    """The last thing that was registered about a unit."""

    what: str
    place: Place


class Ledger:
    """Enters documents one after the other, and holds each against those before."""

    def __init__(self, uncounted: set[str], packs: bool) -> None:
        """`uncounted` are categories whose units the shop does not count, `packs`: they are sold at self-checkouts."""
        self._uncounted = uncounted
        self._packs = packs
        self.sold: dict[int, dict[int, Line]] = {}
        """Positions of each sale."""
        self.paid_out: dict[Place, int] = {}
        self.by_sale: set[Place] = set()
        """Positions that were given back by sale."""
        self.last: dict[str, Use] = {}
        self.prices = {good.barcode: {good.price} for good in GOODS}
        """What each barcode has cost so far."""
        self.seen: Counter[str] = Counter()
        """What came up, so that a test can say that it did."""
        self.agreed: dict[str, int] = {}
        """Highest price of a receipt made elsewhere, by article: any barcode of it may be scanned for an order."""

    def counted(self, cis: str) -> bool:
        """Whether the shop counts this unit."""
        return BY_CIS[cis].category not in self._uncounted

    def left(self, sale: int, cis: str) -> int:
        """How many positions of a sale were sold under this mark and not given back by sale."""
        lines = self.sold.get(sale, {}).items()
        return sum(1 for n, line in lines if line.of(cis) and (sale, n) not in self.by_sale)

    def stands_in_the_way(self, cis: str, kind: str, sale: int | None) -> bool:
        """Whether what was registered last forbids this unit in a receipt of this kind."""
        use = self.last.get(cis)
        if use is None or not self.counted(cis) or kind == "inventory":
            return False
        if kind == "sale":
            return use.what == SOLD
        return use.what == BACK or (kind == "return_by_sale" and use.place[0] != sale)

    def enter(self, paper: Paper) -> None:
        """Raises AssertionError for what must never be in the books."""
        self._adds_up(paper)
        for line in paper.lines:
            if paper.kind == "sale":
                self._sale(paper, line)
            elif paper.kind == "return_by_sale":
                self._back_by_sale(paper, line)
            elif paper.kind == "return":
                self._back(line)
        if paper.kind == "inventory":
            return
        for line in paper.lines:
            if line.cis is not None:
                self.last[line.cis] = Use(SOLD if paper.kind == "sale" else BACK, (paper.id, line.n))

    def _adds_up(self, paper: Paper) -> None:
        assert paper.lines, "an empty document"
        assert paper.total == sum(line.summ for line in paper.lines), "the document does not add up"
        assert paper.kind == "inventory" or paper.paid == paper.total, "it is not what was paid"
        units = [line.cis for line in paper.lines if line.cis is not None]
        assert len(set(units)) == len(units), "one unit twice in a receipt"
        for line in paper.lines:
            exact = line.price * line.quantity
            assert line.summ == int(exact.quantize(Decimal(1), ROUND_HALF_UP)), "a position does not add up"
            assert min(line.quantity, line.price) > 0, "nothing of it, or for nothing"
            whole = line.quantity == line.quantity.to_integral_value()
            assert whole or BY_BARCODE[line.bcode].fractional, "a part of a piece"

    def _sale(self, paper: Paper, line: Line) -> None:
        good = BY_BARCODE[line.bcode]
        assert line.summ > 0, "sold at nothing"
        dearest = max(self.prices[line.bcode] | {self.agreed.get(good.article, 0)})
        assert line.price <= dearest, "a price that never was"
        if good.marked and not good.fractional:
            assert line.quantity == good.pieces, "one mark, and not the pieces it stands for"
        if line.cis is not None:
            in_mark = BY_BARCODE.get(BY_CIS[line.cis].barcode)
            same = in_mark is None or good.fractional or in_mark.pieces == good.pieces or not good.marked
            assert same, "the mark of a pack on a piece, or the other way round"
            assert not self.stands_in_the_way(line.cis, "sale", None), "sold twice"
        if good.marked and good.pieces > 1:
            assert (paper.channel, self._packs) == ("self_checkout", True), "a pack, where none is sold"
            self.seen["pack sold"] += 1
        self.seen["sold cheaper"] += line.price < min(self.prices[line.bcode])
        self.seen["sold by weight"] += good.fractional
        self.seen["sold as ordinary goods by its mark"] += line.cis is None and line.mark is not None
        self.sold.setdefault(paper.id, {})[line.n] = line

    def _back_by_sale(self, paper: Paper, line: Line) -> None:
        assert paper.sale is not None and line.sale_position is not None, "no sale is given back"  # noqa: PT018
        place = (paper.sale, line.sale_position)
        sold = self.sold[paper.sale][line.sale_position]
        assert place not in self.by_sale, "a position given back twice"
        assert sold.cis is None or line.cis == sold.cis, "the unit of the sale is not counted"
        if line.cis is not None:
            assert not self.stands_in_the_way(line.cis, "return_by_sale", paper.sale), "a unit given back twice"
            known = sold.cis is None and line.cis in self.last and self.counted(line.cis)
            assert not known, "a unit given back under a position that was sold without it"
        assert (line.price, line.bcode) == (sold.price, sold.bcode), "given back as something else"
        assert line.quantity <= sold.quantity, "more than was sold"
        whole = line.quantity == sold.quantity or not sold.marked or BY_BARCODE[sold.bcode].fractional
        assert whole, "a part of a unit"
        self.by_sale.add(place)
        self._pay_out(place, line)
        self.seen["unit given back by sale without a scan"] += line.cis is not None and line.mark is None
        self.seen["less than was sold given back by sale"] += line.quantity < sold.quantity
        self.seen["pack given back by sale"] += sold.marked and BY_BARCODE[sold.bcode].pieces > 1

    def _back(self, line: Line) -> None:
        use = self.last.get(line.cis) if line.cis is not None else None
        if line.cis is not None:
            assert not self.stands_in_the_way(line.cis, "return", None), "a unit given back twice"
            if use is not None and not self.counted(line.cis):
                return
        if use is None or use.what == BACK:
            assert line.price in self.prices[line.bcode], "an unknown unit costs what the dictionary says"
            self.seen["unknown unit given back"] += line.cis is not None
            return
        sold = self.sold[use.place[0]][use.place[1]]
        assert line.price == sold.price, "paid back at another price"
        assert line.quantity <= sold.quantity, "more than was sold"
        assert line.quantity == sold.quantity or BY_BARCODE[sold.bcode].fractional, "a part of a unit"
        self._pay_out(use.place, line)
        self.seen["known unit given back"] += 1
        self.seen["known unit given back at another price than today's"] += line.price not in self.prices[line.bcode]
        self.seen["pack given back"] += BY_BARCODE[sold.bcode].pieces > 1

    def _pay_out(self, place: Place, line: Line) -> None:
        self.paid_out[place] = self.paid_out.get(place, 0) + line.summ
        if line.cis is None or self.counted(line.cis):
            assert self.paid_out[place] <= self.sold[place[0]][place[1]].summ, "paid out more than was paid in"

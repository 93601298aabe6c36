"""The law of kegs: what was poured is what was sold, never above the content, never paid back twice; whatever happens.

Two tills over one database, receipts of every kind, opened, changed, put aside, annulled, closed and lost in random
order. What must be is kept beside the books by a naive account: a list of what is where.
"""

import random
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from ncash.model.decision import fixed
from ncash.model.keg import KEG, Keg
from ncash.model.ports import KegShort, Saving
from ncash.model.receipt import Kind, Position, Receipt
from ncash.store.documents import SqliteDocuments, open_documents
from tests.sizes import sized

STEPS: Final = sized(2_500, 1_000_000)
KEGS: Final = {f"keg-{n}": 1_000 * (n + 1) for n in range(4)}
ELSEWHERE: Final = {f"keg-{n}": 150 * n for n in range(4)}
"""Sold out of each by others, before it was opened here."""
UNITS: Final = {40: 1, 41: 1_000}
NOW: Final = "2027-01-15T12:00:00+03:00"


class Bar:
    """Two tills, and the account beside their books."""

    def __init__(self, path: Path) -> None:
        self.chance = random.Random(7)
        self.path = path
        self.tills = {cash: self.opened(cash) for cash in ("1", "2")}
        self.open: dict[str, Receipt] = {}
        self.aside: list[Receipt] = []
        self.poured: Counter[str] = Counter()
        self.sold: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()
        self.made = 0

    def opened(self, cash: str) -> SqliteDocuments:
        """A till of this number."""
        till = open_documents(self.path, cash, "1")
        till.open_shift(NOW, None)
        till.connection.one("PRAGMA synchronous = OFF")
        return till

    def volume(self, position: Position) -> int:
        """Millilitres of a portion."""
        assert position.frunit is not None
        return int(position.quantity * UNITS[position.frunit])

    def held(self, cis: str, *kinds: Kind) -> int:
        """What open receipts of these kinds have of a keg."""
        positions = [p for one in self.open.values() if one.kind in kinds for p in one.positions]
        return sum(self.volume(p) for p in positions if p.cis == cis)

    def counted(self, cis: str) -> int | None:
        """What Chestny Znak says: it may lack our latest sales, keeps what was given back, or says nothing."""
        if self.sold[cis] and self.chance.random() < 0.2:
            return None
        return ELSEWHERE[cis] + self.chance.randint(0, self.sold[cis])

    def portion(self, n: int) -> Position:
        """A portion of some keg."""
        cis, unit = self.chance.choice(list(KEGS)), self.chance.choice(list(UNITS))
        amount = Decimal(self.chance.randint(1, 900)) / UNITS[unit]
        keg = fixed({KEG: Keg(KEGS[cis], "crpt", self.counted(cis)).json()})
        return Position(n, "80", "Beer", "304", amount, 1, marked=True, cis=cis, excisemark=cis, fractional=True,
                        frunit=unit, extra=keg)  # fmt: skip

    def changed(self, cash: str) -> Receipt:
        """The open receipt with a portion more, one less, or another quantity; a new one when there is none."""
        receipt = self.open.get(cash)
        if receipt is None:
            self.made += 1
            kind = Kind.RETURN if self.chance.random() < 0.3 else Kind.SALE
            return Receipt(f"r{self.made}", kind, positions=(self.portion(1),), last_n=1)
        positions, roll = list(receipt.positions), self.chance.random()
        if positions and roll < 0.3:
            positions.pop(self.chance.randrange(len(positions)))
        elif positions and roll < 0.6:
            at = self.chance.randrange(len(positions))
            amount = Decimal(self.chance.randint(1, 900)) / UNITS[positions[at].frunit or 41]
            positions[at] = positions[at]._replace(quantity=amount)
        else:
            positions.append(self.portion(receipt.last_n + 1))
        last = max([receipt.last_n, *(p.n for p in positions)])
        return receipt._replace(positions=tuple(positions), last_n=last)

    def save(self, cash: str, wanted: Receipt, restored: bool = False) -> None:
        """Write it, and hold what the books say against the account."""
        before = self.open.pop(cash, None)
        fits, short = self.fits(wanted), False
        try:
            self.tills[cash].save_receipt(Saving(wanted, opcode=wanted.kind.opcode, restored=restored, time=NOW))
        except KegShort:
            short = True
        assert fits is not short, wanted
        self.seen["short" if short else "saved"] += 1
        if not short:
            self.open[cash] = wanted
        elif before is not None:
            self.open[cash] = before
        elif restored:
            self.aside.append(wanted)

    def fits(self, wanted: Receipt) -> bool:
        """Whether there is enough for all of it; what the receipt had before is counted out."""
        asked: Counter[str] = Counter()
        for position in wanted.positions:
            asked[position.cis or ""] += self.volume(position)
        if wanted.kind is Kind.SALE:
            return all(n <= KEGS[c] - ELSEWHERE[c] - self.poured[c] - self.held(c, Kind.SALE) for c, n in asked.items())
        return all(n <= self.poured[c] - self.held(c, Kind.RETURN) for c, n in asked.items())

    def step(self) -> None:
        """Something happens at one of the tills."""
        cash, roll = self.chance.choice(list(self.tills)), self.chance.random()
        receipt, till = self.open.get(cash), self.tills[cash]
        if receipt is None and self.aside and roll < 0.3:
            self.save(cash, self.aside.pop(self.chance.randrange(len(self.aside))), restored=True)
        elif receipt is None or roll < 0.6:
            self.save(cash, self.changed(cash))
        elif roll < 0.65:
            till.close()
            self.tills[cash] = self.opened(cash)
            assert self.tills[cash].open_receipt() == receipt
            self.seen["restarted"] += 1
        elif roll < 0.75:
            till.cancel_receipt(self.open.pop(cash), NOW)
            self.seen["cancelled"] += 1
        elif roll < 0.8:
            till.defer_receipt(self.open.pop(cash), NOW)
            self.aside.append(receipt)
            self.seen["deferred"] += 1
        else:
            till.close_receipt(self.open.pop(cash), [], NOW, {})
            sign = 1 if receipt.kind is Kind.SALE else -1
            for position in receipt.positions:
                self.poured[position.cis or ""] += sign * self.volume(position)
                self.sold[position.cis or ""] += (sign > 0) * self.volume(position)
            self.seen[receipt.kind.value] += 1

    def compare(self) -> None:
        """The books say of every keg what the account says."""
        for cis, content in KEGS.items():
            state = self.tills["1"].keg(cis)
            told = (self.poured[cis], self.held(cis, Kind.SALE), self.held(cis, Kind.RETURN), ELSEWHERE[cis])
            assert (state.poured, state.held, state.back, state.gone) == told
            assert 0 <= state.poured - state.back <= state.poured + state.held <= content - state.gone


@pytest.mark.long
def test_a_keg_gives_what_it_holds_and_takes_back_what_it_gave(tmp_path: Path) -> None:
    bar = Bar(tmp_path / "Documents.sqlite")
    for keg in KEGS:
        told = fixed({KEG: Keg(KEGS[keg], "crpt", ELSEWHERE[keg]).json()})
        drop = bar.portion(1)._replace(cis=keg, quantity=Decimal("0.001"), frunit=41, extra=told)
        start = Receipt(f"first-{keg}", positions=(drop,))
        bar.save("1", start)
        bar.tills["1"].close_receipt(bar.open.pop("1"), [], NOW, {})
        bar.poured[keg] += 1
        bar.sold[keg] += 1
    for number in range(STEPS):
        bar.step()
        if number % 10 == 0:
            bar.compare()
    bar.compare()
    wanted = {"short", "saved", "restarted", "cancelled", "deferred", "return", "sale"}
    assert {what for what in wanted if bar.seen[what] > STEPS // 200} == wanted, bar.seen
    for till in bar.tills.values():
        till.close()

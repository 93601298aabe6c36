"""What cashiers do, by chance and in any order, and what must hold after every command."""

import random
from collections import Counter, deque
from typing import Any, Final

from ncash.errors import UserError

from .goods import BY_BARCODE, BY_CIS, GOODS, LABELS, PACKED, RENDERINGS, STOCK, Unit
from .ledger import Ledger
from .shop import TILLS, Answer, Settings, Shop
from .watch import Watch, is_open, keys

BARCODES: Final = tuple(good.barcode for good in GOODS)
QUANTITIES: Final = ("1", "2", "3", "0.5", "0.749", "0.001", "7", "0.1")
KINDS: Final = ("sale",) * 9 + ("return",) * 4 + ("return_by_sale",) * 5 + ("inventory",)
CHANNELS: Final = ("cashier", "cashier", "self_checkout")
ABSENT: Final[Answer] = {"receipt": None, "dialog": None, "screen": []}
"""A till that does nothing."""
CLOSE_FAILS: Final = {"dialog", "empty", "returned"}


Told = tuple[str, str, dict[str, Any], str, dict[str, Any] | None]
"""A till, its command, what came of it, and the receipt."""


def told_of(one: Told) -> str:
    """A line of the story."""
    cash, cmd, fields, told, receipt = one
    return f"{cash}: {cmd} {fields} -> {told} {[p['n'] for p in receipt['positions']] if receipt else ''}"


class History:
    """One shop's days."""

    def __init__(self, seed: str) -> None:
        self.chance = random.Random(seed)
        self.settings = Settings(self.chance)
        self.shop = Shop(self.settings, seed)
        self.ledger = Ledger(self.settings.uncounted, self.settings.flags["allowSaleMarkedSet"])
        self.now: dict[str, Answer] = dict.fromkeys(TILLS, ABSENT)
        self.sale: dict[str, int | None] = dict.fromkeys(TILLS)
        self.sales: list[int] = []
        self.waiting: list[str] = []
        self.orders: list[str] = []
        self.aside: deque[str] = deque(maxlen=6)
        """Units that stand, or stood, in receipts that wait: somebody else wants them too."""
        self.receipts = 0
        self.origin: dict[str, int | None] = {}
        """The sale that a receipt gives back, by its id."""
        self.watch = Watch(self.ledger, self.now)
        self.seen: Counter[str] = Counter()
        self.story: deque[Told] = deque(maxlen=60)

    def play(self, receipts: int) -> None:
        """So many receipts, on both tills. Raises AssertionError with the end of the story."""
        try:
            while self.receipts < receipts:
                self.step(self.chance.choice(TILLS))
            for cash in TILLS:
                if is_open(self.now[cash]):
                    self.do(cash, "cancel")
        except AssertionError as error:
            raise AssertionError(f"{error}\n" + "\n".join(map(told_of, self.story))) from error

    def step(self, cash: str) -> None:
        """One thing that somebody does."""
        answer, luck = self.now[cash], self.chance.random()
        if luck < 0.01:
            self.behind_the_scenes(cash, luck * 100)
        elif not is_open(answer):
            self.begin(cash)
        elif answer["dialog"] is not None:
            self.reply(cash, answer["dialog"])
        else:
            self.work(cash, answer["receipt"])

    def behind_the_scenes(self, cash: str, luck: float) -> None:
        """Prices change, a till is started again, a receipt comes from elsewhere."""
        if luck < 0.05:
            self.shop.restart(cash)
            self.story.append((cash, "restart", {}, "-", None))
            self.now[cash] = self.shop.send(cash, "state")
        elif luck < 0.2:
            self.bring()
        elif luck < 0.22:
            self.shop.send(cash, "shift", do="close")
        elif luck < 0.4:
            self.shop.discount(self.chance.choice((0, 0, 7, 33, 90)))
        else:
            good = self.chance.choice(GOODS)
            price = self.chance.choice((good.price, good.price * 2, good.price // 2, good.price + 1))
            self.shop.price(good.barcode, price)
            self.ledger.prices[good.barcode].add(price)

    def bring(self) -> None:
        """A receipt made elsewhere, at prices of its own; some are orders, which wait until their name is scanned."""
        positions = []
        packs = [unit for unit in PACKED if self.chance.random() < 0.25]
        for unit in (*packs[:1], *self.chance.sample(STOCK, self.chance.randint(1, 2))):
            good = next((one for one in GOODS if one.barcode == unit.barcode and one.marked), None)
            if good is not None:
                price = self.chance.choice((good.price, good.price // 3))
                quant = "0.5" if good.fractional else str(good.pieces)
                mark = {"excisemark": unit.scanned()} if self.chance.random() < 0.8 else {}
                positions.append({"barcode": good.barcode, "price": f"{price / 100:.2f}", "quant": quant, **mark})
                self.ledger.agreed[good.article] = max(self.ledger.agreed.get(good.article, 0), price)
        order = self.chance.random() < 0.4
        try:
            receipt, name = self.shop.bring(positions, order)
            if order:
                self.orders.append(name)
            else:
                self.waiting.append(receipt)
        except UserError as error:
            self.seen[f"brought {error.code}"] += 1

    def begin(self, cash: str) -> None:
        """Open a receipt, or take one out of those that wait."""
        if self.waiting and self.chance.random() < 0.2:
            wanted = self.chance.choice(self.waiting)
            self.sale[cash] = self.origin.get(wanted)
            if self.do(cash, "restore", receipt=wanted)["ok"]:
                self.waiting.remove(wanted)
            return
        kind = self.chance.choice(KINDS)
        fields: dict[str, Any] = {"kind": kind, "channel": self.chance.choice(CHANNELS)}
        by_sale = kind == "return_by_sale"
        if by_sale and not self.sales:
            return
        sale = self.chance.choice(self.sales[-12:] if self.chance.random() < 0.8 else self.sales) if by_sale else None
        if by_sale:
            fields["sale"] = str(sale)
        if self.do(cash, "open", **fields)["ok"]:
            self.receipts += 1
            self.sale[cash] = self.origin[self.now[cash]["receipt"]["id"]] = sale

    def reply(self, cash: str, dialog: dict[str, Any]) -> None:
        """Answer the dialog on the screen, mostly as one should."""
        luck, kind = self.chance.random(), dialog["kind"]
        if kind == "choose" and luck < 0.6:
            chosen = [n for n in self.ledger.sold[self.sale[cash] or 0] if self.chance.random() < 0.5]
            self.do(cash, "choose", positions=chosen)
        elif "without_mark" in dialog["buttons"] and luck < 0.45:
            self.do(cash, "press", button="without_mark")
        elif kind in ("ask", "error") or luck < 0.1:
            self.do(cash, "press", button=self.chance.choice(dialog["buttons"]))
        elif kind == "scan_barcode":
            self.scan(cash, self.chance.choice((*BARCODES, *LABELS)))
        else:
            self.scan_wanted(cash)

    def work(self, cash: str, receipt: dict[str, Any]) -> None:
        """Go on with the open receipt."""
        luck, positions = self.chance.random(), [p["n"] for p in receipt["positions"]]
        fallen = [p["n"] for p in receipt["positions"] if p["refused"]]
        if fallen and luck < 0.25:
            self.do(cash, "storno", position=fallen[0])
        elif not positions and luck < 0.15:
            self.do(cash, "cancel")
        elif luck < 0.36 and positions:
            self.do(cash, "close", **self.payment(receipt))
        elif luck < 0.65:
            self.scan_unit(cash, receipt["kind"])
        elif luck < 0.83:
            self.scan(cash, self.barcode(cash, receipt["kind"]))
        elif positions:
            self.change(cash, receipt, self.chance.choice(positions))

    def change(self, cash: str, receipt: dict[str, Any], position: int) -> None:
        """Another quantity, a storno, or the receipt is left as it is."""
        luck = self.chance.random()
        if luck < 0.35:
            self.do(cash, "quantity", position=position, value=self.chance.choice(QUANTITIES))
        elif luck < 0.65:
            self.do(cash, "storno", **({"all": True} if self.chance.random() < 0.1 else {"position": position}))
        elif luck < 0.9:
            if self.do(cash, "defer")["ok"]:
                self.waiting.append(receipt["id"])
                self.aside.extend(p["cis"] for p in receipt["positions"] if p["cis"])
        else:
            self.do(cash, "cancel")

    def payment(self, receipt: dict[str, Any]) -> dict[str, Any]:
        """Mostly exact cash, sometimes more of it, or a card."""
        luck = self.chance.random()
        if luck < 0.8:
            return {}
        amount = "100000.00" if luck < 0.9 and receipt["kind"] == "sale" else receipt["total"]
        return {"payments": [{"type": "cash" if luck < 0.9 else "card", "amount": amount}]}

    def scan_wanted(self, cash: str) -> None:
        """The mark that the dialog asks for: mostly one of the goods that were scanned."""
        barcode, kind = self.shop.wanted(cash), self.now[cash]["receipt"]["kind"]
        own = [unit for unit in STOCK if unit.barcode == barcode]
        if not own or self.chance.random() < 0.25:
            self.scan_unit(cash, kind)
            return
        free = [unit for unit in own if not self.ledger.stands_in_the_way(unit.cis, kind, self.sale[cash])]
        unit = self.chance.choice(free or own)
        self.do(cash, "scan", unit, data=unit.scanned(self.chance.choice(RENDERINGS)))

    def barcode(self, cash: str, kind: str) -> str:
        """A barcode or a label; in a return by sale mostly one of the sale."""
        sale = self.sale[cash]
        if kind == "return_by_sale" and sale is not None and self.chance.random() < 0.8:
            return self.chance.choice([line.bcode for line in self.ledger.sold[sale].values()])
        ordered = [p["bcode"] for p in self.now[cash]["receipt"]["positions"] if p["refused"] and not p["cis"]]
        if ordered and self.chance.random() < 0.5:
            article = BY_BARCODE[self.chance.choice(ordered)].article
            return self.chance.choice([good.barcode for good in GOODS if good.article == article])
        if self.orders and kind == "sale" and self.chance.random() < 0.2:
            return self.chance.choice(self.orders)
        return self.chance.choice((*BARCODES, *LABELS, *BARCODES, "junk"))

    def scan_unit(self, cash: str, kind: str) -> None:
        """A mark, mostly one that may well be allowed."""
        sale, unit = self.sale[cash], self.chance.choice(STOCK)
        if kind == "return_by_sale" and sale is not None and self.chance.random() < 0.8:
            sold = [line.cis for line in self.ledger.sold[sale].values() if line.cis]
            unit = BY_CIS[self.chance.choice(sold)] if sold else unit
        elif self.aside and self.chance.random() < 0.1:
            unit = BY_CIS[self.chance.choice(self.aside)]
        elif self.chance.random() < 0.6:
            wanted = (unit, *self.chance.sample(STOCK, 6))
            free = (one for one in wanted if not self.ledger.stands_in_the_way(one.cis, kind, sale))
            unit = next(free, unit)
        self.do(cash, "scan", unit, data=unit.scanned(self.chance.choice(RENDERINGS)))

    def scan(self, cash: str, data: str) -> None:
        """A barcode, or anything else that is no mark."""
        self.do(cash, "scan", data=data)

    def do(self, cash: str, cmd: str, unit: Unit | None = None, **fields: Any) -> Answer:
        """One command, and what must hold after it."""
        before, pending = self.now[cash], self.shop.pending(cash)
        answer = self.now[cash] = self.shop.send(cash, cmd, **fields)
        error = answer.get("error")
        told = error["code"] if error else ",".join(keys(answer)) or "-"
        self.story.append((cash, cmd, fields, told, answer["receipt"]))
        self.seen[f"{cmd} {told}"] += 1
        assert error is None or error["code"] != "internal", error
        self.watch.command(cash, before, answer, unit.cis if unit else pending, self.sale[cash])
        if cmd == "close":
            self.closed(cash, before, answer)
        if not is_open(answer):
            self.sale[cash] = None
        return answer

    def closed(self, cash: str, before: Answer, answer: Answer) -> None:
        """A close that was done is in the books; one that was not has its reason."""
        if answer.get("document") is None:
            refused = any(p["refused"] for p in before["receipt"]["positions"])
            assert refused or answer["error"]["code"] in CLOSE_FAILS, answer
            return
        paper = self.shop.paper(answer["document"]["id"])
        self.ledger.enter(paper)
        self.seen[f"closed {paper.kind}"] += 1
        if paper.kind == "sale":
            self.sales.append(paper.id)
        if paper.kind != "inventory":
            made = self.shop.registers[cash].orders[-1]
            assert (made.id, made.total, made.kind) == (paper.uuid, paper.total, paper.kind)

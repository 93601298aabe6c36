"""The law of quantities: a position's quantity is whole unless its unit is fractional, however the goods were added."""

import itertools
import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from ncash.errors import UserError
from ncash.model.ports import Outside
from ncash.shop.open_books import books
from ncash.store.dictionaries import aif_load
from ncash.support.exchange.online_checks import bring
from ncash.system.clock import SystemClock
from ncash.testing import DrivenTill, FrozenClock, SeededRandom
from tests.sizes import sized

CASES: Final = sized(2_500, 1_000_000)
SET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!\"%&'*+-./_,:;=<>?"
FILES: Final = {
    "ncash.ini": "[Cash]\nshopcode = 1\ncashcode = 1\n[Host]\nwatchConfig = false\n",
    "ncash.ini.d/bcode.ini": "[BCode]\n21???????????=BBBBBBBQQ.QQQX\n22???????????=BBBBBBBQQQQQX\n",
    "ncash.ini.d/markedgoods.ini": "[plugins]\nmarkedgoods = on\n[MarkedGoods]\nallowChangeQuantity = true\n"
    "addWithoutScanMark = true\naddWithoutScanMarkInBackBySale = true\nallowUnmarked = true\n"
    "allowSaleMarkedSet = true\nscanMarkInInventory = true\nallowNotMatchingBarcodes = true\n"
    "[MarkedGoods.Milk]\n"
    'mask = "01(?<barcode>[0-9]{14})21.{6}93.{4}(3103(?<weight>[0-9]{6}))?"\n',
}
UNITS: Final = {
    "шт": (False, 0),
    "кг": (True, 11),
    "г": (True, 10),
    "т": (True, 12),
    "л": (True, 41),
    "без": (True, None),
}
PIECES: Final = ("1", "2", "6", "1.5", "0.353")


def goods() -> Iterator[dict[str, Any]]:
    """Goods of every unit, marked and not, by one piece and by packs, with a barcode and two labels each."""
    numbered = itertools.count(1)
    for unit, tmctype, pieces in itertools.product(UNITS, ("0", "7"), PIECES):
        n = next(numbered)
        codes = (f"469999990{n:04}", f"21{n:05}", f"22{n:05}")
        barcodes = [{"barcode": code, "tmctype": tmctype, "cquant": pieces} for code in codes]
        yield {
            "command": "addInventItem",
            "invent": {"inventcode": str(n), "barcode": codes[0], "barcodes": barcodes, "name": f"{unit} {tmctype}",
                       "price": "10.00", "deptcode": "1", "measurecode": unit},
        }  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop folder with these goods."""
    folder = tmp_path_factory.mktemp("law")
    (folder / "conf/ncash.ini.d").mkdir(parents=True)
    (folder / "data").mkdir()
    for name, text in FILES.items():
        (folder / "conf" / name).write_text(text, encoding="utf-8")
    units = [
        {"command": "addUnit", "unit": {"unitCode": name, "name": name, "fractional": flag, "frunit": measure}}
        for name, (flag, measure) in UNITS.items()
    ]
    source = folder / "pos.aif"
    source.write_text("".join(f"{json.dumps(one)}\n---\n" for one in (*units, *goods())), encoding="utf-8")
    assert not aif_load.load(source, folder / "data/Dictionaries.sqlite", strict=True).faulty
    return folder


class Cashier:
    """Adds goods in every way there is, and looks at every answer."""

    def __init__(self, shop: Path) -> None:
        self.shop, self.chance, self.serial = shop, random.Random(11), itertools.count()
        self.till = DrivenTill(shop / "conf", shop / "data", Outside(FrozenClock(), SeededRandom(), SealedNetwork()))
        self.seen: Counter[str] = Counter()
        self.unit = {f"469999990{n:04}": one["invent"]["measurecode"] for n, one in enumerate(goods(), 1)}
        self.unit |= {f"2{kind}{code[-5:]}": unit for code, unit in tuple(self.unit.items()) for kind in "12"}
        self.sales: list[str] = []
        self.answer: dict[str, Any] = {}

    def send(self, cmd: str, **fields: Any) -> dict[str, Any]:
        """A command, and what must hold after it."""
        self.answer = answer = self.till.send(cmd, **fields)
        for position in (answer["receipt"] or {}).get("positions", ()):
            whole = position["quantity"].endswith(".000")
            assert whole or UNITS[self.unit[position["bcode"]]][0], f"{cmd} {fields}: {position}"
            self.seen["whole" if whole else "parted"] += 1
        self.seen.update(text["key"] for text in answer["screen"])
        self.seen.update([answer["dialog"]["key"]] if answer["dialog"] else ())
        return answer

    def barcode(self) -> str:
        """Of some goods."""
        return f"469999990{self.chance.randint(1, 60):04}"

    def mark(self, barcode: str) -> str:
        """A fresh mark of these goods, or of none in particular; often with a weight."""
        n = next(self.serial)
        serial = "".join(SET[n // len(SET) ** k % len(SET)] for k in range(6))
        weight = self.chance.choice(
            ("", "3103000353", "3103001000", "3103000000", f"3103{self.chance.randrange(10**6):06}")
        )
        return f"010{barcode}21{serial}93abcd{weight}"

    def label(self, barcode: str) -> str:
        """A label of these goods, by kilograms or by pieces."""
        kind, amount = self.chance.choice("12"), self.chance.choice((0, 1, 1000, 2000, self.chance.randrange(10**5)))
        return f"2{kind}{barcode[-5:]}{amount:05}0"

    def value(self) -> str:
        """What a cashier types."""
        return self.chance.choice(
            ("1", "2", "0.353", "1.5", "0", "abc", f"{self.chance.randrange(1, 5000) / 1000:.3f}")
        )

    def settle(self, barcode: str) -> None:
        """Answer what the till asks, somehow."""
        for _ in range(4):
            dialog = self.answer["dialog"]
            if dialog is None:
                return
            scan = self.chance.choice((self.mark(barcode), self.label(barcode), barcode))
            if dialog["kind"] == "quantity" and self.chance.random() < 0.7:
                self.send("quantity", value=self.value())
            elif "without_mark" in dialog["buttons"] and self.chance.random() < 0.2:
                self.send("press", button="without_mark")
            else:
                self.send("scan", data=self.mark(barcode) if dialog["kind"] == "scan_mark" else scan)
        if self.answer["dialog"] is not None:
            self.send("press", button="cancel")

    def add(self) -> None:
        """One case."""
        barcode = self.barcode()
        way = self.chance.choice((self.mark, self.label, lambda code: code))
        self.send("scan", data=way(barcode))
        self.settle(barcode)
        positions = self.answer["receipt"]["positions"]
        if positions and self.chance.random() < 0.3:
            self.send("quantity", position=self.chance.choice(positions)["n"], value=self.value())

    def open(self) -> None:
        """A receipt of some kind."""
        kind = self.chance.choice(("sale", "sale", "return", "inventory"))
        if self.sales and self.chance.random() < 0.3:
            self.send("open", kind="return_by_sale", sale=self.chance.choice(self.sales))
            if self.answer["ok"]:
                numbers = [one["n"] for one in self.answer["sale"]]
                self.send("choose", positions=self.chance.sample(numbers, min(3, len(numbers))))
                while self.answer["dialog"] is not None:
                    self.send("press", button="without_mark" if self.chance.random() < 0.8 else "cancel")
                self.end()
            return
        self.send("open", kind=kind, channel=self.chance.choice(("cashier", "self_checkout")))

    def end(self) -> None:
        """The receipt is closed, annulled, or put aside and back."""
        receipt = self.answer["receipt"]
        if self.chance.random() < 0.3 and receipt["positions"]:
            self.send("defer")
            self.send("restore", receipt=receipt["id"])
        closed = self.chance.random() < 0.7 and self.send("close")["ok"] and self.answer["document"]
        if closed and receipt["kind"] == "sale":
            self.sales.append(self.answer["document"]["id"])
        if (self.answer["receipt"] or {}).get("state") == "open":
            self.send("cancel")

    def order(self, number: int) -> None:
        """An order is brought and scanned."""
        barcode, path = self.barcode(), self.shop / "data/order.json"
        position = {"barcode": barcode, "price": "10.00", "quant": self.chance.choice(("1", "3", "0.353", "1.5"))}
        document = json.dumps({"identifier": f"ORDER-{number}", "positions": [position]})
        path.write_text(json.dumps({"shopcode": "1", "state": "NOT_PAID", "document": document}), encoding="utf-8")
        try:
            with books(self.shop / "conf", self.shop / "data") as opened:
                bring(path, opened, SystemClock(), SeededRandom(str(number)), order=True)
        except UserError as refused:
            known = any(why in str(refused) for why in ("sold by the piece", "stands for packs of"))
            self.seen[f"order refused: {known}"] += 1
            return
        self.send("scan", data=f"ORDER-{number}")
        self.settle(barcode)


class SealedNetwork:
    """Implements ports.Http: no check of this shop asks anybody."""

    def send(self, *given: Any) -> Any:
        raise AssertionError("nobody is asked")

    def abandon(self) -> None:
        """There is no call."""

    def release(self, url: str) -> None:
        """There is no connection."""

    def close(self) -> None:
        """There is no connection."""


@pytest.mark.long
def test_a_quantity_is_whole_unless_its_unit_is_fractional(shop: Path) -> None:
    cashier = Cashier(shop)
    for number in range(CASES):
        if (cashier.answer.get("receipt") or {}).get("state") != "open":
            cashier.open()
        if (cashier.answer.get("receipt") or {}).get("state") == "open":
            cashier.order(number) if number % 40 == 0 else cashier.add()
            if number % 5 == 0:
                cashier.end()
    cashier.till.close()
    wanted = {"whole", "parted", "QuantityNeeded", "LabelOnPieces", "QuantityUnfit", "ScanMark", "order refused: True"}
    assert {key for key in wanted if cashier.seen[key] >= CASES // 2_000} == wanted, cashier.seen
    assert not cashier.seen["order refused: False"]

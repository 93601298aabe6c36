"""A shop folder with files from elsewhere, and what its tills answer."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ncash.model.ports import Outside
from ncash.shop.open_books import books
from ncash.support.exchange.online_checks import ImportedReceipt, bring
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom

MILK, BREAD, CHEESE = "4670540176099", "4600000000015", "3041094787443"
GS = "\x1d"


def milk(serial: int) -> str:
    return f"01046705401760992151{serial:04d}{GS}93dGVz"


@dataclass
class Shop:
    """A shop folder; tills on it are opened one by one."""

    folder: Path
    outside: Outside = field(default_factory=lambda: Outside(FrozenClock(), SeededRandom(), FencedHttp()))

    def till(self, cash: str | None = None) -> DrivenTill:
        return DrivenTill(self.folder / "conf", self.folder / "data", self.outside, cash)

    def file(self, *positions: dict[str, Any], name: str = "web-1", **changes: Any) -> Path:
        inner = {"positions": list(positions), "identifier": name, **changes.pop("document", {})}
        outer = {"shopcode": "1", "cashcode": "1", "state": "NOT_PAID", "documentid": 77, **changes}
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps({**outer, "document": json.dumps(inner, ensure_ascii=False)}), encoding="utf-8")
        return path

    def bring(self, path: Path, order: bool = False) -> ImportedReceipt:
        with books(self.folder / "conf", self.folder / "data") as opened:
            return bring(path, opened, self.outside.clock, self.outside.random, order)

    def setting(self, **values: str) -> None:
        lines = "".join(f"{name} = {value}\n" for name, value in values.items())
        path = self.folder / "conf" / "ncash.ini.d" / "zz.ini"
        path.write_text(f"[MarkedGoods]\n{lines}", encoding="utf-8")


def item(barcode: str, quant: Any = 1, price: Any = 80, **more: Any) -> dict[str, Any]:
    return {"barcode": barcode, "price": price, "quant": quant, **more}


def texts(answer: dict[str, Any]) -> list[str]:
    return [text["key"] for text in answer["screen"]]


def refused(answer: dict[str, Any]) -> list[int]:
    return [p["n"] for p in answer["receipt"]["positions"] if p["refused"]]


def sold(till: DrivenTill, *scans: str) -> dict[str, Any]:
    till.send("open")
    for scan in scans:
        till.send("scan", data=scan)
    return till.send("close")


def deferred(till: DrivenTill, *scans: str) -> str:
    till.send("open")
    for scan in scans:
        till.send("scan", data=scan)
    receipt = till.send("defer")["receipt"]
    assert receipt["state"] == "deferred"
    return str(receipt["id"])

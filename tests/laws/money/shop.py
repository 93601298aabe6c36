"""The shop: a folder in memory, two tills on one set of books, prices that change, books that are read beside them."""

import importlib
import json
import os
import random
import shutil
import sqlite3
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from ncash.model.ports import Outside
from ncash.shop.open_books import books
from ncash.store.dictionaries.aif_load import load
from ncash.support.exchange.online_checks import bring
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom

from .goods import MASKS, aif
from .ledger import Line, Paper
from .register import TirelessRegister

Answer = dict[str, Any]
TILLS: Final = ("1", "2")
PLUGINS: Final = Path(__file__).parent / "plugins"
HOST: Final = f"""[Host]
pluginsPath = {PLUGINS}
watchConfig = false
[plugins]
markedgoods = on
dayprice = on
[Backup]
everyHours = 0
"""
FLAGS: Final = ("addWithoutScanMark", "allowNotMatchingBarcodes", "checkBarcodesOneArticle", "allowChangeQuantity",
                "scanMarkInInventory", "allowSaleMarkedSet", "showScanErrorDialog")  # fmt: skip
MOSTLY: Final = ("addWithoutScanMarkInBackBySale",)
_HOMES: Final = (Path("/dev/shm"), Path("/tmp"))
_LINES: Final = (
    "SELECT posnum, bcode, cquant, price, summ, marked, cis, saleposition, excisemark FROM Goodsitem "
    "WHERE documentid = ? ORDER BY posnum"
)
_HEAD: Final = (
    "SELECT doctype, kind, channel, docsum, saledocumentid, uuid, "
    "(SELECT SUM(summ) FROM moneyitem m WHERE m.documentid = d.documentid) FROM document d WHERE documentid = ?"
)


class Settings:
    """What the shop has switched on, by chance."""

    def __init__(self, chance: random.Random) -> None:
        self.flags = {name: chance.random() < 0.5 for name in FLAGS}
        self.flags |= {name: chance.random() < 0.8 for name in MOSTLY}
        self.uncounted = {name for name in ("Milk", "Water", "Beer") if chance.random() < 0.15}
        self.unmarked = {name for name in ("Milk", "Water") if chance.random() < 0.6}

    def counted(self, category: str) -> bool:
        """checkLocalUniqueness."""
        return category not in self.uncounted

    @property
    def ini(self) -> str:
        """The file."""
        lines = ["[MarkedGoods]", *(f"{name} = {str(on).lower()}" for name, on in self.flags.items())]
        text = "\n".join(lines) + "\n"
        for block in MASKS.split("[MarkedGoods.")[1:]:
            name = block.partition("]")[0]
            own = [f"[MarkedGoods.{block.rstrip()}", f"checkLocalUniqueness = {str(self.counted(name)).lower()}"]
            own.append(f"allowUnmarked = {str(name in self.unmarked).lower()}")
            text += "\n".join(own) + "\n"
        return text


class Shop:
    """Everything real but the register, the clock and the disk."""

    def __init__(self, settings: Settings, name: str) -> None:
        home = next((one for one in _HOMES if os.access(one, os.W_OK | os.X_OK)), None)
        self.folder = Path(tempfile.mkdtemp(prefix="ncash-money-", dir=home))
        self.settings = settings
        conf, data = self.folder / "conf", self.folder / "data"
        (conf / "ncash.ini.d").mkdir(parents=True)
        data.mkdir()
        (conf / "ncash.ini").write_text("[Cash]\nshopcode = 1\ncashcode = 1\n" + HOST, encoding="utf-8")
        (conf / "ncash.ini.d/bcode.ini").write_text("[BCode]\n21???????????=BBBBBBBQQ.QQQX\n", encoding="utf-8")
        (conf / "ncash.ini.d/markedgoods.ini").write_text(settings.ini, encoding="utf-8")
        source = self.folder / "goods.aif"
        source.write_text(aif(), encoding="utf-8")
        assert load(source, data / "Dictionaries.sqlite", strict=True).written
        self.outside = Outside(FrozenClock(), SeededRandom(name), FencedHttp())
        self.registers = {cash: TirelessRegister(cash) for cash in TILLS}
        self.tills = {cash: self._begun(cash) for cash in TILLS}
        self._books = sqlite3.connect(data / "Documents.sqlite")
        self._shelf = sqlite3.connect(data / "Dictionaries.sqlite", isolation_level=None)
        self._brought = 0

    def _begun(self, cash: str) -> DrivenTill:
        till = DrivenTill(self.folder / "conf", self.folder / "data", self.outside, cash)
        assert all(one["state"] == "ready" for one in till.greeting["plugins"]), till.greeting["plugins"]
        self._wired(till, cash)
        return till

    def _wired(self, till: DrivenTill, cash: str) -> None:
        own = till.shop.till
        own.room = own.room._replace(register=self.registers[cash])

    def send(self, cash: str, cmd: str, **fields: Any) -> Answer:
        """The till's own answer to a command; lines, threads and JSON are other tests' matter."""
        shop = self.tills[cash].shop
        answer = shop.till.handle({"cmd": cmd, **fields})
        if shop.till.view.receipt is None:
            shop.documents.idle()
        return answer

    def restart(self, cash: str) -> None:
        """End a till where it stands and start it again."""
        self.tills[cash].restart()
        self._wired(self.tills[cash], cash)

    def pending(self, cash: str) -> str | None:
        """CIS of what a till asks about, when the sale that is given back tells it."""
        pending = self.tills[cash].shop.till.view.pending
        return pending.sold.cis if pending is not None and pending.sold is not None else None

    def wanted(self, cash: str) -> str | None:
        """Barcode of the goods that wait for their mark."""
        pending = self.tills[cash].shop.till.view.pending
        return pending.goods.barcode if pending is not None and pending.goods is not None else None

    def paper(self, document: str) -> Paper:
        """A document as the books have it."""
        doctype, kind, channel, total, sale, uuid, paid = self._books.execute(_HEAD, (int(document),)).fetchone()
        lines = [
            Line(n, bcode, Decimal(str(count)), round(price * 100), round(summ * 100), *rest)
            for n, bcode, count, price, summ, *rest in self._books.execute(_LINES, (int(document),))
        ]
        return Paper(
            int(document), doctype, kind, channel, round(total * 100), round((paid or 0) * 100), sale, uuid, lines
        )

    def price(self, barcode: str, kopecks: int) -> None:
        """The back office sends another price."""
        self._shelf.execute("UPDATE Barcodes SET price = ? WHERE barcode = ?", (kopecks / 100, barcode))

    def discount(self, percent: int) -> None:
        """Another percentage of the day."""
        importlib.import_module("dayprice.plugin").Plugin.percent = percent

    def bring(self, positions: list[dict[str, Any]], order: bool) -> tuple[str, str]:
        """Put a receipt made elsewhere among the deferred ones; its id and name. Raises UserError for a fault in it."""
        self._brought += 1
        inner = {"positions": positions, "identifier": f"web-{self._brought}"}
        path = self.folder / "check.json"
        path.write_text(json.dumps({"shopcode": "1", "document": json.dumps(inner)}), encoding="utf-8")
        with books(self.folder / "conf", self.folder / "data") as opened:
            brought = bring(path, opened, self.outside.clock, self.outside.random, order)
        return brought.receipt.id, brought.identifier

    def close(self) -> None:
        """End the tills and forget the folder."""
        self.discount(0)
        for till in self.tills.values():
            till.close()
        self._books.close()
        self._shelf.close()
        shutil.rmtree(self.folder)

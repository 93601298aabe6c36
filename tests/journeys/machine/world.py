"""The world of the machine: a shop folder, CRPT as a port that answers from a table, books read beside the till."""

import json
import shutil
import sqlite3
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from crpt_emulator import TOKEN
from crpt_emulator.catalogue import element

from ncash.model.mark import cis
from ncash.model.ports import HttpAnswer, HttpError, HttpRequest
from ncash.shop import Outside
from ncash.support import new_shop
from ncash.testing import DrivenTill, FrozenClock, SeededRandom

URL = "http://127.0.0.1:9"
INI = f"""[MarkedGoods]
enableMarkVerifyCrpt = true
markVerifyCrptUrl = {URL}
xapikey = "[-1:{TOKEN}]"
ignoreCrptStatusValid = ask
ignoreCrptStatusUtilised = allow
addWithoutScanMark = true
addWithoutScanMarkInBackBySale = true
allowNotMatchingBarcodes = true
allowChangeQuantity = true
"""
FACTS: dict[str, dict[str, Any] | None] = {
    "good": {},
    "asked about": {"valid": False},
    "passed": {"utilised": False},
    "refused": {"isBlocked": True},
    "sold elsewhere": {"sold": True},
    "not answered": None,
}


class ScriptedCrpt:
    """Implements ncash.model.ports.Http: CRPT without a socket."""

    def __init__(self) -> None:
        self.facts: dict[str, str] = {}
        self.asked = 0

    def send(self, request: HttpRequest, budget: float, limit: int = 1_000_000) -> HttpAnswer:
        """The answer of the table."""
        path = request.url.removeprefix(URL)
        if path.endswith("cdn/info"):
            return _json({"code": 0, "description": "ok", "hosts": [{"host": URL}]})
        if path.endswith("health/check"):
            return _json({"code": 0, "description": "ok", "avgTimeMs": 5})
        self.asked += 1
        (code,) = json.loads(request.body or b"")["codes"]
        fields = FACTS[self.facts.get(cis(code), "good")]
        if fields is None:
            raise HttpError("connect", "no connection")
        top = {"code": 0, "description": "ok", "reqId": f"00000000-0000-4000-8000-{self.asked:012}"}
        return _json({**top, "reqTimestamp": 1_800_000_000_000 + self.asked, "codes": [element(code, fields)]})

    def release(self, url: str) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing is open."""


def _json(value: dict[str, Any]) -> HttpAnswer:
    return HttpAnswer(200, {"content-type": "application/json"}, json.dumps(value).encode())


@cache
def template() -> Path:
    """A shop whose checks are made, made once a process."""
    shop = Path(tempfile.mkdtemp(prefix="ncash-machine-")) / "shop"
    new_shop.make(shop)
    (shop / "conf/ncash.ini.d/99-machine.ini").write_text(INI, encoding="utf-8")
    return shop


class World:
    """A till and what stands beside it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ncash-machine-"))
        shop = self.folder / "shop"
        shutil.copytree(template(), shop)
        self.crpt = ScriptedCrpt()
        self.till = DrivenTill(shop / "conf", shop / "data", Outside(FrozenClock(), SeededRandom(), self.crpt))
        self._books = sqlite3.connect(shop / "data/Documents.sqlite")

    def rows(self, document: str) -> list[tuple[Any, ...]]:
        """Positions of a document as they stand in Goodsitem."""
        statement = (
            "SELECT posnum, bcode, cquant, price, summ, excisemark, cis, opcode FROM Goodsitem "
            "WHERE documentid = ? ORDER BY posnum"
        )
        return self._books.execute(statement, (int(document),)).fetchall()

    def doctype(self, document: str) -> tuple[int, float]:
        """Kind and sum of a document."""
        found: tuple[int, float] = self._books.execute(
            "SELECT doctype, docsum FROM document WHERE documentid = ?", (int(document),)
        ).fetchone()
        return found

    def close(self) -> None:
        """End the till and forget its folder."""
        self._books.close()
        self.till.close()
        shutil.rmtree(self.folder)

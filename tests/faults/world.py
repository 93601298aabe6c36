"""A shop for tests that hurt it: CRPT answers inside the process, and every code is good."""

import json
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, Final

from crpt_emulator import TOKEN
from crpt_emulator.catalogue import element

from ncash.model.ports import HttpAnswer, HttpRequest
from ncash.shop import Outside
from ncash.support import new_shop
from ncash.testing import DrivenTill, FrozenClock, SeededRandom

URL: Final = "http://127.0.0.1:9"
INI: Final = f"""[MarkedGoods]
enableMarkVerifyCrpt = true
markVerifyCrptUrl = {URL}
xapikey = "[-1:{TOKEN}]"
addWithoutScanMark = true
"""


class Crpt:
    """Implements ncash.model.ports.Http: every code is good."""

    def __init__(self) -> None:
        self._chance = SeededRandom("crpt")

    def send(self, request: HttpRequest, budget: float, limit: int = 1_000_000) -> HttpAnswer:
        """The answer of a site."""
        answer: dict[str, Any] = {"code": 0, "description": "ok", "hosts": [{"host": URL}], "avgTimeMs": 5}
        if request.body:
            codes = [element(code, {}) for code in json.loads(request.body)["codes"]]
            answer |= {"reqId": self._chance.uuid(), "reqTimestamp": 1_800_000_000_000, "codes": codes}
        return HttpAnswer(200, {"content-type": "application/json"}, json.dumps(answer).encode())

    def release(self, url: str) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing is open."""


@cache
def template() -> Path:
    """A shop, made once a process."""
    shop = Path(tempfile.mkdtemp(prefix="ncash-machine-")) / "shop"
    new_shop.make(shop)
    (shop / "conf/ncash.ini.d/99-machine.ini").write_text(INI, encoding="utf-8")
    return shop


def shop_in(folder: Path) -> Path:
    """A shop of one's own below this folder."""
    shutil.copytree(template(), folder / "shop")
    return folder / "shop"


def driven(shop: Path, clock: FrozenClock | None = None) -> DrivenTill:
    """A till of this shop."""
    return DrivenTill(shop / "conf", shop / "data", Outside(clock or FrozenClock(), SeededRandom(), Crpt()))

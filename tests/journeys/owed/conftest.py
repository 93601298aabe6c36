"""Tills of a shop beside a cash server, and what stands in their outbox."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ncash.emulators.cashserver import CashServer
from ncash.model.ports import Outside
from ncash.queue.loop import Desk
from ncash.shop import sending
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom, ShopDatabase, shop_folder

WATER = "010469999990001321dEmO-WaTeR001\x1d93aBcD"
WATER_TOO = "010469999990001321dEmO-WaTeR002\x1d93aBcD"
CIS, CIS_TOO = "010469999990001321dEmO-WaTeR001", "010469999990001321dEmO-WaTeR002"
BREAD = "4600000000015"
AT = "2027-01-15T12:00:00+03:00"


class Owed(NamedTuple):
    """A row of the outbox."""

    op: str
    key: str
    route: str
    body: dict[str, Any]
    result: str | None


class Shop:
    """A shop folder, its cash server, its tills in this process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FrozenClock(AT)
        self.server = CashServer(now=lambda: self.clock.now().timestamp())
        self.server.on()
        self.tills: list[DrivenTill] = []
        self._more: list[str] = []
        shop_folder(folder)
        self.ini("[MarkedGoods]", "enableMarkVerify = true", f"markVerifyUrl = {self.server.url}")

    def ini(self, *lines: str, name: str = "70-server.ini") -> None:
        """A file of settings."""
        (self.folder / "conf/ncash.ini.d" / name).write_text("\n".join(lines) + "\n", encoding="utf-8")

    def outside(self, seed: str) -> Outside:
        """What a till of this shop reaches."""
        return Outside(self.clock, SeededRandom(seed), FencedHttp(self.server.url, *self._more))

    def fence(self, url: str) -> None:
        """Let the tills that start from now on reach this address too."""
        self._more.append(url)

    def till(self, cash: str = "1") -> DrivenTill:
        """A running till."""
        outside = self.outside(f"till {cash} {len(self.tills)}")
        self.tills.append(DrivenTill(self.folder / "conf", self.folder / "data", outside, cash))
        return self.tills[-1]

    @property
    def documents(self) -> Path:
        """The books."""
        return self.folder / "data" / "Documents.sqlite"

    def owed(self) -> list[Owed]:
        """The rows of the outbox in the order of writing."""
        rows = ShopDatabase(self.documents).rows("SELECT op, key, route, body, result FROM outbox ORDER BY id")
        return [Owed(op, key, route, json.loads(body), result) for op, key, route, body, result in rows]

    def ops(self) -> list[tuple[str, str]]:
        """Operation and mark of each row."""
        return [(one.op, one.key) for one in self.owed()]

    def desk(self) -> Desk:
        """The sender of this shop, as a till runs it."""
        till = self.tills[0].shop
        outside = self.outside("sender")
        return sending.desks(self.documents, lambda: till.config, outside.http, outside.clock, outside.random)()

    def send(self) -> int:
        """Send what waits; how many."""
        with closing(self.desk()) as desk:
            return desk.sender.drain().sent

    def close(self) -> None:
        """End the tills and the server."""
        for till in self.tills:
            till.close()
        self.server.__exit__(None, None, None)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop whose goods are verified at a cash server."""
    with closing(Shop(tmp_path / "shop")) as made:
        yield made


Sell = Callable[..., dict[str, Any]]


@pytest.fixture
def sell() -> Sell:
    """Opens a receipt and scans; the latest answer."""

    def sold(till: DrivenTill, *scans: str, kind: str = "sale", **more: str) -> dict[str, Any]:
        till.send("open", kind=kind, **more)
        answers = [till.send("scan", data=one) for one in scans]
        return answers[-1]

    return sold

"""The shop that is hurt: made once, copied for every chain; CRPT answers inside the process, without a socket."""

import json
import os
import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from random import Random as Chance
from typing import Final, NamedTuple

from faults.books import BOOKS
from faults.office import aged
from faults.scenarios import Scenario
from faults.server import PATH, Server

from ncash.emulators.crpt import TOKEN
from ncash.emulators.crpt.inside import InsideCrpt
from ncash.hosting.configuration import Grounds, grounds
from ncash.model.ports import HttpAnswer, HttpError, HttpRequest, Outside
from ncash.shop.sending import desks
from ncash.shop.shop import Shop
from ncash.support.sample import new_shop
from ncash.system.locks import TillLock
from ncash.testing import FrozenClock, SeededRandom

URL: Final = "http://127.0.0.1:9"
INI: Final = f"""[plugins]
restrictions = off
expirydiscount = off

[MarkedGoods]
enableMarkVerifyCrpt = true
markVerifyCrptUrl = {URL}
xapikey = "[-1:{TOKEN}]"
markVerifyCrptTimeout = 20
enableMarkVerify = true
markVerifyUrl = {URL}{PATH}status
ignoreMarkVerifyErrors = false
askForBarcodeFromCatalogs = "2"
"""
BEGUN: Final = datetime.fromisoformat("2027-01-15T12:00:00+03:00")
JUMPS: Final = (-120, -1, 0, 0, 60, 480)
"""Minutes by which the clock of a till is wrong; never so many that its shift is over."""
_DISKS: Final = (Path("/dev/shm"), Path("/tmp"))


def scratch(name: str) -> Path:
    """A fresh folder where writing costs least: kills leave the page cache as it is, whatever the disk."""
    home = next((disk for disk in _DISKS if os.access(disk, os.W_OK | os.X_OK)), None)
    return Path(tempfile.mkdtemp(prefix=f"ncash-{name}-", dir=home))


class Neighbours:
    """Implements ncash.model.ports.Http: CRPT, for which every code is good, and the shop's cash server."""

    def __init__(self, name: str, server: Server) -> None:
        chance = SeededRandom(f"{name}/crpt")
        self._crpt = InsideCrpt(URL, lambda number: chance.uuid())
        self._server = server

    def send(self, request: HttpRequest, budget: float, limit: int = 1_000_000) -> HttpAnswer:
        """The answer of a neighbour. Raises HttpError for a host that is none of the stage."""
        if not request.url.startswith(URL):
            raise HttpError("connect", f"nobody is at {request.url}")
        if request.url.startswith(URL + PATH):
            return self._server.answer(request.url.removeprefix(URL + PATH), json.loads(request.body or b"{}"))
        return self._crpt.send(request, budget, limit)

    def abandon(self) -> None:
        """No call lasts."""

    def release(self, url: str) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """The server stays."""


class Stage(NamedTuple):
    """A shop whose files were read already."""

    conf: Path
    data: Path
    """As it is before the first receipt; copied, never written to."""
    grounds: Grounds

    @classmethod
    def built(cls, home: Path) -> "Stage":
        """Make the shop below this folder."""
        new_shop.make(home / "shop")
        (home / "shop/conf/ncash.ini.d/99-faults.ini").write_text(INI, encoding="utf-8")
        conf = home / "shop/conf"
        return cls(conf, home / "shop/data", grounds(conf))

    def copy(self, folder: Path, scenario: Scenario) -> Path:
        """A data folder of one's own below this folder, with files of settings beside it where the story needs them."""
        shutil.copytree(self.data, data := folder / "data")
        if scenario.own_conf:
            shutil.copytree(self.conf, folder / "conf")
        if scenario.aged:
            aged(data / BOOKS)
        return data

    def conf_of(self, data: Path) -> Path | None:
        """The files of settings that were copied with a data folder."""
        own = data.parent / "conf"
        return own if own != self.conf and own.is_dir() else None


class WarmShop(Shop):
    """A shop opened with a configuration that was read before, unless it has files of its own."""

    def __init__(self, stage: Stage, data: Path, outside: Outside, cash: str = "1") -> None:
        """Raises UserError as Shop does."""
        own = stage.conf_of(data)
        found = grounds(own) if own else stage.grounds
        self.conf, self.data, self.outside = own or stage.conf, data, outside
        self.cashcode, self.shopcode = cash, "1"
        self._lock = TillLock(data, self.cashcode)
        try:
            self._open(found)
        except BaseException:
            self._lock.release()
            raise
        if own:
            self.announce()

    def send_owed(self) -> None:
        """One round of the sender, as the thread beside a till makes it. Raises UserError."""
        outside = self.outside
        documents = self.documents.connection.path
        desk = desks(documents, lambda: self.config, outside.http, outside.clock, outside.random)()
        try:
            desk.sender.round()
        finally:
            desk.close()


def clock_of(minutes: float) -> FrozenClock:
    """The clock so many minutes after the shop was opened."""
    return FrozenClock(BEGUN + timedelta(minutes=minutes))


def opened(
    stage: Stage, data: Path, name: str, clock: FrozenClock, chance: Chance | None = None, cash: str = "1"
) -> WarmShop:
    """A till on this data folder, as a program of its own would open it; `name` is what its chance begins with, and
    with `chance` answers of the cash server are lost, and requests come twice or again later."""
    neighbours = Neighbours(name, Server(data, clock, chance))
    return WarmShop(stage, data, Outside(clock, SeededRandom(name), neighbours), cash)

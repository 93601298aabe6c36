"""A scan, a close and a reservation go the way that docs/onboarding.md tells: a day of one till is listened to.

Every function that a walk of the page names is called on that day, and every class that does something is made or at
work; a page that names what nobody passes any more is wrong, however well its names are spelled.
"""

import ast
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Final

import pytest

from ncash.cli.demo import TOKEN, settings
from ncash.emulators.crpt import INN, Emulator
from ncash.model.ports import Outside
from ncash.server.database import accounts
from ncash.server.database.connection import address, engine_of
from ncash.server.database.migrations import upgrade
from ncash.support.sample.demo_day import BEER, WATER
from ncash.support.sample.new_shop import make
from ncash.system.threads import fresh_crew
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom
from tests.contract.server.town import PATIENCE, SECRET, Running, running
from tests.test_onboarding import ROOT, WALKS, chapter, defined, found_in

WATER_TOO: Final = WATER.replace("001\x1d", "009\x1d")
ASIDE: Final = {
    "ncash/cli/till.py: serve": "the program around a till; here a test gives the lines",
    "ncash/hosting/loader.py: Plugins.abandon_overdue": "no plugin hangs on this day",
    "ncash/till/fiscal/verdict_on_intent.py: judge": "the register answers on this day",
}
"""What the page names and this day does not pass."""
Calls = set[tuple[str, str]]


@contextmanager
def listening() -> Iterator[Calls]:
    """The functions that are called meanwhile, in every thread that begins meanwhile and in this one."""
    codes = set()

    def heard(frame: FrameType, event: str, given: Any) -> None:
        if event == "call":
            codes.add(frame.f_code)

    calls: Calls = set()
    fresh_crew()
    threading.setprofile(heard)
    sys.setprofile(heard)
    try:
        yield calls
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
        fresh_crew()
        calls |= {(str(Path(code.co_filename).resolve()), code.co_qualname) for code in tuple(codes)}


def opened_for_tills(folder: Path) -> None:
    """A server's database with the account of the shop."""
    engine = engine_of(address("", folder))
    upgrade(engine)
    with engine.begin() as connection:
        accounts.add(connection, "store", accounts.TILL, accounts.PASSWORD, SECRET, 0)
    engine.dispose()


def shop(folder: Path, crpt: str, server: int) -> str:
    """A shop whose checks are all switched on, beer by the white list; the address of its cash server."""
    url = f"http://127.0.0.1:{server}"
    asks = {"enableMarkVerify": "true", "markVerifyUrl": url, "markVerifyUser": "store", "markVerifyTimeout": "20",
            "markVerifyPasswordFile": "cashserver.password", "permittedInput": "3"}  # fmt: skip
    beer = {"enableMarkVerify": "false", "enableMarkVerifyLocal": "true"}
    values = {("MarkedGoods", name): value for name, value in asks.items()}
    values |= {("MarkedGoods.PackagedBeer", name): value for name, value in beer.items()}
    make(folder, values={**settings(crpt), **values})
    password = folder / "conf/cashserver.password"
    password.write_text(f"{SECRET}\n", encoding="utf-8")
    password.chmod(0o600)
    return url


def day(till: DrivenTill) -> None:
    """Water is sold, beer that is on no list is refused, another bottle is given back; all that is owed is sent."""
    sender = till.shop.sender()
    sender.start()
    till.send("open")
    assert till.send("scan", data=WATER)["receipt"]["positions"]
    assert till.send("scan", data=BEER)["screen"][0]["key"] == "NotInWhiteList"
    assert till.send("close")["document"]["fiscal"]
    till.send("open")
    assert till.send("scan", data=WATER_TOO)["receipt"]["positions"]
    till.send("cancel")
    until = time.monotonic() + PATIENCE
    while till.send("state")["unsent"]:
        assert time.monotonic() < until
        time.sleep(0.01)
    sender.stop(PATIENCE)


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Calls:
    """What is called on that day, by file and name."""
    folder = tmp_path_factory.mktemp("walks")
    clock = FrozenClock()
    (folder / "server").mkdir()
    opened_for_tills(folder / "server")
    with listening() as heard, Emulator(tokens={TOKEN: INN}) as crpt, running("", folder / "server", clock) as server:
        sell(folder / "shop", clock, crpt, server)
    return heard


def sell(folder: Path, clock: FrozenClock, crpt: Emulator, server: Running) -> None:
    url = shop(folder, crpt.url, server.port)
    outside = Outside(clock, SeededRandom("walks"), FencedHttp(crpt.url, url))
    with DrivenTill(folder / "conf", folder / "data", outside) as till:
        day(till)


def passed(path: str, name: str) -> str:
    """What must have been called when this name was passed; empty for what nobody calls: a value, a table, a port."""
    thing = found_in(ROOT / path, name)
    if isinstance(thing, ast.FunctionDef | ast.AsyncFunctionDef):
        owner = found_in(ROOT / path, name.rpartition(".")[0]) if "." in name else None
        return "" if is_port(owner) else name
    made = isinstance(thing, ast.ClassDef) and found_in(ROOT / path, f"{name}.__init__") is not None
    return f"{name}.__init__" if made else ""


def is_port(thing: ast.stmt | None) -> bool:
    return isinstance(thing, ast.ClassDef) and any("Protocol" in ast.unparse(base) for base in thing.bases)


@pytest.mark.parametrize("walk", WALKS)
def test_what_a_walk_names_is_passed(walk: str, calls: Calls) -> None:
    wanted = {(path, name): passed(path, name) for path, name in defined(chapter(walk))}
    unheard = [
        f"{path}: {name}"
        for (path, name), call in wanted.items()
        if call and (str((ROOT / path).resolve()), call) not in calls
    ]
    assert sum(map(bool, wanted.values())) >= 10
    assert not set(unheard) - ASIDE.keys()


def test_what_this_day_does_not_pass_stands_on_the_page() -> None:
    named = {f"{path}: {name}" for walk in WALKS for path, name in defined(chapter(walk))}
    assert ASIDE.keys() <= named

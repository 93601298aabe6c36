"""A shop for tests that hurt it: CRPT answers inside the process, and every code is good."""

from pathlib import Path
from typing import Final

from ncash.emulators.crpt import TOKEN
from ncash.emulators.crpt.inside import InsideCrpt
from ncash.model.ports import Outside
from ncash.testing import DrivenTill, FrozenClock, SeededRandom, shop_folder

URL: Final = "http://127.0.0.1:9"
INI: Final = f"""[MarkedGoods]
enableMarkVerifyCrpt = true
markVerifyCrptUrl = {URL}
xapikey = "[-1:{TOKEN}]"
addWithoutScanMark = true
"""


def shop_in(folder: Path) -> Path:
    """A shop of one's own below this folder."""
    return shop_folder(folder / "shop", files={"99-machine.ini": INI})


def crpt() -> InsideCrpt:
    """CRPT, for which every code is good."""
    chance = SeededRandom("crpt")
    return InsideCrpt(URL, lambda number: chance.uuid())


def driven(shop: Path, clock: FrozenClock | None = None) -> DrivenTill:
    """A till of this shop."""
    return DrivenTill(shop / "conf", shop / "data", Outside(clock or FrozenClock(), SeededRandom(), crpt()))

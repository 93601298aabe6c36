"""A till that is killed at a failpoint, and what is found afterwards."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ncash.fiscal.emulated.faults import Faults
from ncash.fiscal.emulator import files_of
from ncash.model.ports import Outside
from ncash.system import failpoints
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom, ShopDatabase, shop_folder

BREAD = "4600000000015"
MILK = "0104670540176099215AbCd1\x1d93dGVz"
KILLED = 77
Story = Callable[[DrivenTill], object]


class Shop:
    """A shop folder whose till dies where it is told to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults = Faults(files_of(folder / "data", "1")[2])
        self._lives = 0

    def till(self) -> DrivenTill:
        """The till, started again."""
        self._lives += 1
        outside = Outside(FrozenClock(), SeededRandom(f"{os.getpid()}-{self._lives}"), FencedHttp())
        return DrivenTill(self.folder / "conf", self.folder / "data", outside)

    def killed(self, name: str, story: Story) -> bool:
        """Whether a till in a process of its own came to this failpoint, and died there."""
        self._lives += 1
        child = os.fork()
        if child == 0:
            self._live(name, story)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == KILLED

    def _live(self, name: str, story: Story) -> None:
        code = 1
        try:
            failpoints.arm(lambda reached: os._exit(KILLED) if reached == name else None)
            with self.till() as till:
                story(till)
            code = 0
        finally:
            os._exit(code)

    def receipts(self) -> list[dict[str, Any]]:
        """Receipts in the fiscal drive."""
        path = files_of(self.folder / "data", "1")[0]
        lines = path.read_text("ascii").splitlines() if path.exists() else []
        return [one for one in map(json.loads, lines) if one["type"] == "receipt"]

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Rows of Documents."""
        return ShopDatabase(self.folder / "data" / "Documents.sqlite").rows(statement)

    def agree(self, count: int) -> None:
        """So many receipts are in the drive and the same in the books, and nothing is left between them."""
        told = [(one["receipt"], one["number"]) for one in self.receipts()]
        booked = [(uuid, json.loads(text)["number"]) for uuid, text in self.rows(
            "SELECT uuid, fiscal FROM document WHERE doctype IN (1, 2, 25) ORDER BY documentid")]  # fmt: skip
        assert told == booked
        assert len(told) == count
        assert self.rows("SELECT uuid FROM fiscalintent") == []


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop that asks nobody."""
    return Shop(shop_folder(tmp_path / "shop"))

"""A shop folder that has sold something."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ncash.cli.main import run
from ncash.model.ports import Outside
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom, shop_folder

MILK, BREAD = "01046705401760992150001\x1d93dGVz", "4600000000015"
Command = Callable[..., tuple[int, dict[str, Any]]]


def opened(folder: Path, cash: str | None = None, at: str = "2027-01-15T12:00:00+03:00") -> DrivenTill:
    outside = Outside(FrozenClock(at), SeededRandom(f"{folder}{at}{cash}"), FencedHttp())
    return DrivenTill(folder / "conf", folder / "data", outside, cash)


def sold(till: DrivenTill, *scans: str, kind: str = "sale", **close: Any) -> dict[str, Any]:
    till.send("open", kind=kind, cashier="1")
    for scan in scans:
        till.send("scan", data=scan)
    return till.send("close", **close)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shop_folder(tmp_path / "shop", {"MarkedGoods": {"allowNotMatchingBarcodes": "true"}})


@pytest.fixture
def books(folder: Path) -> Path:
    return folder / "data" / "Documents.sqlite"


@pytest.fixture
def till(folder: Path) -> Iterator[DrivenTill]:
    with opened(folder) as till:
        yield till


@pytest.fixture
def command(folder: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """`command("backup")`: the exit code, and the JSON answer."""

    def call(*words: str) -> tuple[int, dict[str, Any]]:
        code = run([*words, "--json", "--conf", str(folder / "conf"), "--data", str(folder / "data")])
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        return code, answer

    return call

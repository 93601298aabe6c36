"""A shop that checks its codes at an emulator of CRPT and at a cash server, and `ncash doctor` on it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ncash.cli.main import run
from ncash.emulators.cashserver import CashServer
from ncash.emulators.crpt import TOKEN, Emulator
from ncash.testing import shop_folder

Doctor = Callable[..., tuple[int, list[dict[str, Any]]]]


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(sites=2) as running:
        yield running


@pytest.fixture
def server() -> Iterator[CashServer]:
    with CashServer() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path, emulator: Emulator, server: CashServer) -> Path:
    own = {"enableMarkVerifyCrpt": "true", "markVerifyCrptUrl": emulator.url, "xapikey": f"[-1:{TOKEN}]",
           "enableMarkVerify": "true", "markVerifyUrl": server.url, "allowNotMatchingBarcodes": "true"}  # fmt: skip
    return shop_folder(tmp_path / "shop", {"MarkedGoods": own})


@pytest.fixture
def doctor(folder: Path, capsys: pytest.CaptureFixture[str]) -> Doctor:
    """`doctor("--offline")`: the exit code, and the findings."""

    def look(*words: str) -> tuple[int, list[dict[str, Any]]]:
        code = run(["doctor", "--json", *words, "--conf", str(folder / "conf"), "--data", str(folder / "data")])
        findings: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["findings"]
        return code, findings

    return look

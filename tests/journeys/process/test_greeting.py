"""What a real till has loaded when it greets, as the interpreter itself tells it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from ncash.testing import shop_folder

LATER: Final = {
    "asyncio", "bz2", "click", "cryptography", "difflib", "email", "hashlib", "http.client", "importlib.metadata",
    "platform", "random", "requests", "sqlite_utils", "ssl", "tqdm", "urllib.request", "urllib3", "uuid", "xml",
}  # fmt: skip
"""Modules that only some commands need, or only what comes after the greeting."""


def loaded_before_the_greeting(conf: Path, data: Path) -> set[str]:
    command = [sys.executable, "-X", "importtime", "-m", "ncash.cli.main", "till", "--conf", conf, "--data", data]
    told = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")},
        check=True,
    ).stdout.decode()
    before, ready, _ = told.partition('{"event":"ready"')
    assert ready, told[-2000:]
    lines = [line.split("|") for line in before.splitlines() if line.startswith("import time:")]
    return {parts[2].strip() for parts in lines}


def test_a_till_greets_before_it_loads_what_it_does_not_need_yet(tmp_path: Path) -> None:
    shop_folder(tmp_path)
    loaded = loaded_before_the_greeting(tmp_path / "conf", tmp_path / "data")
    assert {"ncash.shop.shop", "ncash.bundled.markedgoods.checks.policy", "sqlite3"} <= loaded
    assert not sorted(LATER & loaded)


def test_the_online_check_does_not_hold_the_greeting_up(tmp_path: Path) -> None:
    live = {
        "enableMarkVerifyCrpt": "true",
        "markVerifyCrptUrl": "http://127.0.0.1:9",
        "xapikey": "[-1:00000000-0000-0000-0000-000000000001]",
    }
    shop_folder(tmp_path, {"MarkedGoods": live})
    loaded = loaded_before_the_greeting(tmp_path / "conf", tmp_path / "data")
    assert "ncash.bundled.markedgoods.crpt.client" in loaded
    assert not sorted(LATER & loaded)

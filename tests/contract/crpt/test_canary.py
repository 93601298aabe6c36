"""A token, looked for in every byte that a till leaves behind; and a shop with one site of three alive."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ncash.bundled.markedgoods.facts.online import Answer
from ncash.emulators.crpt import Emulator
from ncash.testing import shop_folder

from .conftest import CODE, Till

CANARY = "c4na4y00-5eC4-4e7a-8111-222233334444"
MARKS = [f"010467054017609921500{n:02}1\x1d93dGVz" for n in range(10, 30)]
FAULTS = [
    ("status", 401), ("status", 403), ("status", 500), ("status", 203), ("html", None), ("drop", None), ("nan", None),
    ("cut_json", None), ("redirect", f"https://example.test/{CANARY}"), ("body", json.dumps({"error": CANARY})),
    ("other_code", None),
]  # fmt: skip


def shop(folder: Path, emulator: Emulator, tokens: str) -> Path:
    own = {"enableMarkVerifyCrpt": "true", "markVerifyCrptUrl": emulator.url,
           "ignoreMarkVerifyCrptConnectionErrors": "true", "allowUnmarked": "true", "markVerifyCrptTimeout": "2",
           "allowNotMatchingBarcodes": "true"}  # fmt: skip
    shop_folder(folder, {"MarkedGoods": own})
    (folder / "conf" / "ncash.ini.d" / "99-token.ini").write_text(f"[MarkedGoods]\nxapikey = {tokens}\n")
    return folder


def driven(folder: Path, commands: list[dict[str, object]]) -> bytes:
    """Everything the till prints."""
    lines = "".join(json.dumps(command) + "\n" for command in commands).encode()
    call = [sys.executable, "-m", "ncash.cli.main", "till", "--conf", str(folder / "conf"), "--data"]
    done = subprocess.run([*call, str(folder / "data")], input=lines, capture_output=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def command(folder: Path, *words: str) -> bytes:
    call = [sys.executable, "-m", "ncash.cli.main", *words, "--conf", str(folder / "conf"), "--data"]
    done = subprocess.run([*call, str(folder / "data")], capture_output=True, timeout=600)
    assert done.returncode < 3
    return done.stdout + done.stderr


def left_behind(folder: Path) -> bytes:
    """Every byte of the data folder but the accepted copies of the INI files, which are configuration."""
    files = [path for path in (folder / "data").rglob("*") if path.is_file() and path.parent.name != "last-good"]
    return b"".join(path.read_bytes() for path in sorted(files))


@pytest.mark.parametrize("tokens", [f"[-1:{CANARY}]", f"[1:{CANARY}", f"[1:{CANARY}],[1:{CANARY}]"])
def test_no_byte_a_till_leaves_or_prints_holds_the_token(tmp_path: Path, tokens: str) -> None:
    with Emulator(tokens={CANARY: "7700000016"}) as emulator:
        folder = shop(tmp_path / "shop", emulator, tokens)
        for place, (fault, value) in enumerate(FAULTS):
            emulator.fault(fault, value, code=MARKS[place])
        scans: list[dict[str, object]] = [{"cmd": "scan", "data": mark} for mark in MARKS]
        said = driven(folder, [{"cmd": "open"}, *scans, {"cmd": "state"}, {"cmd": "reload"}, {"cmd": "close"}])
        emulator.tokens.clear()
        said += driven(folder, [{"cmd": "open"}, scans[-1], {"cmd": "cancel"}])
        said += command(folder, "crpt", "status") + command(folder, "crpt", "status", "--json")
        said += command(folder, "check") + command(folder, "config", "show")
        asked = emulator.journal
    seen = CANARY.encode()
    assert any(entry.header("X-API-KEY") == CANARY for entry in asked) is tokens.endswith(f"[-1:{CANARY}]")
    assert seen not in said
    assert seen not in left_behind(folder)


def test_with_one_site_of_three_alive_every_scan_is_checked(three: Emulator, till: Till) -> None:
    crpt = till(three.url)
    three.heal()
    three.fault("drop", site=1)
    three.off(2)
    with ThreadPoolExecutor(4) as crowd:
        found = list(crowd.map(lambda _: crpt.check(CODE, "1", 10.0), range(1_000)))
    assert sum(isinstance(one, Answer) for one in found) >= 999

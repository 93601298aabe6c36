"""Two shops with books of their own and one server: the plugin's client against the real thing."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from ncash.cli.main import run
from ncash.network.http import RequestsHttp
from ncash.server.database import accounts
from ncash.server.database.connection import address, engine_of
from ncash.support.books.reconcile import reconcile
from ncash.system.clock import SystemClock
from ncash.testing import ShopDatabase

from .town import SECRET, Running

CODE: Final = "010469999990001321dEmO-WaTeR001\u001d93aBcD"
SALE: Final = ({"cmd": "open"}, {"cmd": "scan", "data": CODE}, {"cmd": "cancel"})
SETTINGS: Final = """[MarkedGoods]
enableMarkVerify = true
markVerifyUrl = http://127.0.0.1:{port}
markVerifyTimeout = 20
markVerifyUser = store
markVerifyPasswordFile = cashserver.password
"""


def shop(folder: Path, port: int) -> Path:
    """A shop of the samples that asks the server."""
    assert run(["init", str(folder)]) == 0
    (folder / "conf" / "cashserver.password").write_text(f"{SECRET}\n", encoding="utf-8")
    drop_in = folder / "conf" / "ncash.ini.d" / "60-server.ini"
    drop_in.write_text(SETTINGS.format(port=port), encoding="utf-8")
    return folder


def scanned(folder: Path, *commands: dict[str, Any]) -> dict[str, Any]:
    """The till's answer to the scan."""
    words = [
        sys.executable,
        "-m",
        "ncash.cli.main",
        "till",
        "--conf",
        str(folder / "conf"),
        "--data",
        str(folder / "data"),
    ]
    lines = "".join(json.dumps(one) + "\n" for one in commands)
    done = subprocess.run(words, input=lines, capture_output=True, text=True, check=True, timeout=120)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[2])
    return answer


def let_in(folder: Path) -> None:
    """The account that the shops use."""
    engine = engine_of(address(next(iter(folder.glob("*.sqlite"))).name, folder))
    with engine.begin() as connection:
        accounts.add(connection, "store", role="till", kind=accounts.PASSWORD, secret=SECRET, now=0)
    engine.dispose()


def reconciled(folder: Path) -> list[str]:
    """What `ncash reconcile` finds."""
    http = RequestsHttp()
    try:
        found = reconcile(folder / "data", folder / "conf", ["I1", "I2"], (SystemClock(), http))
    finally:
        http.close()
    return [one.text for one in found.violations]


def test_a_unit_reserved_in_one_shop_is_refused_in_another(small: Running, tmp_path: Path) -> None:
    let_in(tmp_path)
    first, second = shop(tmp_path / "first", small.port), shop(tmp_path / "second", small.port)
    taken = scanned(first, *SALE[:2])
    assert (taken["decision"]["verdict"], len(taken["receipt"]["positions"])) == ("allow", 1)
    with small.caller() as till:
        assert till.status(CODE) == "RESERVED_SALE"
    refused = scanned(second, *SALE)
    assert refused["decision"]["verdict"] == "deny"
    assert refused["decision"]["checks"][-1]["check"] == "server"
    assert not refused["receipt"]["positions"]


def test_reconcile_asks_the_server_for_what_it_acknowledged(small: Running, tmp_path: Path) -> None:
    let_in(tmp_path)
    folder = shop(tmp_path / "first", small.port)
    scanned(folder, *SALE[:2], {"cmd": "close"})
    assert run(["queue", "send", "--conf", str(folder / "conf"), "--data", str(folder / "data")]) == 0
    assert reconciled(folder) == []
    ShopDatabase(folder / "data" / "Documents.sqlite").change(
        "UPDATE outbox SET body = json_set(body, '$.documentid', 'another')"
    )
    (unknown,) = reconciled(folder)
    assert "acknowledged the message" in unknown
    ShopDatabase(folder / "data" / "Documents.sqlite").change("UPDATE outbox SET result = 'conflict', status = 'SOLD'")
    (conflict,) = reconciled(folder)
    assert "against what the cash server knew" in conflict


def test_a_server_that_does_not_answer_is_no_proof(small: Running, tmp_path: Path) -> None:
    let_in(tmp_path)
    folder = shop(tmp_path / "first", small.port)
    scanned(folder, *SALE[:2], {"cmd": "close"})
    assert run(["queue", "send", "--conf", str(folder / "conf"), "--data", str(folder / "data")]) == 0
    (folder / "conf" / "cashserver.password").write_text("wrong\n", encoding="utf-8")
    (unseen,) = reconciled(folder)
    assert unseen.startswith("cannot be looked for: asked about a mark, the server answered 401: no account")

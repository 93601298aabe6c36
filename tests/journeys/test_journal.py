"""The journal from the scan to the court: what a line holds, what a verifier finds, what an export keeps."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ncash.cli.main import run
from ncash.emulators.crpt import TOKEN, Emulator
from ncash.model.ports import Outside
from ncash.store.journal.journal import Journal
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom, ShopDatabase, shop_folder

WATER = "010469999990001321dEmO-WaTeR001\x1d93aBcD"
SOLD = "0104670540176099215NN*cM\x1d93dGVz"
FRESH = "0104670540176099215Demo1\x1d93Kx/2"
TAILS = ("93aBcD", "93dGVz", "93Kx", "Kx/2", "Kx\\/2")


@pytest.fixture
def crpt() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def shop(tmp_path: Path, crpt: Emulator) -> Path:
    own = {"markVerifyCrptUrl": crpt.url, "xapikey": f"[-1:{TOKEN}]", "enableMarkVerifyCrpt": "true"}
    return shop_folder(tmp_path / "shop", {"MarkedGoods": own})


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def till(shop: Path, crpt: Emulator, clock: FrozenClock) -> Iterator[DrivenTill]:
    outside = Outside(clock, SeededRandom("journal"), FencedHttp(*crpt.site_urls))
    with DrivenTill(shop / "conf", shop / "data", outside) as driven:
        driven.send("open", cashier="2")
        yield driven


def lines(shop: Path) -> list[dict[str, Any]]:
    with closing(Journal(shop / "data" / "Documents.sqlite")) as journal:
        return [row["line"] for row in journal.lines()]


def fact(line: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(step["fact"] for step in line["checks"] if step["check"] == "crpt")
    return found


def ncash(shop: Path, *words: str) -> int:
    return run(["journal", *words, "--conf", str(shop / "conf"), "--data", str(shop / "data")])


def tampered(shop: Path, *statements: str) -> None:
    with ShopDatabase(shop / "data" / "Documents.sqlite").changing() as connection:
        for statement in ("DROP TRIGGER journal_kept", "DROP TRIGGER journal_unchanged", *statements):
            connection.execute(statement)


def test_a_line_is_the_proof_of_its_check(shop: Path, till: DrivenTill) -> None:
    position = till.send("scan", data=WATER)["receipt"]["positions"][0]
    (line,) = lines(shop)
    said = fact(line)
    assert line["tags"] == position["tags"]
    assert line["tags"]["1265"] == f"UUID={said['reqId']}&Time={said['reqTimestamp']}"
    assert (line["channel"], line["receipt_kind"], line["verdict"]) == ("cashier", "sale", "allow")
    assert line["cashier"] == {"code": "2", "roles": ["20"]}
    assert line["goods"]["name"] == "Вода питьевая 0,5 л"
    assert line["mark"]["cis"] == "010469999990001321dEmO-WaTeR001"
    assert len(line["mark"]["digest"]) == 64
    assert json.loads(said["raw"])["reqId"] == said["reqId"]
    assert (said["host"], said["noted"]) == ("127.0.0.1", [])
    assert said["latency_ms"] >= 0


def test_a_refusal_names_the_setting_that_decided(shop: Path, till: DrivenTill) -> None:
    till.send("scan", data=WATER)
    till.send("scan", data=SOLD)
    line = lines(shop)[1]
    decisive = line["checks"][-1]
    assert (line["verdict"], line["key"], decisive["setting"]) == ("deny", "CrptSold", "ignoreCrptStatusSold")
    assert line["marks"] == [{"n": 1, "cis": "010469999990001321dEmO-WaTeR001", "packageType": "UNIT"}]
    assert "tags" not in line


def test_a_server_error_is_noted_with_the_check_it_belongs_to(shop: Path, till: DrivenTill, crpt: Emulator) -> None:
    crpt.fault("status", 503, path="/api/v4/true-api/codes/check", times=1)
    till.send("scan", data=WATER)
    till.send("scan", data=FRESH)
    first, second = (fact(line) for line in lines(shop))
    assert [note[:4] for note in first["noted"]] == ["5xx:"]
    assert second["noted"] == []


def test_no_verification_part_and_no_token_is_in_the_journal(shop: Path, till: DrivenTill, crpt: Emulator) -> None:
    crpt.script(FRESH, message=f"{FRESH} {TOKEN}")
    crpt.script(WATER, status=400, body={"code": 400, "description": f"what is {WATER}? {TOKEN}"})
    for mark in (WATER, SOLD, FRESH, FRESH[:-3], "0104670540176099215Demo1<GS>93Kx/2"):
        till.send("scan", data=mark)
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines(shop))
    assert len(lines(shop)) >= 4
    assert not [secret for secret in (*TAILS, TOKEN) if secret in text]


def test_an_untouched_journal_is_confirmed(shop: Path, till: DrivenTill, capsys: pytest.CaptureFixture[str]) -> None:
    till.send("scan", data=WATER)
    assert ncash(shop, "verify") == 0
    assert capsys.readouterr().out.startswith("lines: 1, faults: 0, head: 1:")


def test_tampering_is_located_and_costs_the_exit_code(
    shop: Path, till: DrivenTill, capsys: pytest.CaptureFixture[str]
) -> None:
    for mark in (WATER, SOLD, SOLD, SOLD):
        till.send("scan", data=mark)
    tampered(shop, "UPDATE journal SET line = replace(line, 'deny', 'allow') WHERE seq = 2",
             "DELETE FROM journal WHERE seq = 4")  # fmt: skip
    assert ncash(shop, "verify", "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert [(fault["seq"], fault["kind"]) for fault in told["faults"]] == [(2, "changed"), (4, "missing")]
    assert told["ok"] is False
    assert ncash(shop, "verify") == 1
    assert "line 2: changed" in capsys.readouterr().out


def test_an_export_ends_with_the_head_that_finds_a_cut_tail_later(
    shop: Path, till: DrivenTill, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for mark in (WATER, SOLD):
        till.send("scan", data=mark)
    out = tmp_path / "export.jsonl"
    assert ncash(shop, "export", "--out", str(out)) == 0
    *rows, head = (json.loads(line) for line in out.read_text(encoding="utf-8").splitlines())
    assert [row["seq"] for row in rows] == [1, 2]
    assert head == {"head": f"2:{rows[-1]['hash']}", "lines": 2}
    tampered(shop, "DELETE FROM journal WHERE seq = 2",
             "UPDATE journalhead SET seq = 1, hash = (SELECT hash FROM journal)")  # fmt: skip
    assert ncash(shop, "verify") == 0
    assert ncash(shop, "verify", "--against", str(out)) == 1
    assert ncash(shop, "verify", "--head", head["head"]) == 1
    assert "line 2: missing" in capsys.readouterr().out


def test_an_export_begins_at_a_day(
    shop: Path, till: DrivenTill, clock: FrozenClock, capsys: pytest.CaptureFixture[str]
) -> None:
    till.send("scan", data=WATER)
    clock.set((clock.now() + timedelta(days=1)).isoformat())
    till.send("scan", data=SOLD)
    day = clock.now()
    for written in (day.strftime("%Y-%m-%d"), day.strftime("%d.%m.%Y")):
        assert ncash(shop, "export", "--since", written) == 0
        *rows, head = (json.loads(line) for line in capsys.readouterr().out.splitlines())
        assert [row["key"] for row in rows] == ["CrptSold"]
        assert head["lines"] == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [(["export", "--since", "yesterday"], "since"), (["verify", "--head", "7"], "head"),
     (["verify", "--against", "nowhere"], "export")],
)  # fmt: skip
def test_what_cannot_be_done_is_said(
    shop: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: str
) -> None:
    assert ncash(shop, *words, "--json") == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == code


def test_a_folder_without_books_is_no_empty_journal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ncash(tmp_path, "verify") == 2
    assert "no books" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())

"""`ncash explain`: a code on the phone, and what happened last."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ncash.cli.main import run
from ncash.emulators.crpt import TOKEN, Emulator
from ncash.model.ports import Outside
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom, shop_folder

WATER = "010469999990001321dEmO-WaTeR001\x1d93aBcD"
SOLD = "0104670540176099215NN*cM\x1d93dGVz"
FRESH = "0104670540176099215Demo1\x1d93Kx/2"
MILK = "4670540176099"
Told = dict[str, Any]


@pytest.fixture
def crpt() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def shop(tmp_path: Path, crpt: Emulator) -> Path:
    own = {"markVerifyCrptUrl": crpt.url, "xapikey": f"[1.2:{TOKEN}],[3:1]", "enableMarkVerifyCrpt": "true"}
    return shop_folder(tmp_path / "shop", {"MarkedGoods": own})


@pytest.fixture
def till(shop: Path, crpt: Emulator) -> Iterator[DrivenTill]:
    outside = Outside(FrozenClock(), SeededRandom("explain"), FencedHttp(*crpt.site_urls))
    with DrivenTill(shop / "conf", shop / "data", outside) as driven:
        driven.send("open", cashier="2")
        yield driven


class Desk:
    """Support at the folder of a shop."""

    def __init__(self, shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._folders = ["--conf", str(shop / "conf"), "--data", str(shop / "data")]
        self._capsys = capsys

    def say(self, *words: str) -> tuple[int, str]:
        code = run(["explain", *words, *self._folders])
        told = self._capsys.readouterr()
        assert TOKEN not in told.out + told.err
        return code, told.out + told.err

    def tell(self, *words: str) -> Told:
        _, text = self.say(*words, "--json")
        told: Told = json.loads(text)
        return told

    def check(self, name: str, *words: str) -> Told:
        checks = self.tell(*words)["decision"]["checks"]
        return next(check for check in checks if check["check"] == name)


@pytest.fixture
def desk(shop: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(shop, capsys)


def answer(folder: Path, code: str, **flags: Any) -> str:
    element = {"cis": code, "found": True, "valid": True, "verified": True, "realizable": True, "utilised": True}
    body = {"code": 0, "codes": [element | flags], "reqId": "00000000-0000-4000-8000-000000000001",
            "reqTimestamp": 1800000000000}  # fmt: skip
    path = folder / "answer.json"
    path.write_text(json.dumps(body), encoding="utf-8")
    return str(path)


def test_a_missing_fact_is_said_and_nobody_is_asked(desk: Desk, crpt: Emulator) -> None:
    told = desk.tell(WATER)
    assert told["verdict"] == "unknown"
    assert told["decision"]["checks"][-1]["skipped"].startswith("unknown: nobody was asked")
    assert not crpt.checks()


def test_a_given_answer_decides_with_setting_text_and_next_step(desk: Desk, tmp_path: Path) -> None:
    given = answer(tmp_path, SOLD, sold=True)
    code, text = desk.say(SOLD, "--crpt", given)
    assert code == 1
    assert "crpt       deny        CrptSold  ignoreCrptStatusSold = deny (default)  saw {" in text
    assert "the cashier reads (error, CrptSold): Ошибка проверки кода маркировки позиции Молоко" in text
    assert "next step, CrptSold" in text
    assert "cashier: Возьмите другую единицу товара" in text
    fine = desk.tell(FRESH, "--crpt", answer(tmp_path, FRESH))
    assert fine["verdict"] == "allow"


def test_the_trail_is_that_of_the_till(desk: Desk, till: DrivenTill, crpt: Emulator, tmp_path: Path) -> None:
    crpt.script(SOLD, sold=True)
    said = till.send("scan", data=SOLD)["decision"]
    assert desk.tell(SOLD, "--crpt", answer(tmp_path, SOLD, sold=True))["decision"] == said


def test_an_answer_about_another_code_is_no_answer(desk: Desk, tmp_path: Path) -> None:
    told = desk.tell(FRESH, "--crpt", answer(tmp_path, SOLD))
    assert told["facts"]["crpt"]["reason"] == "malformed"
    assert told["screen"][0]["key"] == "CrptConnection"


def test_offline_is_what_the_setting_about_connections_says(desk: Desk) -> None:
    told = desk.check("crpt", WATER, "--offline")
    assert (told["verdict"], told["setting"]) == ("deny", "ignoreMarkVerifyCrptConnectionErrors")


@pytest.mark.parametrize(
    ("dept", "verdict", "key"), [("3", "allow", None), ("9", "deny", "CrptTokenMissing"), ("2", "unknown", None)]
)
def test_a_department_has_its_token(desk: Desk, dept: str, verdict: str, key: str | None) -> None:
    told = desk.tell(WATER, "--dept", dept)
    assert told["verdict"] == verdict
    assert [text["key"] for text in told["screen"]] == ([key] if key else [])


def test_the_category_is_told_with_why_no_other(desk: Desk) -> None:
    reading = desk.tell(SOLD.replace("\x1d", "<GS>"), "--offline")["reading"]
    assert "<GS> at 25 taken out for the comparison" in reading["notes"]
    rows = {row["name"]: row for row in reading["candidates"]}
    assert rows["Milk"]["chosen"] is True
    assert rows["PackagedBeer"]["why"] == "does not fit: character 26 is '3', the mask wants another one"
    assert rows["Common"]["why"] == "does not fit: the code of 30 characters ends before the mask does"


def test_a_code_that_no_mask_reads_shows_where_each_stops(desk: Desk) -> None:
    code, text = desk.say(FRESH + "tail")
    assert code == 1
    assert "category: no mask fits" in text
    assert "characters too many" in text
    assert "next step, ScanCut" in text


def test_goods_scanned_first_and_a_return(desk: Desk) -> None:
    first = desk.tell(WATER, "--goods", MILK)
    assert (first["verdict"], first["dialog"]["key"]) == ("need_scan", "ScanErrorRepeat")
    assert desk.tell(WATER, "--mode", "return")["verdict"] == "allow"
    assert desk.check("crpt", WATER, "--mode", "return")["skipped"] == "return"


def test_the_moment_counts(desk: Desk, tmp_path: Path) -> None:
    given = answer(tmp_path, FRESH, expireDate="2027-01-15T00:00:00.000Z")
    assert desk.tell(FRESH, "--crpt", given, "--at", "2027-01-14T23:59")["verdict"] == "allow"
    assert desk.tell(FRESH, "--crpt", given, "--at", "2027-01-15T00:00")["screen"][0]["key"] == "CrptExpired"


def test_a_status_of_the_cash_server_can_be_given(desk: Desk, shop: Path) -> None:
    ini = shop / "conf" / "ncash.ini.d" / "70-server.ini"
    ini.write_text("[MarkedGoods]\nenableMarkVerify = true\nmarkVerifyUrl = http://127.0.0.1:9\n"
                   "enableMarkVerifyCrpt = false\n", encoding="utf-8")  # fmt: skip
    assert desk.tell(WATER, "--server-status", "SOLD")["screen"][0]["key"] == "AlreadySold"
    told = desk.tell(WATER, "--server-status", "NOT_REGISTERED")
    assert told["verdict"] == "allow"
    assert told["facts"]["reserve"]["trouble"] == "nobody was asked; taken as granted"
    assert desk.tell(WATER)["verdict"] == "unknown"
    assert desk.tell(WATER, "--offline")["screen"][0]["key"] == "ServerUnchecked"


def test_a_role_and_a_button(desk: Desk, shop: Path) -> None:
    ini = shop / "conf" / "ncash.ini.d" / "70-roles.ini"
    ini.write_text("[MarkedGoods]\naddWithoutScanMark = true\n"
                   "[Restrictions.MarkedGoods]\naddWithoutScanMarkRoles = 20\n", encoding="utf-8")  # fmt: skip
    junk = "no mark at all"
    assert desk.tell(junk, "--goods", MILK, "--role", "20")["dialog"]["buttons"] == ["cancel", "without_mark"]
    assert desk.tell(junk, "--goods", MILK, "--role", "10")["dialog"]["buttons"] == ["cancel"]
    told = desk.tell(junk, "--goods", MILK, "--role", "20", "--press", "without_mark")
    assert told["verdict"] == "allow"


def test_another_tills_open_receipt_counts(desk: Desk, till: DrivenTill, tmp_path: Path) -> None:
    till.send("scan", data=WATER)
    told = desk.tell(WATER, "--crpt", answer(tmp_path, WATER), "--cash", "2")
    assert (told["verdict"], told["decision"]["checks"][-1]["check"]) == ("deny", "uniqueness")


def test_what_happened_last_is_told_from_the_journal(desk: Desk, till: DrivenTill) -> None:
    till.send("scan", data=WATER)
    decision = till.send("scan", data=SOLD)["decision"]
    told = desk.tell("--last")
    assert told["decision"] == decision
    assert (told["recorded"]["seq"], told["today"]["verdict"]) == (2, "deny")
    code, text = desk.say("--journal", "1")
    assert code == 0
    assert text.startswith("allow: line 1, ")
    assert "today, with " in text
    assert text.endswith(": the same\n")


def test_a_switch_since_then_is_seen(desk: Desk, shop: Path, till: DrivenTill) -> None:
    till.send("scan", data=SOLD)
    ini = shop / "conf" / "ncash.ini.d" / "70-later.ini"
    ini.write_text("[MarkedGoods]\nignoreCrptStatusSold = allow\n", encoding="utf-8")
    code, text = desk.say("--last")
    assert code == 1
    assert text.splitlines()[-1].endswith(": allow")


def test_nothing_is_written(desk: Desk, shop: Path, crpt: Emulator) -> None:
    outside = Outside(FrozenClock(), SeededRandom("once"), FencedHttp(*crpt.site_urls))
    with DrivenTill(shop / "conf", shop / "data", outside) as driven:
        driven.send("open")
        driven.send("scan", data=WATER)
        driven.send("cancel")
    before = {path: path.read_bytes() for path in sorted(shop.rglob("*")) if path.is_file()}
    desk.say(WATER, "--offline")
    desk.say("--last")
    after = {path: path.read_bytes() for path in sorted(shop.rglob("*")) if path.is_file()}
    assert {path: content for path, content in after.items() if not path.name.endswith(("-wal", "-shm"))} == before


@pytest.mark.parametrize(
    ("words", "error"),
    [([], "usage"), ([WATER, "--last"], "usage"), (["--last"], "journal"), (["--journal", "7"], "journal"),
     ([WATER, "--at", "noon"], "at"), ([WATER, "--crpt", "nowhere.json"], "crpt"),
     ([WATER, "--goods", "1"], "goods"), ([WATER, "--press", "ok"], "button")],
)  # fmt: skip
def test_what_cannot_be_explained_is_said(desk: Desk, words: list[str], error: str) -> None:
    assert desk.tell(*words)["error"]["code"] == error

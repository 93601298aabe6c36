"""`ncash replay`: last week under another setting, from the journal alone."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ncash.cli.main import run
from ncash.emulators.crpt import TOKEN, Emulator
from ncash.model.ports import Outside
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom, shop_folder

WATER = "010469999990001321dEmO-WaTeR001\x1d93aBcD"
SOLD = "0104670540176099215NN*cM\x1d93dGVz"
EXPIRED = "0104670540176099215Demo1\x1d93Kx/2"
Told = dict[str, Any]


@pytest.fixture
def crpt() -> Iterator[Emulator]:
    with Emulator() as emulator:
        emulator.script(SOLD, sold=True)
        emulator.script(EXPIRED, expireDate="2027-01-01T00:00:00.000Z")
        yield emulator


@pytest.fixture
def shop(tmp_path: Path, crpt: Emulator) -> Path:
    """Three decisions on 15 January, of two tills, and one on the 16th."""
    own = {"markVerifyCrptUrl": crpt.url, "xapikey": f"[-1:{TOKEN}]", "enableMarkVerifyCrpt": "true"}
    folder = tmp_path / "shop"
    shop_folder(folder, {"MarkedGoods": own})
    clock = FrozenClock("2027-01-15T12:00:00+03:00")
    for cash, codes in (("1", (WATER, SOLD)), ("2", (EXPIRED,))):
        outside = Outside(clock, SeededRandom(cash), FencedHttp(*crpt.site_urls))
        with DrivenTill(folder / "conf", folder / "data", outside, cash) as till:
            till.send("open")
            for code in codes:
                till.send("scan", data=code)
    clock.set(clock.now() + timedelta(days=1))
    outside = Outside(clock, SeededRandom("next day"), FencedHttp(*crpt.site_urls))
    with DrivenTill(folder / "conf", folder / "data", outside) as till:
        till.send("cancel")
        till.send("open")
        till.send("scan", data=SOLD)
    return folder


class Desk:
    def __init__(self, shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.shop = shop
        self._capsys = capsys

    def say(self, *words: str, conf: Path | None = None) -> tuple[int, str]:
        folders = ["--conf", str(conf or self.shop / "conf"), "--data", str(self.shop / "data")]
        code = run(["replay", *words, *folders])
        told = self._capsys.readouterr()
        assert TOKEN not in told.out + told.err
        return code, told.out + told.err

    def tell(self, *words: str, conf: Path | None = None) -> Told:
        told: Told = json.loads(self.say(*words, "--json", conf=conf)[1])
        return told


@pytest.fixture
def desk(shop: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(shop, capsys)


def changed(told: Told) -> list[tuple[int, str, str]]:
    return [(one["seq"], one["before"], one["after"]) for one in told["changes"]]


def test_the_same_configuration_changes_nothing_and_asks_nobody(desk: Desk, crpt: Emulator) -> None:
    asked = len(crpt.checks())
    assert desk.say() == (0, "0 of 4 would have been refused\n")
    assert len(crpt.checks()) == asked


def test_a_switch_changes_just_the_lines_it_decides(desk: Desk) -> None:
    told = desk.tell("--set", "ignoreCrptStatusSold=allow")
    assert changed(told) == [(2, "deny", "allow"), (4, "deny", "allow")]
    assert told["summary"] == "2 of 4 would have been sold"
    (reason,) = told["reasons"]
    assert (reason["category"], reason["count"]) == ("Milk", 2)
    assert reason["reason"].startswith("ignoreCrptStatusSold = allow (90-support.ini:")
    code, text = desk.say("--set", "ignoreCrptStatusSold=allow")
    assert code == 1
    assert text.splitlines()[-1] == told["summary"]


def test_another_folder_is_another_configuration(desk: Desk, tmp_path: Path) -> None:
    stricter = tmp_path / "trial"
    shop_folder(stricter, {"MarkedGoods": {"enableMarkVerifyCrpt": "true", "xapikey": "[3:abcd]"}})
    told = desk.tell(conf=stricter / "conf")
    assert changed(told) == [(1, "allow", "deny"), (2, "deny", "deny"), (3, "deny", "deny"), (4, "deny", "deny")]
    assert {one["after_key"] for one in told["changes"]} == {"CrptTokenMissing"}
    assert told["summary"] == "1 of 4 would have been refused; 3 shown with another text"


def test_a_setting_of_one_category_leaves_the_others(desk: Desk) -> None:
    words = ("--set", "ignoreCrptStatusSold=ask", "--category")
    assert changed(desk.tell(*words, "Milk")) == [(2, "deny", "ask"), (4, "deny", "ask")]
    assert changed(desk.tell(*words, "Water")) == []


def test_days_and_several_settings(desk: Desk) -> None:
    words = ("--set", "ignoreCrptStatusSold=allow", "--set", "ignoreCrptStatusExpireDate=ask")
    assert changed(desk.tell(*words, "--until", "15.01.2027")) == [(2, "deny", "allow"), (3, "deny", "ask")]
    assert changed(desk.tell(*words, "--since", "2027-01-16")) == [(4, "deny", "allow")]
    assert desk.tell("--since", "2027-01-17")["decisions"] == 0


def test_a_text_that_grows_is_a_change(desk: Desk, crpt: Emulator, shop: Path) -> None:
    words = ("--set", "markVerifyCrptAskConfirmation=true")
    told = desk.tell(*words)
    assert changed(told) == [(2, "deny", "ask"), (3, "deny", "ask"), (4, "deny", "ask")]
    assert told["summary"] == "3 of 4 would have been asked about"


def test_a_fact_that_was_not_looked_at_is_unknown_and_not_guessed(desk: Desk) -> None:
    told = desk.tell("--set", "enableMarkVerifyLocal=true")
    assert (told["changed"], told["unknown"]) == (0, 4)
    assert {(gap["category"], gap["check"], gap["count"]) for gap in told["gaps"]} == {
        ("Milk", "whitelist", 3), ("Water", "whitelist", 1),
    }  # fmt: skip
    assert desk.say("--set", "enableMarkVerifyLocal=true")[0] == 1


def test_catalogs_and_articles_that_were_not_looked_at_are_unknown(desk: Desk) -> None:
    assert desk.tell("--set", "skipMarkVerifyCrptCatalogs=5")["gaps"] == [
        {"category": "Milk", "check": "crpt", "count": 3}, {"category": "Water", "check": "crpt", "count": 1},
    ]  # fmt: skip
    assert desk.tell("--set", "askForBarcodeFromCatalogs=5")["unknown"] == 4


def test_a_check_that_is_switched_off_needs_no_fact(desk: Desk) -> None:
    told = desk.tell("--set", "enableMarkVerifyCrpt=false")
    assert changed(told) == [(2, "deny", "allow"), (3, "deny", "allow"), (4, "deny", "allow")]


def test_another_mask_is_another_category(desk: Desk, shop: Path) -> None:
    ini = shop / "conf" / "ncash.ini.d" / "markedgoods.ini"
    ini.write_text(ini.read_text(encoding="utf-8").replace("[MarkedGoods.Water]", "[MarkedGoods.Cola]")
                   .replace("[MarkedGoods.Milk]", "[MarkedGoods.Kefir]\nignoreCrptStatusSold = allow"),
                   encoding="utf-8")  # fmt: skip
    assert changed(desk.tell()) == [(2, "deny", "allow"), (4, "deny", "allow")]


def test_nothing_is_written(desk: Desk, shop: Path) -> None:
    def content() -> dict[Path, bytes]:
        files = [path for path in sorted(shop.rglob("*")) if path.is_file() and path.suffix != ".sqlite-shm"]
        return {path: path.read_bytes() for path in files if not path.name.endswith(("-shm", "-wal"))}

    before = content()
    desk.say("--set", "ignoreCrptStatusSold=allow")
    assert content() == before


@pytest.mark.parametrize(
    ("words", "error"),
    [(["--set", "ignoreCrptStatusSold"], "set"), (["--set", "ignoreCrptStatusSold=perhaps"], "value"),
     (["--set", "ignoreCrptStatusSould=allow"], "key"), (["--category", "Milk"], "usage"),
     (["--since", "yesterday"], "since"), (["--set", "xapikey=[["], "value"),
     (["--until", "tomorrow"], "until")],
)  # fmt: skip
def test_what_cannot_be_replayed_is_said(desk: Desk, words: list[str], error: str) -> None:
    assert desk.tell(*words)["error"]["code"] == error

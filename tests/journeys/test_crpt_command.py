"""`ncash crpt`: how the checks fare, and an emergency declared while tills run."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ncash.cli.main import run
from ncash.emulators.crpt import TOKEN, Emulator
from ncash.model.ports import Outside
from ncash.system.switches import CRPT_EMERGENCY, path
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom, eventually, shop_folder

MARKS = [f"010467054017609921500{n:02}1\x1d93dGVz" for n in range(10, 20)]
PROOF = {"1262", "1263", "1264", "1265"}


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(sites=2) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path, emulator: Emulator) -> Path:
    own = {"enableMarkVerifyCrpt": "true", "markVerifyCrptUrl": emulator.url, "xapikey": f"[-1:{TOKEN}]",
           "foiv": "030", "documentDate": "21.11.2023", "documentNumber": "1944", "allowNotMatchingBarcodes": "true",
           "allowUnmarked": "true"}  # fmt: skip
    return shop_folder(tmp_path / "shop", {"MarkedGoods": own})


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def till(folder: Path, emulator: Emulator, clock: FrozenClock) -> Iterator[DrivenTill]:
    outside = Outside(clock, SeededRandom(), FencedHttp(*emulator.site_urls))
    with DrivenTill(folder / "conf", folder / "data", outside) as running:
        running.send("open")
        yield running


def sold(till: DrivenTill, mark: str) -> dict[str, Any]:
    """Scan; the position it became."""
    answer = till.send("scan", data=mark)
    assert answer["decision"]["verdict"] == "allow", answer
    position: dict[str, Any] = answer["receipt"]["positions"][-1]
    return position


def keys(till: DrivenTill) -> list[str]:
    return [notice["key"] for notice in till.send("state")["notices"]]


def command(folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = run(["crpt", *words, "--conf", str(folder / "conf"), "--data", str(folder / "data")])
    captured = capsys.readouterr()
    return code, captured.out + captured.err


def test_the_status_asks_now_and_shows_no_token(
    folder: Path, emulator: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = command(folder, capsys, "status", "--json")
    shown = json.loads(said)
    assert (code, shown["attention"], shown["service"]) == (0, [], "crpt")
    assert sorted(site["url"] for site in shown["sites"]) == sorted(emulator.site_urls)
    assert shown["tokens"] == [{"token": "****0001", "depts": ["-1"], "valid": True}]
    assert TOKEN not in said
    assert TOKEN not in command(folder, capsys, "status")[1]


def test_the_status_of_a_running_till_shows_what_it_keeps(
    folder: Path, till: DrivenTill, emulator: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    sold(till, MARKS[0])
    eventually((folder / "data" / "markedgoods" / "crpt_sites.json").exists)
    emulator.forget()
    code, said = command(folder, capsys, "status", "--kept", "--json")
    shown = json.loads(said)
    assert (code, len(shown["sites"]), shown["asked"]) == (0, 2, False)
    assert shown["next_list"] is not None
    assert emulator.journal == ()


def test_a_refused_token_needs_attention(folder: Path, emulator: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    emulator.tokens.clear()
    code, said = command(folder, capsys, "status")
    assert code == 1
    assert "no token of xapikey is accepted" in said


def test_a_shop_that_checks_nothing_is_told_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop_folder(tmp_path / "shop")
    code, said = command(tmp_path / "shop", capsys, "status")
    assert code == 1
    assert "nothing is checked" in said


def test_the_operator_declares_an_emergency_on_a_running_till_and_ends_it(
    folder: Path, till: DrivenTill, emulator: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    assert set(sold(till, MARKS[0])["tags"]) == PROOF
    assert command(folder, capsys, "emergency", "on", "--reason", "announced at 10:40")[0] == 0
    emulator.forget()
    assert sold(till, MARKS[1])["tags"] == {}
    assert emulator.checks() == ()
    (notice,) = [one for one in till.send("state")["notices"] if one["key"] == "CrptEmergencyByShop"]
    assert "announced at 10:40" in notice["text"]
    assert command(folder, capsys, "emergency", "off", "--reason", "over")[0] == 0
    assert set(sold(till, MARKS[2])["tags"]) == PROOF
    assert keys(till) == []


def test_chestny_znak_declares_an_emergency_and_ends_it(
    till: DrivenTill, emulator: Emulator, clock: FrozenClock
) -> None:
    assert set(sold(till, MARKS[0])["tags"]) == PROOF
    emulator.fault("status", 203)
    assert sold(till, MARKS[1])["tags"] == {}
    assert keys(till) == ["CrptEmergency"]
    assert "CrptEmergency" in [notice["key"] for notice in till.restart()["notices"]]
    emulator.heal()
    clock.move(120)
    eventually(lambda: not keys(till))
    assert set(sold(till, MARKS[2])["tags"]) == PROOF


def test_the_switch_keeps_its_story(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command(folder, capsys, "emergency", "on", "--reason", "one")
    command(folder, capsys, "emergency", "off", "--reason", "two")
    switch = json.loads(command(folder, capsys, "emergency", "--json")[1])
    assert (switch["on"], switch["reason"]) == (False, "two")
    assert [(one["on"], one["reason"]) for one in switch["story"]] == [(True, "one")]
    code, said = command(folder, capsys, "emergency")
    assert (code, "one" in said, "two" in said, "off" in said) == (0, True, True, True)


@pytest.mark.parametrize("reason", [(), ("--reason", "  ")])
def test_an_emergency_needs_a_reason(folder: Path, capsys: pytest.CaptureFixture[str], reason: tuple[str, ...]) -> None:
    code, said = command(folder, capsys, "emergency", "on", *reason)
    assert code == 2
    assert "with a reason" in said
    assert not path(folder / "data", CRPT_EMERGENCY).exists()


def test_a_switch_that_cannot_be_read_is_not_thrown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = path(folder / "data", CRPT_EMERGENCY)
    file.parent.mkdir()
    file.write_text("{")
    code, said = command(folder, capsys, "emergency", "on", "--reason", "x")
    assert (code, file.read_text()) == (2, "{")
    assert str(file) in said


def test_a_data_folder_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = command(tmp_path, capsys, "emergency")
    assert code == 2
    assert str(tmp_path / "data") in said

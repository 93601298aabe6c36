"""`ncash journal list` and `ncash explain --last-refused`: support finds the line that a call is about."""

import json
import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ncash.cli.main import run
from ncash.model.ports import Outside
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom, shop_folder

WATER, OTHER = "010469999990001321dEmO-WaTeR001\x1d93aBcD", "010469999990001321dEmO-WaTeR002\x1d93aBcD"
MILK, BREAD = "0104670540176099215Demo1\x1d93Kx/2", "4600000000015"
MORNING = "2027-01-15T09:00:00+03:00"


def opened(shop: Path, cash: str = "1", at: str = MORNING) -> DrivenTill:
    return DrivenTill(
        shop / "conf", shop / "data", Outside(FrozenClock(at), SeededRandom(cash + at), FencedHttp()), cash
    )


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop after two tills sold and refused; its journal has eight lines."""
    shop = tmp_path_factory.mktemp("journal") / "shop"
    shop_folder(shop)
    with opened(shop) as till:
        till.send("open", cashier="2")
        for scan in (WATER, MILK, WATER, BREAD):
            till.send("scan", data=scan)
        till.send("storno", position=3)
        till.send("close")
    with opened(shop, "2", "2027-01-16T09:00:00+03:00") as till:
        till.send("open")
        for scan in (MILK, OTHER, BREAD):
            till.send("scan", data=scan)
        till.send("close")
    return shop


@pytest.fixture
def shop(filled: Path, tmp_path: Path) -> Path:
    shutil.copytree(filled, tmp_path / "shop")
    return tmp_path / "shop"


class Desk:
    """Support at the folder of a shop."""

    def __init__(self, shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._folders = ["--conf", str(shop / "conf"), "--data", str(shop / "data")]
        self._capsys = capsys

    def say(self, command: str, *words: str) -> tuple[int, str]:
        code = run([*command.split(), *words, *self._folders])
        told = self._capsys.readouterr()
        return code, told.out + told.err

    def numbers(self, *words: str) -> list[int]:
        code, text = self.say("journal list", *words)
        assert code == 0
        return [int(line.split()[0]) for line in text.splitlines() if line[0].isdigit()]

    def page(self, *words: str) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.say("journal list", "--json", *words)[1])
        return told


@pytest.fixture
def desk(shop: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(shop, capsys)


@pytest.mark.parametrize(
    ("filters", "lines"),
    [
        ((), [8, 7, 6, 5, 4, 3, 2, 1]),
        (("--goods", "вода"), [7, 3, 1]),
        (("--goods", "0,5 ВОДА"), [7, 3, 1]),
        (("--goods", "4699999900013"), [7, 3, 1]),
        (("--goods", "04699999900013"), [7, 3, 1]),
        (("--goods", "5"), [7, 3, 1]),
        (("--goods", "вода без газа"), []),
        (("--mark", WATER), [3, 1]),
        (("--mark", "010469999990001321dEmO-WaTeR001<GS>93aBcD"), [3, 1]),
        (("--mark", "010469999990001321dEmO-WaTeR001"), [3, 1]),
        (("--mark", "dEmO-WaTeR"), [7, 3, 1]),
        (("--mark", "dEmO"), []),
        (("--verdict", "deny"), [6, 3]),
        (("--key", "alreadyregistered"), [6, 3]),
        (("--cash", "2"), [8, 7, 6]),
        (("--since", "2027-01-16"), [8, 7, 6]),
        (("--since", "16.01.2027"), [8, 7, 6]),
        (("--until", "2027-01-15"), [5, 4, 3, 2, 1]),
        (("--until", "2027-01-15T09:00:00"), []),
        (("--before", "4"), [3, 2, 1]),
        (("--goods", "вода", "--verdict", "deny", "--cash", "1", "--since", "2027-01-15"), [3]),
    ],
)  # fmt: skip
def test_only_lines_that_fit_every_filter_are_shown(desk: Desk, filters: tuple[str, ...], lines: list[int]) -> None:
    assert desk.numbers(*filters) == lines


def test_a_line_says_when_where_what_and_about_which_goods(desk: Desk) -> None:
    _, text = desk.say("journal list", "--verdict", "deny", "--goods", "вода")
    said = "AlreadyRegistered, Вода питьевая 0,5 л, 010469999990001321dEmO-WaTeR001"
    assert text == f"3  2027-01-15T09:00:00  till 1  deny  {said}\n"


def test_pages_follow_each_other_to_the_end(desk: Desk) -> None:
    pages, before = [], None
    while True:
        page = desk.page("--limit", "3", *(("--before", str(before)) if before else ()))
        pages.append([line["seq"] for line in page["lines"]])
        before = page["next"]
        if before is None:
            break
    assert pages == [[8, 7, 6], [5, 4, 3], [2, 1]]
    assert desk.say("journal list", "--limit", "8")[1].count("older lines") == 0
    assert desk.say("journal list", "--limit", "7")[1].endswith("older lines: the same command with --before 2\n")


def test_a_receipt_is_told_from_its_first_scan_to_its_last(desk: Desk) -> None:
    receipt = desk.page("--before", "2")["lines"][0]["uuid"]
    assert desk.numbers("--receipt", receipt) == [5, 4, 3, 2, 1]


def test_the_lines_are_those_of_the_export(desk: Desk) -> None:
    exported = [json.loads(line) for line in desk.say("journal export")[1].splitlines()][:-1]
    for line in exported:
        del line["hash"]
    assert desk.page()["lines"] == exported[::-1]


def test_an_export_is_readable_and_verifies(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    assert desk.say("journal export", "--out", str(path)) == (0, "")
    text = path.read_text("utf-8")
    assert "Вода питьевая 0,5 л" in text
    assert not re.search(r"\\u04", text)
    assert desk.say("journal verify", "--against", str(path))[0] == 0


def test_what_was_refused_last_is_explained_after_a_loaf_of_bread(desk: Desk) -> None:
    code, text = desk.say("explain", "--last-refused")
    assert (code, text.split(",")[0]) == (1, "deny: line 6")
    assert "the cashier reads (error, AlreadyRegistered)" in text or "next step, AlreadyRegistered" in text
    assert desk.say("explain", "--last")[1].startswith("allow: line 8")
    assert desk.say("explain", "--last-refused", "--cash", "1")[1].startswith("deny: line 3,")


@pytest.mark.parametrize(
    ("command", "words", "said"),
    [
        ("journal list", ("--since", "yesterday"), "--since 'yesterday' is no date"),
        ("journal list", ("--until", "morning"), "--until 'morning' is no date"),
        ("journal list", ("--limit", "0"), "--limit 0"),
        ("explain", ("--last", "--last-refused"), "one code, --last, --last-refused or --journal N is wanted"),
        ("explain", ("--last-refused", "--cash", "7"), "nothing was refused yet"),
        ("explain", ("--journal", "700"), "the journal has no line 700"),
    ],
)
def test_a_mistake_is_named_with_what_to_do(desk: Desk, command: str, words: tuple[str, ...], said: str) -> None:
    code, text = desk.say(command, *words)
    assert code == 2
    assert said in text
    assert text.count("\n") == 2


def test_nothing_that_fits_is_no_mistake(desk: Desk) -> None:
    assert desk.say("journal list", "--goods", "икра") == (0, "no line fits\n")
    assert desk.page("--goods", "икра") == {"ok": True, "lines": [], "next": None}


def test_lines_of_a_running_till_are_seen_and_a_terminal_is_left_alone(shop: Path, desk: Desk) -> None:
    with opened(shop, "3", "2027-01-17T09:00:00+03:00") as till:
        till.send("open")
        till.send("scan", data="0104699999900\x1b[2J0132199")
        till.send("scan", data=BREAD)
        text = desk.say("journal list", "--cash", "3")[1]
        till.send("cancel")
    assert "Хлеб дарницкий" in text
    assert "\x1b" not in text


def test_an_old_line_is_found_behind_a_thousand_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop_folder(tmp_path / "shop")
    clock = FrozenClock(MORNING)
    with DrivenTill(
        tmp_path / "shop/conf", tmp_path / "shop/data", Outside(clock, SeededRandom("m"), FencedHttp())
    ) as till:
        till.send("open")
        till.send("scan", data=WATER)
        lines = [{"time": (clock.now() + timedelta(seconds=n)).isoformat(), "kind": "verdict", "verdict": "allow",
                  "goods": {"code": "1", "name": f"Хлеб {n}"}} for n in range(1000)]  # fmt: skip
        till.shop.documents.journal(lines)
        till.send("cancel")
    desk = Desk(tmp_path / "shop", capsys)
    assert desk.numbers("--goods", "хлеб", "--limit", "2") == [1001, 1000]
    assert desk.numbers("--goods", "вода") == [1]


@pytest.mark.parametrize("day", ["31.12.9999", "9999-12-31", "9999-12-31T23:59"])
def test_the_last_day_there_is_has_an_evening(shop: Path, capsys: pytest.CaptureFixture[str], day: str) -> None:
    folders = ["--conf", str(shop / "conf"), "--data", str(shop / "data"), "--json"]
    assert run(["journal", "list", "--until", day, *folders]) == 0
    assert json.loads(capsys.readouterr().out)["lines"]

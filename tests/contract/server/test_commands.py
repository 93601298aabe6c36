"""The operator's commands: accounts, the white list, conflicts, histories."""

import getpass
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ncash.cli.main import run
from ncash.cli.server_desk import ServerDesk
from ncash.errors import UserError
from ncash.system.clock import SystemClock, SystemRandom

from .town import Caller, mark, operation, running


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Any:
    """Runs `ncash server …` with --json; exit code and what it said."""

    def ran(*words: str) -> tuple[int, Any]:
        code = run(["server", *words, "--json", "--data", str(tmp_path), "--conf", str(tmp_path / "none")])
        return code, json.loads(capsys.readouterr().out)

    return ran


def test_accounts_are_made_shown_and_taken_away(said: Any, tmp_path: Path) -> None:
    code, made = said("user", "add", "till-7", "--role", "till", "--key")
    assert code == 0
    with running("CashServer.sqlite", tmp_path) as town, Caller(town.port, made["key"]) as till:
        assert till.status(mark("one")) == "NOT_REGISTERED"
    _, boss = said("user", "add", "boss", "--role", "admin")
    assert len(boss["password"]) == 43
    code, listed = said("user", "list")
    assert [(one["name"], one["role"], one["kind"]) for one in listed["users"]] == [
        ("boss", "admin", "password"), ("till-7", "till", "key"),
    ]  # fmt: skip
    assert made["key"].partition(".")[2] not in str(listed)
    assert said("user", "add", "boss", "--role", "till")[0] == 2
    assert said("user", "remove", "till-7") == (0, {"removed": "till-7"})
    assert said("user", "remove", "till-7")[0] == 2
    assert said("user", "add", "no name")[0] == 2


def test_a_password_may_come_from_a_file(said: Any, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("correct horse battery\n", encoding="utf-8")
    assert said("user", "add", "t", "--password-file", str(file)) == (0, {"user": "t", "role": "till"})
    with running("CashServer.sqlite", tmp_path) as town, Caller(town.port, None) as till:
        till.headers["Authorization"] = "Basic dDpjb3JyZWN0IGhvcnNlIGJhdHRlcnk="
        assert till.status(mark("one")) == "NOT_REGISTERED"
    file.write_text("short\n", encoding="utf-8")
    assert said("user", "add", "u", "--password-file", str(file))[0] == 2
    assert said("user", "add", "u", "--password-file", str(tmp_path / "none"))[0] == 2


def test_conflicts_and_histories_are_told(said: Any, tmp_path: Path) -> None:
    _, made = said("user", "add", "t", "--key")
    with running("CashServer.sqlite", tmp_path) as town, Caller(town.port, made["key"]) as till:
        till.operate(operation("1", "sold", mark("one")), operation("2", "sold", mark("one"), "d2"))
    code, told = said("conflicts")
    assert code == 1
    assert [(one["found"]["documentid"], one["came"]["documentid"]) for one in told["conflicts"]] == [("d1", "d2")]
    code, story = said("history", mark("one"))
    assert (code, story["status"], len(story["history"]), len(story["conflicts"])) == (0, "SOLD", 2, 1)
    assert said("history", mark("two"))[1]["status"] == "NOT_REGISTERED"


@pytest.fixture
def disputed(database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs `ncash server …` on the database of a town in which two marks were sold twice."""
    with running(database, tmp_path) as town, town.caller() as till:
        for serial in ("one", "two"):
            till.operate(
                operation(f"{serial}1", "sold", mark(serial)), operation(f"{serial}2", "sold", mark(serial), "d2")
            )

    def ran(*words: str) -> tuple[int, Any]:
        code = run(["server", *words, "--json", "--database", database, "--data", str(tmp_path)])
        return code, json.loads(capsys.readouterr().out)

    return ran


def test_a_conflict_is_settled_once_and_stays_with_both_receipts(disputed: Any) -> None:
    code, told = disputed("conflicts")
    first, second = told["conflicts"]
    assert code == 1
    code, settled = disputed("conflicts", "settle", str(first["number"]), "--reason", "  вернули в магазине 2 ")
    assert (code, settled["number"], settled["cis"]) == (0, first["number"], first["cis"])
    assert (settled["settled"]["who"], settled["settled"]["reason"]) == (getpass.getuser(), "вернули в магазине 2")
    assert disputed("conflicts") == (1, {"conflicts": [second]})
    assert disputed("conflicts", "--all") == (1, {"conflicts": [settled, second], "open": 1})
    again = disputed("conflicts", "settle", str(first["number"]), "--reason", "once more")
    assert (again[0], again[1]["error"]["code"]) == (2, "settled")
    assert "вернули в магазине 2" in again[1]["error"]["text"]
    assert disputed("conflicts", "settle", str(second["number"]), "--reason", "a mistake")[0] == 0
    assert disputed("conflicts") == (0, {"conflicts": []})
    assert disputed("conflicts", "--all")[0] == 0
    assert disputed("history", mark("one"))[1]["conflicts"] == [settled]


def test_a_new_conflict_of_a_settled_mark_is_open(database: str, disputed: Any, tmp_path: Path) -> None:
    for number in ("1", "2"):
        assert disputed("conflicts", "settle", number, "--reason", "seen")[0] == 0
    with running(database, tmp_path) as town, town.caller() as till, town.caller("admin") as admin:
        till.operate(operation("one3", "sold", mark("one"), "d3"))
        told = admin.call("GET", "conflicts").body["conflicts"]
    assert [one["number"] for one in told if "settled" not in one] == [3]
    assert [one["number"] for one in disputed("conflicts")[1]["conflicts"]] == [3]


def test_two_who_settle_a_conflict_at_once_do_not_write_over_each_other(
    database: str, disputed: Any, tmp_path: Path
) -> None:
    def settle(who: str) -> str:
        with ServerDesk(tmp_path, database, SystemClock(), SystemRandom()) as desk:
            try:
                return str(desk.settle("1", who, "seen")["settled"]["who"])
            except UserError as error:
                return error.code

    people = [f"p{n}" for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(settle, people))
    [done] = [who for who in told if who in people]
    assert sorted({*told} - {done}) == ["settled"]
    [first, _] = disputed("conflicts", "--all")[1]["conflicts"]
    assert first["settled"]["who"] == done


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("settle", "1"), "usage"),
        (("settle", "1", "--reason", "  "), "usage"),
        (("settle", "1", "--reason", "two\nlines"), "usage"),
        (("settle", "1", "--reason", "x" * 1001), "usage"),
        (("settle", "first", "--reason", "seen"), "conflict"),
        (("settle", "7", "--reason", "seen"), "conflict"),
        (("settle", "9" * 20, "--reason", "seen"), "conflict"),
        (("settle",), "usage"),
        (("settle", "1", "2", "--reason", "seen"), "usage"),
    ],
)
def test_a_settlement_that_says_too_little_changes_nothing(words: tuple[str, ...], code: str, said: Any) -> None:
    exit_code, told = said("conflicts", *words)
    assert (exit_code, told["error"]["code"]) == (2, code)
    assert told["error"]["hint"]


def test_a_server_without_conflicts_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["server", "conflicts", "--data", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "conflicts: 0\n"


def test_a_white_list_is_imported(said: Any, tmp_path: Path) -> None:
    file = tmp_path / "marks.csv"
    one, two = mark("one"), mark("two")
    rows = f"excisemarkid,barcode\n{one},1\n{two}\n,\n{one},001\nне марка\n"
    file.write_text(rows, encoding="utf-8")
    code, told = said("whitelist", "import", str(file))
    assert (code, told["read"], told["added"], told["known"]) == (1, 5, 2, 1)
    assert told["faults"][0] == {"line": 4, "reason": "no mark"}
    assert "'не марка' is no mark: accepted is a whole mark or its CIS" in told["faults"][1]["reason"]
    file.write_bytes("марка".encode("cp1251"))
    assert said("whitelist", "import", str(file))[1]["error"]["code"] == "encoding"
    file.write_bytes(b"PK\x03\x04")
    assert said("whitelist", "import", str(file))[1]["error"]["code"] == "binary"
    assert said("whitelist", "import", str(tmp_path / "none.csv"))[1]["error"]["code"] == "file_missing"


@pytest.mark.parametrize("words", [("user",), ("user", "add"), ("user", "rename", "a"), ("run", "fast"), ("history",)])
def test_a_command_that_says_too_little_is_told_so(words: tuple[str, ...], said: Any) -> None:
    code, told = said(*words)
    assert (code, told["error"]["code"]) == (2, "usage")

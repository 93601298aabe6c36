"""The report of a shift, letter for letter: as JSON, on the screen of support, on the paper of the register."""

from pathlib import Path
from typing import Any

import pytest

from ncash.cli.main import run
from ncash.fiscal.emulator import EmulatedRegister
from ncash.testing import DrivenTill, FrozenClock
from ncash.till.fiscal.shift_slip import RULE, WIDTH, row, slip_lines

from .conftest import BREAD, MILK, Command, opened, sold

MILK2 = "01046705401760992150002\x1d93dGVz"
MORNING = """\
            X-ОТЧЁТ ПО СМЕНЕ
Смена 1                          Касса 1
Магазин                                1
Кассир                                 1
Открыта                 15.01.2027 12:00
----------------------------------------
Продажи, чеков                         2
  на сумму                        225.70
    картой                         35.80
    наличными                     189.90
Возвраты, чеков                        1
  на сумму                         89.90
    наличными                      89.90
Аннулировано чеков                     1
----------------------------------------
Маркированных позиций                  3
Продано без проверки                   0
Отказано в продаже                     2
  AlreadyRegistered                    2
Не отправлено сообщений                0
----------------------------------------
"""
REPORT: dict[str, Any] = {
    "shift": 12, "cashcode": "2", "shopcode": "7", "cashier": None, "opened": "2027-01-15T08:00:00+03:00",
    "closed": "2027-01-15T21:30:00+03:00", "sales": {"count": 0, "sum": "0.00"},
    "returns": {"count": 0, "sum": "0.00"}, "inventories": {"count": 2, "sum": "10.00"},
    "annulled": {"count": 0, "sum": "0.00"}, "payments": {}, "marked": 4,
    "unchecked": {"crpt: connection": 2, "crpt: http": 1, "crpt: external": 1, "other": 3}, "refused": {"": 1},
}  # fmt: skip


@pytest.fixture
def day(till: DrivenTill) -> DrivenTill:
    """Two sales, a return, two refusals, a receipt that was cancelled."""
    sold(till, BREAD, MILK, payments=[{"type": "cash", "amount": "100.00"}, {"type": "card", "amount": "35.80"}])
    sold(till, MILK2)
    till.send("open", kind="return_by_sale", sale="1")
    till.send("choose", positions=[2])
    till.send("scan", data=MILK)
    assert till.send("close")["ok"]
    till.send("open", cashier="1")
    till.send("scan", data=MILK2)
    till.send("scan", data=MILK2)
    till.send("cancel")
    return till


def test_support_reads_the_report_of_an_open_shift(
    day: DrivenTill, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["shift", "report", "--conf", str(folder / "conf"), "--data", str(folder / "data")]) == 0
    assert capsys.readouterr().out == MORNING


def test_the_same_as_json(day: DrivenTill, command: Command) -> None:
    code, answer = command("shift", "report")
    assert code == 0
    told = day.send("shift", do="x")["report"]
    assert told.pop("register")["sales"] == {"count": 2, "sum": 22570}
    assert answer["report"] == told
    assert answer["report"]["unsent"] == 0


def test_a_closed_shift_is_told_by_its_number(day: DrivenTill, folder: Path, command: Command) -> None:
    closed = day.send("shift", do="close")["report"]
    assert closed.pop("register")["returns"] == {"count": 1, "sum": 8990}
    sold(day, BREAD)
    assert command("shift", "report", "--shift", "1")[1]["report"] == closed
    assert command("shift", "report")[1]["report"]["shift"] == 2


@pytest.mark.parametrize("words", [["--shift", "9"], ["--cash", "5"]])
def test_a_shift_that_was_not_is_an_error(folder: Path, command: Command, words: list[str]) -> None:
    with opened(folder) as till:
        sold(till, BREAD)
    code, answer = command("shift", "report", *words)
    assert (code, answer["error"]["code"]) == (2, "shift")


def test_reasons_have_words_and_those_said_alike_are_counted_together() -> None:
    told = slip_lines(REPORT)
    assert told[0].strip() == "Z-ОТЧЁТ ПО СМЕНЕ"
    assert told[told.index(RULE) - 1] == row("Закрыта", "15.01.2027 21:30")
    assert told[-8:-1] == (
        row("Маркированных позиций", "4"),
        row("Продано без проверки", "7"),
        row("  нет связи", "2"),
        row("  ошибка сервера", "2"),
        row("  other", "3"),
        row("Отказано в продаже", "1"),
        row("  –", "1"),
    )
    assert row("Инвентаризаций", "2") in told


def test_no_line_is_wider_than_the_paper() -> None:
    long = {**REPORT, "refused": {"AVeryLongNameOfATextThatAPluginOfSomebodyElseMayShow": 123_456}}
    assert {len(line) <= WIDTH for line in slip_lines(long)} == {True}
    assert "  AVeryLongNameOfATextThatAPlugin… 123456" not in slip_lines(REPORT)
    assert any(line.endswith("… 123456") for line in slip_lines(long))


def paper(folder: Path) -> str:
    return (folder / "data" / "fiscal-emulator.txt").read_text("utf-8")


def test_the_register_prints_it_with_x_and_with_z(day: DrivenTill, folder: Path) -> None:
    day.send("shift", do="x")
    assert paper(folder).endswith(MORNING)
    day.send("shift", do="close")
    closed = MORNING.replace("X-ОТЧЁТ", "Z-ОТЧЁТ").replace(
        "15.01.2027 12:00\n", "15.01.2027 12:00\nЗакрыта                 15.01.2027 12:00\n"
    )
    assert paper(folder).endswith(closed)


def test_a_shift_is_closed_although_the_paper_ends(day: DrivenTill, folder: Path) -> None:
    EmulatedRegister(folder / "data", FrozenClock()).faults.add("paper_middle")
    answer = day.send("shift", do="close")
    assert answer["report"]["closed"]
    assert answer["exported"]
    assert [one["kind"] for one in answer["screen"]] == ["warning"]

"""Limits: what is too much for the till is a problem of check with its number, and everything below it works."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ncash.bundled.markedgoods.lint import problems, too_many
from ncash.bundled.markedgoods.masks.matching import Masks
from ncash.bundled.markedgoods.masks.proofs.proofs import findings
from ncash.bundled.markedgoods.plugin import Plugin
from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.cli.main import run
from ncash.hosting.hooks import fault_in
from ncash.hosting.judges.shapes import LONGEST
from ncash.plugin import LONGEST_BUDGET, MOST_CATEGORIES, Category, Started
from ncash.settings.config import Config
from ncash.settings.ini import MAX_LINE
from ncash.support.check.check import examine

MakeConf = Callable[..., Path]
LoadConf = Callable[..., Config]


def categories(count: int) -> str:
    lines = [f'[MarkedGoods.C{n}]\nmask = "01(?<barcode>[0-9]{{14}})21.{{6}}93{n:04d}"\n' for n in range(count)]
    return "".join(lines)


def test_as_many_categories_as_the_host_takes_are_no_problem_and_one_more_is_named_with_the_number(
    load_conf: LoadConf,
) -> None:
    many = load_conf(markedgoods=categories(MOST_CATEGORIES + 1))
    few = many.replaced(load_conf(markedgoods=categories(MOST_CATEGORIES)).files[0])
    assert next(iter(problems(many))).code == "MG057"
    (first,) = too_many(many.categories(MarkedGoods))
    assert (first.code, first.line, first.blocks) == ("MG057", 2 * MOST_CATEGORIES + 1, True)
    assert f"at most {MOST_CATEGORIES}" in first.text
    assert not list(too_many(few.categories(MarkedGoods)))
    for count in (MOST_CATEGORIES, MOST_CATEGORIES + 1):
        told = Started(categories=tuple(Category(f"C{n}", "a.ini", n) for n in range(count)))
        assert bool(fault_in("on_start", told)) is (count > MOST_CATEGORIES)


def test_hundreds_of_categories_are_told_apart(load_conf: LoadConf) -> None:
    from ncash.model.scan import Scan

    masks = Masks(load_conf(markedgoods=categories(300)).categories(MarkedGoods))
    for number in (0, 64, 65, 299):
        mark = masks.read(Scan(f"010467054017609921Demo0193{number:04d}"))
        assert mark is not None
        assert mark.category == f"C{number}"


def test_proofs_stop_after_so_many_steps_and_say_so_on_every_machine_alike() -> None:
    masks = [(f"MarkedGoods.C{n}", f"01(?<barcode>[0-9]{{14}})21.{{13}}\\s*93.{{4}}{n:04d}") for n in range(400)]
    found = list(findings(masks))
    assert [finding.code for finding in found] == ["MG065"]
    assert list(findings(masks)) == found


def test_brackets_inside_brackets_are_a_finding_and_no_crash(load_conf: LoadConf) -> None:
    assert [finding.code for finding in findings([("MarkedGoods.Deep", "(" * 400 + "a" + ")" * 400)])] == ["MG065"]


@pytest.mark.parametrize(
    "line",
    [
        "documentNumber = " + "1" * (MAX_LINE - 20),
        "skipMarkVerifyCrptCatalogs = " + ",".join(["77"] * 2500),
        "askForBarcodeFromCatalogs = " + ",".join(["77"] * 2500),
        "markScanImage = " + "x" * 8000,
        "addWithoutScanMarkMarkingCode = " + "я" * 8000,
        "markVerifyTimeout = 999999999\nenableMarkVerify = true",
        ";" + "x" * 100_000,
        "# " + "x" * 100_000,
    ],
)
def test_what_a_line_can_hold_is_accepted(make_conf: MakeConf, line: str) -> None:
    found = examine(make_conf(markedgoods=f"[plugins]\nmarkedgoods = on\n[MarkedGoods]\n{line}\n"))
    assert found.errors == 0


def test_a_text_of_the_longest_line_is_sound_in_an_answer() -> None:
    assert LONGEST > 2 * MAX_LINE


def test_a_budget_is_never_longer_than_the_host_takes() -> None:
    from ncash.bundled.markedgoods.checks.case import Profile
    from ncash.bundled.markedgoods.plugin import _budget

    settings = MarkedGoods.defaults(enableMarkVerify=True, markVerifyTimeout=999_999_999)
    assert _budget((Profile(settings),)) == LONGEST_BUDGET
    assert not fault_in("on_start", Started(budget=LONGEST_BUDGET))
    assert fault_in("on_start", Started(budget=LONGEST_BUDGET + 1))
    assert Plugin is not None


def test_a_file_whose_name_is_no_utf_8_is_read_and_printed(
    make_conf: MakeConf, capsys: pytest.CaptureFixture[str]
) -> None:
    conf = make_conf()
    (conf / "ncash.ini.d" / os.fsdecode(b"\xea\xe0\xf1\xf1\xe0.ini")).write_text("[MarkedGoods]\nfoiv = 31\n")
    assert run(["check", "--conf", str(conf)]) == 1
    assert capsys.readouterr().out.startswith("\\xea\\xe0\\xf1\\xf1\\xe0.ini:2: error MG030")


def test_files_that_hold_settings_and_are_not_read_are_named(make_conf: MakeConf) -> None:
    conf = make_conf(ncash="")
    (conf / "bcode.ini").write_text("; rules\n[BCode]\n21??=BBXX\n")
    (conf / "utm.ini").write_text("[utm]\nport = 8082\n")
    (conf / "ncash.ini.d" / "MARKEDGOODS.INI").write_text("[MarkedGoods.Milk]\nmask = x\n")
    written, beside = examine(conf).problems
    assert (beside.code, beside.file, beside.line) == ("MG058", "./bcode.ini", 2)
    assert "put it into ncash.ini.d" in beside.text
    assert (written.code, written.file, written.line) == ("MG058", "ncash.ini.d/MARKEDGOODS.INI", 1)
    assert "let its name end in .ini" in written.text

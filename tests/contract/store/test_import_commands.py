"""`ncash dict import` and `ncash whitelist import` as a user runs them."""

import io
import json
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from ncash.cli.main import run
from ncash.store.dictionaries.dictionaries import open_dictionaries

GOOD = '{"command":"addInventItem","invent":{"inventcode":"5","barcode":"1","name":"Milk","price":"89.90"}}\n---\n'
MARK = "0104607042439209215MarkA"
BAD = GOOD + "{'command':1}\n---\n"


Done = subprocess.CompletedProcess[str]


def as_a_program(folder: Path, *arguments: str) -> Done:
    command = [sys.executable, "-m", "ncash.cli.main", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)


def ncash(folder: Path, *arguments: str) -> Done:
    """The command in this process, in that folder."""
    out, err = io.StringIO(), io.StringIO()
    with chdir(folder), redirect_stdout(out), redirect_stderr(err):
        code = run(list(arguments))
    return Done(arguments, code, out.getvalue(), err.getvalue())


def price(path: Path) -> int | None:
    dictionaries = open_dictionaries(path)
    goods = dictionaries.goods("1")
    dictionaries.close()
    return goods.price if goods else None


def test_a_good_file_is_loaded_and_counted(tmp_path: Path) -> None:
    (tmp_path / "pos.aif").write_text(GOOD, encoding="utf-8")
    done = as_a_program(tmp_path, "dict", "import", "pos.aif", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    report: dict[str, Any] = json.loads(done.stdout)
    assert (report["written"], report["loaded"], report["faults"]) == (True, {"addInventItem": 1}, [])
    assert price(tmp_path / "data" / "Dictionaries.sqlite") == 8990
    assert (tmp_path / "pos.aif").exists()


def test_a_malformed_command_is_exit_1_with_its_number(tmp_path: Path) -> None:
    (tmp_path / "pos.aif").write_text(BAD, encoding="utf-8")
    done = ncash(tmp_path, "dict", "import", "pos.aif", "--data", "shop")
    assert done.returncode == 1
    assert "pos.aif:3: number 2:" in done.stdout
    assert price(tmp_path / "shop" / "Dictionaries.sqlite") == 8990


def test_strict_loads_nothing_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "pos.aif").write_text(BAD, encoding="utf-8")
    done = ncash(tmp_path, "dict", "import", "pos.aif", "--strict")
    assert done.returncode == 1
    assert "nothing, because of --strict" in done.stdout
    assert price(tmp_path / "data" / "Dictionaries.sqlite") is None


@pytest.mark.parametrize("command", ["dict", "whitelist"])
def test_a_missing_file_is_exit_2_with_a_way_out(tmp_path: Path, command: str) -> None:
    done = as_a_program(tmp_path, command, "import", "no-such-file")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no-such-file cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_database_that_the_configuration_names_is_filled(tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "ncash.ini").write_text("[Databases]\ndictionaries = goods.sqlite\n", encoding="utf-8")
    (tmp_path / "marks.csv").write_text(f"{MARK};1\n", encoding="utf-8")
    done = ncash(tmp_path, "whitelist", "import", "marks.csv")
    assert (done.returncode, done.stdout) == (0, "read 1, faulty 0; loaded: marks 1\n")
    dictionaries = open_dictionaries(tmp_path / "data" / "goods.sqlite")
    assert dictionaries.whitelisted(MARK)
    dictionaries.close()


def test_the_white_list_is_looked_at_replaced_and_emptied(tmp_path: Path) -> None:
    (tmp_path / "marks.csv").write_text(f"excisemarkid\n{MARK}\x1d93dGVz\nне марка\n", encoding="utf-8")
    done = ncash(tmp_path, "whitelist", "import", "marks.csv")
    assert done.returncode == 1
    assert "marks.csv:3: number 2: 'не марка' is no mark: accepted is " in done.stdout
    assert "; next: correct the row and import the file again" in done.stdout
    assert ncash(tmp_path, "whitelist", "list").stdout.splitlines()[1:] == [f"{MARK}<GS>93dGVz,,,"]
    (tmp_path / "new.csv").write_text(f"{MARK[:-1]}z,4607042439209\n", encoding="utf-8")
    assert ncash(tmp_path, "whitelist", "replace", "new.csv").returncode == 0
    told = json.loads(ncash(tmp_path, "whitelist", "list", "--json").stdout)
    assert [(row["excisemarkid"], row["barcode"]) for row in told["marks"]] == [(f"{MARK[:-1]}z", "4607042439209")]
    done = ncash(tmp_path, "whitelist", "remove", MARK)
    assert (done.returncode, done.stdout) == (1, f"'{MARK}' is not on the list\nremoved: rows 0\n")
    assert ncash(tmp_path, "whitelist", "remove", "--all").stdout == "removed: rows 1\n"
    (tmp_path / "marks.xlsx").write_bytes(b"PK\x03\x04\x14\x00")
    done = ncash(tmp_path, "whitelist", "import", "marks.xlsx")
    assert (done.returncode, "is no text file" in done.stderr) == (2, True)


def test_the_masks_of_the_shop_read_what_a_scanner_left_in_a_list(tmp_path: Path) -> None:
    ncash(tmp_path, "init", "shop")
    folders = ("--conf", "shop/conf", "--data", "shop/data")
    mask = '[MarkedGoods.Fur]\nmask = "FUR(?<barcode>[0-9]{14})[0-9]{4}"\n'
    (tmp_path / "shop" / "conf" / "ncash.ini.d" / "70-fur.ini").write_text(mask, encoding="utf-8")
    told = f"]d2{MARK}\x1d93dGVz", "(01)04607042439209(21)5MarkB\x1d93dGVz", "FUR046070424392090001", "FUR1"
    (tmp_path / "marks.csv").write_text("\n".join(told), encoding="utf-8")
    done = ncash(tmp_path, "whitelist", "import", "marks.csv", *folders)
    assert (done.returncode, done.stdout.splitlines()[1:]) == (1, ["read 4, faulty 1; loaded: marks 3"])
    assert done.stdout.startswith("marks.csv:4: number 4: 'FUR1' is no mark")
    dictionaries = open_dictionaries(tmp_path / "shop" / "data" / "Dictionaries.sqlite")
    found = [dictionaries.whitelisted(cis) for cis in (MARK, f"{MARK[:-1]}B", "FUR046070424392090001")]
    dictionaries.close()
    assert found == [True] * 3
    assert ncash(tmp_path, "whitelist", "remove", MARK, told[1], told[2], *folders).stdout == "removed: rows 3\n"


@pytest.mark.parametrize(
    "words", [("import",), ("replace", "a", "b"), ("list", "a"), ("remove",), ("remove", "a", "--all")]
)
def test_an_action_that_lacks_something_says_what(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = ncash(tmp_path, "whitelist", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{words[0]} needs " in done.stderr


@pytest.mark.parametrize("written", ["\x1d", "<GS>", "\\u001d", "\\x1D", "{FNC1}", "&#x1D;"])
def test_a_separator_is_listed_in_one_way_however_it_was_loaded(tmp_path: Path, written: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "marks.csv").write_text(f"excisemarkid\n{MARK}{written}93dGVz\n", encoding="utf-8")
    assert ncash(tmp_path, "whitelist", "import", "marks.csv").returncode == 0
    assert ncash(tmp_path, "whitelist", "list").stdout.splitlines()[1:] == [f"{MARK}<GS>93dGVz,,,"]

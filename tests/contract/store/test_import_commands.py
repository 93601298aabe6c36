"""`ncash dict import` and `ncash whitelist import` as a user runs them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ncash.store.dictionaries import open_dictionaries

GOOD = '{"command":"addInventItem","invent":{"inventcode":"5","barcode":"1","name":"Milk","price":"89.90"}}\n---\n'
BAD = GOOD + "{'command':1}\n---\n"


def ncash(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "ncash.cli.main", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)


def price(path: Path) -> int | None:
    dictionaries = open_dictionaries(path)
    goods = dictionaries.goods("1")
    dictionaries.close()
    return goods.price if goods else None


def test_a_good_file_is_loaded_and_counted(tmp_path: Path) -> None:
    (tmp_path / "pos.aif").write_text(GOOD, encoding="utf-8")
    done = ncash(tmp_path, "dict", "import", "pos.aif", "--json")
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
    done = ncash(tmp_path, command, "import", "no-such-file")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no-such-file cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_database_that_the_configuration_names_is_filled(tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "ncash.ini").write_text("[Databases]\ndictionaries = goods.sqlite\n", encoding="utf-8")
    (tmp_path / "marks.csv").write_text("A;1\n", encoding="utf-8")
    done = ncash(tmp_path, "whitelist", "import", "marks.csv")
    assert (done.returncode, done.stdout) == (0, "read 1, faulty 0; loaded: marks 1\n")
    dictionaries = open_dictionaries(tmp_path / "data" / "goods.sqlite")
    assert dictionaries.whitelisted("A")
    dictionaries.close()

"""Folders and databases that are not as they should be: a clear text, and the till lives where it can."""

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ncash.testing import ShopDatabase

from .conftest import BREAD, WATER, Till, names


def refused(shop: Path, *options: str) -> str:
    """What `ncash till` says instead of a greeting; it ends with 2 and no traceback."""
    command = [sys.executable, "-m", "ncash.cli.main", "till", "--conf", str(shop / "conf")]
    done = subprocess.run(
        [*command, "--data", str(shop / "data"), *options], input="", capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout, "Traceback" in done.stderr) == (2, "", False)
    return done.stderr


def test_without_a_conf_folder_the_till_says_what_to_do(shop: Path) -> None:
    shutil.rmtree(shop / "conf")
    told = refused(shop)
    assert str(shop / "conf") in told
    assert "ncash init" in told or "--conf" in told


def test_without_a_data_folder_the_till_says_what_to_do(shop: Path) -> None:
    shutil.rmtree(shop / "data")
    told = refused(shop)
    assert str(shop / "data") in told
    assert "--data" in told


@pytest.mark.parametrize("name", ["Documents.sqlite", "Dictionaries.sqlite"])
def test_a_database_of_a_newer_program_is_left_alone(shop: Path, name: str) -> None:
    ShopDatabase(shop / "data" / name).change("PRAGMA user_version = 9999")
    told = refused(shop)
    assert name in told
    assert "newer" in told


@pytest.mark.parametrize("name", ["Documents.sqlite", "Dictionaries.sqlite"])
def test_a_file_that_is_no_database_is_named_and_left_alone(shop: Path, name: str) -> None:
    for left in (shop / "data").glob(f"{name}*"):
        left.unlink()
    (shop / "data" / name).write_bytes(b"not a database, but somebody's only copy of something" * 100)
    before = (shop / "data" / name).read_bytes()
    assert name in refused(shop)
    assert (shop / "data" / name).read_bytes() == before


def test_an_ini_in_utf_16_stops_marked_goods_only(shop: Path) -> None:
    place = shop / "conf/ncash.ini.d/markedgoods.ini"
    place.write_bytes(place.read_text(encoding="utf-8").encode("utf-16"))
    with Till(shop) as till:
        assert "ConfigProblems" in [notice["key"] for notice in till.greeting["notices"]]
        till.send("open")
        sold = till.scan(BREAD)
        answer = till.scan(WATER)
        assert (names(sold), names(answer)) == (["Хлеб дарницкий"], ["Хлеб дарницкий"])
        told = "".join(text["text"] for text in [*answer["screen"], *answer["notices"]])
        assert "ncash check" in told
        assert till.send("close")["document"]["number"] == 1


def test_a_locked_database_is_said_and_the_sale_goes_on_afterwards(till: Till) -> None:
    till.send("open")
    before = till.scan(BREAD)
    other = sqlite3.connect(till.shop / "data/Documents.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    locked = till.scan(WATER)
    assert (locked["ok"], locked["error"]["code"], locked["receipt"]) == (False, "database_locked", before["receipt"])
    assert "Documents.sqlite is locked" in locked["error"]["text"]
    assert locked["screen"][0]["kind"] == "error"
    assert till.send("state")["ok"]
    other.execute("ROLLBACK")
    other.close()
    assert names(till.scan(WATER)) == ["Хлеб дарницкий", "Вода питьевая 0,5 л"]
    assert till.send("close")["document"]["number"] == 1


def test_a_short_lock_is_waited_for(till: Till) -> None:
    till.send("open")
    other = sqlite3.connect(till.shop / "data/Documents.sqlite", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.7, lambda: (other.execute("ROLLBACK"), other.close()))
    begun = time.monotonic()
    timer.start()
    assert names(till.scan(BREAD)) == ["Хлеб дарницкий"]
    assert time.monotonic() - begun > 0.5
    timer.join()


def test_a_lock_at_close_leaves_the_receipt_to_be_closed_once(till: Till) -> None:
    till.send("open")
    till.scan(BREAD)
    other = sqlite3.connect(till.shop / "data/Documents.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    failed = till.send("close")
    assert (failed["ok"], failed["document"], names(failed)) == (False, None, ["Хлеб дарницкий"])
    other.execute("ROLLBACK")
    other.close()
    closed = till.send("close")
    assert (closed["document"]["number"], closed["document"]["fiscal"]["number"]) == (1, 2)
    assert (till.shop / "data/fiscal-emulator.jsonl").read_bytes().count(b'"type": "receipt"') == 1


def test_two_programs_with_one_cash_number_are_refused_by_name(till: Till) -> None:
    assert "1" in refused(till.shop)
    with Till(till.shop, "--cash", "2") as other:
        assert other.greeting["event"] == "ready"


@pytest.mark.parametrize("number", ["../1", "1 2", "a/b", "1;2"])
def test_a_cash_number_that_is_none_is_refused(shop: Path, number: str) -> None:
    assert repr(number) in refused(shop, "--cash", number)


@pytest.mark.skipif(not Path("/proc/self/fdinfo").is_dir(), reason="this system has no such folder")
def test_a_folder_that_takes_no_files_is_said(shop: Path) -> None:
    command = [sys.executable, "-m", "ncash.cli.main", "till", "--conf", str(shop / "conf")]
    done = subprocess.run([*command, "--data", "/proc/self/fdinfo"], input="", capture_output=True, text=True)
    assert (done.returncode, done.stdout, "Traceback" in done.stderr) == (2, "", False)
    assert "/proc/self/fdinfo" in done.stderr


def can_write_anywhere() -> bool:
    """Whether rights on files do not hold for this user."""
    return os.geteuid() == 0


@pytest.mark.skipif(can_write_anywhere(), reason="rights on folders do not hold for this user")
def test_a_read_only_data_folder_is_said(shop: Path) -> None:
    data = shop / "data"
    for place in (*data.iterdir(), data):
        place.chmod(0o555 if place is data else 0o444)
    try:
        assert "read-only" in refused(shop)
    finally:
        for place in (data, *data.iterdir()):
            place.chmod(0o755)

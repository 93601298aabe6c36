"""A till that starts looks whether its books are sound, and after a crash marked goods wait for the answer."""

import json
import subprocess
import sys
import threading
from pathlib import Path

from ncash.shop.health import Health
from ncash.testing import DrivenTill, FrozenClock, ShopDatabase

from .conftest import BREAD, MILK, opened, sold
from .test_backup import spoil


def test_damage_is_found_and_written_into_the_journal(folder: Path, books: Path) -> None:
    with opened(folder) as till:
        sold(till, BREAD)
    spoil(books)
    with opened(folder) as till:
        assert till.shop.health.finish(30)
        assert till.shop.health.faults
    kind, line = ShopDatabase(books).row("SELECT kind, line FROM journal ORDER BY seq DESC LIMIT 1")
    assert (kind, bool(json.loads(line)["faults"])) == ("damaged", True)


def test_ordinary_goods_are_sold_and_marked_ones_are_not(folder: Path, books: Path) -> None:
    open_once(folder)
    spoil(books, "moneyitem")
    with opened(folder) as till:
        assert till.shop.health.finish(30)
        assert [one["key"] for one in till.send("state")["notices"]] == ["DatabaseDamaged"]
        till.send("open")
        assert [till.send("scan", data=one)["decision"]["verdict"] for one in (BREAD, MILK)] == ["allow", "deny"]


def open_once(folder: Path) -> None:
    with opened(folder) as till:
        assert till.shop.health.finish(30)
        assert till.shop.health.faults == ()
        assert till.shop.health.refusal() is None


CRASH = """
import json, os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.journeys.recovery.conftest import BREAD, opened, sold
till = opened(Path(sys.argv[1]))
sold(till, BREAD)
os._exit(9)
"""


def test_a_till_that_was_killed_is_known_by_the_next_one(folder: Path) -> None:
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", CRASH, str(folder), str(root)], check=False, cwd=root)
    assert done.returncode == 9
    with opened(folder, at="2027-01-15T13:00:00+03:00") as till:
        assert till.shop.health.unclean
        assert sold(till, MILK)["document"]["number"] == 2
    with opened(folder, at="2027-01-15T14:00:00+03:00") as till:
        assert not till.shop.health.unclean


def slow(unclean: bool) -> tuple[Health, threading.Event]:
    """A check that goes on until somebody lets it end."""
    go_on = threading.Event()
    health = Health(lambda: () if go_on.wait(60) else ("forgotten",), unclean, FrozenClock(), lambda lines: None)
    health.start()
    return health, go_on


def test_after_a_crash_marked_goods_wait_for_the_check() -> None:
    health, go_on = slow(unclean=True)
    refusal = health.refusal(patience=0.01)
    assert refusal is not None
    assert refusal.text == "База данных кассы проверяется после сбоя. Повторите через минуту"
    go_on.set()
    assert health.finish(30)
    assert health.refusal() is None


def test_after_an_end_in_order_nothing_waits() -> None:
    health, go_on = slow(unclean=False)
    assert health.refusal(patience=0.01) is None
    go_on.set()


def test_a_till_starts_while_another_one_sells(till: DrivenTill, folder: Path) -> None:
    sold(till, BREAD)
    with opened(folder, cash="2") as second:
        assert second.shop.health.refusal() is None
        assert not second.shop.health.unclean

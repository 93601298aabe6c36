"""A till killed at any point of a sale comes back with exactly the positions that were answered."""

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from .conftest import BREAD, WATER, WATER_CODE, Answer, Till, names

Command = tuple[str, dict[str, Any]]
DAY: tuple[Command, ...] = (
    ("open", {}),
    ("scan", {"data": BREAD}),
    ("scan", {"data": WATER}),
    ("scan", {"data": WATER_CODE}),
    ("scan", {"data": WATER.replace("R001", "R002")}),
    ("scan", {"data": "junk"}),
    ("quantity", {"position": 1, "value": "3"}),
    ("storno", {"position": 2}),
    ("scan", {"data": WATER}),
    ("scan", {"data": BREAD}),
    ("storno", {"position": 4}),
    ("scan", {"data": WATER}),
    ("close", {}),
)


def kept(answer: Answer) -> list[tuple[int, str, str]]:
    """What must come back of an open receipt."""
    receipt = answer["receipt"]
    if receipt is None or receipt["state"] != "open":
        return []
    return [(p["n"], p["bcode"], p["quantity"]) for p in receipt["positions"]]


def verdicts(position: dict[str, Any]) -> list[tuple[str, str]]:
    """What was decided about a position; how it came in is not asked again after a restart."""
    return [(one["check"], one["verdict"]) for one in position["checks"] if one["verdict"]]


def after(shop: Path, count: int) -> tuple[Till, Answer]:
    """A till that has done so many commands of the day, and its last answer."""
    till = Till(shop)
    answer = till.greeting
    for cmd, fields in DAY[:count]:
        answer = till.send(cmd, **fields)
        assert answer["ok"], (cmd, answer)
    return till, answer


@pytest.mark.parametrize("count", range(1, len(DAY) + 1))
def test_what_was_answered_comes_back_after_a_crash(shop: Path, count: int) -> None:
    till, answer = after(shop, count)
    till.kill()
    with Till(shop) as again:
        assert kept(again.greeting) == kept(answer)
        assert again.greeting["dialog"] is None
        open_before = answer["receipt"] is not None and answer["receipt"]["state"] == "open"
        assert (again.greeting["receipt"] is not None) == open_before
        if open_before:
            assert again.greeting["receipt"]["id"] == answer["receipt"]["id"]
            assert again.send("cancel")["document"]["doctype"] == 7
        assert again.send("open")["ok"]


@pytest.mark.parametrize("count", [1, 4, 12])
def test_what_was_asked_but_not_answered_is_done_whole_or_not_at_all(shop: Path, count: int) -> None:
    till, before = after(shop, count)
    cmd, fields = DAY[count]
    without, with_it = kept(before), [*kept(before), *([(1, BREAD, "1.000")] if count == 1 else [])]
    for pause in (0.0, 0.0005, 0.002, 0.005):
        till.write(
            f'{{"cmd":"{cmd}"{"".join(f", {k!r}: {v!r}" for k, v in fields.items())}}}'.replace("'", '"').encode()
        )
        time.sleep(pause)
        till.kill()
        till = Till(shop)
        back = till.greeting
        if cmd == "close" and back["receipt"] is None:
            assert till.send("open")["ok"]
            assert till.send("scan", data=WATER.replace("R001", "R002"))["screen"][0]["key"] == "AlreadyRegistered"
            break
        assert kept(back) in (without, with_it)
        if kept(back) != without:
            break
    till.kill()


def test_a_killed_close_is_one_document_and_one_fiscal_document(shop: Path) -> None:
    till, _ = after(shop, 2)
    for pause in (0.0, 0.001, 0.002, 0.003, 0.004, 0.006, 0.008):
        till.write(b'{"cmd":"close"}')
        time.sleep(pause)
        till.kill()
        till = Till(shop)
        if till.greeting["receipt"] is None:
            break
    else:
        assert till.send("close")["document"]["number"] == 1
    report = till.send("shift", do="x")["report"]
    assert report["sales"]["count"] == 1
    assert (shop / "data/fiscal-emulator.jsonl").read_bytes().count(b'"type": "receipt"') == 1
    till.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_till_that_is_told_to_go_leaves_its_receipt_open(shop: Path, number: signal.Signals) -> None:
    till, answer = after(shop, 3)
    os.kill(till.process.pid, number)
    till.process.wait(20)
    assert till.process.stderr is not None
    assert b"Traceback" not in till.process.stderr.read()
    till.kill()
    with Till(shop) as again:
        assert kept(again.greeting) == kept(answer)


def test_an_open_receipt_comes_back_after_the_end_of_input_and_sells_on(shop: Path) -> None:
    till, answer = after(shop, 3)
    assert till.end()[0] == 0
    with Till(shop) as again:
        assert (again.greeting["receipt"], again.greeting["screen"][0]["key"]) == (answer["receipt"], "ReceiptRestored")
        assert again.send("open")["error"]["code"] == "receipt_open"
        again.send("scan", data=BREAD)
        closed = again.send("close")
    assert (len(names(closed)), closed["document"]["number"]) == (3, 1)
    assert [verdicts(p) for p in closed["receipt"]["positions"][:2]] == [
        verdicts(p) for p in answer["receipt"]["positions"]
    ]


def test_a_till_whose_reader_went_away_ends_and_keeps_its_receipt(shop: Path) -> None:
    till, answer = after(shop, 3)
    assert till.process.stdout is not None
    till.process.stdout.close()
    till.write(b'{"cmd":"scan","data":"junk"}')
    assert till.process.wait(20) in (0, 2)
    till.kill()
    with Till(shop) as again:
        assert kept(again.greeting) == kept(answer)

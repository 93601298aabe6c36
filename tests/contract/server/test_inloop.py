"""A server that waits for its database in its loop: it answers others meanwhile, and fails as one with threads does."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import psycopg
import pytest
import uvloop
from sqlalchemy.util import await_only, greenlet_spawn
from sqlalchemy.util.concurrency import in_greenlet

from ncash.server.batching import EARLY_BATCH, LONGEST_WAIT, Batcher
from ncash.server.database.inloop import off_loop
from ncash.server.database.prepared import PreparedStatement
from ncash.server.service import LARGEST_LOOP_BATCH

from .town import asked, mark, running


def in_a_loop(work: Any, *given: Any) -> Any:
    """What it comes to in a loop of its own."""
    return uvloop.run(greenlet_spawn(work, *given))


def test_what_is_waited_for_comes_back_and_so_does_its_failure() -> None:
    async def late(number: int) -> int:
        await asyncio.sleep(0)
        if not number:
            raise ValueError(number)
        return number

    def work(*numbers: int) -> list[int]:
        found = []
        for number in numbers:
            try:
                found.append(await_only(late(number)))
            except ValueError:
                found.append(-1)
        return found

    assert in_a_loop(work, 3, 0, 5) == [3, -1, 5]
    with pytest.raises(ValueError, match="0"):
        in_a_loop(lambda: await_only(late(0)))


def test_what_holds_up_its_thread_is_done_in_another_one_only_in_the_loop() -> None:
    ours = threading.get_ident()
    assert (off_loop(threading.get_ident) == ours, in_greenlet()) == (True, False)
    assert in_a_loop(lambda: (off_loop(threading.get_ident) == ours, in_greenlet())) == (False, True)


def test_work_that_is_cancelled_while_it_waits_ends() -> None:
    ended = []

    def work() -> None:
        try:
            await_only(asyncio.sleep(600))
        finally:
            ended.append(True)

    async def cancelled() -> None:
        task = asyncio.create_task(greenlet_spawn(work))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    uvloop.run(cancelled())
    assert ended == [True]


def test_a_value_larger_than_the_line_takes_at_once_arrives(databases: Any) -> None:
    length = PreparedStatement(b"length", "SELECT length($1)", (True,))
    with psycopg.connect(databases.empty("postgresql"), autocommit=True) as connection:
        assert in_a_loop(length.execute, connection, ["x" * 20_000_000]) == [(20_000_000,)]
        assert length.execute(connection, ["yz"]) == [(2,)]


def test_a_connection_that_is_cut_while_it_is_waited_for_is_an_error(databases: Any) -> None:
    url = databases.empty("postgresql")
    slow = PreparedStatement(b"slow", "SELECT length(pg_sleep(600)::text || $1)", (True,))
    with psycopg.connect(url, autocommit=True) as connection, psycopg.connect(url, autocommit=True) as other:
        cut = "SELECT pg_terminate_backend(%s)"

        async def both() -> None:
            waiting = asyncio.create_task(greenlet_spawn(slow.execute, connection, ["x"]))
            while other.execute("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'").fetchone() is None:
                await asyncio.sleep(0.01)
            other.execute(cut, (connection.info.backend_pid,))
            await waiting

        with pytest.raises(psycopg.OperationalError):
            uvloop.run(both())


def test_others_are_answered_while_a_change_waits_for_its_row(databases: Any, tmp_path: Path) -> None:
    url = databases.ready("postgresql")
    with running(url, tmp_path) as town, town.caller() as till, town.caller() as other:
        assert till.reserve(mark("held")).status == 200
        with psycopg.connect(url) as holder:
            holder.execute("SELECT 1 FROM mark FOR UPDATE").fetchone()
            answers = []
            late = threading.Thread(target=lambda: answers.append(till.reserve(mark("held")).status))
            late.start()
            while holder.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone() is None:
                assert late.is_alive()
            assert other.call("GET", "/healthz").status == 200
            assert other.reserve(mark("free")).status == 200
            assert other.status(mark("held")) == "RESERVED_SALE"
            assert answers == []
            holder.commit()
            late.join()
        assert answers == [200]


def test_a_large_receipt_is_reserved_as_a_small_one(databases: Any, tmp_path: Path) -> None:
    with running(databases.ready("postgresql"), tmp_path) as town, town.caller() as till:
        for count in (LARGEST_LOOP_BATCH, LARGEST_LOOP_BATCH + 1):
            given = [{"mark": mark(f"{count}x{number}"), "barcode": "4607042439162"} for number in range(count)]
            receipt = {name: value for name, value in asked("").items() if name not in ("mark", "barcode")}
            results = till.post("reserve", {**receipt, "marks": given}).body["results"]
            assert [one["granted"] for one in results] == [True] * count


def test_few_items_wait_for_the_end_of_a_batch_and_many_begin_another() -> None:
    async def batches() -> list[int]:
        seen: list[int] = []
        go = asyncio.Event()

        def work(items: Any) -> Any:
            seen.append(len(items))
            await_only(go.wait())
            return items

        batcher: Batcher[int, int] = Batcher("test", [work] * 3, 100, light=lambda items: True)
        first = batcher.submit(0)
        await asyncio.sleep(0)
        many = [batcher.submit(number) for number in range(EARLY_BATCH)]
        await asyncio.sleep(0)
        few = batcher.submit(1)
        while len(seen) < 3:
            await asyncio.sleep(0.001)
        go.set()
        await asyncio.gather(first, few, *many)
        batcher.close()
        return seen

    assert uvloop.run(batches()) == [1, EARLY_BATCH, 1]


def test_an_item_that_waited_while_all_were_at_work_does_not_wait_anew() -> None:
    async def seconds() -> float:
        loop, gates = asyncio.get_running_loop(), [asyncio.Event(), asyncio.Event()]

        def work(items: Any) -> Any:
            await_only(gates[items[0]].wait())
            return items

        batcher: Batcher[int, int] = Batcher("test", [work] * 2, 1, light=lambda items: True)
        held = batcher.submit(0)
        await asyncio.sleep(2 * LONGEST_WAIT)
        second = batcher.submit(1)
        await asyncio.sleep(2 * LONGEST_WAIT)
        third = batcher.submit(1)
        await asyncio.sleep(2 * LONGEST_WAIT)
        begun = loop.time()
        gates[1].set()
        await asyncio.gather(second, third)
        took = loop.time() - begun
        gates[0].set()
        await held
        batcher.close()
        return took

    assert min(uvloop.run(seconds()) for _ in range(5)) < LONGEST_WAIT / 2


def test_nothing_is_begun_for_calls_that_were_given_up() -> None:
    async def begun() -> list[str]:
        seen: list[str] = []
        go = asyncio.Event()

        def work(items: Any) -> Any:
            seen.extend(items)
            await_only(go.wait())
            return items

        batcher: Batcher[str, str] = Batcher("test", [work], 10, light=lambda items: True)
        first = batcher.submit("first")
        await asyncio.sleep(0.01)
        batcher.submit("given up").cancel()
        last = batcher.submit("last")
        go.set()
        await asyncio.gather(first, last)
        batcher.close()
        return seen

    assert uvloop.run(begun()) == ["first", "last"]


def test_work_that_breaks_off_in_the_loop_fails_its_items_alone() -> None:
    def work(items: Any) -> Any:
        await_only(asyncio.sleep(0))
        if "bad" in items:
            raise SystemExit
        return items

    async def both() -> list[Any]:
        batcher: Batcher[str, str] = Batcher("test", [work], 10, light=lambda items: True)
        bad = await asyncio.gather(batcher.submit("bad"), return_exceptions=True)
        good = await batcher.submit("good")
        batcher.close()
        return [*map(str, bad), good]

    assert uvloop.run(both()) == ["SystemExit in a batch", "good"]

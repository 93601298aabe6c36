"""Batches of concurrent calls: one transaction serves many, in threads of its own or in the event loop."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Generic, TypeVar

from sqlalchemy.util import greenlet_spawn

EARLY_BATCH: Final = 8
"""Number of waiting items that start another batch beside a running one; fewer wait for its end, or LONGEST_WAIT."""
LONGEST_WAIT: Final = 0.02
"""Seconds that items wait for a running batch to end."""
Item = TypeVar("Item")
Reply = TypeVar("Reply")
Work = Callable[[Sequence[Item]], Sequence[Reply | Exception]]


def _never(items: Sequence[Any]) -> bool:
    return False


class Batcher(Generic[Item, Reply]):
    """Queue that collects items while its workers are busy, and gives all of them to the first free worker."""

    def __init__(
        self, name: str, works: Sequence[Work[Item, Reply]], most: int,
        light: Callable[[Sequence[Item]], bool] = _never,
    ) -> None:  # fmt: skip
        """Each of `works` returns an answer or an exception for each item of a batch of up to `most`.

        A batch that is `light` runs in the loop (`ncash.server.database.inloop`), any other in a thread of its worker.
        """
        self._works = works
        self._most = most
        self._light = light
        self._tasks: set[asyncio.Task[None]] = set()
        self._threads = [ThreadPoolExecutor(1, thread_name_prefix=name) for _ in works]
        self._free = list(range(len(works)))
        self._waiting: list[tuple[Item, asyncio.Future[Reply]]] = []
        self._planned = False
        self._timer: asyncio.TimerHandle | None = None
        self._overdue = False
        """Whether an item has waited for LONGEST_WAIT."""
        self.batches = 0
        self.items = 0

    @property
    def waiting(self) -> int:
        """Number of items that no batch holds yet."""
        return len(self._waiting)

    def submit(self, item: Item) -> "asyncio.Future[Reply]":
        """Queue an item and return the future of its answer; called in the loop's thread."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Reply] = loop.create_future()
        self._waiting.append((item, future))
        if not self._planned:
            self._planned = True
            loop.call_soon(self._start_batches, loop)
        return future

    async def run_in_thread(self, work: Callable[..., Any], *given: Any) -> Any:
        """Run other work in the first worker's thread, between two batches."""
        return await asyncio.get_running_loop().run_in_executor(self._threads[0], work, *given)

    def close(self) -> None:
        """End the threads after their running batches; the loop has ended, and its batches with it."""
        for thread in self._threads:
            thread.shutdown()

    def _start_batches(self, loop: asyncio.AbstractEventLoop) -> None:
        self._planned = False
        self._waiting = [one for one in self._waiting if not one[1].cancelled()]
        while self._waiting and self._free and (self._overdue or self._idle or len(self._waiting) >= EARLY_BATCH):
            self._overdue = False
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            self.batches += 1
            self.items += len(batch)
            worker = self._free.pop()
            items, futures = [item for item, _ in batch], [future for _, future in batch]
            if self._light(items):
                task = loop.create_task(self._run_in_loop(loop, worker, items, futures))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            else:
                self._threads[worker].submit(self._run_in_thread, loop, worker, items, futures)
        if self._waiting and self._timer is None:
            self._timer = loop.call_later(LONGEST_WAIT, self._wait_over, loop)

    def _wait_over(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        self._overdue = bool(self._waiting)
        self._start_batches(loop)

    @property
    def _idle(self) -> bool:
        """Whether no batch is running."""
        return len(self._free) == len(self._works)

    async def _run_in_loop(
        self, loop: asyncio.AbstractEventLoop, worker: int, items: Sequence[Item],
        futures: "Sequence[asyncio.Future[Reply]]",
    ) -> None:  # fmt: skip
        self._deliver(loop, worker, futures, await greenlet_spawn(self._run_worker, worker, items))

    def _run_in_thread(
        self, loop: asyncio.AbstractEventLoop, worker: int, items: Sequence[Item],
        futures: "Sequence[asyncio.Future[Reply]]",
    ) -> None:  # fmt: skip
        loop.call_soon_threadsafe(self._deliver, loop, worker, futures, self._run_worker(worker, items))

    def _run_worker(self, worker: int, items: Sequence[Item]) -> Sequence[Reply | Exception]:
        try:
            return self._works[worker](items)
        except BaseException as error:
            if isinstance(error, Exception) and not isinstance(error, StopIteration):
                return [error] * len(items)
            return [RuntimeError(f"{type(error).__name__} in a batch")] * len(items)

    def _deliver(
        self, loop: asyncio.AbstractEventLoop, worker: int, futures: "Sequence[asyncio.Future[Reply]]",
        answers: Sequence[Reply | Exception],
    ) -> None:  # fmt: skip
        self._free.append(worker)
        self._start_batches(loop)
        for future, answer in zip(futures, answers, strict=True):
            if future.cancelled():
                continue
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)

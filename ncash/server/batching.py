"""Calls that run at the same time are worked on together, in threads that do nothing else, or in the loop itself."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Generic, TypeVar

from ncash.server.database.inloop import done

WORTH: Final = 8
"""So many items are worth a further batch while another one is worked on; fewer wait a moment for its end."""
MOMENT: Final = 0.02
"""Seconds."""
Item = TypeVar("Item")
Answer = TypeVar("Answer")
Work = Callable[[Sequence[Item]], Sequence[Answer | Exception]]


def _never(items: Sequence[Any]) -> bool:
    return False


class Batcher(Generic[Item, Answer]):
    """Collects what comes while its workers are busy, and hands it over at once to the first that is free."""

    def __init__(
        self, name: str, works: Sequence[Work[Item, Answer]], most: int,
        light: Callable[[Sequence[Item]], bool] = _never,
    ) -> None:  # fmt: skip
        """Each of `works` answers items, or names exceptions in their place; `most` at once.

        It has a thread of its own, which gets what is not `light`: that is done in the loop (`inloop.done`).
        """
        self._works = works
        self._most = most
        self._light = light
        self._tasks: set[asyncio.Task[None]] = set()
        self._threads = [ThreadPoolExecutor(1, thread_name_prefix=name) for _ in works]
        self._free = list(range(len(works)))
        self._waiting: list[tuple[Item, asyncio.Future[Answer]]] = []
        self._planned = False
        self._timer: asyncio.TimerHandle | None = None
        self._overdue = False
        """Somebody has waited long enough for others to come."""
        self.batches = 0
        self.items = 0

    @property
    def waiting(self) -> int:
        """Items that are not worked on yet."""
        return len(self._waiting)

    def submit(self, item: Item) -> "asyncio.Future[Answer]":
        """The answer to come; called in the loop's thread."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((item, future))
        if not self._planned:
            self._planned = True
            loop.call_soon(self._next, loop)
        return future

    async def run(self, work: Callable[..., Any], *given: Any) -> Any:
        """Something else in the first of the threads, between two batches."""
        return await asyncio.get_running_loop().run_in_executor(self._threads[0], work, *given)

    def close(self) -> None:
        """Finish what the threads have begun and end them; the loop has ended, and with it what was begun in it."""
        for thread in self._threads:
            thread.shutdown()

    def _next(self, loop: asyncio.AbstractEventLoop) -> None:
        self._planned = False
        self._waiting = [one for one in self._waiting if not one[1].cancelled()]
        while self._waiting and self._free and (self._overdue or self._resting or len(self._waiting) >= WORTH):
            self._overdue = False
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            self.batches += 1
            self.items += len(batch)
            worker = self._free.pop()
            items, futures = [item for item, _ in batch], [future for _, future in batch]
            if self._light(items):
                task = loop.create_task(self._in_loop(loop, worker, items, futures))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            else:
                self._threads[worker].submit(self._in_thread, loop, worker, items, futures)
        if self._waiting and self._timer is None:
            self._timer = loop.call_later(MOMENT, self._late, loop)

    def _late(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        self._overdue = bool(self._waiting)
        self._next(loop)

    @property
    def _resting(self) -> bool:
        """Nobody is at work."""
        return len(self._free) == len(self._works)

    async def _in_loop(
        self, loop: asyncio.AbstractEventLoop, worker: int, items: Sequence[Item],
        futures: "Sequence[asyncio.Future[Answer]]",
    ) -> None:  # fmt: skip
        self._deliver(loop, worker, futures, await done(self._answers, worker, items))

    def _in_thread(
        self, loop: asyncio.AbstractEventLoop, worker: int, items: Sequence[Item],
        futures: "Sequence[asyncio.Future[Answer]]",
    ) -> None:  # fmt: skip
        loop.call_soon_threadsafe(self._deliver, loop, worker, futures, self._answers(worker, items))

    def _answers(self, worker: int, items: Sequence[Item]) -> Sequence[Answer | Exception]:
        try:
            return self._works[worker](items)
        except BaseException as error:
            if isinstance(error, Exception) and not isinstance(error, StopIteration):
                return [error] * len(items)
            return [RuntimeError(f"{type(error).__name__} in a batch")] * len(items)

    def _deliver(
        self, loop: asyncio.AbstractEventLoop, worker: int, futures: "Sequence[asyncio.Future[Answer]]",
        answers: Sequence[Answer | Exception],
    ) -> None:  # fmt: skip
        self._free.append(worker)
        self._next(loop)
        for future, answer in zip(futures, answers, strict=True):
            if future.cancelled():
                continue
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)

"""Calls that run at the same time are worked on together, in threads that do nothing else."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Work = Callable[[Sequence[Item]], Sequence[Answer | Exception]]


class Batcher(Generic[Item, Answer]):
    """Collects what comes while its threads are busy, and hands it over at once to the first that is free."""

    def __init__(self, name: str, works: Sequence[Work[Item, Answer]], most: int) -> None:
        """A thread for each of `works`, which answers items, or names exceptions in their place; `most` at once."""
        self._works = works
        self._most = most
        self._threads = [ThreadPoolExecutor(1, thread_name_prefix=name) for _ in works]
        self._free = list(range(len(works)))
        self._waiting: list[tuple[Item, asyncio.Future[Answer]]] = []
        self._planned = False
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
        if self._free and not self._planned:
            self._planned = True
            loop.call_soon(self._next, loop)
        return future

    async def run(self, work: Callable[..., Any], *given: Any) -> Any:
        """Something else in the first of the threads, between two batches."""
        return await asyncio.get_running_loop().run_in_executor(self._threads[0], work, *given)

    def close(self) -> None:
        """Finish what was begun and end the threads."""
        for thread in self._threads:
            thread.shutdown()

    def _next(self, loop: asyncio.AbstractEventLoop) -> None:
        self._planned = False
        while self._waiting and self._free:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            self.batches += 1
            self.items += len(batch)
            worker = self._free.pop()
            self._threads[worker].submit(self._answered, loop, worker, batch)

    def _answered(
        self, loop: asyncio.AbstractEventLoop, worker: int, batch: list[tuple[Item, "asyncio.Future[Answer]"]]
    ) -> None:
        answers: Sequence[Answer | Exception]
        try:
            answers = self._works[worker]([item for item, _ in batch])
        except BaseException as error:
            failed = RuntimeError(f"{type(error).__name__} in a batch")
            answers = [failed] * len(batch)
        loop.call_soon_threadsafe(self._deliver, loop, worker, [future for _, future in batch], answers)

    def _deliver(
        self, loop: asyncio.AbstractEventLoop, worker: int, futures: "list[asyncio.Future[Answer]]",
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

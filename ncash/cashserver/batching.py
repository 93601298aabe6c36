"""Calls that run at the same time are worked on together, in one thread that does nothing else."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Batcher(Generic[Item, Answer]):
    """Collects what comes while its thread is busy, and hands it over at once when the thread is free."""

    def __init__(self, name: str, work: Callable[[Sequence[Item]], Sequence[Answer | Exception]], most: int) -> None:
        """`work` answers each item, or names the exception that stands in its place; `most` items at once."""
        self._work = work
        self._most = most
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._waiting: list[tuple[Item, asyncio.Future[Answer]]] = []
        self._busy = False
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
        if not self._busy:
            self._busy = True
            loop.call_soon(self._next, loop)
        return future

    async def run(self, work: Callable[..., Any], *given: Any) -> Any:
        """Something else in the same thread, between two batches."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *given)

    def close(self) -> None:
        """Finish what was begun and end the thread."""
        self._thread.shutdown()

    def _next(self, loop: asyncio.AbstractEventLoop) -> None:
        batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        self._busy = bool(batch)
        if batch:
            self.batches += 1
            self.items += len(batch)
            self._thread.submit(self._answered, loop, batch)

    def _answered(self, loop: asyncio.AbstractEventLoop, batch: list[tuple[Item, "asyncio.Future[Answer]"]]) -> None:
        try:
            answers = self._work([item for item, _ in batch])
        except BaseException as error:
            failed = RuntimeError(f"{type(error).__name__} in a batch")
            answers = [failed] * len(batch)
        loop.call_soon_threadsafe(self._deliver, loop, [future for _, future in batch], answers)

    def _deliver(
        self, loop: asyncio.AbstractEventLoop, futures: "list[asyncio.Future[Answer]]",
        answers: Sequence[Answer | Exception],
    ) -> None:  # fmt: skip
        self._next(loop)
        for future, answer in zip(futures, answers, strict=True):
            if future.cancelled():
                continue
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)

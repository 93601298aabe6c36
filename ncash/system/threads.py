"""Daemon threads for work that may have to be abandoned: the process ends without waiting for them."""

import os
import threading
from collections.abc import Callable
from contextvars import Context
from queue import SimpleQueue
from typing import Any, Final

from ncash.language import recorded

Job = Callable[[], None]

MOST: Final = 128
"""Threads of one crew; past it everything that came before is hanging, and more would hang too."""


class WorkersBusy(Exception):
    """Every thread of the crew still hangs in earlier work."""


class Workers:
    """A crew of threads that wait for the next job instead of being started anew: a hand-over costs microseconds.

    A job must not raise; one that does ends its thread through `threading.excepthook`, loudly.
    """

    def __init__(self, name: str, most: int = MOST) -> None:
        self._name = name
        self._most = most
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._idle = 0
        self._alive = 0

    def run(self, job: Job) -> None:
        """Begin the job on an idle thread, or on a new one. Raises WorkersBusy."""
        with self._lock:
            if self._idle:
                self._idle -= 1
                self._jobs.put(job)
                return
            if self._alive >= self._most:
                raise WorkersBusy(
                    recorded(
                        "all {most} threads of {name} still wait for earlier calls", most=self._most, name=self._name
                    )
                )
            self._alive += 1
        try:
            threading.Thread(target=self._work, args=(job,), name=self._name, daemon=True).start()
        except RuntimeError as error:
            with self._lock:
                self._alive -= 1
            raise WorkersBusy(recorded("the system gives {name} no more threads", name=self._name)) from error

    def dismiss(self) -> None:
        """End the idle threads; those at work end nothing and serve on."""
        with self._lock:
            idle, self._idle = self._idle, 0
        for _ in range(idle):
            self._jobs.put(None)

    def _work(self, job: Job | None) -> None:
        try:
            while job is not None:
                job()
                job = None  # what it holds ends with it, not with the next one
                with self._lock:
                    self._idle += 1
                job = self._jobs.get()
        finally:
            with self._lock:
                self._alive -= 1


_crew = Workers("bounded")


def fresh_crew() -> None:
    """Let the next bounded call begin with a thread of its own, and those after it share that one."""
    global _crew
    _crew = Workers("bounded")


# A forked child has none of its parent's threads, and a crew that counts on them would wait for ever.
os.register_at_fork(after_in_child=fresh_crew)


def bounded(function: Callable[[], Any], seconds: float) -> tuple[bool, Any]:
    """Run it in another thread, in a context of its own, and wait at most so long: done?, and what came of it or was
    raised."""
    outcome: list[Any] = []
    ended = threading.Lock()
    ended.acquire()

    def body() -> None:
        try:
            outcome.append(Context().run(function))
        except BaseException as error:
            outcome.append(error)
        ended.release()

    try:
        _crew.run(body)
    except WorkersBusy as error:
        return True, error
    ended.acquire(timeout=seconds)
    return (True, outcome[0]) if outcome else (False, None)

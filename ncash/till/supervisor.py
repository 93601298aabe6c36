"""The thread a till works in, and the watch over it: a plugin that hangs is left behind with its thread.

One hand-over a command. A command changes nothing before its last hook has answered, so after an abandoned plugin a new
thread takes the same turn up, and finds the plugin broken. A program that was not served itself, because the machine
slept or was overloaded, blames no plugin: only time in which the watch was awake counts.

A wait that a person cuts is answered soon, whatever the plugins do: their calls are cut, and a thread that is not back
by then is answered for. It ends its turn, as a refusal, before the next one begins.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import Final

from ncash.errors import UserError
from ncash.hosting.loader import Abandoned
from ncash.system.clock import SystemClock
from ncash.till.answer import Answer
from ncash.till.session import Till, Turn
from ncash.till.view import Command

POLL_SECONDS: Final = 0.05
CUT_SECONDS: Final = 0.1
"""How long a wait that was cut may take to come back by itself; the answer comes one poll later at the latest."""
Job = Command | UserError
_Handed = tuple[Turn, Callable[[], Answer]]
"""What is handed to the till's thread: a turn, and what brings it to its answer."""
_Back = tuple[Turn, Answer | BaseException]
"""A turn that is back from the till's thread, and its answer or what was raised."""


class Supervisor:
    """Hands commands to the till one at a time and brings its answers back, whatever a plugin does."""

    def __init__(self, till: Till) -> None:
        self.till = till
        self._clock = SystemClock()
        self._jobs: SimpleQueue[_Handed | None] = SimpleQueue()
        self._back: SimpleQueue[_Back] = SimpleQueue()
        self._under_way: list[_Handed] = []
        """What was handed over and is not back: the turn that is waited for, and before it those that were cut."""
        self._cutting = threading.Lock()
        """Held while calls are cut, so that those of the next command never are."""
        self._awaited: Turn | None = None
        """The turn that the caller of `handle` waits for."""
        self._in_work: Turn | None = None
        """The turn that the till's thread is busy with."""
        self._start()

    def _start(self) -> None:
        self._jobs, self._back = SimpleQueue(), SimpleQueue()
        work = threading.Thread(target=self._work, args=(self._jobs, self._back), daemon=True)
        work.start()

    def _work(self, jobs: "SimpleQueue[_Handed | None]", back: "SimpleQueue[_Back]") -> None:
        while (handed := jobs.get()) is not None:
            turn, work = handed
            with self._cutting:
                self._in_work = turn
            came: Answer | BaseException
            try:
                came = work()
            except Abandoned:
                return
            except BaseException as error:
                came = error
            with self._cutting:
                self._in_work = None
            back.put((turn, came))

    def greeting(self) -> Answer:
        """The till's first line; a plugin that hangs already now is left behind."""
        return self._done(Turn({}), self.till.greeting)

    def handle(self, job: Job) -> Answer:
        """The till's answer to a command, or to a line that is none. Raises what the till raised: a defect of ours."""
        if isinstance(job, UserError):
            return self._done(Turn({}), partial(self.till.refuse, job))
        turn = Turn(job)
        return self._done(turn, partial(self.till.take, turn))

    def _done(self, turn: Turn, work: Callable[[], Answer]) -> Answer:
        with self._cutting:
            self._awaited = turn
        self._under_way.append((turn, work))
        self._jobs.put((turn, work))
        try:
            return self._waited(turn)
        finally:
            with self._cutting:
                self._awaited = None

    def _waited(self, turn: Turn) -> Answer:
        cut_at: float | None = None
        while True:
            begun = self._clock.monotonic()
            try:
                whose, answer = self._back.get(timeout=POLL_SECONDS)
            except Empty:
                self._watch(max(self._clock.monotonic() - begun - 2 * POLL_SECONDS, 0.0))
                if turn.was_cut():
                    cut_at = begun if cut_at is None else cut_at
                    if self._clock.monotonic() - cut_at >= CUT_SECONDS:
                        return self.till.given_up(turn)
                self._cut_calls()
                continue
            self._came_back(whose)
            if whose is not turn:
                continue
            if isinstance(answer, BaseException):
                raise answer
            return dict(answer)

    def _came_back(self, turn: Turn) -> None:
        self._under_way = [handed for handed in self._under_way if handed[0] is not turn]

    def _watch(self, stood: float) -> None:
        """Leave a plugin past its budget behind; a new thread takes up what is under way."""
        if self.till.room.plugins.abandon_overdue(stood) is not None:
            self._start()
            for handed in self._under_way:
                self._jobs.put(handed)

    def cut(self) -> bool:
        """Cut the wait of the command in work, from any thread; whether there was one that can be cut.

        The answer to the command is a refusal then. Calls that its plugins have under way end at once.
        """
        with self._cutting:
            if self._awaited is None or not self._awaited.cut():
                return False
            self.till.room.premises.http.abandon()
            return True

    def _cut_calls(self) -> None:
        """Calls that a turn began after it was cut end like those before: it may be another one's that is awaited."""
        with self._cutting:
            if self._in_work is not None and self._in_work.was_cut():
                self.till.room.premises.http.abandon()

    @property
    def busy(self) -> bool:
        """Whether a command that was cut and answered is still in work: the books are its own until it is back."""
        with suppress(Empty):
            while self._under_way:
                self._came_back(self._back.get_nowait()[0])
        return bool(self._under_way)

    def stop(self) -> None:
        """End the thread."""
        self._jobs.put(None)

"""The thread a till works in, and the watch over it: a plugin that hangs is left behind with its thread.

One hand-over a command. A command changes nothing before its last hook has answered, so after an abandoned plugin the
same command is simply done again by a new thread, and finds the plugin broken. A program that was not served itself,
because the machine slept or was overloaded, blames no plugin: only time in which the watch was awake counts.
"""

import threading
from queue import Empty, SimpleQueue
from typing import Any, Final

from ncash.errors import UserError
from ncash.hosting.loader import Abandoned
from ncash.system.clock import SystemClock
from ncash.till.session import Answer, Command, Till

POLL_SECONDS: Final = 0.05
GREETING: Final[Command] = {}
"""The job that asks for the first line."""
Job = Command | UserError


class Supervisor:
    """Hands commands to the till one at a time and brings its answers back, whatever a plugin does."""

    def __init__(self, till: Till) -> None:
        self.till = till
        self._clock = SystemClock()
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._answers: SimpleQueue[Any] = SimpleQueue()
        self._start()

    def _start(self) -> None:
        self._jobs, self._answers = SimpleQueue(), SimpleQueue()
        work = threading.Thread(target=self._work, args=(self._jobs, self._answers), daemon=True)
        work.start()

    def _work(self, jobs: "SimpleQueue[Job | None]", answers: "SimpleQueue[Any]") -> None:
        while (command := jobs.get()) is not None:
            try:
                answers.put(self._done(command))
            except Abandoned:
                return
            except BaseException as error:
                answers.put(error)

    def _done(self, job: Job) -> Answer:
        if isinstance(job, UserError):
            return self.till.refuse(job)
        return self.till.greeting() if job is GREETING else self.till.handle(job)

    def greeting(self) -> Answer:
        """The till's first line; a plugin that hangs already now is left behind."""
        return self.handle(GREETING)

    def handle(self, command: Job) -> Answer:
        """The till's answer to a command, or to a line that is none. Raises what the till raised: a defect of ours."""
        self._jobs.put(command)
        while True:
            begun = self._clock.monotonic()
            try:
                answer = self._answers.get(timeout=POLL_SECONDS)
            except Empty:
                stood = max(self._clock.monotonic() - begun - 2 * POLL_SECONDS, 0.0)
                if self.till.room.plugins.abandon_overdue(stood) is not None:
                    self._start()
                    self._jobs.put(command)
                continue
            if isinstance(answer, BaseException):
                raise answer
            return dict(answer)

    def stop(self) -> None:
        """End the thread."""
        self._jobs.put(None)

"""Silence is paid once (ADR 36): a party of the network that gives no answer is waited for once, and then for a moment
more. From then on decisions are made without it, at once, and it is asked in the background whether it is back, with
growing pauses.

That it says so is no proof that it answers questions: those that follow are on trial. Each of these is waited for a
moment only, all of them together for one more wait, and an answer that comes later restores the trust as well.
"""

import threading
from collections.abc import Callable
from math import inf
from queue import Empty, SimpleQueue
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from ncash.language import recorded
from ncash.model.ports import Clock
from ncash.system.threads import Workers, WorkersBusy

LONG: Final = 1.5
"""Seconds; a question that took so long, or all it might take, and came to nothing was a wait."""
TRIAL: Final = 1.0
"""Seconds that a question on trial is waited for."""
_NEARLY: Final = 0.05
_LOOK: Final = 1.0
"""Seconds between two looks of the thread whether a question is due."""
Said = TypeVar("Said")


class Quiet(NamedTuple):
    """Nobody was asked, or nobody was waited for: the party is silent."""

    since: str
    """ISO 8601."""
    text: str
    """What came of the question that was waited for."""

    def __str__(self) -> str:
        return recorded(
            "silent since {since}, asked again in the background ({text})", since=self.since, text=self.text
        )


class Pauses(NamedTuple):
    """Seconds between two questions whether a party is back: the first pause and the longest; each one doubles."""

    first: float = 1.0
    longest: float = 60.0


class Crew(Protocol):
    """Who asks what nobody waits for to the end; ncash.system.threads.Workers does."""

    def run(self, job: Callable[[], None]) -> None:
        """Begin the job. Raises WorkersBusy."""
        ...

    def dismiss(self) -> None:
        """Nothing more is to come."""
        ...


class Ways(NamedTuple):
    """How a party is asked; tests bring time of their own."""

    crew: Callable[[str], Crew] = Workers
    mailbox: Callable[[], Any] = SimpleQueue
    """Where an answer arrives that is waited for a moment; queue.SimpleQueue is one."""
    watch: bool = True
    """Whether a thread asks by itself; else whoever owns the party calls `tick`, or `due` and `probed`."""


THREADS: Final = Ways()
USUAL: Final = Pauses()


class Party:
    """A party of the network, and whether it is worth a wait. Every method may be called from any thread."""

    def __init__(
        self,
        name: str,
        clock: Clock,
        probe: Callable[[], bool] | None = None,
        ways: Ways = THREADS,
        pauses: Pauses = USUAL,
        trial: float = TRIAL,
    ) -> None:
        """`probe` asks in some seconds of its own whether the party is there; it must not raise. None: its owner asks.
        `trial`: seconds for a question on trial; infinite where a question must not be left alone: each one that is on
        trial is waited for to its end then."""
        self._name, self._clock, self._probe, self._ways = name, clock, probe, ways
        self._pauses, self._moment = pauses, trial
        self._crew: Crew | None = None
        self._lock = threading.Lock()
        self._quiet: Quiet | None = None
        self._trial = False
        self._spent = 0.0
        """Seconds waited for nothing since the latest answer."""
        self._longest = 0.0
        """The longest time that a question might have taken which came to nothing: another one that may take longer has
        not been waited for yet."""
        self._pause, self._next = pauses.first, 0.0
        self._stopped, self._wake = False, threading.Event()
        self._watched = False

    @property
    def silent(self) -> Quiet | None:
        """Since when, and why, it is left alone; None while it is trusted, or to be tried."""
        with self._lock:
            return None if self._trial else self._quiet

    @property
    def mistrusted(self) -> Quiet | None:
        """The same, until a question is answered."""
        return self._quiet

    def ask(
        self,
        question: Callable[[float], Said],
        budget: float,
        useless: Callable[[Said], bool],
        text: Callable[[Said], str],
    ) -> Said | Quiet:
        """Put a question that takes at most the seconds it is given. `useless`: what was said is no answer, and `text`
        says why."""
        turn = self._turn(budget)
        if isinstance(turn, Quiet):
            return turn
        patience, on_trial = turn
        if on_trial and self._moment < inf:
            return self._tried(question, budget, useless, patience)
        begun = self._clock.monotonic()
        said = question(budget)
        if useless(said):
            self.unheard(self._clock.monotonic() - begun, budget, text(said))
        else:
            self.heard()
        return said

    def aside(
        self,
        question: Callable[[float], Said],
        budget: float,
        useless: Callable[[Said], bool],
        text: Callable[[Said], str],
    ) -> Said:
        """Put a question that nobody waits for, also to a silent party; what comes of it counts as everywhere."""
        begun = self._clock.monotonic()
        said = question(budget)
        if not useless(said):
            self.heard()
        elif self._clock.monotonic() - begun >= min(LONG, budget) - _NEARLY:
            self.fall_silent(text(said))
        return said

    def _turn(self, budget: float) -> tuple[float, bool] | Quiet:
        """How long the next question may be waited for, and whether it is on trial."""
        with self._lock:
            left = max(2 * budget - self._spent, 0.0)
            if self._quiet is None or (budget > self._longest and left >= budget):
                return budget, False
            if not self._trial:
                return self._quiet
            self._trial = False
            self._next = max(self._next, self._clock.monotonic() + self._pause)
            return min(self._moment, left), True

    def _tried(
        self, question: Callable[[float], Said], budget: float, useless: Callable[[Said], bool], patience: float
    ) -> Said | Quiet:
        quiet = self._quiet or Quiet("", "")
        came = self._ways.mailbox()

        def job() -> None:
            said = question(budget)
            if not useless(said):
                self.heard()
            came.put(said)

        begun = self._clock.monotonic()
        self._crew = self._crew or self._ways.crew(self._name)
        try:
            self._crew.run(job)
            said: Said = came.get(timeout=patience)
        except (Empty, WorkersBusy):
            self._relapsed(patience)
            return quiet
        if useless(said):
            self._relapsed(self._clock.monotonic() - begun)
        return said

    def _relapsed(self, waited: float) -> None:
        with self._lock:
            if self._quiet is None:
                return
            self._spent += waited
        self._begin_watch()

    def unheard(self, took: float, budget: float, text: str) -> None:
        """A question that might have taken `budget` seconds came to nothing after `took`."""
        with self._lock:
            self._spent += took
            if took < min(LONG, budget) - _NEARLY and self._spent < budget:
                return
            self._longest = max(self._longest, budget)
            self._trial = self._quiet is None
            self._begin_silence(text)
        self._begin_watch()

    def fall_silent(self, text: str) -> None:
        """It is not worth a wait of any length, nor a trial; the question whether it is back is due at once."""
        with self._lock:
            self._longest, self._trial = inf, False
            self._begin_silence(text)
        self._begin_watch()

    def _begin_silence(self, text: str) -> None:
        if self._quiet is None:
            self._quiet = Quiet(self._clock.now().isoformat(timespec="seconds"), text)
            self._next, self._pause = self._clock.monotonic(), self._pauses.first

    def heard(self) -> None:
        """It has answered a question."""
        with self._lock:
            self._quiet, self._trial, self._spent, self._longest = None, False, 0.0, 0.0

    def due(self) -> bool:
        """Whether it is to be asked now whether it is back; the next time is later then."""
        with self._lock:
            now = self._clock.monotonic()
            if self._quiet is None or self._trial or now < self._next:
                return False
            self._next = now + self._pause
            self._pause = min(self._pause * 2, self._pauses.longest)
            return True

    def probed(self, there: bool) -> None:
        """What came of asking whether it is back."""
        with self._lock:
            self._trial = self._quiet is not None and (there or self._trial)

    def tick(self) -> None:
        """Ask whether it is back, when that is due."""
        if self._probe is not None and self.due():
            self.probed(self._probe())

    def stop(self) -> None:
        """End the thread, and what idles."""
        self._stopped = True
        self._wake.set()
        if self._crew is not None:
            self._crew.dismiss()

    def _begin_watch(self) -> None:
        with self._lock:
            idle = self._probe is None or not self._ways.watch or self._trial
            if idle or self._watched or self._stopped:
                return
            self._watched = True
        threading.Thread(target=self._watch, name=f"{self._name}-silence", daemon=True).start()

    def _watch(self) -> None:
        """Lives as long as the party is silent."""
        while True:
            self.tick()
            with self._lock:
                if self._stopped or self._quiet is None or self._trial:
                    self._watched = False
                    return
                left = self._next - self._clock.monotonic()
            self._wake.wait(min(max(left, 0.01), _LOOK))

"""A service that did not answer about a code is left alone for a while: no queue of customers waits for it at every
scan. The longer it has been so, the longer the while; and before a code is asked about again, somebody must answer
there at all (ADR 36)."""

from collections.abc import Callable
from types import TracebackType
from typing import Final

from ncash.language import recorded
from ncash.model.fiscal.register import RegisterSilent
from ncash.model.ports import Clock
from ncash.system.threads import bounded

REST: Final = 60.0
LONGEST: Final = 3600.0
"""Seconds in which no code is asked about after one was asked in vain; doubled each time, up to an hour."""
AGAIN: Final = 10.0
"""Seconds until a service where nobody answered is looked for again."""
MOMENT: Final = 0.5
"""Seconds that a scan waits for the word that the service is there."""
MOST: Final = 10.0
"""Seconds that scans wait for that word in all; afterwards it is for the next scan."""


class Rest:
    """Guards the check of a code. Entering raises RegisterSilent while the service rests."""

    def __init__(self, clock: Clock, name: str, there: Callable[[], bool]) -> None:
        """`there` asks in some seconds whether anybody answers, without the register; it must not raise."""
        self._clock = clock
        self._name = name
        self._there = there
        self._until: float | None = None
        self._pause = REST
        self._heard = False
        self._spent = 0.0

    def silent(self) -> None:
        """The service did not answer: it rests, twice as long as the time before."""
        self._heard = False
        self._until = self._clock.monotonic() + self._pause
        self._pause = min(self._pause * 2, LONGEST)

    def guard(self) -> None:
        """Raises RegisterSilent while the service rests."""
        left = 0.0 if self._until is None else self._until - self._clock.monotonic()
        if left > 0:
            raise RegisterSilent(
                recorded("{name}: gave no answer about a code; asked again in {left:.0f} s", name=self._name, left=left)
            )

    def __enter__(self) -> None:
        self.guard()
        if self._until is not None and not self._back():
            self._until = self._clock.monotonic() + AGAIN
            raise RegisterSilent(
                recorded("{name}: gave no answer about a code, and nobody answers there now", name=self._name)
            )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trail: TracebackType | None
    ) -> None:
        if isinstance(error, RegisterSilent):
            self.silent()
        else:
            self._heard, self._until, self._pause, self._spent = False, None, REST, 0.0

    def _back(self) -> bool:
        """Whether somebody answers. An answer that comes after the moment counts at the next scan."""
        if not self._heard:
            begun = self._clock.monotonic()
            bounded(self._ask, max(min(MOMENT, MOST - self._spent), 0.0))
            self._spent += self._clock.monotonic() - begun
        return self._heard

    def _ask(self) -> None:
        if self._there():
            self._heard = True

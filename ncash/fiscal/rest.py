"""A service that did not answer about a code is left alone for a while: no queue of customers waits for it at every
scan."""

from types import TracebackType
from typing import Final

from ncash.model.ports import Clock
from ncash.model.register import RegisterSilent

REST: Final = 60.0
"""Seconds in which no code is asked about after one was asked in vain."""


class Rest:
    """Guards the check of a code. Entering raises RegisterSilent while the service rests."""

    def __init__(self, clock: Clock, name: str) -> None:
        self._clock = clock
        self._name = name
        self._until: float | None = None

    def __enter__(self) -> None:
        left = 0.0 if self._until is None else self._until - self._clock.monotonic()
        if left > 0:
            raise RegisterSilent(f"{self._name}: gave no answer about a code; asked again in {left:.0f} s")
        self._until = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trail: TracebackType | None
    ) -> None:
        if isinstance(error, RegisterSilent):
            self._until = self._clock.monotonic() + REST

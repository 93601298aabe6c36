"""A clock for tests: the wall clock stands still until it is moved, durations are real."""

from datetime import datetime, timedelta

from ncash.system.clock import SystemClock


class FrozenClock:
    """Implements ncash.model.ports.Clock. Timeouts stay real: a till waits for a real network."""

    def __init__(self, at: str | datetime = "2027-01-15T12:00:00+03:00") -> None:
        """`at` with its offset from UTC."""
        self._real = SystemClock()
        self._ahead = 0.0
        self.set(at)

    def set(self, at: str | datetime) -> None:
        """Make it this time. Raises ValueError for a time without an offset."""
        moment = datetime.fromisoformat(at) if isinstance(at, str) else at
        if moment.tzinfo is None:
            raise ValueError(f"{at} has no offset from UTC; write it as in 2027-01-15T12:00:00+03:00")
        self._now = moment

    def move(self, seconds: float) -> None:
        """Let so much time pass at once, for the wall clock and for durations."""
        self._now += timedelta(seconds=seconds)
        self._ahead += seconds

    def now(self) -> datetime:
        """The time it was set to."""
        return self._now

    def monotonic(self) -> float:
        """Real seconds, and what `move` added."""
        return self._real.monotonic() + self._ahead

    def sleep(self, seconds: float) -> None:
        """Nobody waits: the clock moves."""
        self.move(seconds)

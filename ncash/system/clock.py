"""The real clock and real chance behind their ports; what chance needs is loaded with the first of it."""

import time
from datetime import datetime


class SystemClock:
    """The machine's clock in the machine's time zone."""

    def now(self) -> datetime:
        """Wall clock with its offset."""
        return datetime.now().astimezone()

    monotonic = staticmethod(time.monotonic)
    """Seconds, for durations: asked before every call of a plugin."""

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


class SystemRandom:
    """The machine's chance."""

    def uuid(self) -> str:
        """A fresh UUID, version 4."""
        import uuid

        return str(uuid.uuid4())

    def uniform(self, low: float, high: float) -> float:
        """A number between low and high."""
        import random

        return random.uniform(low, high)

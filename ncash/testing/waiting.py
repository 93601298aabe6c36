"""Waiting in tests: for what must come about, never for a fixed time."""

from collections.abc import Callable
from typing import Final, TypeVar

from ncash.system.clock import SystemClock

Found = TypeVar("Found")

PATIENCE: Final = 60.0
"""Seconds that a busy machine may need for what an idle one does at once."""
PAUSE: Final = 0.02
_FIRST_PAUSE: Final = 0.001


def eventually(look: Callable[[], Found | None], patience: float = PATIENCE, pause: float = PAUSE) -> Found:
    """The first true answer of `look`, which is called again and again until it gives one.

    The seconds between two looks grow from a thousandth to `pause`: what comes soon is seen soon, and what takes long
    costs little. An AssertionError or a LookupError of `look` means "not yet". Raises AssertionError after `patience`
    seconds, with the last answer in its text.
    """
    clock = SystemClock()
    until, wait = clock.monotonic() + patience, _FIRST_PAUSE
    while True:
        late = clock.monotonic() >= until
        seen: object = None
        try:
            found = look()
            if found:
                return found
            seen = found
        except (AssertionError, LookupError) as error:
            seen = error
        if late:
            raise AssertionError(f"not within {patience:g} s; at last: {seen!r}")
        clock.sleep(min(wait, pause))
        wait = min(2 * wait, pause)

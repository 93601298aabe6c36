"""Steps of a discount: what `72:10, 24:30, 6:50` means."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from ncash.language import phrase

_STEP: Final = re.compile(r"([0-9]{1,5})[ \t]*:[ \t]*([0-9]{1,2})", re.ASCII)


class Step(NamedTuple):
    """From so many hours before expiry on, so many percent less."""

    hours: int
    percent: int


def step(text: str) -> Step:
    """One step as written. Raises ValueError."""
    found = _STEP.fullmatch(text)
    if not found:
        raise ValueError(phrase("{text!r} is not hours:percent, such as 24:30", text=text[:60]))
    hours, percent = int(found[1]), int(found[2])
    if not hours or not percent:
        raise ValueError(phrase("{text!r}: hours and percent begin at 1", text=text))
    return Step(hours, percent)


def steps(texts: Iterable[str]) -> tuple[Step, ...]:
    """All steps, the nearest to expiry first; of two with the same hours the smaller discount comes first."""
    return tuple(sorted(step(text) for text in texts))


def nearest(given: Iterable[Step], now: datetime, expires: datetime) -> Step | None:
    """The step that counts now, from steps in the order of `steps`; None when it is too early, or too late."""
    left = expires - now
    if left <= timedelta():
        return None
    return next((one for one in given if left <= timedelta(hours=one.hours)), None)

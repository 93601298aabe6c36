"""Lines from a file descriptor, with a word when there is nothing to do."""

import os
import select
from collections.abc import Callable, Iterator
from typing import Final

from ncash.model.ports import Clock

CHUNK: Final = 65_536
IDLE_SECONDS: Final = 0.1
REST_SECONDS: Final = 0.5
OVERDUE_SECONDS: Final = 2.0


def lines(source: int, longest: int, idle: Callable[[], None], clock: Clock) -> Iterator[bytes]:
    """Lines without their ends, the last one with or without one. Of a line longer than `longest` bytes only so much
    comes back that it is seen to be too long.

    `idle` is called again and again while the source is silent, and between two lines of a source that never is."""
    held, skipping = b"", False
    idled = clock.monotonic()
    while True:
        pause = IDLE_SECONDS
        while not select.select([source], [], [], pause)[0]:
            idle()
            idled = clock.monotonic()
            pause = REST_SECONDS
        chunk = os.read(source, CHUNK)
        if not chunk:
            break
        *whole, held = (held + chunk).split(b"\n")
        for line in whole:
            if not skipping:
                yield line[: longest + 1]
            skipping = False
            if clock.monotonic() - idled >= OVERDUE_SECONDS:
                idle()
                idled = clock.monotonic()
        if skipping:
            held = b""
        elif len(held) > longest:
            yield held[: longest + 1]
            held, skipping = b"", True
    if held and not skipping:
        yield held

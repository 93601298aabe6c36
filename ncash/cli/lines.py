"""Lines from a file descriptor, with a word when there is nothing to do."""

import os
import select
from collections.abc import Callable, Iterator
from typing import Final

CHUNK: Final = 65_536
IDLE_SECONDS: Final = 0.1


def lines(source: int, longest: int, idle: Callable[[], None]) -> Iterator[bytes]:
    """Lines without their ends, the last one with or without one. Of a line longer than `longest` bytes only so much
    comes back that it is seen to be too long. `idle` is called once whenever the source has been silent for a while."""
    held, rested = b"", False
    skipping = False
    while True:
        if not rested and not select.select([source], [], [], IDLE_SECONDS)[0]:
            idle()
            rested = True
        chunk = os.read(source, CHUNK)
        rested = False
        if not chunk:
            break
        *whole, held = (held + chunk).split(b"\n")
        for line in whole:
            if not skipping:
                yield line[: longest + 1]
            skipping = False
        if skipping:
            held = b""
        elif len(held) > longest:
            yield held[: longest + 1]
            held, skipping = b"", True
    if held and not skipping:
        yield held

"""Work that waits for a database in the loop of the server, and lets it do other things meanwhile.

A thread that waits costs a call more than all of its own statements: the loop and the thread wake each other and take
turns with the interpreter (docs/performance.md). Code that may run in both places asks where it is.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from greenlet import getcurrent, greenlet

Found = TypeVar("Found")


class _Inside(greenlet):
    """Runs work that may wait."""


def in_loop() -> bool:
    """Whether this work runs in the loop and waits by `waited`."""
    return isinstance(getcurrent(), _Inside)


def waited(for_what: Awaitable[Found]) -> Found:
    """What it came to; the loop goes on meanwhile. Only `in_loop`."""
    outside = getcurrent().parent
    assert outside is not None
    found: Found = outside.switch(for_what)
    return found


def apart(act: Callable[[], Found]) -> Found:
    """What an act comes to that may hold up its thread: in the loop another thread does it."""
    return waited(asyncio.get_running_loop().run_in_executor(None, act)) if in_loop() else act()


async def done(work: Callable[..., Found], *given: Any) -> Found:
    """What work comes to that may call `waited`. Raises what it raises."""
    inside = _Inside(work, getcurrent())
    found = inside.switch(*given)
    while not inside.dead:
        try:
            value = await found
        except BaseException as error:
            found = inside.throw(error)
        else:
            found = inside.switch(value)
    result: Found = found
    return result


def readable(number: int) -> Awaitable[None]:
    """When there is something to read from a file descriptor, or it was closed by the other side."""
    return _ready(number, writing=False)


def movable(number: int) -> Awaitable[None]:
    """When a file descriptor can be read from, or takes more."""
    return _ready(number, writing=True)


async def _ready(number: int, writing: bool) -> None:
    loop = asyncio.get_running_loop()
    come: asyncio.Future[None] = loop.create_future()

    def heard() -> None:
        if not come.done():
            come.set_result(None)

    try:
        loop.add_reader(number, heard)
        if writing:
            loop.add_writer(number, heard)
        await come
    finally:
        loop.remove_reader(number)
        if writing:
            loop.remove_writer(number)

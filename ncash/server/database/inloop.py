"""Waiting for a database inside the server's event loop, which answers others meanwhile.

A thread that waits costs a call more than all of its own statements: the loop and the thread wake each other and take
turns with the interpreter (docs/performance.md). Statements therefore run in greenlets of SQLAlchemy: work started by
`greenlet_spawn` may call `await_only`. Code that runs in threads as well asks `in_greenlet` where it is.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.util import await_only
from sqlalchemy.util.concurrency import in_greenlet

Found = TypeVar("Found")


def off_loop(act: Callable[[], Found]) -> Found:
    """Result of an act that may block its thread; called in the loop, another thread runs it."""
    return await_only(asyncio.get_running_loop().run_in_executor(None, act)) if in_greenlet() else act()


def readable(number: int) -> Awaitable[None]:
    """Wait until a file descriptor has something to read, or the other side has closed it."""
    return _ready(number, writing=False)


def readable_or_writable(number: int) -> Awaitable[None]:
    """Wait until a file descriptor can be read from, or takes more."""
    return _ready(number, writing=True)


async def _ready(number: int, writing: bool) -> None:
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()

    def wake() -> None:
        if not ready.done():
            ready.set_result(None)

    try:
        loop.add_reader(number, wake)
        if writing:
            loop.add_writer(number, wake)
        await ready
    finally:
        loop.remove_reader(number)
        if writing:
            loop.remove_writer(number)

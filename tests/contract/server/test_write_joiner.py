"""Head and body of an answer leave in one piece, and nothing is written to a connection that is gone."""

import asyncio
from typing import Any, cast

from ncash.server.http.write_joiner import WriteJoiner


class Line:
    """A transport that remembers."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        assert not self.closed
        self.written.append(data)

    def close(self) -> None:
        self.closed = True

    abort = close

    def is_closing(self) -> bool:
        return self.closed


def spoken(talk: Any) -> Line:
    """What a line remembers of it."""
    line = Line()

    async def told() -> None:
        await talk(WriteJoiner(cast(asyncio.Transport, line), asyncio.get_running_loop()))
        await asyncio.sleep(0)

    asyncio.run(told())
    return line


def test_what_is_written_in_one_turn_of_the_loop_leaves_at_its_end() -> None:
    async def talk(line: WriteJoiner) -> None:
        line.write(b"head ")
        line.write(b"body ")
        await asyncio.sleep(0)
        line.write(b"later")

    assert spoken(talk).written == [b"head body ", b"later"]


def test_what_is_held_leaves_before_the_line_is_closed() -> None:
    async def talk(line: WriteJoiner) -> None:
        line.write(b"all")
        line.close()

    told = spoken(talk)
    assert (told.written, told.closed) == ([b"all"], True)


def test_nothing_is_written_to_a_line_that_is_gone() -> None:
    async def talk(line: WriteJoiner) -> None:
        line.write(b"late")
        line.abort()

    assert spoken(talk).written == []

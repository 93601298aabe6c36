"""Connections that send a part of a request and keep the rest for themselves: each is closed when it is over time."""

import asyncio
from collections.abc import Iterable
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ncash.server.http.app import WHOLE
from ncash.server.http.together import Together

KEEP_ALIVE: Final = 75
"""Seconds that a connection may be silent between two requests."""


class Waiting(HttpToolsProtocol):
    """uvicorn's protocol that remembers since when it waits for the client: for a head, or for what nobody reads.

    A body that is read has a time limit of its own (`ncash.server.http.app`).
    """

    since: float | None = None
    """Seconds of the loop's clock; None while the server has the request and the client waits."""
    begun = False
    """A part of a head is there."""

    @property
    def between(self) -> bool:
        """Nothing is owed by the client: it may send another request."""
        return not self.begun and self.cycle is not None and not self.cycle.more_body

    def _wait(self) -> None:
        self.since = self.loop.time()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The head of the first request is to come."""
        super().connection_made(transport)
        self._together = Together(transport, self.loop)
        self.transport = self._together  # type: ignore[assignment]
        self._wait()

    def eof_received(self) -> None:
        """A client that only listens from now on gets what is ready; then the connection is closed."""
        self._together.flush()
        super().eof_received()

    def on_message_begin(self) -> None:
        """A head has begun."""
        super().on_message_begin()
        self.begun = True
        self._wait()

    def on_headers_complete(self) -> None:
        """A head is there."""
        super().on_headers_complete()
        self.begun = False
        self.since = None

    def on_message_complete(self) -> None:
        """A request is there as a whole, maybe after its answer; then nobody has noted that."""
        super().on_message_complete()
        self.scope[WHOLE] = True  # type: ignore[typeddict-unknown-key]
        if self.cycle.response_complete:
            self.cycle.more_body = False
            self._wait()

    def on_response_complete(self) -> None:
        """An answer has gone out; what is still to come of its request is thrown away, or a further one is awaited."""
        super().on_response_complete()
        if self.cycle.response_complete:
            self._wait()


def close_overdue(connections: Iterable[Any], now: float, patience: float) -> int:
    """Close connections that waited longer than `patience` seconds, those between two requests `KEEP_ALIVE` more.

    How many were closed. One that does not end at once, because its client does not read either, is cut off next time.
    """
    overdue = [
        one
        for one in connections
        if isinstance(one, Waiting) and one.since is not None
        and now - one.since > patience + (KEEP_ALIVE if one.between else 0)
    ]  # fmt: skip
    for one in overdue:
        if one.transport.is_closing():
            one.transport.abort()
        else:
            one.transport.close()
    return len(overdue)

"""Time limits for clients that send a part of a request and withhold the rest."""

import asyncio
from collections.abc import Iterable
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ncash.server.http.app import WHOLE
from ncash.server.http.write_joiner import WriteJoiner

KEEP_ALIVE: Final = 75
"""Seconds that a connection may idle between two requests."""


class TimedProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which notes since when it waits for its client: for a head, or for a body that nobody reads.

    A body that a handler reads has a time limit of its own (`ncash.server.http.app`).
    """

    since: float | None = None
    """Start of the wait by the loop's clock; None while the client waits for the server."""
    begun = False
    """Whether a part of a head has arrived."""

    @property
    def between(self) -> bool:
        """Whether the client is between two requests and owes nothing."""
        return not self.begun and self.cycle is not None and not self.cycle.more_body

    def _wait(self) -> None:
        self.since = self.loop.time()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the head of the first request."""
        super().connection_made(transport)
        self._joiner = WriteJoiner(transport, self.loop)
        self.transport = self._joiner  # type: ignore[assignment]
        self._wait()

    def eof_received(self) -> None:
        """Flush what is ready to a client that will send no more; then the connection is closed."""
        self._joiner.flush()
        super().eof_received()

    def on_message_begin(self) -> None:
        """Time the head from its first byte."""
        super().on_message_begin()
        self.begun = True
        self._wait()

    def on_headers_complete(self) -> None:
        """Stop the clock: the head is complete."""
        super().on_headers_complete()
        self.begun = False
        self.since = None

    def on_message_complete(self) -> None:
        """Note that the request is complete, which may be after its answer."""
        super().on_message_complete()
        self.scope[WHOLE] = True  # type: ignore[typeddict-unknown-key]
        if self.cycle.response_complete:
            self.cycle.more_body = False
            self._wait()

    def on_response_complete(self) -> None:
        """Wait for the next request, or for the unread rest of this one."""
        super().on_response_complete()
        if self.cycle.response_complete:
            self._wait()


def close_overdue(connections: Iterable[Any], now: float, patience: float) -> int:
    """Close connections that waited over `patience` seconds, `KEEP_ALIVE` more between two requests; their number.

    One that stays open because its client does not read either is aborted the next time.
    """
    overdue = [
        one
        for one in connections
        if isinstance(one, TimedProtocol) and one.since is not None
        and now - one.since > patience + (KEEP_ALIVE if one.between else 0)
    ]  # fmt: skip
    for one in overdue:
        if one.transport.is_closing():
            one.transport.abort()
        else:
            one.transport.close()
    return len(overdue)

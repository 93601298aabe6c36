"""Joined writes: head and body of an answer leave in one packet and one system call."""

import asyncio


class WriteJoiner:
    """Transport wrapper that joins the writes of one event-loop turn into one send().

    It has the methods that uvicorn uses of a transport.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._pending: list[bytes] = []
        self.is_closing = transport.is_closing
        self.abort = transport.abort

    def write(self, data: bytes) -> None:
        """Queue bytes until the end of this turn of the loop."""
        if not self._pending:
            self._loop.call_soon(self.flush)
        self._pending.append(data)

    def close(self) -> None:
        """Send the queued bytes, then close."""
        self.flush()
        self._transport.close()

    def flush(self) -> None:
        """Send the queued bytes now, unless the connection is closing."""
        pending, self._pending = self._pending, []
        if pending and not self.is_closing():
            self._transport.write(b"".join(pending))

"""A connection on which head and body of an answer leave in one packet, and are one system call."""

import asyncio


class Together:
    """What uvicorn uses of a transport, once a connection is made: what is written in one turn of the loop leaves at
    its end."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._held: list[bytes] = []
        self.is_closing = transport.is_closing
        self.abort = transport.abort

    def write(self, data: bytes) -> None:
        """Send this after what was written before it."""
        if not self._held:
            self._loop.call_soon(self.flush)
        self._held.append(data)

    def close(self) -> None:
        """Send what is held, then no more."""
        self.flush()
        self._transport.close()

    def flush(self) -> None:
        """Send what is held now; a connection that is gone takes nothing."""
        held, self._held = self._held, []
        if held and not self.is_closing():
            self._transport.write(b"".join(held))

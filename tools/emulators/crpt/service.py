"""What every emulated service with one address shares: a listener, a journal, and a command that serves it."""

import os
import signal
import ssl
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from ncash.emulators.crpt.faults import Response
from ncash.emulators.crpt.listener import Handler, Listener

Entry = TypeVar("Entry")


class Service(ABC, Generic[Entry]):
    """A server on loopback that remembers what it was asked: `with Own() as server: server.url`."""

    def __init__(self, port: int, tls: ssl.SSLContext | None = None) -> None:
        self._lock = threading.Lock()
        self._listener = Listener(0, port, self._answer, tls)
        self._journal: list[Entry] = []

    def __enter__(self) -> Self:
        self.on()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._listener.off(keep_port=False)

    @abstractmethod
    def _answer(self, place: int, handler: Handler, body: bytes) -> Response:
        """Answer a request, and put it into the journal."""

    @property
    def url(self) -> str:
        """The address that a till is given."""
        return self._listener.url

    @property
    def port(self) -> int:
        """The port."""
        return self._listener.port

    @property
    def journal(self) -> tuple[Entry, ...]:
        """Every request so far."""
        with self._lock:
            return tuple(self._journal)

    def on(self) -> None:
        """Listen."""
        self._listener.on()

    def off(self) -> None:
        """Refuse connections and cut the open ones; the port stays ours."""
        self._listener.off()


def serve(name: str, port: int, make: Callable[[], Service[Any]]) -> int:
    """Serve until the end of standard input, Ctrl+C or SIGTERM; the exit code. The first line printed is `port N`."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with make() as server:
            print(f"port {server.port}", flush=True)
            while os.read(sys.stdin.fileno(), 4096):
                continue
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        print(f"{name}: port {port}: {error.strerror}", file=sys.stderr)
        return 2
    return 0

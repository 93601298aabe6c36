"""One listening address: sockets, threads, switching off and on, and the writing of an answer."""

import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR, SO_REUSEADDR, SOL_SOCKET, socket
from typing import Any, Final

from ncash.emulators.crpt.faults import Response, pieces

LONGEST_REQUEST: Final = 1_000_000
_GONE: Final = (ConnectionError, TimeoutError, ssl.SSLError)
Answerer = Callable[[int, "Handler", bytes], Response]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, listening: socket, owner: "Listener") -> None:
        super().__init__(listening.getsockname(), Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.owner = owner
        self.live: set[Any] = set()

    def get_request(self) -> tuple[Any, Any]:
        sock, address = self.socket.accept()
        context = self.owner.tls
        if context is not None:
            sock = context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        self.live.add(sock)
        return sock, address

    def shutdown_request(self, request: Any) -> None:
        self.live.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), _GONE):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """Reads one request after another, and writes what the emulator answers."""

    protocol_version = "HTTP/1.1"
    server_version = "crpt-emulator"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def do_GET(self) -> None:
        """cdn/info, health/check."""
        self._serve(b"")

    def do_POST(self) -> None:
        """codes/check."""
        length = self.headers.get("Content-Length", "0")
        size = int(length) if length.isdecimal() else LONGEST_REQUEST + 1
        if size > LONGEST_REQUEST:
            self.send_error(413)
            self.close_connection = True
            return
        self._serve(self.rfile.read(size))

    def log_message(self, format: str, *args: Any) -> None:
        """The journal is the log."""

    def _serve(self, body: bytes) -> None:
        owner = self.server.owner
        response = owner.answerer(owner.place, self, body)
        if owner.stopped.wait(response.delay) or response.end == "drop":
            self._hang_up()
        elif response.end == "silent":
            owner.stopped.wait()
            self._hang_up()
        else:
            for piece in self._written(response):
                self.wfile.write(piece)
                if response.drip is not None:
                    self.wfile.flush()
            if response.end == "cut":
                self.wfile.flush()
                self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        try:
            self.connection.shutdown(SHUT_RDWR)
        except OSError:
            self.close_connection = True

    def _written(self, response: Response) -> Iterator[bytes]:
        headers = {"Date": self.date_time_string(), **response.headers}
        if response.stream is None:
            headers["Content-Length"] = str(len(response.body))
        if response.stream is not None or self.close_connection:
            headers["Connection"] = "close"
            self.close_connection = True
        phrase = responses.get(response.status, "")
        lines = [f"HTTP/1.1 {response.status} {phrase}", *(f"{name}: {value}" for name, value in headers.items())]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        body = response.body[: len(response.body) // 2] if response.end == "cut" else response.body
        if response.drip is not None:
            yield from pieces(head + body, response.drip)
        elif response.stream is not None:
            yield head
            yield from response.stream
        else:
            yield head + body


class Listener:
    """A site's address; keeps its port while it is switched off."""

    def __init__(self, place: int, port: int, answerer: Answerer, tls: ssl.SSLContext | None) -> None:
        self.place = place
        self.answerer = answerer
        self.tls = tls
        self.stopped = threading.Event()
        self._server: _Server | None = None
        self._held: socket | None = _bound(port)
        self.port: int = self._held.getsockname()[1]

    @property
    def url(self) -> str:
        """The address without a path."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def on(self) -> None:
        """Listen."""
        if self._held is None:
            return
        self._held.listen(128)
        self.stopped.clear()
        self._server, self._held = _Server(self._held, self), None
        serve = self._server.serve_forever
        threading.Thread(target=serve, kwargs={"poll_interval": 0.02}, name=f"site {self.place}", daemon=True).start()

    def off(self, keep_port: bool = True) -> None:
        """Refuse connections and cut those that are open."""
        server, self._server = self._server, None
        if server is not None:
            self.stopped.set()
            server.shutdown()
            server.server_close()
            for sock in tuple(server.live):
                _cut(sock)
            self._held = _bound(self.port) if keep_port else None
        elif not keep_port and self._held is not None:
            self._held.close()
            self._held = None


def _cut(sock: socket) -> None:
    try:
        socket.shutdown(sock, SHUT_RDWR)
    except OSError:
        return


def _bound(port: int) -> socket:
    """A socket that owns the port and does not listen yet: connections to it are refused."""
    sock = socket()
    sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", port))
    return sock

"""Connections as urllib3 keeps them, made so that a call under way can be cut from another thread."""

import threading
from functools import cache
from heapq import heappop, heappush
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import SplitResult

from ncash.language import recorded
from ncash.model.ports import HttpAnswer, HttpError, HttpRequest
from ncash.network.late_answer import PatienceEnd, Tape
from ncash.system.clock import SystemClock

if TYPE_CHECKING:
    import socket
    import ssl

    from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.connection import HTTPConnection
    from urllib3.connection import HTTPConnection as Connection
else:
    Connection = object


class DeadlinePassed(Exception):
    """The deadline has passed: nothing more is sent."""


class Call:
    """One HTTP call, shared by the thread that waits for it, the thread that makes it and whoever may cut it."""

    def __init__(
        self, request: HttpRequest, parts: SplitResult, budget: float, limit: int, until: float | None = None
    ) -> None:
        self.request = request
        self.until = until
        """By the monotonic clock: how long the calling thread itself waits for the answer."""
        self.tape: Tape | None = None
        """What it has heard of the answer till then; None when nothing was asked."""
        self.parts = parts
        self.budget = budget
        self.limit = limit
        self.done = False
        self._wake: threading.Event | None = None
        self.result: HttpAnswer | HttpError | None = None
        self._lock = threading.Lock()
        self.abandoned = False
        """The deadline has passed, or the call was cut; whatever comes of it is void."""
        self.cut = False
        """A person wants to wait no longer."""
        self._connection: HTTPConnection | None = None

    @property
    def handed_on(self) -> bool:
        """Whether another thread goes on with the call, so that its connection has to stay open."""
        return self.tape is not None and self.tape.handed_on

    def hold(self, connection: "HTTPConnection") -> None:
        """The worker uses this connection from now on. Raises DeadlinePassed."""
        with self._lock:
            if self.abandoned:
                raise DeadlinePassed
            self._connection = connection

    def hang_up(self) -> None:
        """Close the connection although it could serve again."""
        if self._connection is not None:
            self._connection.close()

    def finish(self, result: HttpAnswer | HttpError | None) -> None:
        """The worker is through."""
        with self._lock:
            self._connection = None
            self.result, self.done = result, True
            wake = self._wake
        if wake is not None:
            wake.set()

    def wait(self, seconds: float) -> bool:
        """Whether the worker is through within so many seconds."""
        with self._lock:
            if self.done:
                return True
            self._wake = wake = threading.Event()
        return wake.wait(seconds)

    def abandon(self) -> None:
        """Stop what is under way: the worker's next read or write fails at once."""
        with self._lock:
            self._stop()

    def cut_off(self) -> None:
        """Abandon the call before its deadline, and wake whoever waits for it; a call that is done stays done."""
        with self._lock:
            if self.done or self.abandoned:
                return
            self.cut = True
            self._stop()
            wake = self._wake
        if wake is not None:
            wake.set()

    def _stop(self) -> None:
        """The caller holds the lock."""
        self.abandoned = True
        sock = self._connection.sock if self._connection else None
        if sock is not None:
            _shut(sock)


def _shut(sock: "socket.socket") -> None:
    """End both directions below TLS, which another thread may be busy with."""
    import socket

    try:
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
    except OSError:
        return


class _Here(threading.local):
    """The call that each thread is making."""

    call: Call | None = None


here: Final = _Here()


class Watch:
    """Abandons calls at their deadlines; its thread lives while there are deadlines to come."""

    def __init__(self) -> None:
        self._clock = SystemClock()
        self._changed = threading.Condition()
        self._due: list[tuple[float, int, Call]] = []
        self._count = 0
        self._running = False

    def over(self, call: Call) -> None:
        """Abandon the call when its budget is over, unless it is done by then."""
        with self._changed:
            self._count += 1
            heappush(self._due, (self._clock.monotonic() + call.budget, self._count, call))
            if not self._running:
                self._running = True
                threading.Thread(target=self._serve, name="deadlines", daemon=True).start()
            elif self._due[0][2] is call:
                self._changed.notify()

    def _serve(self) -> None:
        while True:
            with self._changed:
                if not self._due:
                    self._running = False
                    return
                left = self._due[0][0] - self._clock.monotonic()
                if left > 0 and not self._due[0][2].done:
                    self._changed.wait(left)
                    continue
                call = heappop(self._due)[2]
            if not call.done:
                call.abandon()


def _heard(sock: Any, **options: Any) -> Any:
    """The answer of http.client over its socket, or over a tape when the call is a patient one."""
    from http.client import HTTPResponse

    call = here.call
    if call is not None and call.until is not None:
        sock = call.tape = Tape(sock, call.until)
    return HTTPResponse(sock, **options)


class _Cuttable(Connection):
    """A connection that tells the running call which socket it uses, and sends head and body in one piece."""

    pieces: list[bytes] | None = None
    response_class: Any = staticmethod(_heard)

    def connect(self) -> None:
        call = here.call
        if call is not None and call.until is not None:
            raise PatienceEnd
        super().connect()
        if call is not None:
            call.hold(self)

    def close(self) -> None:
        if here.call is None or not here.call.handed_on:
            super().close()

    def request(self, *args: Any, **options: Any) -> None:
        if here.call is not None:
            here.call.hold(self)
        pieces: list[bytes] = []
        self.pieces = pieces
        try:
            super().request(*args, **options)
        finally:
            self.pieces = None
        self.send(b"".join(pieces))

    def send(self, piece: Any) -> None:
        if self.pieces is None:
            super().send(piece)
        else:
            self.pieces.append(piece)


@cache
def pool_classes() -> tuple[type["HTTPConnectionPool"], type["HTTPSConnectionPool"]]:
    """Pools of cuttable connections, plain and secure; urllib3 is imported with the first call."""
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    class Plain(_Cuttable, HTTPConnection):
        """Over a bare socket."""

    class Secure(_Cuttable, HTTPSConnection):
        """Over TLS."""

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return PlainPool, SecurePool


@cache
def transport() -> tuple[Any, Any]:
    """The transport of `requests` over a pool of ours, and what makes its prepared requests.

    Redirects, cookies, proxies and .netrc belong to its session, which is not used; trust belongs to the pool.
    """
    from requests.adapters import HTTPAdapter
    from requests.models import PreparedRequest

    class Adapter(HTTPAdapter):
        def __init__(self, pool: "HTTPConnectionPool") -> None:
            self._pool = pool
            self.max_retries = False  # type: ignore[assignment]

        def close(self) -> None:
            self._pool.close()

        def request_url(self, request: PreparedRequest, proxies: Any) -> str:
            """Path and query; the rest of the address belongs to the pool."""
            return str(request.url)

        def get_connection_with_tls_context(self, *given: Any, **options: Any) -> "HTTPConnectionPool":
            return self._pool

        def cert_verify(self, *given: Any, **options: Any) -> None:
            """The pool's context says what is trusted."""

        def build_response(self, request: PreparedRequest, raw: Any) -> Any:
            """The answer as it stands on the wire."""
            return raw

    def prepared(method: str, target: str, headers: Any, body: bytes | None) -> PreparedRequest:
        request = PreparedRequest()
        request.method, request.url, request.headers, request.body = method, target, headers, body
        return request

    return Adapter, prepared


def reread(tape: Tape, method: str) -> "BaseHTTPResponse":
    """The answer on the tape from its first byte on, and what is still to come of it."""
    from http.client import HTTPResponse as Plain

    from urllib3 import HTTPHeaderDict, HTTPResponse

    heard = Plain(tape, method=method)  # type: ignore[arg-type]
    heard.begin()
    return HTTPResponse(
        heard, HTTPHeaderDict(heard.msg.items()), heard.status, preload_content=False, decode_content=False,
        original_response=heard, enforce_content_length=True, request_method=method,
    )  # fmt: skip


def fingerprint(request: HttpRequest) -> str:
    """SHA-256 of the pinned certificate; empty when none is. Raises HttpError when the file holds no certificate."""
    import hashlib
    import ssl

    if request.pinned is None:
        return ""
    try:
        text = request.pinned.read_text(encoding="ascii")
        begin = text.index(ssl.PEM_HEADER)
        der = ssl.PEM_cert_to_DER_cert(text[begin : text.index(ssl.PEM_FOOTER, begin) + len(ssl.PEM_FOOTER)])
    except (OSError, ValueError):
        raise HttpError("tls", recorded("{name} holds no certificate to pin", name=request.pinned.name)) from None
    return hashlib.sha256(der).hexdigest()


def context_of(trusted: Path | None, pinned: bool = False) -> "ssl.SSLContext":
    """What a secure connection trusts: the public authorities, those of a file, or one certificate and no other."""
    import ssl

    import certifi
    from urllib3.util.ssl_ import create_urllib3_context

    context = create_urllib3_context()
    context.load_verify_locations(certifi.where() if trusted is None else trusted)
    if pinned:
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context

"""The network: `requests` behind the port Http, bounded in time and size, and silent about secrets.

A call runs on a worker thread and is abandoned at its deadline whatever the server does: the library's own timeouts
hold for single reads only, and a server that drips bytes would hold a call for ever.
"""

import threading
import zlib
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from ncash import __version__
from ncash.model.ports import HttpAnswer, HttpError, HttpRequest
from ncash.workers import Workers, WorkersBusy

if TYPE_CHECKING:
    import socket

    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPConnection

CHUNK: Final = 65_536
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_TEXTS: Final = {
    "timeout": "no answer in time",
    "refused": "the connection is refused",
    "connect": "no connection, or it was cut",
    "tls": "no trusted connection",
    "protocol": "not an answer that can be used",
}


def address(request: HttpRequest) -> str:
    """The address for people: without user, query and secrets."""
    parts = urlsplit(request.url)
    shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return _without(shown, request.secrets)


def _without(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, "****") if secret else text
    return text


class _Abandoned(Exception):
    """The deadline has passed: nothing more is sent."""


class _Call:
    """One call, between the thread that waits for it and the worker that makes it."""

    def __init__(self, request: HttpRequest, budget: float, limit: int) -> None:
        self.request = request
        self.budget = budget
        self.limit = limit
        self.done = threading.Event()
        self.result: HttpAnswer | HttpError | None = None
        self._lock = threading.Lock()
        self._abandoned = False
        self._connection: HTTPConnection | None = None

    def hold(self, connection: "HTTPConnection") -> None:
        """The worker uses this connection from now on. Raises _Abandoned."""
        with self._lock:
            if self._abandoned:
                raise _Abandoned
            self._connection = connection

    def hang_up(self) -> None:
        """Close the connection although it could serve again."""
        if self._connection is not None:
            self._connection.close()

    def finish(self, result: HttpAnswer | HttpError | None) -> None:
        """The worker is through."""
        with self._lock:
            self._connection = None
            self.result = result
        self.done.set()

    def abandon(self) -> None:
        """Stop what is under way: the worker's next read or write fails at once."""
        with self._lock:
            self._abandoned = True
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


_here: Final = threading.local()


def _hold(connection: "HTTPConnection") -> None:
    call: _Call | None = getattr(_here, "call", None)
    if call is not None:
        call.hold(connection)


class RequestsHttp:
    """Implements ncash.model.ports.Http. Connections are kept and shared by all threads."""

    def __init__(self, ca: Path | None = None) -> None:
        """`ca`: a PEM file of certificate authorities to trust instead of the public ones."""
        self._verify: bool | str = True if ca is None else str(ca)
        self._workers = Workers("http")
        self._lock = threading.Lock()
        self._adapters: dict[tuple[bool, str], HTTPAdapter] = {}

    def send(self, request: HttpRequest, budget: float, limit: int = 1_000_000) -> HttpAnswer:
        """Send and wait at most `budget` seconds in all for at most `limit` bytes. Raises HttpError."""
        _permit(request)
        call = _Call(request, budget, limit)
        try:
            if budget > 0:
                self._workers.run(partial(self._work, call))
        except WorkersBusy as error:
            raise HttpError("timeout", f"{address(request)}: {error}") from None
        if not call.done.wait(max(budget, 0.0)):
            call.abandon()
        if call.result is None:
            raise HttpError("timeout", f"{address(request)}: no answer in {budget:.1f} s")
        if isinstance(call.result, HttpError):
            raise call.result
        return call.result

    def release(self, url: str) -> None:
        """Close the kept connections to the host of this address; calls under way go on."""
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
        with self._lock:
            kept = [adapter.poolmanager.pools for (keep_alive, _), adapter in self._adapters.items() if keep_alive]
        for pools in kept:
            for key in pools.keys():  # noqa: SIM118  (this mapping cannot be iterated)
                if (key.key_scheme, key.key_host, key.key_port) == (parts.scheme, parts.hostname, port):
                    pool = pools.pop(key, None)
                    if pool is not None:
                        pool.close()

    def close(self) -> None:
        """Close kept connections and end idle threads; the next call opens what it needs."""
        with self._lock:
            adapters, self._adapters = self._adapters, {}
        for adapter in adapters.values():
            adapter.close()
        self._workers.dismiss()

    def _work(self, call: _Call) -> None:
        _here.call = call
        result: HttpAnswer | HttpError | None
        try:
            result = self._exchange(call)
        except HttpError as error:
            result = error
        except _Abandoned:
            result = None
        except Exception as error:
            result = _explained(call.request, error)
        finally:
            _here.call = None
        call.finish(result)

    def _adapter(self, request: HttpRequest) -> "HTTPAdapter":
        """Connections that are to be closed after one answer never mix with those that are kept, nor do those that
        trust one certificate mix with those that trust the authorities."""
        key = request.keep_alive, _fingerprint(request)
        with self._lock:
            if key not in self._adapters:
                self._adapters[key] = _new_adapter()
                if key[1]:
                    self._adapters[key].poolmanager.connection_pool_kw.update(_pins(key[1]))
            return self._adapters[key]

    def _exchange(self, call: _Call) -> HttpAnswer:
        from requests.models import PreparedRequest

        request = call.request
        headers = {
            "User-Agent": f"ncash/{__version__}",
            "Accept-Encoding": "identity",
            "Connection": "keep-alive" if request.keep_alive else "close",
        }
        prepared = PreparedRequest()
        prepared.prepare(request.method, request.url, {**headers, **request.headers}, data=request.body)
        trusted = self._verify if request.pinned is None else str(request.pinned)
        response = self._adapter(request).send(prepared, stream=True, timeout=call.budget, verify=trusted)
        try:
            if 300 <= response.status_code < 400:
                text = f"{address(request)}: HTTP {response.status_code} redirects elsewhere, which is not followed"
                raise HttpError("protocol", text)
            coding = response.headers.get("Content-Encoding", "identity").strip().lower()
            body = _body(request, response.raw.stream(CHUNK, decode_content=False), coding, call.limit)
            lower = {name.lower(): value for name, value in response.headers.items()}
            return HttpAnswer(response.status_code, lower, body)
        finally:
            response.close()
            if not request.keep_alive:
                call.hang_up()


def _permit(request: HttpRequest) -> None:
    try:
        parts = urlsplit(request.url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise HttpError("protocol", "the address is not a URL") from None
    if parts.scheme not in ("http", "https") or not host or port == 0 or parts.username is not None:
        raise HttpError("protocol", f"{address(request)}: not an address of the form https://HOST[:PORT]/PATH")
    if parts.scheme == "http" and host not in _LOOPBACK:
        text = "plain http is allowed to this computer only; write https://"
        raise HttpError("protocol", f"{address(request)}: {text}")


def _fingerprint(request: HttpRequest) -> str:
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
        raise HttpError("tls", f"{address(request)}: {request.pinned.name} holds no certificate to pin") from None
    return hashlib.sha256(der).hexdigest()


def _pins(fingerprint: str) -> dict[str, Any]:
    """What a pool of connections needs to take this certificate and no other."""
    import ssl

    from urllib3.util.ssl_ import create_urllib3_context

    context = create_urllib3_context()
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return {"assert_fingerprint": fingerprint, "assert_hostname": False, "ssl_context": context}


def _body(request: HttpRequest, chunks: Iterator[bytes], coding: str, limit: int) -> bytes:
    """The body as sent and as unpacked, each at most `limit` bytes."""
    too_large = HttpError("too_large", f"{address(request)}: more than {limit} bytes")
    if coding not in ("identity", "", "gzip", "x-gzip", "deflate"):
        raise HttpError("protocol", f"{address(request)}: packed in an unknown way")
    unpacker = None if coding in ("identity", "") else zlib.decompressobj(wbits=47)
    received, body = 0, bytearray()
    for chunk in chunks:
        received += len(chunk)
        body += chunk if unpacker is None else unpacker.decompress(chunk, limit + 1 - len(body))
        if received > limit or len(body) > limit:
            raise too_large
    if unpacker is not None and not unpacker.eof:
        raise HttpError("connect", f"{address(request)}: the packed answer is cut")
    return bytes(body)


def _new_adapter() -> "HTTPAdapter":
    """Connections that tell the running call which socket they use."""
    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            _hold(self)

        def request(self, *args: Any, **options: Any) -> None:
            _hold(self)
            super().request(*args, **options)

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            _hold(self)

        def request(self, *args: Any, **options: Any) -> None:
            _hold(self)
            super().request(*args, **options)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    adapter = HTTPAdapter(pool_connections=32, pool_maxsize=16, max_retries=0)
    adapter.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
    return adapter


def _chain(error: BaseException) -> list[BaseException]:
    """An exception with everything it wraps."""
    found: list[BaseException] = [error]
    for each in found:
        inner = (each.__cause__, each.__context__, getattr(each, "reason", None), *each.args)
        found += [e for e in inner if isinstance(e, BaseException) and not any(e is known for known in found)]
    return found


def _explained(request: HttpRequest, error: Exception) -> HttpError:
    """The library's exception as ours; its own text is dropped, because it may quote headers."""
    import ssl

    from requests import exceptions as requests_errors
    from urllib3 import exceptions as urllib3_errors

    chain = _chain(error)
    untrusted = next((e for e in chain if isinstance(e, ssl.SSLCertVerificationError)), None)
    tls = (requests_errors.SSLError, urllib3_errors.SSLError, ssl.SSLError)
    late = (requests_errors.Timeout, urllib3_errors.TimeoutError, TimeoutError)
    cut = (requests_errors.ConnectionError, urllib3_errors.ProtocolError, urllib3_errors.NewConnectionError)
    if any(isinstance(e, tls) for e in chain):
        reason = "tls"
    elif any(isinstance(e, ConnectionRefusedError) for e in chain):
        reason = "refused"
    elif any(isinstance(e, late) for e in chain):
        reason = "timeout"
    elif any(isinstance(e, OSError) and not isinstance(e, requests_errors.RequestException) for e in chain):
        reason = "connect"
    else:
        reason = "connect" if _cut(chain, cut) else "protocol"
    text = f"{address(request)}: {_TEXTS[reason]}"
    return HttpError(reason, _without(f"{text}, {untrusted.verify_message}" if untrusted else text, request.secrets))


def _cut(chain: list[BaseException], cut: tuple[type[BaseException], ...]) -> bool:
    from http.client import HTTPException, IncompleteRead

    spoken = [e for e in chain if isinstance(e, HTTPException)]
    return all(isinstance(e, IncompleteRead) for e in spoken) and any(isinstance(e, cut) for e in chain)

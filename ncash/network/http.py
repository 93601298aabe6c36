"""The network: `requests` behind the port Http, bounded in time and size, and silent about secrets.

A call runs on a worker thread and is abandoned at its deadline whatever the server does: the library's own timeouts
hold for single reads only, and a server that drips bytes would hold a call for ever. A call `in_place` saves the way
to the worker and back: its connection is cut at the deadline.
"""

import threading
import zlib
from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import SplitResult, urlsplit
from weakref import WeakSet

from ncash import __version__
from ncash.language import recorded
from ncash.model.http import loopback
from ncash.model.ports import HttpAnswer, HttpError, HttpLate, HttpRequest
from ncash.network.causes import address, explained
from ncash.network.connections import (
    Call,
    DeadlinePassed,
    Watch,
    context_of,
    fingerprint,
    here,
    pool_classes,
    reread,
    transport,
)
from ncash.network.late_answer import PatienceEnd
from ncash.system.clock import SystemClock
from ncash.system.threads import Workers, WorkersBusy

if TYPE_CHECKING:
    import ssl

    from urllib3 import BaseHTTPResponse, HTTPConnectionPool

CHUNK: Final = 65_536
_PLAIN: Final = ("identity", "")
"""Codings of a body that is sent as it is."""


class RequestsHttp:
    """Implements ncash.model.ports.Http. Connections are kept and shared by all threads."""

    def __init__(self, ca: Path | None = None) -> None:
        """`ca`: a PEM file of certificate authorities to trust instead of the public ones."""
        self._ca = ca
        self._clock = SystemClock()
        self._workers = Workers("http")
        self._watch = Watch()
        self._lock = threading.Lock()
        self._calls: WeakSet[Call] = WeakSet()
        """Calls that somebody may still wait for, those among them that were handed on by a patient thread."""
        self._context: ssl.SSLContext | None = None
        self._adapters: dict[tuple[str, str, bool, str], Any] = {}

    def send(self, request: HttpRequest, budget: float, limit: int = 1_000_000) -> HttpAnswer:
        """Send and wait at most `budget` seconds in all for at most `limit` bytes. Raises HttpError, and HttpLate."""
        parts = _permitted(request)
        if request.patience is not None:
            return self._patiently(request, parts, budget, limit)
        call = self._begun(Call(request, parts, budget, limit=limit))
        if request.in_place:
            self._in_place(call)
        else:
            self._by_worker(call)
        return _outcome(call)

    def _begun(self, call: Call) -> Call:
        """The call, known to `abandon` from now on."""
        with self._lock:
            self._calls.add(call)
        return call

    def _patiently(self, request: HttpRequest, parts: SplitResult, budget: float, limit: int) -> HttpAnswer:
        """In the calling thread, over an open connection, as long as its patience lasts."""
        begun = self._clock.monotonic()
        until = begun + min(request.patience or 0.0, budget)
        call = self._begun(Call(request, parts, budget, limit=limit, until=until))
        try:
            self._work(call)
        except PatienceEnd:
            raise HttpLate(partial(self._rest, call, begun + budget)) from None
        return _outcome(call)

    def _rest(self, call: Call, deadline: float) -> HttpAnswer:
        """Go on listening where a patient thread gave up; ask, where it had nothing to ask over."""
        left = max(deadline - self._clock.monotonic(), 0.0)
        if call.cut:
            call.hang_up()
            raise _cut_off(call)
        if call.tape is None:
            return self.send(call.request._replace(patience=None, in_place=True), left, call.limit)
        call.tape.go_on(deadline)
        result: HttpAnswer | HttpError
        try:
            result = _received(call, reread(call.tape, call.request.method))
        except PatienceEnd:
            raise HttpError(
                "timeout",
                recorded("{address}: no answer in {budget:.1f} s", address=address(call.request), budget=call.budget),
            ) from None
        except Exception as error:
            result = error if isinstance(error, HttpError) else explained(call.request, error)
        finally:
            call.hang_up()
        call.finish(result)
        return _outcome(call)

    def _in_place(self, call: Call) -> None:
        if call.budget > 0:
            self._watch.over(call)
            self._work(call)

    def _by_worker(self, call: Call) -> None:
        try:
            if call.budget > 0:
                self._workers.run(partial(self._work, call))
        except WorkersBusy as error:
            raise HttpError("timeout", f"{address(call.request)}: {error}") from None
        if not call.wait(max(call.budget, 0.0)):
            call.abandon()

    def abandon(self) -> None:
        """Cut the calls under way but those with `uncut`; later ones are made as ever."""
        with self._lock:
            calls = [call for call in self._calls if not call.request.uncut]
        for call in calls:
            call.cut_off()

    def release(self, url: str) -> None:
        """Close the kept connections to the host of this address; calls under way go on."""
        parts = urlsplit(url)
        with self._lock:
            gone = [self._adapters.pop(key) for key in tuple(self._adapters) if key[:2] == (parts.scheme, parts.netloc)]
        for adapter in gone:
            adapter.close()

    def close(self) -> None:
        """Close kept connections and end idle threads; the next call opens what it needs."""
        with self._lock:
            adapters, self._adapters = self._adapters, {}
        for adapter in adapters.values():
            adapter.close()
        self._workers.dismiss()

    def _work(self, call: Call) -> None:
        here.call = call
        result: HttpAnswer | HttpError | None
        try:
            result = self._exchange(call)
        except HttpError as error:
            result = error
        except DeadlinePassed:
            result = None
        except Exception as error:
            result = explained(call.request, error)
        finally:
            here.call = None
        call.finish(result)

    def _adapter(self, request: HttpRequest, parts: SplitResult) -> Any:
        """Connections that are to be closed after one answer never mix with those that are kept, nor do those that
        trust one certificate mix with those that trust the authorities."""
        key = parts.scheme, parts.netloc, request.keep_alive, fingerprint(request) if request.pinned else ""
        adapter = self._adapters.get(key)
        if adapter is not None:
            return adapter
        with self._lock:
            if key not in self._adapters:
                self._adapters[key] = transport()[0](self._opened(request, parts, key[3]))
            return self._adapters[key]

    def _opened(self, request: HttpRequest, parts: SplitResult, pin: str) -> "HTTPConnectionPool":
        plain, secure = pool_classes()
        host = parts.hostname or ""
        if parts.scheme == "http":
            return plain(host, parts.port, maxsize=16)
        if request.pinned is not None:
            only: Any = {"assert_fingerprint": pin, "assert_hostname": False}
            return secure(host, parts.port, maxsize=16, ssl_context=context_of(request.pinned, pinned=True), **only)
        if self._context is None:
            self._context = context_of(self._ca)
        return secure(host, parts.port, maxsize=16, ssl_context=self._context)

    def _exchange(self, call: Call) -> HttpAnswer:
        request, parts = call.request, call.parts
        headers = {
            "User-Agent": f"ncash/{__version__}",
            "Accept-Encoding": "identity",
            "Connection": "keep-alive" if request.keep_alive else "close",
            **request.headers,
        }
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        if request.body is not None:
            headers["Content-Length"] = str(len(request.body))
        prepared = transport()[1](request.method, target, headers, request.body)
        response = self._adapter(request, parts).send(prepared, stream=True, timeout=call.budget)
        try:
            answer = _received(call, response)
        except BaseException:
            response.close()
            raise
        finally:
            if not request.keep_alive:
                call.hang_up()
        response.release_conn()
        return answer


def _outcome(call: Call) -> HttpAnswer:
    """What the call came to. Raises HttpError."""
    if call.cut:
        raise _cut_off(call)
    if call.result is None or call.abandoned:
        raise HttpError(
            "timeout",
            recorded("{address}: no answer in {budget:.1f} s", address=address(call.request), budget=call.budget),
        )
    if isinstance(call.result, HttpError):
        raise call.result
    return call.result


def _cut_off(call: Call) -> HttpError:
    return HttpError("cut", recorded("{address}: the call was cut", address=address(call.request)))


def _received(call: Call, response: "BaseHTTPResponse") -> HttpAnswer:
    request, status = call.request, response.status
    if 300 <= status < 400:
        text = recorded(
            "{address}: HTTP {status} redirects elsewhere, which is not followed",
            address=address(request),
            status=status,
        )
        raise HttpError("protocol", text)
    lower = {name.lower(): value for name, value in response.headers.itermerged()}
    coding = lower.get("content-encoding", "identity").strip().lower()
    length = response.length_remaining
    if coding in _PLAIN and length is not None and length <= call.limit:
        # Read at once: urllib3's stream costs a tenth of a whole call to this computer.
        return HttpAnswer(status, lower, response.read(decode_content=False))
    return HttpAnswer(status, lower, _body(request, response.stream(CHUNK, decode_content=False), coding, call.limit))


@lru_cache(64)
def _split(url: str) -> tuple[SplitResult, str | None, int | None, str | None]:
    """Parts, host, port, user. Raises ValueError."""
    parts = urlsplit(url)
    return parts, parts.hostname, parts.port, parts.username


def _permitted(request: HttpRequest) -> SplitResult:
    """The parts of an address that may be called. Raises HttpError."""
    try:
        parts, host, port, user = _split(request.url)
    except ValueError:
        raise HttpError("protocol", "the address is not a URL") from None
    if parts.scheme not in ("http", "https") or not host or port == 0 or user is not None:
        raise HttpError(
            "protocol",
            recorded("{address}: not an address of the form https://HOST[:PORT]/PATH", address=address(request)),
        )
    if parts.scheme == "http" and not request.plain and not loopback(host):
        text = "plain http is allowed to this computer only; write https://"
        raise HttpError("protocol", f"{address(request)}: {text}")
    if not all(
        value.isascii() and value.isprintable() and value == value.strip() for value in request.headers.values()
    ):
        raise HttpError(
            "protocol", recorded("{address}: a header holds what no header can carry", address=address(request))
        )
    return parts


def _body(request: HttpRequest, chunks: Iterator[bytes], coding: str, limit: int) -> bytes:
    """The body as sent and as unpacked, each at most `limit` bytes."""
    too_large = HttpError(
        "too_large", recorded("{address}: more than {limit} bytes", address=address(request), limit=limit)
    )
    if coding not in (*_PLAIN, "gzip", "x-gzip", "deflate"):
        raise HttpError("protocol", recorded("{address}: packed in an unknown way", address=address(request)))
    unpacker = None if coding in _PLAIN else zlib.decompressobj(wbits=47)
    received, body = 0, bytearray()
    for chunk in chunks:
        received += len(chunk)
        body += chunk if unpacker is None else unpacker.decompress(chunk, limit + 1 - len(body))
        if received > limit or len(body) > limit:
            raise too_large
    if unpacker is not None and not unpacker.eof:
        raise HttpError("connect", recorded("{address}: the packed answer is cut", address=address(request)))
    return bytes(body)

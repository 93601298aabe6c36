"""The server as an ASGI application: who asks, for what, how much; then the handler of the table of calls."""

import asyncio
import codecs
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Final, NamedTuple

from ncash.model.ports import Clock
from ncash.server.database.accounts import Account
from ncash.server.database.connection import Refused, Unavailable
from ncash.server.database.reasons import for_anybody
from ncash.server.http.answers import Answer, Problem
from ncash.server.http.calls import Call, Desk
from ncash.server.http.fields import Invalid
from ncash.server.http.gate import Crowded, Gate
from ncash.server.http.log import Log, Request
from ncash.server.http.routes import BY_PATH, CSV, Route

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

WHOLE: Final = "ncash.whole"
"""In the scope of a request that was there as a whole before it was looked at: nobody has to wait for its body."""
_REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}", re.ASCII)
_DRAINED: Final = 16
"""So many times the limit of a body is read and thrown away, so that the client gets to read why."""
_LONGEST_LINE: Final = 4096
_UNKNOWN: Final = "unknown"
_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False)


class Limits(NamedTuple):
    """What a request may cost."""

    body: int = 1_000_000
    """Bytes."""
    listing: int = 500_000_000
    """Bytes of a white list as CSV."""
    patience: float = 10.0
    """Seconds that the head of a request may take, and its body, of CSV each piece of it."""


class _Gone(Exception):
    """The client went away before it had asked."""


class App:
    """The application; `scope["type"]` is always http, uvicorn is told to leave the rest out."""

    def __init__(self, desk: Desk, gate: Gate, log: Log, name: str, limits: Limits) -> None:
        """`name` begins the ids of requests that bring none."""
        self._desk, self._gate, self._log, self._limits = desk, gate, log, limits
        self._clock: Clock = desk.clock
        self._name, self._number = name, 0

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request and log it."""
        begun = self._clock.monotonic()
        headers = dict(scope["headers"])
        request = self._id(headers.get(b"x-request-id", b""))
        path: str = scope["path"]
        seen = _Seen()
        try:
            answer = await self._answered(scope, headers, receive, seen)
        except (Problem, Unavailable, Refused) as error:
            problem = error if isinstance(error, Problem) else _of_the_database(error)
            answer, seen.reason = problem.answer(), problem.reason
        except _Gone:
            self._log.say("info", "gone", id=request, method=scope["method"])
            return
        except Exception as error:
            self._log.trouble("request", error, id=request)
            answer = Problem(500, "internal", "an error of the server", "look for the request id in its log").answer()
        size = await _sent(send, answer, request, seen.unread)
        took = self._clock.monotonic() - begun
        call = seen.route.name if seen.route else _UNKNOWN
        self._desk.metrics.request(call, answer.status, took)
        account = seen.account.name if seen.account else None
        one = Request(request, scope["method"], path[:100], answer.status, took, size, account, seen.reason)
        self._log.request(one)

    def _id(self, given: bytes) -> str:
        if given and _REQUEST_ID.fullmatch(given):
            return given.decode()
        self._number += 1
        return f"{self._name}-{self._number:x}"

    async def _answered(
        self, scope: Mapping[str, Any], headers: Mapping[bytes, bytes], receive: Receive, seen: "_Seen"
    ) -> Answer:
        methods = BY_PATH.get(scope["path"], {})
        seen.route = route = methods.get(scope["method"])
        if route is None or route.roles:
            await self._admitted(headers, seen)
        if route is None:
            raise _no_call(methods)
        if route.roles and seen.account is not None and seen.account.role not in route.roles:
            raise Problem(403, "role", f"this call is for {' and '.join(sorted(route.roles))}", "use another account")
        try:
            call = await self._call(route, scope, headers, receive, seen)
            return await route.handler(self._desk, call)
        except Invalid as error:
            raise Problem(422, "schema", str(error), "see /openapi.json") from error

    async def _admitted(self, headers: Mapping[bytes, bytes], seen: "_Seen") -> None:
        given = headers.get(b"authorization")
        try:
            seen.account = await self._gate.account(given) if given else None
        except Crowded as error:
            raise Problem(429, "crowded", "too many secrets wait to be verified", Retry_After="1") from error
        if seen.account is None:
            hint = "accounts are made by ncash server user add"
            raise Problem(401, "account", "no account, or a wrong secret", hint,
                          WWW_Authenticate='Basic realm="ncash", charset="UTF-8"')  # fmt: skip
        wait = self._gate.wait(seen.account)
        if wait:
            raise Problem(429, "rate", "too many calls of this account", "wait", Retry_After=str(int(wait) + 1))

    async def _call(
        self, route: Route, scope: Mapping[str, Any], headers: Mapping[bytes, bytes], receive: Receive, seen: "_Seen"
    ) -> Call:
        query: bytes = scope["query_string"]
        if route.body is None:
            return Call(seen.account, None, query)
        declared = headers.get(b"content-length", b"")
        body = _Body(receive, int(declared) if declared.isdigit() else 0, self._limits, seen, WHOLE in scope)
        if route.csv and headers.get(b"content-type", b"").split(b";")[0].strip().lower() == CSV.encode():
            return Call(seen.account, None, query, _lines(body))
        raw = await body.whole()
        try:
            return Call(seen.account, json.loads(raw.decode()), query)
        except (ValueError, RecursionError) as error:
            raise Problem(400, "json", "the body is not JSON", "see /openapi.json") from error


class _Seen:
    """What is known of a request so far, for the log."""

    route: Route | None = None
    account: Account | None = None
    unread = False
    """A part of the body is left on the line."""
    reason = ""
    """Why it was not answered as it was meant, in words that are for the log only."""


def _of_the_database(error: Unavailable | Refused) -> Problem:
    """The answer says as much of the reason as anybody may read, the log all of it."""
    reason, told = str(error), for_anybody(str(error))
    if isinstance(error, Unavailable):
        hint = "the call may be made again: nothing takes effect twice; the log of the server says more"
        problem = Problem(503, "database", f"the database does not answer: {told}", hint, Retry_After="1")
    else:
        hint = "the log of the server says more"
        problem = Problem(500, "database", f"the database refuses: {told}", hint)
    problem.reason = reason
    return problem


def _no_call(methods: Mapping[str, Route]) -> Problem:
    if methods:
        allow = ", ".join(sorted(methods))
        return Problem(405, "method", f"accepted are {allow}", "see /openapi.json", Allow=allow)
    return Problem(404, "path", "there is no such call", "see /openapi.json")


class _Body:
    """The body of a request as it comes in."""

    def __init__(self, receive: Receive, declared: int, limits: Limits, seen: _Seen, there: bool) -> None:
        """`there`: all of it has come, nobody will have to wait."""
        self._receive, self._declared, self._limits, self._seen = receive, declared, limits, seen
        self._there = there
        self._deadline = self._moment()

    def _moment(self) -> float:
        return asyncio.get_running_loop().time() + self._limits.patience

    async def whole(self) -> bytes:
        """All of it, in the time that a body may take. Raises Problem."""
        if self._declared <= self._limits.body:
            first, more = await self._piece()
            if not more and len(first) <= self._limits.body:
                return first
            return b"".join([piece async for piece in self._pieces(self._limits.body, first, more)])
        return b"".join([piece async for piece in self._pieces(self._limits.body)])

    async def listing(self) -> AsyncIterator[bytes]:
        """Piece by piece, each in the time that a body may take. Raises Problem."""
        async for piece in self._pieces(self._limits.listing):
            yield piece
            self._deadline = self._moment()

    async def _pieces(self, limit: int, piece: bytes = b"", more: bool = True) -> AsyncIterator[bytes]:
        size = len(piece)
        self._seen.unread = True
        while True:
            if max(size, self._declared) > limit:
                await self._drained(limit, size, more)
                raise Problem(413, "size", f"up to {limit} bytes are accepted", "send it in parts")
            yield piece
            if not more:
                break
            piece, more = await self._piece()
            size += len(piece)
        self._seen.unread = False

    async def _piece(self) -> tuple[bytes, bool]:
        try:
            if self._there:
                message = await self._receive()
            else:
                async with asyncio.timeout_at(self._deadline):
                    message = await self._receive()
        except TimeoutError as error:
            self._seen.unread = True
            raise Problem(408, "slow", "the body did not come in time", "send it again") from error
        if message["type"] != "http.request":
            raise _Gone
        return message.get("body", b""), message.get("more_body", False)

    async def _drained(self, limit: int, size: int, more: bool) -> None:
        while more and size < _DRAINED * limit:
            piece, more = await self._piece()
            size += len(piece)


async def _lines(body: _Body) -> AsyncIterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    held = ""
    try:
        async for piece in body.listing():
            *whole, held = (held + decoder.decode(piece)).split("\n")
            for line in whole:
                yield line.rstrip("\r")
            if len(held) > _LONGEST_LINE:
                raise Invalid(f"a line of up to {_LONGEST_LINE} characters is accepted")
        held += decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise Problem(400, "encoding", "the body is not UTF-8", "save the file in UTF-8") from error
    if held.strip():
        yield held.rstrip("\r")


async def _sent(send: Send, answer: Answer, request: str, close: bool) -> int:
    content = answer.content
    body = content if isinstance(content, bytes) else _ENCODER.encode(content).encode()
    headers = [
        (b"content-type", answer.kind.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"x-request-id", request.encode()),
        *((name.lower().encode(), value.encode()) for name, value in answer.headers.items()),
    ]
    if close:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
    return len(body)

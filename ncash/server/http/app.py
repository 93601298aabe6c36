"""The server as an ASGI application: checks who asks, for what and how much, then calls the route's handler."""

import asyncio
import codecs
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Final, NamedTuple

from ncash.model.ports import Clock
from ncash.server.database.accounts import UserAccount
from ncash.server.database.connection import DatabaseRefusal, DatabaseUnavailable
from ncash.server.database.reasons import for_anybody
from ncash.server.http.answers import Answer, HttpProblem
from ncash.server.http.calls import ApiCall, ServerContext
from ncash.server.http.fields import InvalidRequest
from ncash.server.http.gate import Gate, VerifierBusy
from ncash.server.http.log import Log, RequestLine
from ncash.server.http.routes import BY_PATH, CSV, Route

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

WHOLE: Final = "ncash.whole"
"""Key in the scope of a request whose body has arrived completely, so that reading it needs no time limit."""
_REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}", re.ASCII)
_DRAINED: Final = 16
"""Multiple of the size limit that is read and thrown away, so that the client gets to read the refusal."""
_LONGEST_LINE: Final = 4096
_UNKNOWN: Final = "unknown"
_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False)


class Limits(NamedTuple):
    """Limits on the size and the time of one request."""

    body: int = 1_000_000
    """Bytes."""
    listing: int = 500_000_000
    """Bytes of a white list as CSV."""
    patience: float = 10.0
    """Seconds that the head of a request may take, and its body, of CSV each piece of it."""


class _ClientGone(Exception):
    """The client closed the connection before its request was complete."""


class App:
    """ASGI application; `scope["type"]` is always http, because uvicorn is told to leave the rest out."""

    def __init__(self, context: ServerContext, gate: Gate, log: Log, name: str, limits: Limits) -> None:
        """`name`: prefix of the ids given to requests that bring none."""
        self._context, self._gate, self._log, self._limits = context, gate, log, limits
        self._clock: Clock = context.clock
        self._name, self._number = name, 0

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request and log it."""
        begun = self._clock.monotonic()
        headers = dict(scope["headers"])
        request = self._id(headers.get(b"x-request-id", b""))
        path: str = scope["path"]
        trace = _RequestTrace()
        try:
            answer = await self._answer(scope, headers, receive, trace)
        except (HttpProblem, DatabaseUnavailable, DatabaseRefusal) as error:
            problem = error if isinstance(error, HttpProblem) else _database_problem(error)
            answer, trace.reason = problem.answer(), problem.reason
        except _ClientGone:
            self._log.say("info", "gone", id=request, method=scope["method"])
            return
        except Exception as error:
            self._log.trouble("request", error, id=request)
            hint = "look for the request id in its log"
            answer = HttpProblem(500, "internal", "an error of the server", hint).answer()
        size = await _send_answer(send, answer, request, trace.unread)
        took = self._clock.monotonic() - begun
        call = trace.route.name if trace.route else _UNKNOWN
        self._context.metrics.request(call, answer.status, took)
        account = trace.account.name if trace.account else None
        self._log.request(
            RequestLine(
                id=request, method=scope["method"], path=path[:100], status=answer.status, seconds=took, bytes=size,
                account=account, reason=trace.reason,
            )
        )  # fmt: skip

    def _id(self, given: bytes) -> str:
        if given and _REQUEST_ID.fullmatch(given):
            return given.decode()
        self._number += 1
        return f"{self._name}-{self._number:x}"

    async def _answer(
        self, scope: Mapping[str, Any], headers: Mapping[bytes, bytes], receive: Receive, trace: "_RequestTrace"
    ) -> Answer:
        methods = BY_PATH.get(scope["path"], {})
        trace.route = route = methods.get(scope["method"])
        if route is None or route.roles:
            await self._authenticate(headers, trace)
        if route is None:
            raise _no_route_problem(methods)
        if route.roles and trace.account is not None and trace.account.role not in route.roles:
            text = f"this call is for {' and '.join(sorted(route.roles))}"
            raise HttpProblem(403, "role", text, "use another account")
        try:
            call = await self._read_call(route, scope, headers, receive, trace)
            return await route.handler(self._context, call)
        except InvalidRequest as error:
            raise HttpProblem(422, "schema", str(error), "see /openapi.json") from error

    async def _authenticate(self, headers: Mapping[bytes, bytes], trace: "_RequestTrace") -> None:
        given = headers.get(b"authorization")
        try:
            trace.account = await self._gate.account_of(given) if given else None
        except VerifierBusy as error:
            raise HttpProblem(429, "crowded", "too many secrets wait to be verified", Retry_After="1") from error
        if trace.account is None:
            hint = "accounts are made by ncash server user add"
            raise HttpProblem(401, "account", "no account, or a wrong secret", hint,
                          WWW_Authenticate='Basic realm="ncash", charset="UTF-8"')  # fmt: skip
        wait = self._gate.seconds_to_wait(trace.account)
        if wait:
            raise HttpProblem(429, "rate", "too many calls of this account", "wait", Retry_After=str(int(wait) + 1))

    async def _read_call(
        self,
        route: Route,
        scope: Mapping[str, Any],
        headers: Mapping[bytes, bytes],
        receive: Receive,
        trace: "_RequestTrace",
    ) -> ApiCall:
        query: bytes = scope["query_string"]
        if route.body is None:
            return ApiCall(trace.account, None, query)
        declared = headers.get(b"content-length", b"")
        length = int(declared) if declared.isdigit() else 0
        body = _Body(receive, declared=length, limits=self._limits, trace=trace, complete=WHOLE in scope)
        if route.csv and headers.get(b"content-type", b"").split(b";")[0].strip().lower() == CSV.encode():
            return ApiCall(trace.account, None, query, _csv_lines(body))
        raw = await body.read_all()
        try:
            return ApiCall(trace.account, json.loads(raw.decode()), query)
        except (ValueError, RecursionError) as error:
            raise HttpProblem(400, "json", "the body is not JSON", "see /openapi.json") from error


class _RequestTrace:
    """Facts about a request collected for its line in the log."""

    route: Route | None = None
    account: UserAccount | None = None
    unread = False
    """Whether a part of the body is still on the connection, which must then be closed."""
    reason = ""
    """Why the request failed, in words for the log only."""


def _database_problem(error: DatabaseUnavailable | DatabaseRefusal) -> HttpProblem:
    """Problem for a database error: the answer tells what anybody may read of the reason, the log all of it."""
    reason, told = str(error), for_anybody(str(error))
    if isinstance(error, DatabaseUnavailable):
        hint = "the call may be made again: nothing takes effect twice; the log of the server says more"
        problem = HttpProblem(503, "database", f"the database does not answer: {told}", hint, Retry_After="1")
    else:
        hint = "the log of the server says more"
        problem = HttpProblem(500, "database", f"the database refuses: {told}", hint)
    problem.reason = reason
    return problem


def _no_route_problem(methods: Mapping[str, Route]) -> HttpProblem:
    if methods:
        allow = ", ".join(sorted(methods))
        return HttpProblem(405, "method", f"accepted are {allow}", "see /openapi.json", Allow=allow)
    return HttpProblem(404, "path", "there is no such call", "see /openapi.json")


class _Body:
    """Reads the body of a request, bounded in size and time."""

    def __init__(self, receive: Receive, declared: int, limits: Limits, trace: _RequestTrace, complete: bool) -> None:
        """`complete`: all of the body has arrived; nobody will have to wait."""
        self._receive, self._declared, self._limits, self._trace = receive, declared, limits, trace
        self._complete = complete
        self._deadline = self._new_deadline()

    def _new_deadline(self) -> float:
        return asyncio.get_running_loop().time() + self._limits.patience

    async def read_all(self) -> bytes:
        """The whole body, within the time that a body may take. Raises HttpProblem."""
        if self._declared <= self._limits.body:
            first, more = await self._read_piece()
            if not more and len(first) <= self._limits.body:
                return first
            return b"".join([piece async for piece in self._read_pieces(self._limits.body, first, more)])
        return b"".join([piece async for piece in self._read_pieces(self._limits.body)])

    async def read_listing(self) -> AsyncIterator[bytes]:
        """The pieces of a long body, each within the time that a body may take. Raises HttpProblem."""
        async for piece in self._read_pieces(self._limits.listing):
            yield piece
            self._deadline = self._new_deadline()

    async def _read_pieces(self, limit: int, piece: bytes = b"", more: bool = True) -> AsyncIterator[bytes]:
        size = len(piece)
        self._trace.unread = True
        while True:
            if max(size, self._declared) > limit:
                await self._drain(limit, size, more)
                raise HttpProblem(413, "size", f"up to {limit} bytes are accepted", "send it in parts")
            yield piece
            if not more:
                break
            piece, more = await self._read_piece()
            size += len(piece)
        self._trace.unread = False

    async def _read_piece(self) -> tuple[bytes, bool]:
        try:
            if self._complete:
                message = await self._receive()
            else:
                async with asyncio.timeout_at(self._deadline):
                    message = await self._receive()
        except TimeoutError as error:
            self._trace.unread = True
            raise HttpProblem(408, "slow", "the body did not come in time", "send it again") from error
        if message["type"] != "http.request":
            raise _ClientGone
        return message.get("body", b""), message.get("more_body", False)

    async def _drain(self, limit: int, size: int, more: bool) -> None:
        while more and size < _DRAINED * limit:
            piece, more = await self._read_piece()
            size += len(piece)


async def _csv_lines(body: _Body) -> AsyncIterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    held = ""
    try:
        async for piece in body.read_listing():
            *whole, held = (held + decoder.decode(piece)).split("\n")
            for line in whole:
                yield line.rstrip("\r")
            if len(held) > _LONGEST_LINE:
                raise InvalidRequest(f"a line of up to {_LONGEST_LINE} characters is accepted")
        held += decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise HttpProblem(400, "encoding", "the body is not UTF-8", "save the file in UTF-8") from error
    if held.strip():
        yield held.rstrip("\r")


async def _send_answer(send: Send, answer: Answer, request: str, close: bool) -> int:
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

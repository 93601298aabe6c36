"""One request to one host, and what kind of reply came back (R17 §1.2, §1.3, §1.5)."""

import json
from collections.abc import Callable, Mapping
from enum import Enum
from functools import partial
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from ncash.bundled.markedgoods.facts import evidence, strict_json
from ncash.bundled.markedgoods.settings.tokens import Token
from ncash.model.ports import Clock, HttpAnswer, HttpError, HttpLate, HttpRequest, Surroundings, World

BASE: Final = "/api/v4/true-api"
INFO: Final = f"{BASE}/cdn/info"
HEALTH: Final = f"{BASE}/cdn/health/check"
CHECK: Final = f"{BASE}/codes/check"
MOSCOW: Final = 2
"""Time zone 2 of tag 1011, UTC+3: what CRPT assumes, and what stands for a zone outside 1..11."""
EXTERNAL_CODE: Final = 5000
"""`code` of a 5xx body that speaks of a system CRPT itself depends on."""


class ReplyKind(Enum):
    """Kinds of replies that the guide treats differently (crpt.md §4)."""

    OK = "answer"
    WRONG = "request refused"
    TOKEN = "token refused"
    LIMIT = "too many requests"
    FAILED = "server error"
    EXTERNAL = "external system unavailable"
    EMERGENCY = "emergency"
    SILENT = "no answer in time"
    LOST = "no connection"
    TLS = "no trusted connection"
    GARBLED = "reply that cannot be used"
    CUT = "a person waits no longer"


class Reply(NamedTuple):
    """What one request came to."""

    kind: ReplyKind
    text: str
    """For people; names the host and no secret."""
    status: int | None = None
    body: bytes = b""
    latency: float = 0.0
    """Seconds."""


class PendingReply(Exception):
    """Raised when patience was over before the reply had come; `rest` waits for it within the budget, in any thread."""

    def __init__(self, rest: Callable[[], Reply]) -> None:
        super().__init__("no reply yet")
        self.rest = rest


_COMPACT: Final = json.JSONEncoder(separators=(",", ":"))
_BROKEN: Final = {
    "timeout": ReplyKind.SILENT,
    "connect": ReplyKind.LOST,
    "refused": ReplyKind.LOST,
    "tls": ReplyKind.TLS,
    "too_large": ReplyKind.GARBLED,
    "protocol": ReplyKind.GARBLED,
    "cut": ReplyKind.CUT,
}
_STATUSES: Final = {
    200: ReplyKind.OK,
    203: ReplyKind.EMERGENCY,
    418: ReplyKind.EMERGENCY,
    401: ReplyKind.TOKEN,
    429: ReplyKind.LIMIT,
}


def _external(body: bytes) -> bool:
    try:
        return bool(strict_json.parse_object(body).get("code") == EXTERNAL_CODE)
    except ValueError:
        return False


def kind_of(status: int, body: bytes) -> ReplyKind:
    """The kind of an HTTP answer."""
    if status in _STATUSES:
        return _STATUSES[status]
    if 400 <= status < 500:
        return ReplyKind.WRONG
    if 500 <= status < 600:
        return ReplyKind.EXTERNAL if _external(body) else ReplyKind.FAILED
    return ReplyKind.GARBLED


def _covered(reply: Reply, code: str) -> Reply:
    return reply._replace(text=evidence.covered(reply.text, code)) if reply.text else reply


def _described(url: str, answer: HttpAnswer) -> str:
    host, said = urlsplit(url).hostname or url, ""
    try:
        body = strict_json.parse_object(answer.body)
        said = next((str(body[k]) for k in ("description", "error_message", "error", "message") if body.get(k)), "")
    except ValueError:
        said = ""
    return f"{host}: HTTP {answer.status}" + (f", {said[:120]}" if said else "")


def time_zone(clock: Clock) -> int:
    """The outlet's zone as FFD tag 1011 writes it: N stands for UTC+(N+1), 1 to 11."""
    offset = clock.now().utcoffset()
    hours = offset.total_seconds() / 3600 if offset is not None else 0.0
    return int(hours) - 1 if hours.is_integer() and 2 <= hours <= 12 else MOSCOW


def avg_time(body: bytes) -> float | None:
    """avgTimeMs in an answer of health/check, milliseconds; None when there is none."""
    try:
        value = strict_json.parse_object(body).get("avgTimeMs")
    except ValueError:
        return None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 else None


class Node:
    """Sender of the three requests of the protocol."""

    def __init__(self, world: World | Surroundings, fiscal_drive: str = "") -> None:
        """`fiscal_drive`: 16 digits (tag 1041), sent with each check; empty sends none."""
        self._http = world.http
        self._clock = world.clock
        self._drive = {"fiscalDriveNumber": fiscal_drive} if fiscal_drive else {}

    def info(self, root: str, token: Token, budget: float) -> Reply:
        """Ask a root for the list of sites."""
        return self._send("GET", root, INFO, token, budget)

    def health(self, site: str, token: Token, budget: float) -> Reply:
        """Ask a site whether it serves; the connection is closed at once."""
        return self._send("GET", site, HEALTH, token, budget, keep_alive=False, in_place=True)

    def sent(self) -> dict[str, Any]:
        """What a check tells beside the code."""
        return {**self._drive, "timeZone": time_zone(self._clock)}

    def check(
        self,
        site: str,
        token: Token,
        code: str,
        sent: Mapping[str, Any],
        budget: float,
        patience: float | None = None,
    ) -> Reply:
        """Ask a site about one code, as it stands on the wire, over the connection that is kept for the receipt.

        `patience`: seconds that the calling thread itself waits, over an open connection. PendingReply ends them.
        """
        body = _COMPACT.encode({"codes": [code], **sent}).encode()
        options: dict[str, Any] = {"patience": patience, "in_place": patience is None}
        try:
            reply = self._send("POST", site, CHECK, token, budget, body, **options)
        except PendingReply as later:
            rest = later.rest
            raise PendingReply(lambda: _covered(rest(), code)) from None
        return _covered(reply, code)

    def hang_up(self, site: str) -> None:
        """Close the kept connections to a site: the receipt they served is closed (R17 §1.5.4)."""
        self._http.release(site)

    def _send(
        self, method: str, url: str, path: str, token: Token, budget: float, body: bytes | None = None, **options: Any
    ) -> Reply:
        headers = {"X-API-KEY": token.value, "Content-Type": "application/json"}
        request = HttpRequest(method, url + path, headers, body, secrets=(token.value,), **options)
        return self._reply(url, token, self._clock.monotonic(), partial(self._http.send, request, budget))

    def _reply(self, url: str, token: Token, begun: float, ask: Callable[[], HttpAnswer]) -> Reply:
        try:
            answer = ask()
        except HttpLate as late:
            raise PendingReply(partial(self._reply, url, token, begun, late.rest)) from None
        except HttpError as error:
            return Reply(_BROKEN.get(error.reason, ReplyKind.LOST), str(error), latency=self._clock.monotonic() - begun)
        took, secret = self._clock.monotonic() - begun, token.value.encode()
        kind = kind_of(answer.status, answer.body)
        text = "" if kind is ReplyKind.OK else _described(url, answer).replace(token.value, str(token))
        return Reply(
            kind,
            text,
            status=answer.status,
            body=answer.body.replace(secret, str(token).encode()) if secret in answer.body else answer.body,
            latency=took,
        )

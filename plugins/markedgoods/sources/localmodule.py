"""The local module of Chestny Znak (ЛМ ЧЗ 2.0), one call each: status, outCheck, sell, return, init (crpt.md §7)."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from ncash.bundled.markedgoods.checks.offline import OfflineAnswer, read_offline
from ncash.bundled.markedgoods.facts import evidence, fields, strict_json
from ncash.bundled.markedgoods.facts.dates import wall_time
from ncash.bundled.markedgoods.facts.online import NotChecked
from ncash.bundled.markedgoods.settings.tokens import Token
from ncash.language import recorded
from ncash.model.mark import GS, cis, layout_of, plain, wire
from ncash.model.ports import HttpError, HttpRequest, Surroundings, World
from ncash.settings.secret_file import basic

BASE: Final = "/api/v2"
READY: Final = "ready"
SYNC_ERROR: Final = "sync_error"
NOT_CONFIGURED: Final = "not_configured"
SYNC_LIFE: Final = 72 * 3600.0
"""Seconds since the last synchronisation after which the module may not be used (R17 §2)."""
_MILLISECONDS: Final = 10**11
"""Fewer are seconds since 1970."""
ALREADY_SOLD: Final = 4070
NOT_SOLD: Final = 4075
STATES: Final[Mapping[int, str]] = {4045: NOT_CONFIGURED, 4050: SYNC_ERROR}
"""errorCode → the state it speaks of; some versions say 4050 in every state."""
_REASONS: Final = {"connect": "connection", "refused": "connection", "protocol": "malformed", "too_large": "malformed"}


class ModuleStatus(NamedTuple):
    """Status of the local module, as it reports it."""

    status: str
    """not_configured, initialization, ready, sync_error or failure."""
    version: str = ""
    inst: str = ""
    inn: str = ""
    operationMode: str = ""
    """active or service."""
    lastSync: int | None = None
    """Milliseconds, UTC."""
    dbVersion: str = ""


class Delivery(NamedTuple):
    """Result of telling the local module about codes."""

    done: bool
    """The module has them, now or since an earlier time."""
    again: bool = False
    """It can be tried again; False and not done: the module will never take them."""
    text: str = ""


def authorization(login: str, secret: str) -> str:
    """The header of an account, or of a token when there is no login (crpt.md §7). Empty for neither."""
    if login:
        return basic(login, secret)
    return f"Token {secret}" if secret else ""


def identifying(code: str) -> str:
    """КИ of a mark: GTIN and serial, without price and signature (R17 §2.8)."""
    known = cis(code)
    bare = plain(code)
    return known if known != bare or layout_of(bare) else wire(code).split(GS, 1)[0]


def _text(value: Any) -> str:
    return value if isinstance(value, str) and value.isprintable() else ""


def read_status(body: bytes) -> ModuleStatus:
    """The answer of `status`. Raises ValueError."""
    top = strict_json.parse_object(body)
    if not _text(top.get("status")):
        raise ValueError("the answer names no status")
    words = {name: _text(top.get(name)) for name in ModuleStatus._fields if name != "lastSync"}
    state, mode = words["status"].strip().lower(), words["operationMode"].strip().lower()
    return ModuleStatus(**{**words, "status": state, "operationMode": mode}, lastSync=_synced(top.get("lastSync")))


def _synced(value: Any) -> int | None:
    """Milliseconds of the last synchronisation, also where seconds or a date are written; a module that has outlived
    its 72 hours must not pass for a fresh one because of that. None when it does not say."""
    with suppress(ValueError):
        stamp = fields.stamp(value)
        return stamp if stamp >= _MILLISECONDS else stamp * 1000
    with suppress(ValueError, OverflowError):
        return int(wall_time(value).replace(tzinfo=UTC).timestamp() * 1000)
    return None


class Refusal(NamedTuple):
    """Raised for an answer of the local module that is no 200 or 201."""

    status: int
    code: int | None
    """errorCode."""
    text: str
    body: bytes = b""


class LocalModule:
    """Calls to one local module. Nothing here remembers or repeats."""

    def __init__(self, url: str, account: Callable[[], str], world: World | Surroundings) -> None:
        """`account` gives the `Authorization` header, or an empty text. It may raise ValueError."""
        self.url = url.rstrip("/")
        self.host = urlsplit(url).hostname or url
        self._account = account
        self._http = world.http
        self._clock = world.clock

    def status(self, budget: float) -> ModuleStatus | NotChecked:
        """How the module fares."""
        heard = self._call("GET", "/status", None, budget)
        if not isinstance(heard, bytes):
            return self._unheard(heard)
        try:
            return read_status(heard)
        except ValueError as error:
            return NotChecked(
                "malformed", recorded("local module {host}: {error}", host=self.host, error=error), self.host, 200
            )

    def out_check(self, code: str, budget: float) -> OfflineAnswer | NotChecked:
        """Ask about one mark, as scanned."""
        begun, asked = self._clock.monotonic(), identifying(code)
        heard = self._call("POST", "/cis/outCheck", {"cis_list": [{"cis": asked}]}, budget)
        if not isinstance(heard, bytes):
            said = evidence.shown(heard.body, code) if isinstance(heard, Refusal) else ""
            return self._unheard(heard)._replace(raw=said)
        said = evidence.shown(heard, code)
        try:
            found = _about(strict_json.parse_object(heard).get("results"), asked)
        except ValueError as error:
            text = recorded("local module {host}: the answer cannot be used: {error}", host=self.host, error=error)
            return NotChecked("malformed", text[:300], host=self.host, status=200, raw=said)
        took = round((self._clock.monotonic() - begun) * 1000, 3)
        return found._replace(host=self.host, latency_ms=took, raw=said)

    def sell(self, codes: Sequence[str], budget: float) -> Delivery:
        """Register КИ as sold here."""
        return self._told("/cis/sell", codes, ALREADY_SOLD, budget)

    def take_back(self, codes: Sequence[str], budget: float) -> Delivery:
        """Register КИ as returned."""
        return self._told("/cis/return", codes, NOT_SOLD, budget)

    def init(self, token: Token, budget: float) -> Delivery:
        """Bind the module to the legal entity of this token, or load its lists anew."""
        heard = self._call("POST", "/init", {"token": token.value}, budget, token.value)
        if isinstance(heard, bytes):
            return Delivery(True)
        again = isinstance(heard, NotChecked) or heard.status >= 500
        return Delivery(False, again, heard.text)

    def _told(self, path: str, codes: Sequence[str], known: int, budget: float) -> Delivery:
        """Tell all at once; one by one when the module knows some of them already."""
        heard = self._call("POST", path, {"cis_list": list(codes)}, budget)
        if isinstance(heard, bytes):
            return _acknowledged(heard, codes)
        if isinstance(heard, NotChecked):
            return Delivery(False, True, heard.text)
        if heard.code == known:
            each = [self._told(path, [code], known, budget) for code in codes] if len(codes) > 1 else []
            return next((one for one in each if not one.done), Delivery(True))
        again = heard.status >= 500 or heard.status in (401, 403, 408, 429) or heard.code in STATES
        return Delivery(False, again, heard.text)

    def _call(
        self, method: str, path: str, content: Mapping[str, Any] | None, budget: float, secret: str = ""
    ) -> bytes | Refusal | NotChecked:
        try:
            account = self._account()
        except ValueError as error:
            return NotChecked(
                "account", recorded("local module {host}: {error}", host=self.host, error=error), self.host
            )
        headers = {"Accept": "application/json", **({"Authorization": account} if account else {})}
        body = None
        if content is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
            body = json.dumps(content, separators=(",", ":")).encode()
        secrets = tuple(one for one in (secret, account, account.partition(" ")[2]) if one)
        try:
            answer = self._http.send(
                HttpRequest(method, self.url + BASE + path, headers=headers, body=body, secrets=secrets), budget
            )
        except HttpError as error:
            return NotChecked(
                _REASONS.get(error.reason, error.reason), recorded("local module {error}", error=error), self.host
            )
        said = evidence.masked(answer.body, secrets)
        return said if answer.status in (200, 201) else _refusal(self.host, answer.status, said, secrets)

    def _unheard(self, heard: Refusal | NotChecked) -> NotChecked:
        if isinstance(heard, NotChecked):
            return heard
        reason = "account" if heard.status == 401 else STATES.get(heard.code or 0, "http")
        return NotChecked(reason, heard.text, self.host, heard.status)


def _refusal(host: str, status: int, body: bytes, secrets: Sequence[str]) -> Refusal:
    code, said = None, ""
    try:
        top = strict_json.parse_object(body)
        code = top.get("errorCode") if type(top.get("errorCode")) is int else None
        said = _text(top.get("reason"))[:120]
    except ValueError:
        said = ""
    for secret in secrets:
        said = said.replace(secret, "****")
    more = "".join(f", {part}" for part in (str(code) if code else "", said) if part)
    return Refusal(
        status, code, recorded("local module {host}: HTTP {status}{more}", host=host, status=status, more=more), body
    )


def _about(results: Any, asked: str) -> OfflineAnswer:
    """The answer about the code. Raises ValueError; a code the module cannot read is one of the reasons."""
    if type(results) is not list or not results or any(type(one) is not dict for one in results):
        raise ValueError("the answer holds no results")
    troubles = []
    for one in results:
        try:
            return read_offline(one, asked)
        except ValueError as error:
            troubles.append(str(error))
    raise ValueError(troubles[0])


def _acknowledged(body: bytes, codes: Sequence[str]) -> Delivery:
    """Each code has its own success in the answer; an empty body says that all are taken."""
    if not body.strip():
        return Delivery(True)
    try:
        results = strict_json.parse_object(body).get("results")
    except ValueError as error:
        return Delivery(False, True, recorded("the acknowledgement cannot be read: {error}", error=error)[:200])
    listed = [one for one in results if type(one) is dict] if type(results) is list else []
    taken = {plain(str(one.get("cis"))) for one in listed if one.get("success") is True}
    missing = [code for code in codes if plain(code) not in taken]
    return (
        Delivery(
            False, True, recorded("{missing} of {all} codes are not acknowledged", missing=len(missing), all=len(codes))
        )
        if missing
        else Delivery(True)
    )

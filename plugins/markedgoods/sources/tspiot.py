"""ТС ПИоТ (ЕСМ): the driver on the till's computer that checks codes by the authority of the fiscal drive.

REST, versions 1 to 3 (crpt.md §11): codes travel as base64, answers are CRPT's own in another wrapping, and an answer
made offline says so. One check at a time: the driver answers calls that overlap with 407.
"""

import json
import logging
import threading
from base64 import b64encode
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from ncash.bundled.markedgoods.checks.offline import OfflineAnswer, read_offline
from ncash.bundled.markedgoods.crpt.pool import LATE
from ncash.bundled.markedgoods.facts import evidence, fields, strict_json
from ncash.bundled.markedgoods.facts.online import Answer, NotChecked, read_answer, trouble_in
from ncash.language import recorded
from ncash.model.mark import cis, plain, wire
from ncash.model.ports import HttpError, HttpRequest, Surroundings, World
from ncash.plugin import THREADS, VERSION, Party, Quiet, Ways, WorkersBusy
from ncash.settings.secret_file import SecretFile

NAME: Final = "ncash"
AFTER_EMERGENCY: Final = 204
"""Inner code of a regular answer that was given in the days after an emergency."""
EMERGENCY: Final = 203
TOKEN_LIFE: Final = 72 * 3600.0
"""Seconds for which a token for the local module may be used."""
NEWS: Final = 3600.0
"""Seconds between two questions about the instance."""
INFORM_BUDGET: Final = 5.0


class StatusRule(NamedTuple):
    """Rule for an HTTP status of the TS PIoT instance: what the check does after it."""

    reason: str
    """The word of NotChecked when nothing better came."""
    tries: int = 1
    pause: float = 0.0
    """Seconds before the next try."""


MANY: Final = 1_000
STATUSES: Final[Mapping[int, StatusRule]] = {
    203: StatusRule("emergency"),
    400: StatusRule("http"),
    403: StatusRule("licence"),
    407: StatusRule("busy", tries=MANY, pause=1.0),
    500: StatusRule("http", tries=2),
    504: StatusRule("http", tries=2),
    514: StatusRule("timeout"),
}
"""403: no active licence; 407: the fiscal drive is busy with an authentication; 514: neither GIS MT nor the local
module answered it."""
_SERVER_ERROR: Final = STATUSES[500]
_OTHER: Final = StatusRule("http")
_BROKEN: Final = {
    "timeout": StatusRule("timeout"),
    "connect": StatusRule("connection", tries=2),
    "refused": StatusRule("connection", tries=2),
    "tls": StatusRule("tls"),
}
_GARBLED: Final = StatusRule("malformed", tries=2)


class ModuleToken(NamedTuple):
    """Token that the instance gives for asking its local module directly."""

    value: str
    until: float
    """Monotonic seconds."""


def responses(body: bytes) -> list[Mapping[str, Any]]:
    """The answers in a body: version 1 wraps them twice. Raises ValueError."""
    found = strict_json.parse_object(body).get("codesResponse")
    if type(found) is dict:
        found = found.get("codesResponse")
    if type(found) is not list or not found or any(type(one) is not dict for one in found):
        raise ValueError("the answer holds no codesResponse")
    return found


def _about(found: list[Mapping[str, Any]], code: str) -> Mapping[str, Any]:
    """The answer that names the code; the only one there is when none does, for its own code says why."""
    wanted = {plain(code), cis(code)}
    for one in found:
        listed = one.get("codes")
        for element in listed if type(listed) is list else ():
            if type(element) is dict and type(element.get("cis")) is str and plain(element["cis"]) in wanted:
                return one
    if len(found) == 1:
        return found[0]
    raise ValueError("no answer about the code that was asked for")


def _offline(one: Mapping[str, Any]) -> bool:
    """Whether the local module gave the answer: its flags that are unknown must not be taken for CRPT's own."""
    value = one.get("isCheckedOffline")
    said = fields.said(value)
    if said is None and value is not None:
        raise ValueError("isCheckedOffline is not true or false")
    return bool(said)


def read(body: bytes, code: str, host: str, latency_ms: float) -> Answer | OfflineAnswer | NotChecked:
    """The answer about `code` in the body of a 200."""
    try:
        one = dict(_about(responses(body), code))
        inner = fields.count(one.get("code") or 0)
        if inner == EMERGENCY:
            return NotChecked("emergency", recorded("{host}: emergency", host=host), host, EMERGENCY)
        one["code"] = 0 if inner == AFTER_EMERGENCY else inner
        if _offline(one):
            offline = read_offline(one, cis(code), code)
            return offline._replace(host=host, latency_ms=latency_ms)
    except ValueError as error:
        return NotChecked(
            "malformed", recorded("{host}: the answer cannot be used: {error}", host=host, error=error)[:300], host, 200
        )
    return read_answer(json.dumps(one).encode(), code, host, latency_ms)


def _notes(found: Answer | OfflineAnswer | NotChecked, host: str, took: float) -> list[str]:
    """What PP 1944 rules 11 and 11(1) want on record about one request."""
    noted = [recorded("late: {host}: {took:.1f} s", host=host, took=took)] if took > LATE else []
    if isinstance(found, NotChecked) and 500 <= (found.status or 0) < 600:
        noted.append(f"5xx: {found.text}")
    return noted


def _described(host: str, status: int, body: bytes) -> str:
    try:
        said = strict_json.parse_object(body)
        text = str(said.get("message") or said.get("description") or "")
    except ValueError:
        text = ""
    return f"{host}: HTTP {status}" + (f", {text[:120]}" if text.isprintable() and text else "")


class Tspiot:
    """The check through ТС ПИоТ; see crpt.verifier.Verifier."""

    def __init__(
        self,
        url: str,
        api: str,
        certificate: Path | None,
        client_id: str,
        client_token: SecretFile,
        world: World | Surroundings,
        ways: Ways = THREADS,
    ) -> None:
        """`certificate`: a PEM file with the only certificate the driver may show; None trusts the authorities.
        `client_id` is empty for an unregistered program."""
        self._url = url.rstrip("/")
        self._host = urlsplit(url).hostname or url
        self._api = api
        self._certificate = certificate
        self._client_id = client_id
        self._client_token = client_token
        self._world = world
        self._turn = threading.Lock()
        self._workers = ways.crew("tspiot")
        self.party = Party("tspiot", world.clock, self.inform, ways)
        self._news_at = 0.0
        self._instance: dict[str, Any] | None = None
        self._module_token: ModuleToken | None = None
        self._licence: bool | None = None
        """None while no check has shown whether there is one."""
        self.unlicensed = False
        """The driver's latest word was 403."""
        self.trouble = ""
        """Why the latest check came to nothing."""

    def start(self) -> None:
        """Ask the instance about itself in the background; the connection is warm before the first scan."""
        try:
            self._workers.run(self._begin)
        except WorkersBusy as error:
            self.trouble = str(error)

    def _begin(self) -> None:
        self.inform()

    def stop(self) -> None:
        """End the background work."""
        self.party.stop()
        self._workers.dismiss()

    @property
    def token_error(self) -> bool:
        """ТС ПИоТ needs no token of ours."""
        return False

    @property
    def refused(self) -> tuple[str, ...]:
        """None of ours is asked for."""
        return ()

    def check(self, code: str, dept: str, budget: float) -> Answer | OfflineAnswer | NotChecked:
        """Ask about one mark, as scanned, within `budget` seconds in all."""
        found = self.party.ask(partial(self._in_turn, wire(code)), budget, _useless, trouble_in)
        if isinstance(found, Quiet):
            found = NotChecked("connection", f"{self._host}: {found}", self._host)
        self.trouble = found.text if isinstance(found, NotChecked) else ""
        if self.trouble:
            logging.getLogger(__name__).warning("%s", self.trouble)
        elif self._world.clock.monotonic() >= self._news_at:
            self.start()
        return found

    def _in_turn(self, code: str, budget: float) -> Answer | OfflineAnswer | NotChecked:
        """One check at a time."""
        deadline = self._world.clock.monotonic() + budget
        if not self._turn.acquire(timeout=max(budget, 0.0)):
            return NotChecked(
                "busy", recorded("{host}: an earlier code is still being checked", host=self._host), self._host
            )
        try:
            return self._asked(code, deadline)
        finally:
            self._turn.release()

    def _asked(self, code: str, deadline: float) -> Answer | OfflineAnswer | NotChecked:
        clock, tried = self._world.clock, 0
        noted: list[str] = []
        while True:
            begun = clock.monotonic()
            found, row = self._once(code, deadline - begun)
            tried += 1
            noted += _notes(found, self._host, clock.monotonic() - begun)
            left = deadline - clock.monotonic()
            if row is None or tried >= row.tries or left <= row.pause:
                return found if isinstance(found, OfflineAnswer) else found._replace(noted=tuple(noted))
            if row.pause:
                clock.sleep(row.pause)

    def _once(self, code: str, budget: float) -> tuple[Answer | OfflineAnswer | NotChecked, StatusRule | None]:
        """One request; the row says whether it may be repeated, None that there is nothing to repeat."""
        clock, host = self._world.clock, self._host
        begun = clock.monotonic()
        try:
            status, body = self._send(f"/api/{self._api}/codes/check", self._question(code), budget)
        except ValueError as error:
            return NotChecked("account", f"{host}: {error}", host), None
        except HttpError as error:
            row = _BROKEN.get(error.reason, _GARBLED)
            return NotChecked(row.reason, str(error), host), row
        self.unlicensed = status == 403
        self._licence = not self.unlicensed
        if status == 200:
            found = read(body, code, host, round((clock.monotonic() - begun) * 1000, 3))
            found = found._replace(raw=evidence.shown(body, code))
            return found, _GARBLED if isinstance(found, NotChecked) and found.reason == "malformed" else None
        row = STATUSES.get(status) or (_SERVER_ERROR if 500 <= status < 600 else _OTHER)
        text = evidence.covered(_described(host, status, body), code)
        return NotChecked(row.reason, text, host=host, status=status, raw=evidence.shown(body, code)), row

    def _question(self, code: str) -> dict[str, Any]:
        """The body. Raises ValueError when the token's file cannot be read."""
        sent: Any = b64encode(code.encode("utf-8")).decode("ascii")
        if self._api == "v3":
            sent = {"cis": sent}
        client = {"name": NAME, "version": VERSION, "id": self._client_id, "token": self._client_token.read()}
        return {"codes": [sent], "client_info": client}

    def _send(self, path: str, content: Mapping[str, Any], budget: float) -> tuple[int, bytes]:
        """Raises HttpError."""
        secret = str(content.get("client_info", {}).get("token", ""))
        headers = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}
        body = json.dumps(content, separators=(",", ":")).encode()
        secrets = (secret,) if secret else ()
        request = HttpRequest(
            "POST", self._url + path, headers=headers, body=body, secrets=secrets, pinned=self._certificate
        )
        answer = self._world.http.send(request, budget)
        return answer.status, evidence.masked(answer.body, secrets)

    def inform(self) -> bool:
        """Ask the instance who it is and how its local module fares; whether it said anything. Its secrets stay in
        memory."""
        clock = self._world.clock
        self._news_at = clock.monotonic() + NEWS
        try:
            status, body = self._send("/api/v1/info", {}, INFORM_BUDGET)
            told = strict_json.parse_object(body) if status == 200 else {}
        except HttpError as error:
            self.trouble = str(error)
            return False
        except ValueError:
            self.trouble = recorded("{host}: what it says about itself cannot be read", host=self._host)
            return True
        if status != 200:
            self.trouble = recorded("{host}: HTTP {status} about itself", host=self._host, status=status)
            return True
        module: dict[str, Any] = told["lm"] if type(told.get("lm")) is dict else {}
        token = module.get("token")
        if type(token) is str and token and token.isascii() and token.isprintable():
            self._module_token = ModuleToken(token, clock.monotonic() + TOKEN_LIFE)
        names = ("tspiotId", "kktSerial", "fnSerial", "kktInn", "codesCheckTimeout")
        own = {name: str(told[name]) for name in names if name in told}
        self._instance = {
            **own,
            "lm": {name: module[name] for name in ("version", "status", "lastSync") if name in module},
        }
        return True

    def module_token(self) -> str:
        """The token for asking its local module directly; empty when there is none, or it is older than 72 hours."""
        token = self._module_token
        return token.value if token is not None and self._world.clock.monotonic() < token.until else ""

    def status(self) -> dict[str, Any]:
        """Address, registration, licence and what the instance told."""
        return {
            "url": self._url,
            "api": self._api,
            "pinned": self._certificate is not None,
            "registered": bool(self._client_id),
            "licence": self._licence,
            "trouble": self.trouble or None,
            "silent_since": quiet.since if (quiet := self.party.mistrusted) else None,
            "instance": self._instance,
        }


def _useless(found: Answer | OfflineAnswer | NotChecked) -> bool:
    """The driver said nothing, or only that it could not ask further."""
    return isinstance(found, NotChecked) and found.reason not in ("emergency", "licence", "account")

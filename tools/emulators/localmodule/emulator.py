"""The service: status, init, outCheck, sell, return and what else a till asks; faults and a journal for tests."""

import json
import time
import uuid
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from ncash.emulators.crpt.catalogue import OFFICIAL, Scripted
from ncash.emulators.crpt.faults import KINDS, Fault, Response, answer
from ncash.emulators.crpt.listener import Handler
from ncash.emulators.crpt.service import Service
from ncash.emulators.localmodule.state import REASONS, State, element, readable
from ncash.model.mark import cis

BASE: Final = "/api/v2"
LOGIN: Final = "admin"
PASSWORD: Final = "admin"
MOST: Final = 1000
"""КИ in one request (max_bulk_size)."""
FROM_CATALOGUE: Final = ("isBlocked", "ogvs", "mrp", "smp")
"""Fields of the operator's test codes that a local module knows too."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One request as it came, and the status it got (0 when it got no answer)."""

    method: str
    path: str
    body: Mapping[str, Any]
    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def call(self) -> str:
        """status, init, outCheck, sell, return …"""
        return urlsplit(self.path).path.rpartition("/")[2]


def _refused(status: int, code: int) -> Response:
    return answer(status, {"errorCode": code, "reason": REASONS[code]})


class Module(Service[Entry]):
    """A local module on loopback: `with Module() as module: module.url`."""

    def __init__(self, port: int = 0, tokens: tuple[str, ...] = (), now: Callable[[], float] = time.time) -> None:
        """`tokens`: X-API-KEYs that `init` takes, and tokens of `Authorization: Token`; none: any. `now`: seconds
        since 1970."""
        self._now = now
        self._tokens = tokens
        super().__init__(port)
        self._faults: list[Fault] = []
        self.state = State()
        self._from_catalogue()

    def calls(self, call: str) -> tuple[Entry, ...]:
        """The requests of one method."""
        return tuple(entry for entry in self.journal if entry.call == call)

    def script(self, code: str, **fields: Any) -> None:
        """Say this about a code (a mark or its КИ) from now on; None takes a field away."""
        with self._lock:
            self.state.scripts[cis(code)] = fields

    def fault(self, kind: str, value: Any = None, *, path: str | None = None, times: int | None = None) -> None:
        """Misbehave from now on; see ncash.emulators.crpt.faults."""
        with self._lock:
            self._faults.append(Fault(kind, value, code=None, site=None, path=path, times=times))

    def heal(self) -> None:
        """Forget every fault; what the module knows stays."""
        with self._lock:
            self._faults.clear()

    def reset(self) -> None:
        """Know what a fresh module knows, and listen."""
        with self._lock:
            self.state = State()
            self._faults.clear()
            self._journal.clear()
            self._from_catalogue()
        self.on()

    def _from_catalogue(self) -> None:
        for code, scripted in OFFICIAL.items():
            known = {name: scripted.fields[name] for name in FROM_CATALOGUE if name in scripted.fields}
            if known and scripted == Scripted(scripted.fields):
                self.state.scripts[cis(code)] = known

    def _answer(self, place: int, handler: Handler, raw: bytes) -> Response:
        path = urlsplit(handler.path).path
        try:
            body = json.loads(raw) if raw else {}
        except ValueError:
            body = None
        with self._lock:
            response = self._honest(handler, path, body)
            for at, fault in enumerate(self._faults):
                if fault.times == 0 or not path.endswith(fault.path or ""):
                    continue
                KINDS[fault.kind](response, fault.value)
                if fault.times is not None:
                    self._faults[at] = replace(fault, times=fault.times - 1)
            status = response.status if response.end in ("answer", "cut") else 0
            kept = body if isinstance(body, dict) else {}
            self._journal.append(
                Entry(handler.command, handler.path, body=kept, status=status, headers=dict(handler.headers))
            )
        return response

    def _honest(self, handler: Handler, path: str, body: Any) -> Response:
        method = METHODS.get((handler.command, path.removeprefix(BASE)))
        if method is None or not path.startswith(BASE):
            return _refused(404, 4040)
        if not self._known(handler.headers.get("Authorization", "")):
            return _refused(401, 4010)
        if not isinstance(body, dict):
            return _refused(400, 6010)
        return method(self, body, parse_qs(urlsplit(handler.path).query))

    def _known(self, account: str) -> bool:
        basic = "Basic " + b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode("ascii")
        kind, _, token = account.partition(" ")
        return account == basic or (kind == "Token" and bool(token) and (not self._tokens or token in self._tokens))

    def _milliseconds(self) -> int:
        return int(self._now() * 1000)

    def _status(self, body: Mapping[str, Any], query: Mapping[str, list[str]]) -> Response:
        return answer(200, self.state.shown(self._milliseconds()))

    def _init(self, body: Mapping[str, Any], query: Mapping[str, list[str]]) -> Response:
        token = body.get("token")
        if not isinstance(token, str) or not token or ("kpp" in body and "fiasId" in body):
            return _refused(400, 6010)
        if self._tokens and token not in self._tokens:
            return _refused(400, 4015)
        if body.get("clearSold"):
            self.state.sold.clear()
        self.state.status, self.state.last_sync = "ready", None
        return replace(answer(200, None), body=b"")

    def _listed(self, body: Mapping[str, Any]) -> list[Any] | Response:
        refusal = self.state.refusal(self._milliseconds())
        if refusal is not None:
            return _refused(*refusal)
        listed = body.get("cis_list")
        if not isinstance(listed, list) or not listed:
            return _refused(400, 6010)
        return listed if len(listed) <= MOST else _refused(400, 6020)

    def _out_check(self, body: Mapping[str, Any], query: Mapping[str, list[str]]) -> Response:
        listed = self._listed(body)
        if isinstance(listed, Response):
            return listed
        if not all(isinstance(one, dict) and isinstance(one.get("cis"), str) for one in listed):
            return _refused(400, 6010)
        return answer(200, {"results": [self._result(one["cis"]) for one in listed]})

    def _result(self, ki: str) -> dict[str, Any]:
        stamp = {"reqTimestamp": self._milliseconds(), "inst": self.state.inst}
        if not readable(ki):
            return {"code": 400, "description": "invalid format cis", **stamp}
        top = {"code": 0, "description": "ok", "reqId": str(uuid.uuid4()), "version": self.state.db_version}
        return {**top, **stamp, "codes": [element(ki, self.state)]}

    def _sell(self, body: Mapping[str, Any], query: Mapping[str, list[str]]) -> Response:
        listed = self._listed(body)
        if isinstance(listed, Response):
            return listed
        if any(ki in self.state.sold for ki in listed):
            return _refused(400, 4070)
        self.state.sold |= dict.fromkeys(listed, self._milliseconds())
        return answer(201, {"results": [{"success": True, "cis": ki} for ki in listed]})

    def _return(self, body: Mapping[str, Any], query: Mapping[str, list[str]]) -> Response:
        listed = self._listed(body)
        if isinstance(listed, Response):
            return listed
        if any(ki not in self.state.sold for ki in listed):
            return _refused(400, 4075)
        for ki in listed:
            del self.state.sold[ki]
        return answer(200, {"results": [{"success": True, "cis": ki} for ki in listed]})

    def _sold_check(self, body: Mapping[str, Any], query: Mapping[str, list[str]]) -> Response:
        listed = self._listed(body)
        if isinstance(listed, Response):
            return listed
        return answer(200, {"results": [{"isSold": ki in self.state.sold, "cis": ki} for ki in listed]})

    def _sold(self, body: Mapping[str, Any], query: Mapping[str, list[str]]) -> Response:
        skip, limit = (int(query.get(name, [default])[0]) for name, default in (("skip", "0"), ("limit", "100")))
        every = list(self.state.sold)
        return answer(200, {"total_count": len(every), "cis_list": every[skip : skip + limit]})

    def _grey_list(self, body: Mapping[str, Any], query: Mapping[str, list[str]]) -> Response:
        wanted = body.get("enableGreyList")
        if not isinstance(wanted, bool):
            return _refused(400, 6010)
        if wanted is self.state.grey:
            return _refused(400, 6075)
        self.state.grey = wanted
        return answer(200, {})


METHODS: Final[Mapping[tuple[str, str], Callable[[Module, Mapping[str, Any], Mapping[str, list[str]]], Response]]] = {
    ("GET", "/status"): Module._status,
    ("POST", "/init"): Module._init,
    ("POST", "/cis/outCheck"): Module._out_check,
    ("POST", "/cis/sell"): Module._sell,
    ("POST", "/cis/return"): Module._return,
    ("POST", "/cis/sold/check"): Module._sold_check,
    ("GET", "/cis/sold"): Module._sold,
    ("POST", "/greyList"): Module._grey_list,
}

"""The service: codes/check in three versions, info; scripts, states, faults and a journal for tests (crpt.md §11)."""

import json
import ssl
import time
import uuid
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ncash.emulators.crpt.catalogue import OFFICIAL, Scripted, element
from ncash.emulators.crpt.faults import KINDS, Fault, Response, answer
from ncash.emulators.crpt.listener import Handler
from ncash.emulators.crpt.service import Service
from ncash.model.mark import cis, plain

CHECK: Final = "codes/check"
INFO: Final = "/api/v1/info"
VERSIONS: Final = ("v1", "v2", "v3")
UNKNOWN_OFFLINE: Final = ("found", "valid", "verified", "utilised", "realizable")
"""Flags that an offline answer has as false because nobody knows them."""
STATUSES: Final[Mapping[int, str]] = {
    203: "Аварийный режим",
    400: "bad request",
    403: "no active licence",
    407: "authentication of the fiscal drive is in progress",
    500: "internal error",
    504: "gateway timeout",
    514: "neither GIS MT nor the local module answered",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One request as it came, and the status it got (0 when it got no answer)."""

    path: str
    body: Mapping[str, Any] = field(repr=False)
    status: int
    codes: tuple[str, ...] = ()


class Esm(Service[Entry]):
    """ТС ПИоТ on loopback: `with Esm(tls=context) as esm: esm.url`. Without `tls` it speaks plain http."""

    def __init__(self, port: int = 0, tls: ssl.SSLContext | None = None, now: Callable[[], float] = time.time) -> None:
        """`now`: seconds since 1970."""
        self._now = now
        super().__init__(port, tls)
        self._scripts: dict[str, Scripted] = {}
        self._faults: list[Fault] = []
        self._busy = 0
        self._as_installed()
        self.inst, self.version = str(uuid.uuid4()), "bl-2027-01-15"
        self.lm_token = str(uuid.uuid4())

    def checks(self) -> tuple[Entry, ...]:
        """The requests to codes/check."""
        return tuple(entry for entry in self.journal if entry.path.endswith(CHECK))

    def script(self, code: str, *, status: int = 200, delay: float = 0.0, **fields: Any) -> None:
        """Answer this code (a mark or its КИ) with fields laid over the good answer, or with a status."""
        with self._lock:
            self._scripts[plain(code)] = Scripted(fields, status, None, delay)

    def fault(self, kind: str, value: Any = None, *, path: str | None = None, times: int | None = None) -> None:
        """Misbehave from now on; see ncash.emulators.crpt.faults."""
        with self._lock:
            self._faults.append(Fault(kind, value, code=None, site=None, path=path, times=times))

    def reset(self) -> None:
        """Know and do what a fresh one does, and listen."""
        with self._lock:
            self._scripts.clear()
            self._faults.clear()
            self._journal.clear()
        self._as_installed()
        self.on()

    def _as_installed(self) -> None:
        self.offline = False
        """Answer as with no connection to GIS MT: by the local module, isCheckedOffline."""
        self.after_emergency = False
        """Regular answers carry the inner code 204."""
        self.text_stamp = False
        """reqTimestamp is a text."""
        self.one_at_a_time = True
        """Calls that overlap get 407."""
        self.versions: tuple[str, ...] = VERSIONS
        """The versions of the interface that it speaks."""
        self.client: tuple[str, str] | None = None
        """id and token of the only program that is registered; every other one has no licence. None: all have one."""

    def heal(self) -> None:
        """Forget every fault; scripts stay."""
        with self._lock:
            self._faults.clear()

    def _answer(self, place: int, handler: Handler, raw: bytes) -> Response:
        with self._lock:
            overlapping = self._busy > 0 and self.one_at_a_time and handler.path.endswith(CHECK)
            self._busy += 1
        try:
            return self._answered(handler, raw, overlapping)
        finally:
            with self._lock:
                self._busy -= 1

    def _answered(self, handler: Handler, raw: bytes, overlapping: bool) -> Response:
        try:
            body = json.loads(raw) if raw else {}
        except ValueError:
            body = None
        codes = _codes(handler.path, body) if handler.path.endswith(CHECK) else ()
        with self._lock:
            response = _plain(407) if overlapping else self._honest(handler, body, codes)
            for at, fault in enumerate(self._faults):
                if fault.times == 0 or not handler.path.endswith(fault.path or ""):
                    continue
                KINDS[fault.kind](response, fault.value)
                if fault.times is not None:
                    self._faults[at] = replace(fault, times=fault.times - 1)
            status = response.status if response.end in ("answer", "cut") else 0
            self._journal.append(Entry(handler.path, body if isinstance(body, dict) else {}, status, codes or ()))
        if response.delay:
            time.sleep(response.delay)
            response.delay = 0.0
        return response

    def _honest(self, handler: Handler, body: Any, codes: tuple[str, ...] | None) -> Response:
        if handler.path == INFO and handler.command == "POST":
            return answer(200, self._info())
        version = handler.path.split("/")[2] if handler.path.count("/") == 4 else ""
        if version not in self.versions or not handler.path.endswith(CHECK) or handler.command != "POST":
            return answer(404, {"code": 404, "message": "no such method"})
        if codes is None or not isinstance(body.get("client_info"), dict):
            return _plain(400)
        known = body["client_info"].get("id"), body["client_info"].get("token")
        if self.client is not None and known != self.client:
            return _plain(403)
        return self._checked(version, codes)

    def _checked(self, version: str, codes: tuple[str, ...]) -> Response:
        elements, delay = [], 0.0
        for code in codes:
            bare = plain(code)
            script = self._scripts.get(bare) or self._scripts.get(cis(code)) or OFFICIAL.get(bare) or Scripted()
            if script.status != 200:
                return replace(_plain(script.status), delay=script.delay)
            elements.append(self._element(code, script))
            delay = max(delay, script.delay)
        stamp: int | str = int(self._now() * 1000)
        one: dict[str, Any] = {
            "code": 204 if self.after_emergency else 0,
            "description": "ok",
            "codes": elements,
            "reqId": str(uuid.uuid4()),
            "reqTimestamp": str(stamp) if self.text_stamp else stamp,
            "isCheckedOffline": self.offline,
        }
        if self.offline:
            one |= {"inst": self.inst, "version": self.version}
        wrapped: Any = {"codesResponse": [one]}
        return replace(answer(200, {"codesResponse": wrapped} if version == "v1" else wrapped), delay=delay)

    def _element(self, code: str, script: Scripted) -> dict[str, Any]:
        found = element(code, script.fields)
        if self.offline:
            known = {name: found.get(name, False) for name in ("isBlocked", "sold")}
            found = {"cis": code, **dict.fromkeys(UNKNOWN_OFFLINE, False), **known, "errorCode": 0}
        return found

    def _info(self) -> dict[str, Any]:
        module = {"version": "2.1.0-627", "status": "ready", "lastSync": int(self._now() * 1000)}
        return {
            "tspiotId": "11111111-0000-4000-8000-000000000001",
            "kktSerial": "00106900000001",
            "fnSerial": "9999078900000001",
            "kktInn": "7700000016",
            "codesCheckTimeout": 1800,
            "lm": {
                **module,
                "token": self.lm_token,
                "ip": "127.0.0.1",
                "port": 5995,
                "login": "admin",
                "pass": "admin",
            },
        }


def _plain(status: int) -> Response:
    return answer(status, {"code": status, "message": STATUSES.get(status, "error")})


def _codes(path: str, body: Any) -> tuple[str, ...] | None:
    """The codes of a request, decoded; None when it is not one."""
    listed = body.get("codes") if isinstance(body, dict) else None
    if not isinstance(listed, list) or not listed:
        return None
    try:
        texts = [one["cis"] for one in listed] if "/v3/" in path else listed
        return tuple(b64decode(text, validate=True).decode("utf-8") for text in texts)
    except (ValueError, TypeError, KeyError):
        return None

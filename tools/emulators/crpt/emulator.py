"""The service itself: methods, header rules, tokens, scripts, faults, journal (crpt.md §1 to §5)."""

import json
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Final, Self

from ncash.emulators.crpt.catalogue import OFFICIAL, Scripted, element
from ncash.emulators.crpt.faults import KINDS, Fault, Response, answer
from ncash.emulators.crpt.listener import Handler, Listener
from ncash.model.mark import cis, plain

TOKEN: Final = "7e57ab1e-0000-4000-8000-000000000001"
"""The token the default table knows; it is good for nothing but tests."""
INN: Final = "7700000016"
BASE: Final = "/api/v4/true-api"
INFO: Final = f"{BASE}/cdn/info"
HEALTH: Final = f"{BASE}/cdn/health/check"
CHECK: Final = f"{BASE}/codes/check"
METHODS: Final = {INFO: "GET", HEALTH: "GET", CHECK: "POST"}
_NOTHING: Final = Scripted()


@dataclass(frozen=True, slots=True)
class Entry:
    """One request as it came, and the status it got (0 when it got no answer)."""

    site: int
    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes
    status: int
    connection: int
    """The client's port: requests on one connection share it."""
    codes: tuple[str, ...] = ()

    def header(self, name: str) -> str | None:
        """A header's value, whatever the case of its name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def _new_id() -> str:
    return str(uuid.uuid4())


def _refusal(handler: Handler) -> str | None:
    """What is wrong with the headers (R17 §8), or None."""
    types = handler.headers.get_all("Content-Type") or []
    keys = handler.headers.get_all("X-API-KEY") or []
    if len(types) != 1 or len(keys) > 1:
        return "a header is missing or repeated"
    kind, _, parameter = types[0].partition(";")
    if kind.strip().lower() != "application/json" or parameter.strip().lower() not in ("", "charset=utf-8"):
        return "Content-Type is not application/json in UTF-8"
    if keys and ";" in keys[0]:
        return "X-API-KEY holds several values"
    return None


def _codes(body: bytes) -> tuple[str, ...] | None:
    try:
        codes = json.loads(body.decode())["codes"]
    except (ValueError, KeyError, TypeError):
        return None
    good = isinstance(codes, list) and bool(codes) and all(isinstance(code, str) for code in codes)
    return tuple(codes) if good else None


def _wrong(status: int, text: str) -> Response:
    return answer(status, {"code": status, "description": text})


class Emulator:
    """CRPT on loopback: `with Emulator() as emulator: emulator.url`. The first site is the root too."""

    def __init__(
        self,
        sites: int = 1,
        port: int = 0,
        tokens: Mapping[str, str] | None = None,
        tls: ssl.SSLContext | Sequence[ssl.SSLContext | None] | None = None,
        now: Callable[[], float] = time.time,
        new_id: Callable[[], str] = _new_id,
    ) -> None:
        """`tokens`: token → INN; `port` is the first site's; `tls` of all sites, or of each; `now`: seconds since 1970,
        for reqTimestamp; `new_id`: makes the reqId of an answer."""
        self.tokens = dict(tokens) if tokens is not None else {TOKEN: INN}
        self.owners: dict[str, str] = {}
        """CIS → INN, for isOwner; every other code is owned by whoever asks."""
        self.avg_times: dict[int, int] = {}
        """avgTimeMs by site; it need not agree with the real latency."""
        self.hosts: Sequence[str] | None = None
        """What cdn/info lists instead of these sites."""
        self._now = now
        self._new_id = new_id
        self._lock = threading.Lock()
        self._scripts: dict[str, Scripted] = {}
        self._faults: list[Fault] = []
        self._journal: list[Entry] = []
        each = [tls] * sites if tls is None or isinstance(tls, ssl.SSLContext) else list(tls)
        self._sites = [
            Listener(place, port if place == 0 else 0, self._answer, context)
            for place, context in zip(range(sites), each, strict=True)
        ]

    def __enter__(self) -> Self:
        self.on()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The root's address (markVerifyCrptUrl)."""
        return self._sites[0].url

    @property
    def port(self) -> int:
        """The root's port."""
        return self._sites[0].port

    @property
    def site_urls(self) -> tuple[str, ...]:
        """Addresses of the sites, the root's first."""
        return tuple(site.url for site in self._sites)

    @property
    def journal(self) -> tuple[Entry, ...]:
        """Every request so far."""
        with self._lock:
            return tuple(self._journal)

    def checks(self, site: int | None = None) -> tuple[Entry, ...]:
        """The requests to codes/check, of one site or of all."""
        return tuple(e for e in self.journal if e.path == CHECK and site in (None, e.site))

    def forget(self) -> None:
        """Begin a new journal."""
        with self._lock:
            self._journal.clear()

    def on(self, *places: int) -> None:
        """Listen: these sites, or all."""
        for place in places or range(len(self._sites)):
            self._sites[place].on()

    def off(self, *places: int) -> None:
        """Refuse connections and cut the open ones: these sites, or all."""
        for place in places or range(len(self._sites)):
            self._sites[place].off()

    def close(self) -> None:
        """Switch off for good."""
        for site in self._sites:
            site.off(keep_port=False)

    def script(
        self, code: str, *, status: int = 200, body: Mapping[str, Any] | None = None, delay: float = 0.0, **fields: Any
    ) -> None:
        """Answer this code (a mark or its CIS) with fields laid over the good answer, or with a status and body."""
        with self._lock:
            self._scripts[plain(code)] = Scripted(fields, status, body, delay)

    def fault(
        self,
        kind: str,
        value: Any = None,
        *,
        code: str | None = None,
        site: int | None = None,
        path: str | None = None,
        times: int | None = None,
    ) -> None:
        """Misbehave from now on; see ncash.emulators.crpt.faults."""
        with self._lock:
            self._faults.append(Fault(kind, value, code=code, site=site, path=path, times=times))

    def check_faults(self, faults: Sequence[Mapping[str, Any]]) -> None:
        """Raises ValueError or TypeError for a fault that is none, or a site that is not there."""
        for given in faults:
            fault = Fault(**given)
            if fault.site is not None and fault.site not in range(len(self._sites)):
                raise ValueError(f"there is no site {fault.site}")

    def heal(self) -> None:
        """Forget every fault; scripts stay."""
        with self._lock:
            self._faults.clear()

    def reset(self) -> None:
        """Forget scripts, faults, owners, journal and the other list of hosts; listen with every site."""
        with self._lock:
            self._scripts.clear()
            self._faults.clear()
            self._journal.clear()
        self.owners.clear()
        self.avg_times.clear()
        self.hosts = None
        self.on()

    def _answer(self, place: int, handler: Handler, body: bytes) -> Response:
        codes = _codes(body) if handler.command == "POST" else ()
        response = self._honest(place, handler, codes)
        for fault in self._due(place, handler.path, codes or ()):
            KINDS[fault.kind](response, fault.value)
        status = response.status if response.end in ("answer", "cut") else 0
        entry = Entry(
            site=place,
            method=handler.command,
            path=handler.path,
            headers=tuple(handler.headers.items()),
            body=body,
            status=status,
            connection=handler.client_address[1],
            codes=codes or (),
        )
        with self._lock:
            self._journal.append(entry)
        return response

    def _due(self, place: int, path: str, codes: tuple[str, ...]) -> list[Fault]:
        asked = {plain(code) for code in codes}
        due: list[Fault] = []
        with self._lock:
            for at, fault in enumerate(self._faults):
                if fault.times == 0 or fault.site not in (None, place):
                    continue
                if not path.endswith(fault.path or "") or (fault.code is not None and plain(fault.code) not in asked):
                    continue
                due.append(fault)
                if fault.times is not None:
                    self._faults[at] = replace(fault, times=fault.times - 1)
        return due

    def _honest(self, place: int, handler: Handler, codes: tuple[str, ...] | None) -> Response:
        path = handler.path
        if path not in METHODS:
            return _wrong(404, "no such method")
        if METHODS[path] != handler.command:
            return _wrong(405, "another HTTP method is wanted")
        refusal = _refusal(handler)
        if refusal is not None:
            return _wrong(400, refusal)
        token = handler.headers.get("X-API-KEY", "")
        if token not in self.tokens:
            return _wrong(401, "the token is not valid")
        if path == INFO:
            hosts = self.site_urls if self.hosts is None else self.hosts
            return answer(200, {"code": 0, "description": "ok", "hosts": [{"host": host} for host in hosts]})
        if path == HEALTH:
            return answer(200, {"code": 0, "description": "ok", "avgTimeMs": self.avg_times.get(place, 37)})
        return self._checked(codes, self.tokens[token]) if codes else _wrong(400, "codes: a list of texts is wanted")

    def _scripted(self, code: str) -> Scripted | None:
        with self._lock:
            found = self._scripts.get(plain(code)) or self._scripts.get(cis(code))
        return found or OFFICIAL.get(plain(code))

    def _checked(self, codes: tuple[str, ...], inn: str) -> Response:
        elements: list[dict[str, Any]] = []
        delay = 0.0
        for code in codes:
            script = self._scripted(code) or _NOTHING
            if script.status != 200 or script.body is not None:
                body = script.body or {"code": script.status, "description": "scripted"}
                return replace(answer(script.status, body), delay=script.delay)
            owner = {"isOwner": self.owners[cis(code)] == inn} if cis(code) in self.owners else {}
            elements.append({**element(code, script.fields), **owner})
            delay = max(delay, script.delay)
        top = {"code": 0, "description": "ok", "codes": elements}
        stamp = {"reqId": self._new_id(), "reqTimestamp": int(self._now() * 1000)}
        return replace(answer(200, {**top, **stamp}), delay=delay)

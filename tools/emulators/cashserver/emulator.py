"""The service: status, reservation, queued operations; scripts, faults and a journal for tests."""

import json
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from ncash.emulators.cashserver.marks import FINAL, LEASE, UNRESERVE, State, granted
from ncash.emulators.cashserver.marks import RESERVE as CHANGES
from ncash.emulators.crpt.faults import KINDS, Fault, Response, answer
from ncash.emulators.crpt.listener import Handler
from ncash.emulators.crpt.service import Service
from ncash.model.mark import cis

ROOT: Final = "/CSrest/rest/sales/exciseMark"
STATUS: Final = f"{ROOT}/status"
RESERVE: Final = f"{ROOT}/reserve"
OPERATIONS: Final = f"{ROOT}/operations"


@dataclass(frozen=True, slots=True)
class Entry:
    """One request as it came, and the status it got (0 when it got no answer)."""

    path: str
    body: Mapping[str, Any]
    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def call(self) -> str:
        """status, reserve or operations."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Script:
    """What the server says about a mark instead of what it knows."""

    status: str | None = None
    reserve: str | None = None
    """The status that stands in the way of a reservation."""
    owner: Mapping[str, str] = field(default_factory=dict)


class CashServer(Service[Entry]):
    """A cash server on loopback: `with CashServer() as server: server.url`."""

    def __init__(self, port: int = 0, now: Callable[[], float] = time.time) -> None:
        """`now`: seconds since 1970."""
        self._now = now
        super().__init__(port)
        self._marks: dict[str, State] = {}
        self._scripts: dict[str, Script] = {}
        self._done: dict[str, Mapping[str, Any]] = {}
        self._faults: list[Fault] = []
        self.accounts: dict[str, str] = {}
        """Passwords by user; empty: everybody is answered."""

    @property
    def url(self) -> str:
        """The status address (markVerifyUrl)."""
        return self._listener.url + STATUS

    @property
    def root(self) -> str:
        """The address without a path."""
        return self._listener.url

    def state(self, mark: str) -> State:
        """What the server knows about a mark."""
        with self._lock:
            return self._state(mark)

    def script(self, mark: str, status: str | None = None, reserve: str | None = None, **owner: str) -> None:
        """Say this about a mark (or its CIS) from now on; `owner` as in cashcode="2", documentid=…"""
        with self._lock:
            self._scripts[cis(mark)] = Script(status, reserve, owner)

    def fault(self, kind: str, value: Any = None, *, path: str | None = None, times: int | None = None) -> None:
        """Misbehave from now on; see ncash.emulators.crpt.faults."""
        with self._lock:
            self._faults.append(Fault(kind, value, code=None, site=None, path=path, times=times))

    def heal(self) -> None:
        """Forget every fault; scripts stay."""
        with self._lock:
            self._faults.clear()

    def reset(self) -> None:
        """Know nothing, as on the first day."""
        with self._lock:
            for kept in (self._marks, self._scripts, self._done):
                kept.clear()
            self._faults.clear()
            self._journal.clear()
            self.accounts = {}
        self.on()

    def _answer(self, place: int, handler: Handler, raw: bytes) -> Response:
        path = handler.path.partition("?")[0]
        try:
            body = json.loads(raw) if raw else {}
        except ValueError:
            body = None
        with self._lock:
            if not self._known(handler.headers.get("Authorization", "")):
                response = answer(401, {"error": "who are you?"})
            else:
                response = self._honest(path, body) if isinstance(body, dict) else answer(400, {"error": "no object"})
            for at, fault in enumerate(self._faults):
                if fault.times == 0 or not path.endswith(fault.path or ""):
                    continue
                KINDS[fault.kind](response, fault.value)
                if fault.times is not None:
                    self._faults[at] = replace(fault, times=fault.times - 1)
            status = response.status if response.end in ("answer", "cut") else 0
            self._journal.append(Entry(path, body if isinstance(body, dict) else {}, status, dict(handler.headers)))
        return response

    def _known(self, authorization: str) -> bool:
        given = {"Basic " + b64encode(f"{user}:{word}".encode()).decode() for user, word in self.accounts.items()}
        return not self.accounts or authorization in given

    def _honest(self, path: str, body: Mapping[str, Any]) -> Response:
        if path == STATUS:
            return self._status(body)
        if path == RESERVE:
            return self._reserved(body)
        if path == OPERATIONS:
            return answer(200, {"results": [self._operated(one) for one in body.get("operations", ())]})
        return answer(404, {"error": "no such call"})

    def _state(self, mark: str) -> State:
        return self._marks.get(cis(mark), State()).at(self._now())

    def _told(self, mark: str, scripted: str | None) -> tuple[str, Mapping[str, str]]:
        script, state = self._scripts.get(cis(mark)), self._state(mark)
        if script is not None and scripted is not None:
            return scripted, script.owner
        return state.status, state.owner

    def _status(self, body: Mapping[str, Any]) -> Response:
        mark = str(body.get("mark", ""))
        script = self._scripts.get(cis(mark), Script())
        status, owner = self._told(mark, script.status)
        return answer(200, {"status": status, **({"owner": dict(owner)} if owner else {})})

    def _reserved(self, body: Mapping[str, Any]) -> Response:
        if isinstance(body.get("marks"), list):
            results = [json.loads(self._reserved({**body, **one, "marks": None}).body) for one in body["marks"]]
            return answer(200, {"results": results})
        mark, documentid = str(body.get("mark", "")), str(body.get("documentid", ""))
        script = self._scripts.get(cis(mark), Script())
        if script.reserve is not None:
            return answer(409, {"status": script.reserve, **({"owner": dict(script.owner)} if script.owner else {})})
        change, state = CHANGES.get(str(body.get("doctype"))), self._state(mark)
        if change is None:
            return answer(400, {"error": "doctype is sale or back_by_sale"})
        if not granted(change, state, documentid) and script.status is None:
            return answer(409, {"status": state.status, "owner": dict(state.owner)})
        until = self._now() + LEASE
        time_text = datetime.fromtimestamp(self._now(), UTC).isoformat(timespec="seconds")
        owner = {"cashcode": str(body.get("cashcode")), "documentid": documentid, "time": time_text}
        self._marks[cis(mark)] = State(change.to, owner, until)
        lease = datetime.fromtimestamp(until, UTC).isoformat(timespec="seconds")
        return answer(200, {"status": change.to, "lease": lease})

    def _operated(self, one: Mapping[str, Any]) -> dict[str, Any]:
        number, mark = str(one.get("id")), str(one.get("mark", ""))
        if number in self._done:
            same = self._done[number] == one
            return {"id": number, "result": "duplicate" if same else "conflict", "status": self._state(mark).status}
        self._done[number] = dict(one)
        state, documentid = self._state(mark), str(one.get("documentid", ""))
        change = FINAL.get(str(one.get("op"))) or UNRESERVE.get(state.status)
        clean = change is not None and granted(change, state, documentid)
        if change is not None and (clean or one.get("op") in FINAL):
            self._marks[cis(mark)] = State(change.to, {"documentid": documentid})
        return {"id": number, "result": "applied" if clean else "conflict", "status": self._state(mark).status}

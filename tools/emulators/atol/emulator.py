"""The web server of the driver: requests under a UUID, their results, faults and a journal."""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from ncash.emulators.atol.device import Device, Trouble
from ncash.emulators.atol.tasks import Tasks
from ncash.emulators.crpt.faults import Response, answer
from ncash.emulators.crpt.listener import Handler
from ncash.emulators.crpt.service import Service
from ncash.system.clock import SystemClock

REQUESTS: Final = "/api/v2/requests"
PASSWORD: Final = "atol-secret"
BEFORE, AFTER, LATE = "before", "after", "late"
_CLOCK: Final = SystemClock()


@dataclass(frozen=True, slots=True)
class Entry:
    """One request as it came, and the HTTP status it got (0 when it got no answer)."""

    method: str
    path: str
    body: Mapping[str, Any]
    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def tasks(self) -> tuple[Mapping[str, Any], ...]:
        """The tasks of a POST."""
        return tuple(self.body.get("request", ()))

    @property
    def types(self) -> tuple[str, ...]:
        """Their types."""
        return tuple(str(task.get("type")) for task in self.tasks)


class AtolServer(Service[Entry]):
    """The server on loopback: `with AtolServer() as server: server.url`."""

    def __init__(self, port: int = 0, now: Callable[[], datetime] = _CLOCK.now) -> None:
        super().__init__(port)
        self._results: dict[str, list[dict[str, Any]]] = {}
        self._running: dict[str, int] = {}
        self._lost: list[tuple[str, str]] = []
        self._left: list[tuple[str, list[Mapping[str, Any]]]] = []
        self.device = Device(now)
        self.tasks = Tasks(self.device)
        self.polls = 0
        """A request runs for so many questions about it."""
        self.user = ""
        """The only account that may ask; empty lets everybody in."""
        self.delay = 0.0
        """Seconds before every answer."""

    def lose(self, task: str, when: str) -> None:
        """Give no answer to the next request with this task: `before` it is taken, or `after` it was carried out; or
        carry it out `late`, when `catch_up` is called."""
        with self._lock:
            self._lost.append((task, when))

    def catch_up(self) -> None:
        """Carry out what was left lying, if the same did not come again meanwhile."""
        with self._lock:
            for number, tasks in self._left:
                if number not in self._results:
                    self._results[number], self._running[number] = self._carried_out(tasks), 0
            self._left.clear()

    def _answer(self, place: int, handler: Handler, raw: bytes) -> Response:
        try:
            body = json.loads(raw) if raw else {}
        except ValueError:
            body = {}
        with self._lock:
            response = self._honest(handler, body if isinstance(body, dict) else {})
            response.delay = self.delay
            status = response.status if response.end == "answer" else 0
            self._journal.append(
                Entry(handler.command, handler.path, body=body, status=status, headers=dict(handler.headers))
            )
        return response

    def _honest(self, handler: Handler, body: Mapping[str, Any]) -> Response:
        account = "Basic " + b64encode(f"{self.user}:{PASSWORD}".encode()).decode("ascii")
        if self.user and handler.headers.get("Authorization") != account:
            return answer(401, {"error": {"code": 401, "description": "Unauthorized"}})
        if handler.command == "GET" and handler.path.startswith(REQUESTS + "/"):
            return self._told(handler.path.rpartition("/")[2])
        if handler.command != "POST" or handler.path != REQUESTS:
            return answer(404, {"error": {"code": 404, "description": "no such address"}})
        return self._taken(body)

    def _taken(self, body: Mapping[str, Any]) -> Response:
        number, tasks = body.get("uuid"), body.get("request")
        if not isinstance(number, str) or not isinstance(tasks, list) or not tasks:
            return answer(400, {"error": {"code": 400, "description": "uuid and request are wanted"}})
        if number in self._results:
            return answer(409, {"error": {"code": 409, "description": "this uuid was taken before"}})
        lost = next((one for one in self._lost if any(task.get("type") == one[0] for task in tasks)), None)
        if lost is not None:
            self._lost.remove(lost)
        response = answer(201, {"uuid": number, "isBlocked": False})
        if lost is None or lost[1] == AFTER:
            self._results[number] = self._carried_out(tasks)
            self._running[number] = self.polls
        if lost is not None:
            self._left += [(number, tasks)] if lost[1] == LATE else []
            response.end = "drop"
        return response

    def _carried_out(self, tasks: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = []
        failed = False
        for task in tasks:
            if failed:
                told.append({"status": "interrupted", "errorCode": 0, "errorDescription": "", "result": None})
                continue
            try:
                told.append({"status": "ready", "errorCode": 0, "errorDescription": "", "result": self.tasks.do(task)})
            except Trouble as trouble:
                failed = True
                told.append(
                    {"status": "error", "errorCode": trouble.code, "errorDescription": str(trouble), "result": None}
                )
        return told

    def _told(self, number: str) -> Response:
        results = self._results.get(number)
        if results is None:
            return answer(404, {"error": {"code": 404, "description": "no such request"}})
        if self._running[number] > 0:
            self._running[number] -= 1
            waits = [{"status": "inProgress", "errorCode": 0, "errorDescription": "", "result": None} for _ in results]
            return answer(200, {"results": waits})
        return answer(200, {"results": results})

"""The service: Execute with everything that ncash asks of it; scripts, faults and a journal (neighbours.md §5)."""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from ncash.emulators.atol.device import Device, Trouble
from ncash.emulators.crpt.catalogue import known_form
from ncash.emulators.crpt.faults import KINDS, Fault, Response, answer
from ncash.emulators.crpt.listener import Handler
from ncash.emulators.crpt.service import Service
from ncash.emulators.kkmserver.register import Register
from ncash.model.mark import cis
from ncash.system.clock import SystemClock

EXECUTE: Final = "/Execute"
USER: Final = "User"
PASSWORD: Final = "kkm-secret"
OK, RUNNING, FAILED, NOT_FOUND = 0, 1, 2, 3
BEFORE, AFTER, LATE = "before", "after", "late"
_CLOCK: Final = SystemClock()
GOOD: Final[Mapping[str, Any]] = {
    "ValidationResult": 15,
    "DecryptionResult": "Код маркировки проверен, статус товара корректен",
    "ValidationKKT": {"ValidationResult": 15, "DecryptionResult": "[М+]"},
    "ValidationPR": {"ValidationResult": True, "ValidationDisabled": False, "DecryptionResult": "Продажа разрешена"},
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One command as it came, and the HTTP status it got (0 when it got no answer)."""

    command: str
    body: Mapping[str, Any]
    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class KkmServer(Service[Entry]):
    """KKM Server on loopback: `with KkmServer() as server: server.url`."""

    def __init__(self, port: int = 0, now: Callable[[], datetime] = _CLOCK.now) -> None:
        self._now = now
        super().__init__(port)
        self._scripts: dict[str, Mapping[str, Any]] = {}
        self._running: dict[str, dict[str, Any]] = {}
        self._faults: list[Fault] = []
        self._lost: list[tuple[str, str]] = []
        self._left: list[Mapping[str, Any]] = []
        self._done: dict[str, dict[str, Any]] = {}
        self._as_installed()

    def script(self, code: str, **fields: Any) -> None:
        """Answer this code with fields laid over the good element (None takes one away), or with `Error="…"`."""
        with self._lock:
            self._scripts[cis(code)] = fields

    def reject(self, code: str, reason: str) -> None:
        """The permissive mode refuses this code."""
        mode = {"ValidationResult": False, "ValidationDisabled": False, "DecryptionResult": reason}
        self.script(code, ValidationPR=mode)

    def lose(self, command: str, when: str) -> None:
        """Give no answer to the next such command: `before` it is carried out, or `after`; or carry it out `late`, when
        `catch_up` is called."""
        with self._lock:
            self._lost.append((command, when))

    def catch_up(self) -> None:
        """Carry out what was left lying, if the same did not come again meanwhile."""
        with self._lock:
            for body in self._left:
                number = str(body.get("IdCommand"))
                if number not in self._done:
                    self._done[number] = self._carried_out(str(body.get("Command")), body)
            self._left.clear()

    def fault(self, kind: str, value: Any = None, *, path: str | None = None, times: int | None = None) -> None:
        """Misbehave from now on; see ncash.emulators.crpt.faults. `path` is a command."""
        with self._lock:
            self._faults.append(Fault(kind, value, code=None, site=None, path=path, times=times))

    def reset(self) -> None:
        """Know and do what a fresh one does, and listen."""
        with self._lock:
            self._scripts.clear()
            self._running.clear()
            self._faults.clear()
            self._journal.clear()
            self._lost.clear()
            self._left.clear()
            self._done.clear()
        self._as_installed()
        self.on()

    def _as_installed(self) -> None:
        self.error = ""
        """Every command fails with this text."""
        self.polls = 0
        """Commands answer that they still run, and so does GetRezult so many times."""
        self.permissive = True
        """The permissive mode is switched on in the settings."""
        self.user = USER
        """The only account that may ask."""
        self.device = Device(self._now)
        """The register behind it."""
        self.register = Register(self.device)

    def heal(self) -> None:
        """Forget every fault; scripts stay."""
        with self._lock:
            self._faults.clear()

    def _answer(self, place: int, handler: Handler, raw: bytes) -> Response:
        try:
            body = json.loads(raw) if raw else {}
        except ValueError:
            body = {}
        with self._lock:
            response = self._honest(handler, body if isinstance(body, dict) else {})
            for at, fault in enumerate(self._faults):
                if fault.times == 0 or fault.path not in (None, body.get("Command")):
                    continue
                KINDS[fault.kind](response, fault.value)
                if fault.times is not None:
                    self._faults[at] = replace(fault, times=fault.times - 1)
            status = response.status if response.end in ("answer", "cut") else 0
            self._journal.append(Entry(str(body.get("Command", "")), body, status, dict(handler.headers)))
        return response

    def _honest(self, handler: Handler, body: Mapping[str, Any]) -> Response:
        account = "Basic " + b64encode(f"{self.user}:{PASSWORD}".encode()).decode("ascii")
        if handler.headers.get("Authorization") != account:
            return answer(401, {"Status": FAILED, "Error": "Unauthorized"})
        if handler.path != EXECUTE:
            return answer(404, {})
        command, number = str(body.get("Command")), str(body.get("IdCommand"))
        if command == "GetRezult":
            return self._result(number)
        for when in (LATE, BEFORE):
            if (command, when) in self._lost:
                self._lost.remove((command, when))
                self._left += [body] if when == LATE else []
                return _unanswered()
        done = self._carried_out(command, body)
        self._done[number] = done
        if (command, AFTER) in self._lost:
            self._lost.remove((command, AFTER))
            return _unanswered()
        if self.polls:
            self._running[number] = done
            return answer(200, {**_head(body), "Status": RUNNING})
        return answer(200, done)

    def _carried_out(self, command: str, body: Mapping[str, Any]) -> dict[str, Any]:
        if self.error:
            return _failed(body, self.error)
        if command == "ValidationMarkingCode":
            return self._validated(body)
        if not self.register.knows(command):
            return _failed(body, "нет команды")
        try:
            return {**_head(body), "Status": OK, **self.register.do(command, body)}
        except Trouble as trouble:
            return _failed(body, str(trouble))

    def _result(self, number: str) -> Response:
        if number not in self._running and number not in self._done:
            return answer(200, {"Command": "GetRezult", "Status": NOT_FOUND, "Error": ""})
        if self.polls > 0 and number in self._running:
            self.polls -= 1
            return answer(200, {"Command": "GetRezult", "Status": OK, "Rezult": {"Status": RUNNING}})
        return answer(200, {"Command": "GetRezult", "Status": OK, "Rezult": self._done[number]})

    def _validated(self, body: Mapping[str, Any]) -> dict[str, Any]:
        elements = []
        for goods in body.get("GoodCodeDatas", ()):
            code = str(goods.get("BarCode", ""))
            fields = self._scripts.get(cis(code), {})
            if code in self.device.refused:
                return _failed(body, self.device.refused[code])
            if fields.get("Error") or not known_form(code):
                return _failed(body, str(fields.get("Error") or "Неверный формат кода маркировки"))
            elements.append(self._element(code, fields))
        return {**_head(body), "Status": OK, "MarkingCodeValidation": elements}

    def _element(self, code: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        mode = dict(GOOD["ValidationPR"])
        if not self.permissive:
            text = "Проверка разрешительного режима отключена в настройках"
            mode = {"ValidationResult": True, "ValidationDisabled": True, "DecryptionResult": text}
        bits = self.device.bits.get(code, 15)
        own = {"ValidationResult": bits, "ValidationKKT": {"ValidationResult": bits, "DecryptionResult": ""}}
        laid = {"BarCode": code, **GOOD, **(own if code in self.device.bits else {}), "ValidationPR": mode, **fields}
        return {name: value for name, value in laid.items() if value is not None}


def _unanswered() -> Response:
    response = answer(200, {})
    response.end = "drop"
    return response


def _head(body: Mapping[str, Any]) -> dict[str, Any]:
    return {"Command": body.get("Command"), "Error": "", "Warning": "", "IdCommand": body.get("IdCommand")}


def _failed(body: Mapping[str, Any], text: str) -> dict[str, Any]:
    return {**_head(body), "Status": FAILED, "Error": text}

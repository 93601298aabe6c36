"""The service: Execute with ValidationMarkingCode and GetRezult; scripts, faults and a journal (neighbours.md §5)."""

import json
import threading
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Final, Self

from crpt_emulator.catalogue import known_form
from crpt_emulator.faults import KINDS, Fault, Response, answer
from crpt_emulator.listener import Handler, Listener

from ncash.model.mark import cis

EXECUTE: Final = "/Execute"
USER: Final = "User"
PASSWORD: Final = "kkm-secret"
OK, RUNNING, FAILED, NOT_FOUND = 0, 1, 2, 3
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


class KkmServer:
    """KKM Server on loopback: `with KkmServer() as server: server.url`."""

    def __init__(self, port: int = 0) -> None:
        self._lock = threading.Lock()
        self._listener = Listener(0, port, self._answer, None)
        self._scripts: dict[str, Mapping[str, Any]] = {}
        self._running: dict[str, dict[str, Any]] = {}
        self._faults: list[Fault] = []
        self._journal: list[Entry] = []
        self._as_installed()

    def __enter__(self) -> Self:
        self.on()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._listener.off(keep_port=False)

    @property
    def url(self) -> str:
        """kkmServerUrl."""
        return self._listener.url

    @property
    def port(self) -> int:
        """The port."""
        return self._listener.port

    @property
    def journal(self) -> tuple[Entry, ...]:
        """Every command so far."""
        with self._lock:
            return tuple(self._journal)

    def on(self) -> None:
        """Listen."""
        self._listener.on()

    def off(self) -> None:
        """Refuse connections and cut the open ones; the port stays ours."""
        self._listener.off()

    def script(self, code: str, **fields: Any) -> None:
        """Answer this code with fields laid over the good element (None takes one away), or with `Error="…"`."""
        with self._lock:
            self._scripts[cis(code)] = fields

    def reject(self, code: str, reason: str) -> None:
        """The permissive mode refuses this code."""
        mode = {"ValidationResult": False, "ValidationDisabled": False, "DecryptionResult": reason}
        self.script(code, ValidationPR=mode)

    def fault(self, kind: str, value: Any = None, *, times: int | None = None) -> None:
        """Misbehave from now on; see crpt_emulator.faults."""
        with self._lock:
            self._faults.append(Fault(kind, value, None, None, None, times))

    def reset(self) -> None:
        """Know and do what a fresh one does, and listen."""
        with self._lock:
            self._scripts.clear()
            self._running.clear()
            self._faults.clear()
            self._journal.clear()
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
                if fault.times == 0:
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
        if body.get("Command") == "GetRezult":
            return self._result(str(body.get("IdCommand")))
        done = self._validated(body) if body.get("Command") == "ValidationMarkingCode" else _failed(body, "нет команды")
        if self.polls:
            self._running[str(body.get("IdCommand"))] = done
            return answer(200, {**_head(body), "Status": RUNNING})
        return answer(200, done)

    def _result(self, number: str) -> Response:
        if number not in self._running:
            return answer(200, {"Command": "GetRezult", "Status": NOT_FOUND, "Error": ""})
        if self.polls > 0:
            self.polls -= 1
            return answer(200, {"Command": "GetRezult", "Status": OK, "Rezult": {"Status": RUNNING}})
        return answer(200, {"Command": "GetRezult", "Status": OK, "Rezult": self._running[number]})

    def _validated(self, body: Mapping[str, Any]) -> dict[str, Any]:
        if self.error:
            return _failed(body, self.error)
        elements = []
        for goods in body.get("GoodCodeDatas", ()):
            code = str(goods.get("BarCode", ""))
            fields = self._scripts.get(cis(code), {})
            if fields.get("Error") or not known_form(code):
                return _failed(body, str(fields.get("Error") or "Неверный формат кода маркировки"))
            elements.append(self._element(code, fields))
        return {**_head(body), "Status": OK, "MarkingCodeValidation": elements}

    def _element(self, code: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        mode = dict(GOOD["ValidationPR"])
        if not self.permissive:
            text = "Проверка разрешительного режима отключена в настройках"
            mode = {"ValidationResult": True, "ValidationDisabled": True, "DecryptionResult": text}
        laid = {"BarCode": code, **GOOD, "ValidationPR": mode, **fields}
        return {name: value for name, value in laid.items() if value is not None}


def _head(body: Mapping[str, Any]) -> dict[str, Any]:
    return {"Command": body.get("Command"), "Error": "", "Warning": "", "IdCommand": body.get("IdCommand")}


def _failed(body: Mapping[str, Any], text: str) -> dict[str, Any]:
    return {**_head(body), "Status": FAILED, "Error": text}

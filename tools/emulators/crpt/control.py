"""Scripting from outside: a file (JSON or YAML) or HTTP on a port of its own.

A script is an object with any of these members:
  codes   [{"code": …, "status"?: 200, "body"?: {…}, "delay"?: seconds, "fields"?: {…}}]
  faults  [{"kind": …, "value"?: …, "code"?: …, "site"?: 0, "path"?: "codes/check", "times"?: 1}]
  avgTimeMs {"0": 37}    owners {"CIS": "INN"}    tokens {"TOKEN": "INN"}    hosts ["https://…"]
  off [1, 2]   on [1]    sites that refuse connections, or serve again

POST /-/script takes a script, POST /-/fault one fault or a list, POST /-/heal forgets the faults, POST /-/reset
everything, GET /-/journal answers what was asked, DELETE /-/journal begins a new one.
"""

import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from ncash.emulators.crpt.emulator import Emulator, Entry

MEMBERS: Final = ("codes", "faults", "avgTimeMs", "owners", "tokens", "hosts", "off", "on")
CODE: Final = frozenset({"code", "status", "body", "delay", "fields"})
FAULT: Final = frozenset({"kind", "value", "code", "site", "path", "times"})
LARGEST: Final = 1_000_000


def read_script(path: Path) -> dict[str, Any]:
    """A script from a file; YAML unless its name ends in .json. Raises ValueError or OSError."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return _object(json.loads(text))
    import yaml

    try:
        return _object(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise ValueError(f"{path}: not YAML: {error}") from error


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("a script is an object")
    return value


def _fields(entry: Any, known: frozenset[str], needed: str) -> dict[str, Any]:
    fields = _object(entry)
    strange = sorted(set(fields) - known)
    if strange:
        raise ValueError(f"an entry has {', '.join(sorted(known))}; not {', '.join(strange)}")
    if needed not in fields:
        raise ValueError(f"an entry without {needed}")
    return fields


def play(emulator: Emulator, script: Mapping[str, Any]) -> None:
    """Do what the script says. Raises ValueError for a member or a fault that is none, and then nothing is done."""
    strange = sorted(set(script) - set(MEMBERS))
    if strange:
        raise ValueError(f"a script has {', '.join(MEMBERS)}; not {', '.join(strange)}")
    codes = [_fields(entry, CODE, "code") for entry in script.get("codes", ())]
    faults = [_fields(entry, FAULT, "kind") for entry in script.get("faults", ())]
    try:
        averages = {int(place): int(value) for place, value in script.get("avgTimeMs", {}).items()}
        emulator.check_faults(faults)
    except (TypeError, AttributeError) as error:
        raise ValueError(str(error)) from error
    for entry in codes:
        options = {name: entry[name] for name in ("status", "body", "delay") if name in entry}
        emulator.script(entry["code"], **options, **entry.get("fields", {}))
    for fault in faults:
        emulator.fault(**fault)
    emulator.avg_times.update(averages)
    emulator.owners.update(script.get("owners", {}))
    emulator.tokens.update(script.get("tokens", {}))
    if "hosts" in script:
        emulator.hosts = script["hosts"]
    if script.get("off"):
        emulator.off(*script["off"])
    if script.get("on"):
        emulator.on(*script["on"])


def shown(entry: Entry) -> dict[str, Any]:
    """A journal entry as JSON values."""
    return {
        "site": entry.site,
        "method": entry.method,
        "path": entry.path,
        "headers": [list(header) for header in entry.headers],
        "body": entry.body.decode(errors="replace"),
        "codes": list(entry.codes),
        "status": entry.status,
        "connection": entry.connection,
    }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_GET(self) -> None:
        self._serve({"/-/journal": lambda _: {"entries": [shown(entry) for entry in self.server.emulator.journal]}})

    def do_DELETE(self) -> None:
        self._serve({"/-/journal": lambda _: self.server.emulator.forget()})

    def do_POST(self) -> None:
        emulator = self.server.emulator
        self._serve(
            {
                "/-/script": lambda value: play(emulator, _object(value)),
                "/-/fault": lambda value: play(emulator, {"faults": value if isinstance(value, list) else [value]}),
                "/-/heal": lambda _: emulator.heal(),
                "/-/reset": lambda _: emulator.reset(),
            }
        )

    def _serve(self, actions: Mapping[str, Callable[[Any], dict[str, Any] | None]]) -> None:
        action = actions.get(self.path)
        if action is None:
            self._say(404, {"error": f"there are: {', '.join(actions)}"})
            return
        length = self.headers.get("Content-Length", "0")
        size = min(int(length), LARGEST) if length.isdecimal() else 0
        try:
            body = self.rfile.read(size)
            self._say(200, action(json.loads(body) if body else None) or {"ok": True})
        except (ValueError, TypeError, AttributeError) as error:
            self._say(400, {"error": str(error)})

    def _say(self, status: int, value: Mapping[str, Any]) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is logged."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, emulator: Emulator) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.emulator = emulator


class Control:
    """The control port of an emulator, on loopback: `with Control(emulator) as control: control.url`."""

    def __init__(self, emulator: Emulator, port: int = 0) -> None:
        self._server = _Server(port, emulator)
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        serve = self._server.serve_forever
        threading.Thread(target=serve, kwargs={"poll_interval": 0.05}, name="control", daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

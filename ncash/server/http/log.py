"""Log of the server: one JSON object a line, without bodies, queries and secrets."""

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, NamedTuple, TextIO

from ncash.errors import raised

_LOUD: Final = logging.WARNING
_FAILED: Final = 500
"""Lowest HTTP status that means a failure of the server."""
_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False)


class RequestLine(NamedTuple):
    """Log entry of an answered request."""

    id: str
    method: str
    path: str
    status: int
    seconds: float
    bytes: int
    account: str | None
    reason: str = ""
    """Why the request failed."""


class Log:
    """Writes log lines; lines of requests answered in one turn of the loop are written together."""

    def __init__(self, stream: TextIO, now: Callable[[], datetime]) -> None:
        self._stream = stream
        self._now = now
        self._held: list[str] = []

    def say(self, level: str, event: str, **fields: Any) -> None:
        """Write one line."""
        self._held.append(_ENCODER.encode({"level": level, "event": event, **fields})[1:] + "\n")
        self._flush()

    def request(self, one: RequestLine) -> None:
        """Write the line of a request; called in the loop's thread. Its id, method and account need no quoting."""
        if not self._held:
            asyncio.get_running_loop().call_soon(self._flush)
        account = f'"{one.account}"' if one.account else "null"
        level = "info" if one.status < _FAILED else "error"
        reason = f',"reason":{_ENCODER.encode(one.reason)}' if one.reason else ""
        self._held.append(
            f'"level":"{level}","event":"request","id":"{one.id}","method":"{one.method}",'
            f'"path":{_ENCODER.encode(one.path)},"status":{one.status},"ms":{one.seconds * 1000:.2f},'
            f'"bytes":{one.bytes},"account":{account}{reason}}}\n'
        )

    def _flush(self) -> None:
        held, self._held = self._held, []
        time = f'{{"time":"{self._now().isoformat(timespec="milliseconds")}",'
        self._stream.write("".join([time + line for line in held]))

    def trouble(self, event: str, error: BaseException, **fields: Any) -> None:
        """Log an exception by type and place; its own text may hold a secret."""
        self.say("error", event, error=raised(event, error), **fields)

    def take_over(self, name: str) -> None:
        """Route a library's log here, warnings and above."""
        logger = logging.getLogger(name)
        logger.handlers = [_Handler(self)]
        logger.setLevel(_LOUD)
        logger.propagate = False


class _Handler(logging.Handler):
    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            self._log.trouble(record.name, error)
        else:
            self._log.say(record.levelname.lower(), record.name, text=record.getMessage()[:500])

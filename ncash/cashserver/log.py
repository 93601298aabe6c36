"""The log of a server: one JSON object a line, without bodies, queries and secrets."""

import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, TextIO

from ncash.errors import raised

_LOUD: Final = logging.WARNING
_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False)


class Log:
    """Writes lines."""

    def __init__(self, stream: TextIO, now: Callable[[], datetime]) -> None:
        self._stream = stream
        self._now = now

    def say(self, level: str, event: str, **fields: Any) -> None:
        """One line; None is left out."""
        line = {"time": self._now().isoformat(timespec="milliseconds"), "level": level, "event": event, **fields}
        self._stream.write(_ENCODER.encode(line) + "\n")

    def trouble(self, event: str, error: BaseException, **fields: Any) -> None:
        """An exception by type and place; its own text may hold a secret."""
        self.say("error", event, error=raised(event, error), **fields)

    def take_over(self, name: str) -> None:
        """Let a library's log come out here, warnings and worse."""
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

"""CRPT inside the process: answers without a socket, for tests that start a thousand tills."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from ncash.emulators.crpt.catalogue import element
from ncash.model.ports import HttpAnswer, HttpRequest

BEGUN: Final = 1_800_000_000_000
"""reqTimestamp before the first check, milliseconds since 1970."""


class InsideCrpt:
    """Implements ncash.model.ports.Http: a list of one site, its health, and checks."""

    def __init__(self, url: str, request_id: Callable[[int], str]) -> None:
        """`request_id` makes the reqId of a check of its number."""
        self._url = url
        self._request_id = request_id
        self.asked = 0
        """Checks so far."""

    def fields(self, code: str) -> Mapping[str, Any]:
        """What is laid over the good answer about a code; here every code is good."""
        return {}

    def send(self, request: HttpRequest, budget: float, limit: int = 1_000_000) -> HttpAnswer:
        """The answer of the site."""
        if request.url.endswith("cdn/info"):
            return as_json({"code": 0, "description": "ok", "hosts": [{"host": self._url}]})
        if request.url.endswith("health/check"):
            return as_json({"code": 0, "description": "ok", "avgTimeMs": 5})
        self.asked += 1
        codes = [element(code, self.fields(code)) for code in json.loads(request.body or b"")["codes"]]
        top = {"code": 0, "description": "ok", "reqId": self._request_id(self.asked)}
        return as_json({**top, "reqTimestamp": BEGUN + self.asked, "codes": codes})

    def abandon(self) -> None:
        """No call lasts."""

    def release(self, url: str) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing is open."""


def as_json(value: Mapping[str, Any]) -> HttpAnswer:
    """An answer that holds this."""
    return HttpAnswer(200, {"content-type": "application/json"}, json.dumps(value).encode())

"""The states of the module, and what each of its methods answers in them (crpt.md §7)."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

STATES: Final = ("not_configured", "initialization", "ready", "sync_error", "failure")
NOT_READY: Final[Mapping[str, tuple[int, int]]] = {
    "not_configured": (400, 4045),
    "initialization": (400, 4045),
    "sync_error": (400, 4050),
    "failure": (500, 5040),
}
"""State → HTTP status and errorCode of the methods that need a module at work."""
REASONS: Final[Mapping[int, str]] = {
    4010: "unauthorized",
    4015: "invalid token",
    4040: "not found",
    4045: "service is not ready",
    4050: "unacceptable system status: sync_error",
    4070: "cis is already registered",
    4075: "cis is not found",
    5030: "remote service is unavailable",
    5040: "internal error",
    6010: "invalid request body",
    6020: "cis_list length is too long",
    6075: "grey list is in this state already",
}
SYNC_LIFE: Final = 259_200_000
"""Milliseconds since the last synchronisation after which the module stops (blockSyncPeriod)."""


def _new_id() -> str:
    return str(uuid.uuid4())


@dataclass
class State:
    """What the module knows and how it fares; tests change it as they like."""

    status: str = "ready"
    mode: str = "active"
    """active, or service: no methods."""
    version: str = "2.1.0-627"
    inst: str = field(default_factory=_new_id)
    inn: str = "7700000016"
    db_version: str = "bl-2027-01-15"
    last_sync: int | None = None
    """Milliseconds; None takes the time of the question."""
    grey: bool = False
    one_code: bool = False
    """Say 4050 in every state that is not ready, as some versions do."""
    sold: dict[str, int] = field(default_factory=dict)
    """КИ → milliseconds of its registration; kept for thirty days."""
    scripts: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """КИ → fields laid over the good element."""

    def now_status(self, now: int) -> str:
        """The state at this time: 72 hours without synchronisation end it."""
        old = self.last_sync is not None and now - self.last_sync > SYNC_LIFE
        return "sync_error" if self.status == "ready" and old else self.status

    def refusal(self, now: int) -> tuple[int, int] | None:
        """Status and errorCode while the module does not work; None when it does."""
        if self.mode == "service":
            return 400, 4045
        found = NOT_READY.get(self.now_status(now))
        return (400, 4050) if found and self.one_code and found[0] == 400 else found

    def shown(self, now: int) -> dict[str, Any]:
        """The answer of `status`."""
        configured = self.status != "not_configured"
        return {
            "version": self.version,
            "status": self.now_status(now),
            "serviceUrl": "https://rsapi.example.test",
            "operationMode": self.mode,
            "name": "regime",
            "lastUpdate": now,
            "lastSync": now if self.last_sync is None else self.last_sync,
            "inst": self.inst,
            "inn": self.inn if configured else "",
            "dbVersion": self.db_version,
            "isGreyGtin": self.grey,
            "dbState": {"min_price": {"docCount": 1}, "blocked_gtin": {"docCount": 2}, "blocked_cis": {"docCount": 3}},
        }


def element(ki: str, state: State) -> dict[str, Any]:
    """What `outCheck` says about one КИ."""
    base = {"cis": ki, "isBlocked": False, "isGreyGtin": False, "sold": ki in state.sold}
    if ki[:2] == "01" and ki[2:16].isdecimal():
        base["gtin"] = ki[2:16]
    laid = {**base, **state.scripts.get(ki, {})}
    return {name: value for name, value in laid.items() if value is not None}


def readable(ki: str) -> bool:
    """Whether the text can be a КИ: 01, GTIN, 21 and a serial, or the 21 characters of a tobacco pack."""
    linear = ki[:2] == "01" and ki[2:16].isdecimal() and ki[16:18] == "21" and 6 <= len(ki[18:]) <= 20
    return linear or (len(ki) == 21 and ki[:14].isdecimal())

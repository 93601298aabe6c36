"""A plugin as the host has it: its instance, its hooks, what it said at its start, and how it fares."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from ncash.plugin import Started

READY, FAILING, BROKEN = "ready", "failing", "broken"
MISSING, CONFIG_ERROR, DISABLED = "missing", "config-error", "disabled"
FIRST_API: Final = "1.0"
"""Version of the plugin API of a plugin that names none."""
SAFE_MODE: Final = "safe-mode"
"""Switched on, and left out because the till was started in safe mode."""
SERVED: Final = "served"
"""Not installed: another plugin that is on has this switch among its settings, and does the work."""


@dataclass(slots=True)
class LoadedPlugin:
    """One plugin and how it fares."""

    name: str
    instance: object | None = None
    state: str = READY
    error: str = ""
    started: Started = field(default_factory=Started)
    start_ms: float = 0.0
    failures: int = 0
    failing: str = ""
    """The hook that failed last and has not answered since."""
    hooks: dict[str, Callable[..., Any]] = field(default_factory=dict)
    end: Callable[[], None] = lambda: None
    """Closes what the host opened for it."""

    def recover(self) -> None:
        """It has answered again."""
        self.state, self.error, self.failing = READY, "", ""

    def json(self) -> dict[str, Any]:
        """The plugin as `ncash plugins` and the greeting show it."""
        return {
            "name": self.name,
            "version": self.started.version,
            "api": None if self.instance is None else getattr(self.instance, "api", FIRST_API),
            "state": self.state,
            "error": self.error or None,
            "failures": self.failures,
            "start_ms": round(self.start_ms, 1),
            "kinds": sorted(self.started.kinds),
        }

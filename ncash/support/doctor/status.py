"""What the plugins report of themselves, beside a till that may be running."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ncash.errors import UserError
from ncash.hosting.unstarted import asked
from ncash.model.ports import Surroundings
from ncash.settings.config import Config
from ncash.settings.installed import NotInstalled

PATIENCE: Final = 60.0
"""Seconds a plugin may take to report."""


@dataclass(frozen=True, slots=True)
class StatusReport:
    """Sections by name, and the plugins that could not report with the reason."""

    sections: Mapping[str, Mapping[str, Any]]
    failed: Mapping[str, str]


def reported(config: Config, around: Surroundings, ask: bool) -> StatusReport:
    """The sections of every plugin that is installed and switched on; with `ask` they may ask the network."""
    sections: dict[str, Mapping[str, Any]] = {}
    failed: dict[str, str] = {}
    for name, on in config.plugins.items():
        if not on:
            continue
        try:
            sections |= _of(name, config, around, ask)
        except NotInstalled:
            continue
        except UserError as error:
            failed[name] = str(error)
    return StatusReport(sections, failed)


def _of(name: str, config: Config, around: Surroundings, ask: bool) -> Mapping[str, Mapping[str, Any]]:
    sections: Mapping[str, Mapping[str, Any]] = answered(name, "on_status", config, around, ask) or {}
    return sections


def answered(name: str, hook: str, config: Config, around: Surroundings, ask: bool) -> Any:
    """What a plugin that is not started answers to on_status or on_doctor; None when it has no such hook.

    Raises UserError for one that is not there, fails, hangs, or answers nonsense.
    """
    return asked(name, config, hook, {"config": config, "around": around, "ask": ask}, PATIENCE, "report")

"""What plugins stood guard over when they last started: one that cannot start now says nothing, and what it guards must
not be sold because of that."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ncash.hosting.loaded import LoadedPlugin
from ncash.plugin import Guards


def told(loaded: Iterable[LoadedPlugin]) -> dict[str, Any]:
    """The guards of these plugins as JSON values, by plugin."""
    return {one.name: _json(one.started.guards) for one in loaded if one.started.guards is not None}


def _json(guards: Guards) -> dict[str, Any]:
    return {name: sorted(values) for name, values in guards._asdict().items()}


def remember(loaded: Iterable[LoadedPlugin], running: Path) -> None:
    """Give the plugins that could not start the guards that stand in the file of the till that ran before."""
    mute = [one for one in loaded if one.instance is None and one.started.guards is None]
    known = _known(running) if mute else {}
    for one in mute:
        if one.name in known:
            one.started = one.started._replace(guards=known[one.name])


def _known(running: Path) -> Mapping[str, Guards]:
    """What the file says; nothing when there is none, or none that can be read."""
    try:
        found = json.loads(running.read_bytes())["guards"]
        return {name: _guards(values) for name, values in found.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _guards(values: Mapping[str, Any]) -> Guards:
    catalogs, departments = (frozenset(map(str, values[name])) for name in ("catalogs", "departments"))
    return Guards(catalogs, departments, frozenset(map(int, values["kinds"])))

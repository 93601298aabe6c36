"""The version of the interface that a plugin was written for, held against that of this host (docs/adr/0047)."""

import ast
import re
from pathlib import Path
from typing import Any, Final

from ncash.errors import UserError
from ncash.hosting.loaded import FIRST_API as FIRST
from ncash.language import recorded
from ncash.plugin import API
from ncash.settings.installed import Installed

_FORM: Final = re.compile(r"(0|[1-9]\d{0,3})\.(0|[1-9]\d{0,3})", re.ASCII)
Version = tuple[int, int]


def version_of(text: Any) -> Version | None:
    """Major and minor; None for what is no version."""
    found = _FORM.fullmatch(text) if type(text) is str else None
    return (int(found[1]), int(found[2])) if found else None


def declared(made: object) -> Any:
    """What the class of a plugin says in its attribute `api`; FIRST for one that says nothing."""
    return getattr(made, "api", FIRST)


def fault_of(wanted: Any, host: str = API) -> str:
    """Why a plugin of this version cannot be started by this host, or an empty text."""
    own, first, version = version_of(host), version_of(FIRST), version_of(wanted)
    assert own is not None
    assert first is not None
    if version is None:
        return recorded("Plugin.api is {kind}, not a version such as {host!r}", kind=type(wanted).__name__, host=host)
    if version > own:
        return recorded(
            "it needs version {wanted} of the plugin interface, this ncash has {host}: bring ncash up to date",
            wanted=wanted,
            host=host,
        )
    if version < first:
        return recorded(
            "it was written for version {wanted} of the plugin interface; ncash knows {first} to {host}",
            wanted=wanted,
            first=FIRST,
            host=host,
        )
    return ""


def hold(made: object) -> None:
    """Raises UserError for the class of a plugin that this host cannot start; none of its code runs."""
    if fault := fault_of(declared(made)):
        raise UserError(fault, code="api")


def written_in(source: Path) -> Any:
    """What the class Plugin of a file declares, read off its text; FIRST where that cannot be seen."""
    try:
        tree = ast.parse(source.read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError):
        return FIRST
    bodies = [node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Plugin"]
    for statement in bodies[0] if bodies else ():
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        if any(isinstance(one, ast.Name) and one.id == "api" for one in targets):
            value = getattr(statement, "value", None)
            return value.value if isinstance(value, ast.Constant) else FIRST
    return FIRST


def cause(name: str, installed: Installed, outcome: Any) -> Any:
    """What came of a start, or of an import; of a missing name of ncash the reason, where it is an older host.

    A plugin that was written for a newer one fails at its first import of something that is not here yet."""
    if not isinstance(outcome, ImportError) or not (outcome.name or "").startswith("ncash"):
        return outcome
    source = installed.source(name, "plugin")
    fault = fault_of(written_in(source)) if source is not None else ""
    return UserError(fault, code="api") if fault else outcome

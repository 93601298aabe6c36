"""How good a plugin is, as far as that can be seen without a shop: a list in three levels for its author."""

import ast
import sys
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from ncash.errors import UserError
from ncash.hosting import lint, starting
from ncash.hosting.loaded import READY, LoadedPlugin
from ncash.language import phrase
from ncash.messages import Message
from ncash.settings import host
from ncash.settings.config import Config
from ncash.settings.declare import Settings
from ncash.settings.installed import Installed
from ncash.support.check.starts import empty_world
from ncash.system.threads import bounded

NEEDED, GOOD, EXCELLENT = "needed", "good", "excellent"
FACE: Final = (
    "ncash.plugin", "ncash.model", "ncash.settings", "ncash.messages", "ncash.errors", "ncash.language",
)  # fmt: skip
"""What a plugin may import of ncash (docs/plugin-author.md)."""


class QualityMark(NamedTuple):
    """One line of the list: its level, what is looked at, and why it does not hold; empty when it does."""

    level: str
    what: str
    why: str = ""

    def json(self) -> dict[str, Any]:
        """JSON values."""
        return {"level": self.level, "what": self.what, "holds": not self.why, "why": self.why or None}


class Package:
    """The package of a plugin on the disk."""

    def __init__(self, path: Path) -> None:
        """`path` is its folder, or the folder of its project. Raises UserError when there is no plugin."""
        found = [path] if (path / "plugin.py").is_file() else sorted(one.parent for one in path.glob("*/plugin.py"))
        if len(found) != 1:
            text = phrase("there is no plugin in {path}: no NAME/plugin.py, or several", path=path)
            raise UserError(text, code="plugin", hint="ncash plugin new writes one")
        self.home = found[0].resolve()
        self.project = path.resolve() if found[0] != path else self.home.parent
        self.name = self.home.name
        self.installed = Installed([self.home.parent])

    @cached_property
    def trees(self) -> dict[Path, ast.Module]:
        """Its sources, parsed. Raises SyntaxError."""
        return {path: ast.parse(path.read_bytes()) for path in sorted(self.home.rglob("*.py"))}

    @cached_property
    def started(self) -> LoadedPlugin:
        """The plugin after a start in a rehearsal with its defaults."""
        one = LoadedPlugin(self.name)
        done, tables = bounded(partial(self.installed.tables, [self.name]), starting.START_SECONDS)
        own: tuple[type[Settings], ...] = tables if done and isinstance(tables, tuple) else ()
        config = Config(self.project, [], (*host.TABLES, *own))
        starting.bring_up(one, config, empty_world(self.project), self.installed)
        return one


def marks(package: Package) -> tuple[QualityMark, ...]:
    """The whole list."""
    return tuple(QualityMark(level, what, _why(look, package)) for level, what, look in _LOOKS)


def _why(look: Callable[[Package], str], package: Package) -> str:
    """What a look says; whatever it stumbles over is an answer too."""
    done, outcome = bounded(partial(look, package), 2 * starting.START_SECONDS)
    if not done:
        return phrase("it does not answer")
    return f"{type(outcome).__name__}" if isinstance(outcome, BaseException) else str(outcome)


def _starts(package: Package) -> str:
    one = package.started
    return "" if one.state == READY else one.error


def _api(package: Package) -> str:
    instance = package.started.instance
    return "" if getattr(instance, "api", None) else phrase('write api = "…" into the class Plugin')


def _face(package: Package) -> str:
    strange = [
        name
        for tree in package.trees.values()
        for name in _imported(tree)
        if name.split(".")[0] == "ncash" and not _public(name)
    ]
    return phrase("it imports {names}", names=", ".join(sorted(set(strange)))) if strange else ""


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (
                f"{node.module}.{alias.name}" if node.module == "ncash" else node.module for alias in node.names
            )


def _public(name: str) -> bool:
    return any(name == face or name.startswith(f"{face}.") for face in FACE)


def _settings(package: Package) -> str:
    tables = package.installed.tables([package.name])
    bare = [row.name for table in tables for row in table.rows() if not (row.effect and row.comment)]
    return phrase("no effect or no comment: {names}", names=", ".join(bare)) if bare else ""


def _texts(package: Package) -> str:
    modules = [module for name, module in sys.modules.items() if name.partition(".")[0] == package.name]
    rows = {row.key: row for module in modules for row in vars(module).values() if type(row) is Message}
    bare = sorted(key for key, row in rows.items() if row.advice is None)
    return phrase("no advice: {keys}", keys=", ".join(bare)) if bare else ""


def _tests(package: Package) -> str:
    found = any(package.project.glob("tests/**/test_*.py")) or any(package.project.glob("test_*.py"))
    return "" if found else phrase("there is no tests/test_*.py")


def _readme(package: Package) -> str:
    return "" if any(package.project.glob("README*")) else phrase("there is no README")


def _entry(package: Package) -> str:
    texts = [
        path.read_text("utf-8")
        for path in map(package.project.joinpath, ("pyproject.toml", "setup.cfg"))
        if path.is_file()
    ]
    wanted = f"{package.name}.plugin:Plugin"
    named = any("ncash.plugins" in text and wanted in text for text in texts)
    return "" if named else phrase("no entry point ncash.plugins names {wanted}", wanted=wanted)


def _steps(package: Package) -> str:
    bare = [f"{path.name}:{line}" for path, tree in package.trees.items() for line in _bare_decisions(tree)]
    return phrase("refusals without a Step: {places}", places=", ".join(bare)) if bare else ""


def _bare_decisions(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or getattr(node.func, "id", "") != "Decision" or not node.args:
            continue
        verdict = getattr(node.args[0], "attr", "")
        stepping = len(node.args) > 1 or any(one.arg in ("steps", None) for one in node.keywords)
        if verdict in ("DENY", "ASK") and not stepping:
            yield node.lineno


def _rules(package: Package) -> str:
    module: Any = package.installed.module(package.name, lint.MODULE)
    told = getattr(module, "EXPLAINED", {})
    bare = [row.code for row in getattr(module, "RULES", ()) if row.code not in told]
    return phrase("no explanation: {codes}", codes=", ".join(bare)) if bare else ""


def _sample(package: Package) -> str:
    return "" if any(package.project.glob("conf/**/*.ini")) else phrase("there is no conf/*.ini to copy")


_LOOKS: Final = (
    (NEEDED, "it loads and starts with its defaults", _starts),
    (NEEDED, "it names the version of the API it was written for", _api),
    (NEEDED, "it imports nothing of the program but its public face", _face),
    (GOOD, "every setting has its effect and its comment", _settings),
    (GOOD, "every text has its advice", _texts),
    (GOOD, "it has tests", _tests),
    (GOOD, "it has a README", _readme),
    (GOOD, "pip can install it: its entry point is named", _entry),
    (EXCELLENT, "every refusal and every question has a step", _steps),
    (EXCELLENT, "the rules of its checks are explained", _rules),
    (EXCELLENT, "it brings an INI file to copy", _sample),
)

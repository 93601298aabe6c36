"""The whole judgement of a conf folder: its files, its label rules, and what each plugin adds."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ncash import barcode, loader
from ncash.settings import host
from ncash.settings.config import Config
from ncash.settings.declare import Settings
from ncash.settings.layout import PLUGINS
from ncash.settings.problems import ERROR, Problem
from ncash.support import register_rules


@dataclass(frozen=True, slots=True)
class Findings:
    """A configuration with every mistake in it."""

    config: Config
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> int:
        """How many of the problems are errors."""
        return sum(problem.level == ERROR for problem in self.problems)

    def json(self) -> dict[str, Any]:
        """The findings as an object for `--json`."""
        return {
            "conf": str(self.config.folder),
            "errors": self.errors,
            "warnings": len(self.problems) - self.errors,
            "blocks_marked": any(problem.blocks for problem in self.problems),
            "problems": [problem.json() for problem in self.problems],
        }


def plugin_folders(config: Config) -> tuple[Path, ...]:
    """The folders of `[Host] pluginsPath`; relative ones begin at the conf folder."""
    return tuple(Path(config.folder, folder) for folder in config.section(host.Host).pluginsPath)


def examine(conf: Path) -> Findings:
    """Read the folder for the host and all installed plugins, on or off. Raises UserError without a folder."""
    first = Config.load(conf, host.TABLES)
    folders = plugin_folders(first)
    written = [name for name in first.plugins if name.isidentifier() and _module(name, "plugin", folders)]
    names = sorted({*loader.known(folders), *written})
    problems: list[Problem] = []
    tables: list[type[Settings]] = []
    for name in names:
        try:
            tables += loader.settings_tables([name], folders)
        except Exception as error:
            problems.append(_broken(first, name, "settings", error))
    config = first.extended(tables, names)
    own = (*_label_rules(config), *_kinds(config), *register_rules.problems(config))
    problems += [*config.problems, *own, *_lint(config, names, folders)]
    return Findings(config, config.sorted(problems))


def _label_rules(config: Config) -> Iterator[Problem]:
    section = host.BarcodeRules.section
    lines = config.lines(section)
    for fault in barcode.rules_from(f"{line.key}={line.value}" for line in lines)[1]:
        line = lines[fault.at]
        place = (line.origin.file, line.origin.line)
        yield Problem("MG036", *place, fault.text, section, line.key, accepted="mask=template with B, Q, X and .")


def _kinds(config: Config) -> Iterator[Problem]:
    own = config.section(host.Host)
    origin = own.origin("unservedMarks")
    if origin is not None and own.unservedMarks == "allow":
        text = "goods whose tmctype no category serves (alcohol, tobacco …) are sold as ordinary ones, without a mark"
        yield Problem("MG080", origin.file, origin.line, text, origin.section, "unservedMarks")


def _lint(config: Config, names: Iterable[str], folders: Sequence[Path]) -> list[Problem]:
    found: list[Problem] = []
    for name in names:
        try:
            module = _module(name, "lint", folders)
            found += module.problems(config) if module else ()
        except Exception as error:
            found.append(_broken(config, name, "checks", error))
    return found


def _module(name: str, part: str, folders: Sequence[Path]) -> Any | None:
    return loader.module_of(name, part, folders)


def _broken(config: Config, name: str, part: str, error: Exception) -> Problem:
    origin = config.plugin_origin(name)
    text = f"the {part} of plugin {name} cannot be used: {type(error).__name__}"
    file, line = (origin.file, origin.line) if origin else ("ncash.ini", 1)
    return Problem("MG056", file, line, text, PLUGINS, name)

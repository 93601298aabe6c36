"""Mistakes whose mend is certain, mended: the file as it would be, the difference, and what was left as it is and why.

No value in force changes by a mend, whatever the files look like: the configuration is judged again with each mend, and
one that would change a value is left out. Below a commented-out header nothing is touched: what stands there was meant
for another section.
"""

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from ncash.settings import ini
from ncash.settings.config import Config
from ncash.settings.host import Fiscal
from ncash.settings.ini import UTF8_BOM, IniFile
from ncash.settings.kinds import MASKED
from ncash.settings.problems import ERROR, Problem
from ncash.support.check.check import Findings

CERTAIN: Final = ("MG007", "MG009", "MG021")
"""A line end at the end, a line that repeats another, a name in the wrong case: nothing else was meant."""
_FREE: Final = f"{Fiscal.section}."
"""Sections whose keys nobody declared: any of them may be a secret."""
BELOW: Final = "it stands below a commented-out header, and may be meant for that section"
CHANGES: Final = "a value in force would change"
WORSE: Final = "another mistake would come of it"


class MendedFile(NamedTuple):
    """One file with its certain mistakes mended."""

    path: Path
    before: bytes
    after: bytes
    problems: tuple[Problem, ...]
    """Those that are mended."""
    left: tuple[tuple[Problem, str], ...] = ()
    """Those that are not, each with the reason."""

    secrets: frozenset[str] = frozenset()
    """Keys whose values are not shown."""

    def diff(self) -> str:
        """The difference as a patch, secrets masked."""
        old, new = (self._shown(ini.scan(self.path, text)) for text in (self.before, self.after))
        return "".join(difflib.unified_diff(old, new, f"a/{self.path.name}", f"b/{self.path.name}"))

    def _shown(self, document: IniFile) -> list[str]:
        lines = list(document.lines)
        free = {one.line for one in document.entries if one.section.startswith(_FREE)}
        for at, line in enumerate(lines):
            key, equals, value = line.partition("=")
            bare = key.strip("; \t#\"'")
            if equals and value.strip() and (bare in self.secrets or at + 1 in free):
                lines[at] = f"{key.rstrip()} = {MASKED}\n"
        return lines


def mended(findings: Findings) -> Iterator[MendedFile]:
    """Every file of which something could be mended for certain, whether it is or not."""
    config = findings.config
    for document in config.files:
        found = [p for p in findings.problems if p.file == document.name and p.code in CERTAIN]
        mine = [p._replace(line=line, also=()) for p in found for line in (p.line, *(one for one, _ in p.also))]
        if mine and document.lines:
            one = _Mend(config, document).all(mine)
            config = config.replaced(ini.scan(document.path, one.after)) if one.problems else config
            yield one


class _Mend:
    """The mends of one file, tried together and, where that will not do, one by one."""

    def __init__(self, config: Config, document: IniFile) -> None:
        self.config = config
        self.document = document
        self.force = in_force(config)
        self.errors = _errors(config)
        self.left: list[tuple[Problem, str]] = []

    def all(self, wanted: Sequence[Problem]) -> MendedFile:
        below = {entry.line for entry in self.document.entries if entry.under}
        done: list[Problem] = []
        self._try(done, [problem for problem in wanted if problem.line not in below])
        self.left += [(problem, BELOW) for problem in wanted if problem.line in below]
        after = content(self.document, done)
        left = sorted(self.left, key=lambda one: one[0].line)
        secrets = frozenset(row.name for table in self.config.tables for row in table.rows() if row.secret)
        return MendedFile(self.document.path, self.document.content, after, tuple(done), tuple(left), secrets)

    def _try(self, done: list[Problem], more: Sequence[Problem]) -> None:
        """Add to what is done as much as can be: all at once, else each half for itself."""
        if not more:
            return
        why = self._against([*done, *more])
        if not why:
            done += more
        elif len(more) == 1:
            self.left.append((more[0], why))
        else:
            half = len(more) // 2
            self._try(done, more[:half])
            self._try(done, more[half:])

    def _against(self, problems: Iterable[Problem]) -> str:
        """Why these mends together cannot be made, or an empty text."""
        after = self.config.replaced(ini.scan(self.document.path, content(self.document, problems)))
        if in_force(after) != self.force:
            return CHANGES
        return WORSE if _errors(after) - self.errors else ""


def in_force(config: Config) -> tuple[Any, ...]:
    """Every value in force, in its order: plugins, settings, categories, lines of sections without declared keys."""
    found: list[Any] = [{name for name, on in config.plugins.items() if on}]
    for table in config.tables:
        for one in (config.section(table), *config.categories(table)):
            found.append((table.section, one.category, [getattr(one, row.name) for row in table.rows()]))
        children = f"{table.section}." if table.free_children else None
        free = [name for name in config.written_sections if children and name.startswith(children)]
        free += [table.section] if table.free else []
        found += [(name, [(line.key, line.value) for line in config.lines(name)]) for name in free]
    return tuple(found)


def content(document: IniFile, problems: Iterable[Problem]) -> bytes:
    """The file with these problems mended."""
    lines: list[str | None] = list(document.lines)
    for problem in problems:
        at = problem.line - 1
        line = lines[at]
        if line is None:
            continue
        if problem.code == "MG007":
            first = document.lines[0]
            lines[at] = line + (first[len(first.rstrip("\r\n")) :] or "\n")
        elif problem.code == "MG009":
            lines[at] = None
        elif problem.nearest:
            wrong = problem.key or problem.section
            lines[at] = line.replace(wrong, problem.nearest.strip("[]"), 1)
    text = "".join(line for line in lines if line is not None)
    body = text.encode(document.encoding.removesuffix("-sig"))
    return (UTF8_BOM if document.encoding.endswith("-sig") else b"") + body


def _errors(config: Config) -> Counter[tuple[str, str, str]]:
    return Counter((one.code, one.section, one.key) for one in config.problems if one.level == ERROR)

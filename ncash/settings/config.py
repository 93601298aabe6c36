"""A configuration: the files of a conf folder, their values by settings table, and every mistake in them."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

from ncash.errors import UserError
from ncash.language import phrase
from ncash.settings import ini
from ncash.settings.declare import Origin, Scope, Settings
from ncash.settings.ini import Assignment, IniFile
from ncash.settings.layout import PLUGINS, Sections
from ncash.settings.problems import Problem
from ncash.settings.resolve import Resolver, idle_problems
from ncash.settings.tree import Tree, paths

S = TypeVar("S", bound=Settings)


class UndeclaredLine(NamedTuple):
    """A line of a section whose keys are not declared."""

    key: str
    value: str
    origin: Origin


class Config:
    """What the files say to these tables. It never changes; a reload makes another one."""

    def __init__(
        self,
        folder: Path,
        files: Sequence[IniFile],
        tables: Sequence[type[Settings]],
        installed: Iterable[str] | None = None,
    ) -> None:
        """See `load`."""
        self.folder = folder
        self.files = tuple(files)
        """The files as read, with their bytes, in reading order."""
        self.tables = tuple(tables)
        self._layout = Sections(self.tables, None if installed is None else frozenset(installed))
        self._tree = Tree(self.files, self._layout.aliases)
        self._resolver = Resolver(self._tree, self._layout)
        self._values = self._resolver.values
        self._common = {table: self._section(table) for table in self.tables}
        self._categories = {table: tuple(self._subsections(table)) for table in self.tables if table.categories}

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Every mistake in the files."""
        found = [*self._resolver.problems, *self._resolver.unknown()]
        for table, common in self._common.items():
            found += idle_problems([common, *self._categories.get(table, ())])
        return self.sorted(one._replace(unread=True) if self._asleep(one.section) else one for one in found)

    def _asleep(self, section: str) -> bool:
        known = self._layout.find(section)
        return known is not None and bool(known.switch) and not self.plugins.get(known.switch)

    @classmethod
    def load(cls, conf: Path, tables: Sequence[type[Settings]], installed: Iterable[str] | None = None) -> "Config":
        """Read `conf/ncash.ini` and `conf/ncash.ini.d/*.ini`.

        `installed` names the plugins there are, so that `[plugins]` can be checked. Mistakes inside the files become
        `problems`. Raises UserError when there is no such folder.
        """
        if not conf.is_dir():
            what = "is a file, not a folder" if conf.exists() else "does not exist"
            hint = "give the folder that holds ncash.ini and ncash.ini.d/ with --conf, or make one: ncash init DIR"
            raise UserError(
                phrase("the configuration folder {conf} {trouble}", conf=conf, trouble=what), code="conf", hint=hint
            )
        try:
            files = [ini.read(path) for path in paths(conf)]
        except OSError as error:
            hint = "make the folder readable for the user who runs the till"
            raise UserError(
                phrase("{conf} cannot be listed: {reason}", conf=conf, reason=error.strerror), code="conf", hint=hint
            ) from error
        return cls(conf, files, tables, installed)

    def extended(self, tables: Sequence[type[Settings]], installed: Iterable[str] | None = None) -> "Config":
        """The same files, not read again, for more tables."""
        return Config(self.folder, self.files, (*self.tables, *tables), installed)

    def replaced(self, document: IniFile) -> "Config":
        """The same configuration with other contents of one of its files."""
        files = [document if one.path == document.path else one for one in self.files]
        return Config(self.folder, files, self.tables, self._layout.installed)

    def section(self, table: type[S]) -> S:
        """The common values of a table's section."""
        return cast(S, self._common[table])

    def categories(self, table: type[S]) -> tuple[S, ...]:
        """The table's categories in file order, each with what it inherits."""
        return cast(tuple[S, ...], self._categories.get(table, ()))

    @property
    def plugins(self) -> dict[str, bool]:
        """The switches of `[plugins]`; a plugin that is not written there is off."""
        written = self._tree.section(PLUGINS)
        return {name: self._values.get((PLUGINS, name), False) for name in written}

    def plugin_origin(self, name: str) -> Origin | None:
        """Where a plugin's switch is written."""
        entry = self._tree.section(PLUGINS).get(name)
        return self._origin(PLUGINS, entry) if entry else None

    def lines(self, section: str) -> tuple[UndeclaredLine, ...]:
        """The lines of a section in reading order, for sections whose keys are not declared."""
        entries = self._tree.section(section).items()
        return tuple(UndeclaredLine(key, entry.value, self._origin(section, entry)) for key, entry in entries)

    @property
    def written_sections(self) -> tuple[str, ...]:
        """Names of the sections that stand in the files, in reading order."""
        return tuple(self._tree.sections)

    def reads(self, section: str) -> bool:
        """Whether somebody reads a section of this name."""
        return self._layout.find(section) is not None

    @property
    def blocks_marked(self) -> bool:
        """Whether a mistake stands in the way of selling marked goods."""
        return any(problem.blocks for problem in self.problems)

    def sorted(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """Problems in the order of files and lines, each once."""
        order = {document.name: number for number, document in enumerate(self.files)}
        return tuple(sorted(dict.fromkeys(problems), key=lambda p: (order.get(p.file, -1), p.line, p.code)))

    def _origin(self, section: str, entry: Assignment) -> Origin:
        earlier = [one for one in self._tree.history[section, entry.key] if one is not entry]
        overrode = tuple(Origin(one.file, one.line, one.section, one.value) for one in earlier)
        return Origin(entry.file, entry.line, entry.section, entry.value, overrode=overrode)

    def _own(
        self, table: type[Settings], section: str, wanted: Scope | None
    ) -> tuple[dict[str, Any], dict[str, Origin]]:
        """The values written in this very section; `wanted` narrows them to one scope."""
        values: dict[str, Any] = {}
        origins: dict[str, Origin] = {}
        for name, entry in self._tree.section(section).items():
            row = table.row(name)
            if row and (wanted is None or row.scope is wanted) and (section, name) in self._values:
                values[name] = self._values[section, name]
                origins[name] = self._origin(section, entry)
        return values, origins

    def _section(self, table: type[Settings]) -> Settings:
        values, origins = self._own(table, table.section, None)
        return table(values, origins, place=self._place(table.section))

    def _subsections(self, table: type[Settings]) -> Iterable[Settings]:
        common = self._own(table, table.section, None)
        for section in self._tree.sections:
            known = self._layout.find(section)
            if not section.startswith(f"{table.section}.") or not known or not known.category or "." in known.category:
                continue
            values, origins = self._own(table, section, Scope.CATEGORY)
            merged: Mapping[str, Any] = {**common[0], **values}
            yield table(merged, {**common[1], **origins}, known.category, self._place(section))

    def _place(self, section: str) -> Origin | None:
        for document in self.files:
            for heading in document.headings:
                if self._layout.aliases.get(heading.name, heading.name) == section:
                    return Origin(document.name, heading.line, heading.name)
        return None

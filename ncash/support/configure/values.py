"""Every setting in force, with its place: what `ncash config show` prints."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from ncash.settings.config import Config
from ncash.settings.declare import Row, Scope, Settings
from ncash.settings.kinds import MASKED
from ncash.settings.resolve import idle


class ShownSetting(NamedTuple):
    """One setting of one section; secrets are masked."""

    section: str
    key: str
    value: str
    default: bool
    """Written nowhere."""
    origin: str | None
    """`markedgoods.ini:14`; for a category it may be a line of the common section."""
    overrode: tuple[str, ...] = ()
    """Earlier lines of the same key as `file:line = value`."""
    idle: str | None = None
    """Why the setting has no effect now."""

    def json(self) -> dict[str, Any]:
        """The setting as an object for `--json`."""
        return {**self._asdict(), "overrode": list(self.overrode)}


def values(config: Config) -> Iterator[ShownSetting]:
    """The settings of all tables, then of their categories, in the order they are declared."""
    for table in config.tables:
        profile = config.section(table)
        for row in table.rows():
            if not row.required:
                yield _shown(profile, row, table.section)
        for category in config.categories(table):
            for row in table.rows():
                if row.scope is Scope.CATEGORY:
                    yield _shown(category, row, f"{table.section}.{category.category}")
        if table.free or table.free_children:
            yield from _free(config, table)


def _shown(profile: Settings, row: Row, section: str) -> ShownSetting:
    origin = profile.origin(row.name)
    overrode = tuple(f"{one} = {row.shown(one.raw)}" for one in origin.overrode) if origin else ()
    reason = idle(profile, row) or None
    return ShownSetting(
        section, row.name, profile.raw(row.name), origin is None, profile.source(row.name), overrode, reason
    )


def _free(config: Config, table: type[Settings]) -> Iterator[ShownSetting]:
    """Lines without declared names; those of subsections may be secrets, so their values are masked."""
    sections = [table.section] if table.free else []
    sections += [
        name for name in config.written_sections if table.free_children and name.startswith(f"{table.section}.")
    ]
    for section in sections:
        for line in config.lines(section):
            if table.row(line.key) is None or section != table.section:
                value = line.value if table.free else MASKED
                yield ShownSetting(section, line.key, value, False, str(line.origin))

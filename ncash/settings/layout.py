"""Which sections and settings there are, put together from the tables of the host and its plugins."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ncash.language import phrase
from ncash.settings import kinds
from ncash.settings.declare import Row, Scope, Settings
from ncash.settings.problems import mistyped, nearest

PLUGINS: Final = "plugins"
UNKNOWN_SECTION: Final = "MG023"
UNKNOWN_PLUGIN: Final = "MG055"


class KnownSection(NamedTuple):
    """A section that somebody reads."""

    rows: dict[str, Row]
    category: str | None = None
    """Name of the category in `[MarkedGoods.NAME]`."""
    free: bool = False
    """It may hold lines without declared names."""
    switch: str = ""
    """The key of `[plugins]` without which it is not read."""


@dataclass(slots=True)
class Sections:
    """All settings tables by the section they read."""

    tables: Sequence[type[Settings]]
    installed: frozenset[str] | None = None
    """Names of the installed plugins; None when nobody looked."""
    aliases: dict[str, str] = field(default_factory=dict)
    _by_section: dict[str, list[type[Settings]]] = field(default_factory=dict)
    _found: dict[str, KnownSection | None] = field(default_factory=dict)
    _slips: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for table in self.tables:
            self._by_section.setdefault(table.section, []).append(table)
            self.aliases.update(dict.fromkeys(table.aliases, table.section))

    def find(self, section: str) -> KnownSection | None:
        """What is known about a section, by its own spelling or an alias; None for nothing."""
        if section not in self._found:
            self._found[section] = self._known(section)
        return self._found[section]

    def _known(self, section: str) -> KnownSection | None:
        name = self.aliases.get(section, section)
        tables = self._by_section.get(name)
        if tables:
            rows = {row.name: row for table in tables for row in table.rows()}
            switch = next((table.switch for table in tables), "")
            return KnownSection(rows, free=any(table.free for table in tables), switch=switch)
        if name == PLUGINS:
            return KnownSection({})
        base, _, rest = name.partition(".")
        for table in self._by_section.get(base, ()):
            if rest and table.free_children:
                return KnownSection({}, free=True)
            if rest and table.categories:
                return KnownSection({row.name: row for row in table.rows()}, category=rest)
        return None

    def slip(self, section: str) -> tuple[str, str]:
        """Rule and known name when the name of a section is a slip of the pen, else two empty texts."""
        if section not in self._slips:
            code, meant = mistyped(section, self._names())
            base, _, rest = section.partition(".")
            if not code and rest:
                code, meant = mistyped(base, self._bases())
                meant = meant and f"{meant}.{rest}"
            self._slips[section] = code, meant
        return self._slips[section]

    def wrong_section(self, section: str) -> tuple[str, str, str]:
        """Rule, text and nearest name for a section that `find` does not know."""
        code, meant = self.slip(section)
        if code == "MG021":
            return (
                code,
                phrase("[{section}] differs from a known section in case only; it is not read", section=section),
                f"[{meant}]",
            )
        if code:
            return code, phrase("[{section}] is not known; it is not read", section=section), f"[{meant}]"
        close = nearest(section, self._names())
        return (
            UNKNOWN_SECTION,
            phrase("[{section}] belongs to no part of the program; it is not read", section=section),
            close and f"[{close}]",
        )

    def wrong_key(self, key: str, known: KnownSection) -> tuple[str, str, str]:
        """Rule, text and nearest name for a key that is none of the section's settings."""
        usable = [row.name for row in known.rows.values() if not known.category or row.scope is Scope.CATEGORY]
        code, meant = mistyped(key, known.rows)
        if code == "MG021":
            return code, phrase("{key} differs from a known setting in case only; it is not read", key=key), meant
        if code:
            return code, phrase("{key} is not known; it is not read", key=key), meant
        home = next((row.section for row in self.rows() if row.name == key), None)
        if home:
            return "MG022", phrase("{key} is not read here; it belongs to [{home}]", key=key, home=home), ""
        return "MG022", phrase("{key} is not known; it is not read", key=key), nearest(key, usable)

    def wrong_plugin(self, name: str) -> tuple[str, str, str] | None:
        """Rule, text and nearest name for a key of `[plugins]` that names no plugin; None when it may be one."""
        names = set(self.installed or ()) | {row.name for row in self.rows() if row.section == PLUGINS}
        if name in names:
            return None
        code, meant = mistyped(name, names)
        if code:
            return code, phrase("there is no plugin {name}", name=name), meant
        if self.installed is None:
            return None
        return UNKNOWN_PLUGIN, phrase("the plugin {name} is not installed", name=name), nearest(name, names)

    def rows(self) -> Iterator[Row]:
        """All settings."""
        for table in self.tables:
            yield from table.rows()

    def _names(self) -> Iterable[str]:
        return [*self._by_section, *self.aliases, PLUGINS]

    def _bases(self) -> Iterable[str]:
        return [t.section for t in self.tables if t.categories or t.free_children]


RULE_OF_KIND: Final = {kinds.MASK.name: "MG031", kinds.URL.name: "MG032", kinds.TOKENS.name: "MG033"}

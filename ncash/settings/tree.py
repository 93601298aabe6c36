"""All files of a configuration as one tree, held and merged by ConfigObj."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from ncash.settings.ini import Assignment, Heading, IniFile

FIRST: Final = "ncash.ini"
DROP_INS: Final = "ncash.ini.d"


def rank(path: Path) -> tuple[bool, bool, str]:
    """The place of a file in the order of reading."""
    return path.parent.name == DROP_INS, path.name[:1].isdigit(), path.name


def paths(folder: Path) -> Iterator[Path]:
    """`ncash.ini`, then the drop-ins in alphabetical order, those that begin with a digit last (docs/adr/0007)."""
    first = folder / FIRST
    if first.exists():
        yield first
    drop_ins = folder / DROP_INS
    if drop_ins.is_dir():
        found = [path for path in drop_ins.iterdir() if path.name.endswith(".ini")]
        yield from sorted(found, key=rank)


class Tree:
    """For one key the later file wins, and every place stays known."""

    def __init__(self, documents: Iterable[IniFile], aliases: Mapping[str, str]) -> None:
        """`aliases` maps other accepted spellings of sections to their own."""
        from configobj import ConfigObj

        self.documents = tuple(documents)
        self.history: dict[tuple[str, str], list[Assignment]] = {}
        """Every entry of a section's key, in reading order."""
        self._known: dict[str, dict[str, Assignment]] = {}
        self._merged = ConfigObj(list_values=False, interpolation=False)
        for document in self.documents:
            lines: list[Heading | Assignment] = sorted(
                [*document.headings, *document.entries], key=lambda one: one.line
            )
            for one in lines:
                written = one.name if isinstance(one, Heading) else one.section
                section = aliases.get(written, written)
                if section not in self._merged:
                    self._merged[section] = {}
                if isinstance(one, Assignment):
                    self._merged[section][one.key] = one
                    self.history.setdefault((section, one.key), []).append(one)

    @property
    def sections(self) -> list[str]:
        """Names of the sections, in their own spelling, in the order they first appear."""
        return list(self._merged.sections)

    def section(self, name: str) -> dict[str, Assignment]:
        """The entries in force in a section; not to be changed."""
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = dict(self._merged.get(name, {}).items())
        return known

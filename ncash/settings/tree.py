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


class _Names:
    """Short words that stand for the names of sections and keys: nothing of a name needs ConfigObj's quoting."""

    def __init__(self) -> None:
        self._words: dict[str, str] = {}
        self.names: dict[str, str] = {}

    def word(self, name: str) -> str:
        found = self._words.get(name)
        if found is None:
            found = self._words[name] = f"n{len(self._words)}"
            self.names[found] = name
        return found


def _pieces(document: IniFile, number: int, aliases: Mapping[str, str], names: _Names) -> Iterator[list[str]]:
    """The live lines in ConfigObj's dialect, cut wherever a section or key repeats, which it does not accept.

    A value is written as the number of its entry, counted from `number`.
    """
    lines: list[Heading | Assignment] = sorted([*document.headings, *document.entries], key=lambda one: one.line)
    piece: list[str] = []
    seen: set[tuple[str, str]] = set()
    section = ""
    for one in lines:
        entry = one if isinstance(one, Assignment) else None
        if isinstance(one, Heading):
            section = names.word(aliases.get(one.name, one.name))
        key = names.word(entry.key) if entry else ""
        if (section, key) in seen:
            yield piece
            piece, seen = [], set()
        if (section, "") not in seen:
            piece.append(f"[{section}]")
            seen.add((section, ""))
        if entry:
            piece.append(f"{key} = {number}")
            seen.add((section, key))
            number += 1
    yield piece


class Tree:
    """For one key the later file wins, and every place stays known."""

    def __init__(self, documents: Iterable[IniFile], aliases: Mapping[str, str]) -> None:
        """`aliases` maps other accepted spellings of sections to their own."""
        from configobj import ConfigObj

        self.documents = tuple(documents)
        self.history: dict[tuple[str, str], list[Assignment]] = {}
        """Every entry of a section's key, in reading order."""
        self._entries: list[Assignment] = []
        self._names = _Names()
        self._known: dict[str, dict[str, Assignment]] = {}
        self._merged = ConfigObj(list_values=False, interpolation=False)
        for document in self.documents:
            for piece in _pieces(document, len(self._entries), aliases, self._names):
                self._merged.merge(ConfigObj(piece, list_values=False, interpolation=False))
            self._entries += document.entries
            for entry in document.entries:
                self.history.setdefault((aliases.get(entry.section, entry.section), entry.key), []).append(entry)

    @property
    def sections(self) -> list[str]:
        """Names of the sections, in their own spelling, in the order they first appear."""
        return [self._names.names[word] for word in self._merged.sections]

    def section(self, name: str) -> dict[str, Assignment]:
        """The entries in force in a section; not to be changed."""
        known = self._known.get(name)
        if known is None:
            found = self._merged.get(self._names.word(name), {})
            known = {self._names.names[word]: self._entries[int(number)] for word, number in found.items()}
            self._known[name] = known
        return known

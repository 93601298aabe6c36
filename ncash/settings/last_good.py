"""The last accepted copy of every INI file, and files that look half-written beside it (config.md)."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from ncash.settings import ini
from ncash.settings.config import Config
from ncash.system import files

FOLDER: Final = "last-good"


class ShortenedFile(NamedTuple):
    """A file that is a strict prefix of its accepted copy: it may be half-written."""

    file: str
    lost: tuple[str, ...]
    """Live settings of the accepted copy that are gone, as `[Section] key`."""


def keep(data: Path, config: Config) -> None:
    """Make the files of this configuration the accepted ones. Raises OSError."""
    folder = data / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    names = {_name(document.path) for document in config.files}
    for document in config.files:
        copy = folder / _name(document.path)
        if not copy.exists() or copy.read_bytes() != document.content:
            files.replace(copy, document.content)
    for stale in folder.glob("*.ini"):
        if stale.name not in names:
            stale.unlink()


def _name(path: Path) -> str:
    return path.name if path.parent.name == "ncash.ini.d" else f"0-{path.name}"


def shortened(data: Path, config: Config) -> list[ShortenedFile]:
    """Files of this configuration that are cut copies of accepted ones."""
    found = []
    for document in config.files:
        copy = data / FOLDER / _name(document.path)
        try:
            accepted = copy.read_bytes()
        except OSError:
            continue
        if len(document.content) < len(accepted) and accepted.startswith(document.content):
            before, after = _settings(ini.scan(document.path, accepted)), _settings(document)
            found.append(ShortenedFile(document.name, tuple(one for one in before if one not in set(after))))
    return found


def _settings(document: ini.IniFile) -> list[str]:
    return [f"[{entry.section}] {entry.key}" for entry in document.entries]


def stamp(paths: Iterable[Path]) -> tuple[tuple[str, int, int, int], ...]:
    """What tells a changed file: name, time of change, size, inode. A file that is gone has none."""
    stamps = []
    for path in paths:
        try:
            seen = path.stat()
        except OSError:
            continue
        stamps.append((str(path), seen.st_mtime_ns, seen.st_size, seen.st_ino))
    return tuple(stamps)

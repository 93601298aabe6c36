"""Messages that the database would not take: files `queue/<type>_<date>_<time>_<n>.queue`, picked up later.

The names are the vendor's. A file holds what one write owed, as JSON; it goes when its rows are in the outbox.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ncash.system import files

FOLDER: Final = "queue"
SUFFIX: Final = ".queue"
UNREADABLE: Final = ".unreadable"
_TEXTS: Final = ("uuid", "cashcode", "route", "op", "key", "created")
Entry = Mapping[str, Any]


class Aside:
    """The folder of files with messages that the outbox did not take."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, entries: Sequence[Entry], op: str, time: str) -> Path:
        """Write the entries to a file of their own. `time` is ISO 8601. Raises OSError."""
        stamp = "".join(c for c in time[:19] if c.isdigit() or c == "T").replace("T", "_") or "00000000_000000"
        text = json.dumps(list(entries), ensure_ascii=False).encode()
        self.folder.mkdir(exist_ok=True)
        n = 1 + max((_order(path)[1] for path in self.waiting() if _order(path)[0] == stamp), default=0)
        while True:
            path = self.folder / f"{op}_{stamp}_{n}{SUFFIX}"
            try:
                files.create(path, text)
            except FileExistsError:
                n += 1
            else:
                return path

    def waiting(self) -> list[Path]:
        """The files, oldest first."""
        return sorted(self.folder.glob(f"*{SUFFIX}"), key=_order) if self.folder.is_dir() else []

    def unreadable(self) -> int:
        """How many files lie there that nobody could read."""
        return len(list(self.folder.glob(f"*{UNREADABLE}"))) if self.folder.is_dir() else 0

    def read(self, path: Path) -> list[dict[str, Any]]:
        """The entries of a file. One that holds none is renamed, kept for people, and empty. Raises OSError."""
        try:
            return _entries(path.read_bytes())
        except FileNotFoundError:
            return []
        except (ValueError, RecursionError):
            path.rename(path.with_name(path.name + UNREADABLE))
            return []

    def gone(self, path: Path) -> None:
        """Its rows are in the outbox. Raises OSError."""
        files.remove(path)


def _order(path: Path) -> tuple[str, int]:
    """A name that is not ours counts as the oldest."""
    *stamp, n = path.name.removesuffix(SUFFIX).split("_")
    return "_".join(stamp[1:]), int(n) if n.isascii() and n.isdigit() else 0


def _entries(content: bytes) -> list[dict[str, Any]]:
    found: Any = json.loads(content)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ValueError("not a list of objects")
    for one in found:
        if not all(isinstance(one.get(name), str) for name in _TEXTS) or not isinstance(one.get("body"), dict):
            raise ValueError("not a message")
    return found

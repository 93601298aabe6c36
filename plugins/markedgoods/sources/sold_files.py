"""What the local module has to be told: one file a closed receipt, kept until the module has acknowledged it."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from ncash.bundled.markedgoods.facts import strict_json
from ncash.plugin import replace_file

SOLD: Final = "sold"
RETURNED: Final = "returned"
WAITING: Final = ".json"
REFUSED: Final = ".refused"
UNREADABLE: Final = ".unreadable"
LAST: Final = "last.txt"
"""The number of the newest document that was put into the queue."""


class Parcel(NamedTuple):
    """Parcel for the local module: the codes of one closed receipt."""

    documentid: int
    op: str
    """sold or returned."""
    codes: tuple[str, ...]
    """КИ."""


class SoldQueue:
    """A folder of parcels of one till. Files appear whole or not at all, and go when they are acknowledged."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def last(self) -> int:
        """The newest document that was queued; 0 before the first."""
        try:
            return int((self._folder / LAST).read_text(encoding="ascii"))
        except (OSError, ValueError):
            return 0

    def put(self, parcel: Parcel) -> None:
        """Keep a parcel, once. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if parcel.codes:
            replace_file(self._path(parcel.documentid), json.dumps(parcel._asdict()).encode())
        if parcel.documentid > self.last:
            replace_file(self._folder / LAST, str(parcel.documentid).encode())

    def waiting(self) -> Iterator[Parcel]:
        """Parcels in the order of their documents. A file that cannot be read is put aside, not lost."""
        for path in self._files(WAITING):
            try:
                yield _read(strict_json.parse_object(path.read_bytes()))
            except (OSError, ValueError):
                path.rename(path.with_suffix(UNREADABLE))

    def acknowledged(self, parcel: Parcel) -> None:
        """The module has it."""
        self._path(parcel.documentid).unlink(missing_ok=True)

    def refused(self, parcel: Parcel) -> None:
        """The module will never take it: kept aside for people."""
        path = self._path(parcel.documentid)
        path.rename(path.with_suffix(REFUSED))

    def counts(self) -> tuple[int, int]:
        """How many parcels wait, and how many lie aside."""
        return len(self._files(WAITING)), len(self._files(REFUSED)) + len(self._files(UNREADABLE))

    def _files(self, suffix: str) -> Sequence[Path]:
        return sorted(self._folder.glob(f"*{suffix}")) if self._folder.is_dir() else ()

    def _path(self, documentid: int) -> Path:
        return self._folder / f"{documentid:012d}{WAITING}"


def _read(value: dict[str, Any]) -> Parcel:
    number, op, codes = value.get("documentid"), value.get("op"), value.get("codes")
    if type(number) is not int or op not in (SOLD, RETURNED) or type(codes) is not list:
        raise ValueError("not a parcel")
    if any(type(code) is not str for code in codes):
        raise ValueError("not a parcel")
    return Parcel(number, op, tuple(codes))

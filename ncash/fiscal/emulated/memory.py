"""The memory of the emulated fiscal drive: one JSON line for each document, never rewritten.

A line counts when its line end is there: a line that was cut by the end of the program, or by a full disk, was never
made, and gives way to the next one.
"""

import json
import mmap
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ncash.system import files

BLOCK: Final = 65_536
LOOKED_THROUGH: Final = 64_000_000
"""Bytes from the end in which a document is looked for by its order: weeks of a busy till."""
NOT_READABLE: Final = "the file of the emulated drive holds a line that is no document; restore it from a copy"


class Memory:
    """Documents in the order they were made. What another program appended is seen."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._size = -1
        self._last: dict[str, Any] | None = None

    def last(self) -> dict[str, Any] | None:
        """The document made last. Raises OSError, and ValueError for a line that is no document."""
        size = self.path.stat().st_size if self.path.exists() else 0
        if size != self._size:
            whole = self._whole(size)
            self._last = _document(self._tail(whole)) if whole else None
            self._size = size
        return self._last

    def append(self, document: Mapping[str, Any]) -> None:
        """Write one more document and wait until it is on the disk.

        Raises OSError: then nothing was written, or `FsyncFailed` tells that it is not known.
        """
        line = json.dumps(document, ensure_ascii=True).encode("ascii") + b"\n"
        there = self.path.exists()
        size = self.path.stat().st_size if there else 0
        whole = self._whole(size)
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o644)
        try:
            if whole != size:
                os.ftruncate(handle, whole)
            os.lseek(handle, whole, os.SEEK_SET)
            _written(handle, line, whole)
            try:
                os.fsync(handle)
                if not there:
                    files.settle(self.path.parent)
            except OSError as error:
                raise FsyncFailed(error.errno, error.strerror) from error
        finally:
            os.close(handle)
        self._size, self._last = -1, None

    def of(self, order: str) -> dict[str, Any] | None:
        """The latest document of an order; older ones than `LOOKED_THROUGH` are not looked at."""
        if not self.path.exists() or not self.path.stat().st_size:
            return None
        wanted = json.dumps({"receipt": order}, ensure_ascii=True)[1:-1].encode("ascii")
        with self.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
            end = view.rfind(b"\n") + 1
            while (at := view.rfind(wanted, max(end - LOOKED_THROUGH, 0), end)) >= 0:
                begin = view.rfind(b"\n", 0, at) + 1
                found = _document(view[begin : view.find(b"\n", at)])
                if found.get("receipt") == order:
                    return found
                end = begin
        return None

    def documents(self) -> list[dict[str, Any]]:
        """Every document, oldest first."""
        if not self.path.exists():
            return []
        return [_document(line) for line in self.path.read_bytes().split(b"\n")[:-1]]

    def _whole(self, size: int) -> int:
        """Bytes up to the end of the last whole line."""
        if not size:
            return 0
        with self.path.open("rb") as file:
            end = size
            while end:
                begin = max(end - BLOCK, 0)
                file.seek(begin)
                at = file.read(end - begin).rfind(b"\n")
                if at >= 0:
                    return begin + at + 1
                end = begin
        return 0

    def _tail(self, whole: int) -> bytes:
        """The last whole line."""
        with self.path.open("rb") as file:
            length = BLOCK
            while True:
                begin = max(whole - length, 0)
                file.seek(begin)
                block = file.read(whole - begin)[:-1]
                at = block.rfind(b"\n")
                if at >= 0 or not begin:
                    return block[at + 1 :]
                length *= 4


class FsyncFailed(OSError):
    """The line was handed to the system; whether it is on the disk is not known."""


def _written(handle: int, line: bytes, whole: int) -> None:
    done = 0
    try:
        while done < len(line):
            done += os.write(handle, line[done:])
    except OSError:
        os.ftruncate(handle, whole)
        raise


def _document(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        raise ValueError(NOT_READABLE) from None
    if not isinstance(found, dict) or type(found.get("number")) is not int:
        raise ValueError(NOT_READABLE)
    return found

"""Files replaced whole or not at all: temporary file, fsync, rename, fsync of the folder."""

import os
from collections.abc import Iterable
from pathlib import Path


def replace(path: Path, content: bytes) -> None:
    """Write `content` under this name; a reader, or a start after a crash, finds the old file or the new one.

    Raises OSError, and then the old file stands.
    """
    replace_by_parts(path, (content,))


def replace_by_parts(path: Path, parts: Iterable[bytes]) -> None:
    """The same for a file that is too large to be held in one piece."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        with os.fdopen(handle, "wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    _settle(path.parent)


def remove(path: Path) -> None:
    """Take a file away for good; one that is not there is no error. Raises OSError."""
    path.unlink(missing_ok=True)
    _settle(path.parent)


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def create(path: Path, content: bytes) -> None:
    """Write `content` under a name that nothing has; of several writers one gets it, and a reader finds it whole.

    Raises FileExistsError when the name is taken, and another OSError when it cannot be written.
    """
    claim = path.with_name(f".{path.name}.claim")
    os.close(os.open(claim, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644))
    try:
        if path.exists():
            raise FileExistsError(f"{path} is there already")
        replace(path, content)
    finally:
        claim.unlink(missing_ok=True)

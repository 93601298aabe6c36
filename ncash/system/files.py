"""Files replaced whole or not at all: temporary file, fsync, rename, fsync of the folder."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from ncash.system.failpoints import declare, failpoint

_OPENING: Final = declare("files.opening", "a temporary file is about to be made")
_WRITING: Final = declare("files.writing", "the temporary file is open and empty")
_WRITTEN: Final = declare("files.written", "the temporary file has its content, perhaps not on the disk yet")
_SYNCED: Final = declare("files.synced", "the temporary file is whole on the disk, the old file stands")
_RENAMED: Final = declare("files.renamed", "the new file stands, its folder is perhaps not on the disk yet")
_CLAIMED: Final = declare("files.claimed", "a name that nothing has is claimed")
_REMOVED: Final = declare("files.removed", "a file was taken away, its folder is perhaps not on the disk yet")


def replace(path: Path, content: bytes) -> None:
    """Write `content` under this name; a reader, or a start after a crash, finds the old file or the new one.

    Raises OSError, and then the old file stands.
    """
    replace_by_parts(path, (content,))


def replace_by_parts(path: Path, parts: Iterable[bytes]) -> None:
    """The same for a file that is too large to be held in one piece."""
    fresh = _fresh(path)
    try:
        failpoint(_OPENING)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        with os.fdopen(handle, "wb") as file:
            failpoint(_WRITING)
            file.writelines(parts)
            file.flush()
            failpoint(_WRITTEN)
            os.fsync(file.fileno())
        failpoint(_SYNCED)
        os.replace(fresh, path)
        failpoint(_RENAMED)
    finally:
        fresh.unlink(missing_ok=True)
    settle(path.parent)


def replace_made(path: Path, make: Callable[[Path], None]) -> None:
    """The same for a file that `make` writes under the name it is given. What `make` raises goes through."""
    fresh = _fresh(path)
    try:
        make(fresh)
        handle = os.open(fresh, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        failpoint(_SYNCED)
        os.replace(fresh, path)
        failpoint(_RENAMED)
    finally:
        fresh.unlink(missing_ok=True)
    settle(path.parent)


def _fresh(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.new")


def keep_beside(path: Path, aside: Path) -> None:
    """Give a file a second name under which it stays when the first is replaced. Raises OSError."""
    try:
        os.link(path, aside)
    except FileExistsError:
        raise
    except OSError:
        with path.open("rb") as file:
            replace_by_parts(aside, iter(lambda: file.read(1 << 20), b""))
    settle(path.parent)


def rename(path: Path, name: Path) -> None:
    """Give a file of the same folder another name, in the place of whatever has it. Raises OSError."""
    os.replace(path, name)
    settle(name.parent)


def remove(path: Path) -> None:
    """Take a file away for good; one that is not there is no error. Raises OSError."""
    path.unlink(missing_ok=True)
    failpoint(_REMOVED)
    settle(path.parent)


def settle(folder: Path) -> None:
    """What was done to the names in a folder is on the disk. Raises OSError."""
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
        failpoint(_CLAIMED)
        if path.exists():
            raise FileExistsError(f"{path} is there already")
        replace(path, content)
    finally:
        claim.unlink(missing_ok=True)

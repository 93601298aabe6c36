"""One program per till: a lock on a file that the system takes back when the program ends, however it ends.

Beside it the tills of a folder share a second lock, which who replaces a database takes alone.
"""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from ncash.errors import UserError
from ncash.language import phrase


def _path(data: Path, cashcode: str) -> Path:
    return data / f"till-{cashcode}.lock"


def holder(data: Path, cashcode: str) -> int | None:
    """The process that runs this till, or None."""
    try:
        handle = os.open(_path(data, cashcode), os.O_RDWR)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        text = _written(handle)
        return int(text) if text.isdigit() else None
    finally:
        os.close(handle)
    return None


def _written(handle: int) -> str:
    """The process that wrote its number into the lock."""
    return os.read(handle, 32).decode("ascii", "replace").strip()


def _begun(handle: int) -> bool:
    """Write our number into the lock; whether another one was left there. Raises OSError, and then that one stands."""
    left, ours = os.read(handle, 32), str(os.getpid()).encode("ascii")
    os.pwrite(handle, ours, 0)
    os.ftruncate(handle, len(ours))
    return bool(left)


def _shared(data: Path) -> int:
    try:
        return os.open(data / "tills.lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        hint = "check the rights on the folder named by --data"
        raise UserError(
            phrase("{data} takes no files: {reason}", data=data, reason=error.strerror), code="data", hint=hint
        ) from error


def _taken(handle: int, how: int) -> bool:
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextmanager
def _held(data: Path, how: int, text: str, hint: str) -> Iterator[None]:
    handle = _shared(data)
    try:
        if not _taken(handle, how):
            raise UserError(text, code="running", hint=hint)
        yield
    finally:
        os.close(handle)


def tills_away(data: Path) -> AbstractContextManager[None]:
    """While no till of this folder runs, and none can start. Raises UserError when one runs."""
    hint = "end every till of this data folder, then repeat the command"
    return _held(data, fcntl.LOCK_EX, "a till is running on this data folder", hint)


def beside_tills(data: Path) -> AbstractContextManager[None]:
    """While nobody replaces a database of this folder; tills may run. Raises UserError when one is being replaced."""
    text = "a program sets the databases of this folder right"
    return _held(data, fcntl.LOCK_SH, text, "wait until that program has ended")


@contextmanager
def alone(path: Path) -> Iterator[bool]:
    """Whether nobody else is at work under this lock; it is ours meanwhile. Raises OSError."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        yield _taken(handle, fcntl.LOCK_EX)
    finally:
        os.close(handle)


class TillLock:
    """Held as long as the till runs."""

    alone: bool
    """No other till of the folder ran when this one came; it may set the folder right until it calls `share`."""
    unclean: bool
    """The program that ran this till before did not end in order."""

    def __init__(self, data: Path, cashcode: str) -> None:
        """Raises UserError when another program runs this till."""
        path = _path(data, cashcode)
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            hint = "check the rights on the folder named by --data"
            raise UserError(
                phrase("{path} cannot be opened: {reason}", path=path, reason=error.strerror), code="data", hint=hint
            ) from error
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = _written(self._handle)
            os.close(self._handle)
            hint = "end that program, or give this till a number of its own: --cash N"
            text = phrase(
                "till {cashcode} is running already (process {holder})", cashcode=cashcode, holder=holder or "unknown"
            )
            raise UserError(text, code="running", hint=hint) from error
        try:
            self.unclean = _begun(self._handle)
            self._folder = _shared(data)
        except OSError as error:
            os.close(self._handle)
            hint = "mend the cause and repeat the action; what was saved before is kept"
            raise UserError(
                phrase("{path} cannot be written: {reason}", path=path, reason=error.strerror), code="data", hint=hint
            ) from error
        self.alone = _taken(self._folder, fcntl.LOCK_EX)
        if not self.alone and not _taken(self._folder, fcntl.LOCK_SH):
            sys.stderr.write(phrase("ncash: waiting for the program that sets {data} right\n", data=data))
            fcntl.flock(self._folder, fcntl.LOCK_SH)

    def share(self) -> None:
        """Let other tills of the folder start."""
        fcntl.flock(self._folder, fcntl.LOCK_SH)

    def release(self, in_order: bool = True) -> None:
        """Let another program run this till, and tell it how this one ended."""
        if in_order:
            os.ftruncate(self._handle, 0)
        os.close(self._handle)
        os.close(self._folder)

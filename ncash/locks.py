"""One program per till: a lock on a file that the system takes back when the program ends, however it ends."""

import fcntl
import os
from pathlib import Path

from ncash.errors import UserError


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
        text = os.read(handle, 32).decode("ascii", "replace").strip()
        return int(text) if text.isdigit() else None
    finally:
        os.close(handle)
    return None


class TillLock:
    """Held as long as the till runs."""

    def __init__(self, data: Path, cashcode: str) -> None:
        """Raises UserError when another program runs this till."""
        path = _path(data, cashcode)
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            hint = "check the rights on the folder named by --data"
            raise UserError(f"{path} cannot be opened: {error.strerror}", code="data", hint=hint) from error
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(self._handle, 32).decode("ascii", "replace").strip()
            os.close(self._handle)
            hint = "end that program, or give this till a number of its own: --cash N"
            text = f"till {cashcode} is running already (process {holder or 'unknown'})"
            raise UserError(text, code="running", hint=hint) from error
        os.ftruncate(self._handle, 0)
        os.write(self._handle, str(os.getpid()).encode("ascii"))

    def release(self) -> None:
        """Let another program run this till."""
        os.close(self._handle)

"""Errors that are somebody's to mend: where, what, what is accepted, what to do."""

import errno
import os
from collections.abc import Mapping
from json import JSONDecodeError
from pathlib import Path
from typing import Final

from ncash.language import phrase, recorded, retold
from ncash.model.legible import legible_lines

DISK_WORDS: Final = {
    errno.ENOSPC: "нет места на диске",
    errno.EDQUOT: "нет места на диске",
    errno.EACCES: "нет прав на файл или каталог",
    errno.EPERM: "нет прав на файл или каталог",
    errno.EROFS: "диск только для чтения",
    errno.ENOENT: "нет такого каталога",
    errno.ENOTDIR: "нет такого каталога",
    errno.EEXIST: "вместо каталога там файл",
}
"""What the system says about a file, for a cashier."""
DISK_ERROR: Final = "ошибка диска"
OF_THE_DATABASE: Final = "ошибка базы данных"
"""For the cashier, where an error of a database brings no words of its own."""


class UserError(Exception):
    """Shown to the user as one text, never as a traceback.

    `code` is a stable word for programs (`--json`), `hint` says what to do next. `cashier` is the same in a few Russian
    words, without paths and names of tables: it is what a till shows.
    """

    def __init__(self, text: str, *, code: str = "error", hint: str = "", cashier: str = "") -> None:
        super().__init__(retold(text))
        self.code = code
        self.hint = retold(hint)
        self.cashier = cashier

    def json(self) -> dict[str, str]:
        """The error as an object for `--json` and the line protocol."""
        return {"code": self.code, "text": legible_lines(str(self)), "hint": legible_lines(self.hint)}


def place(error: BaseException) -> str:
    """File and line where it was raised; of a source that cannot be compiled the line in it."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{Path(error.filename).name}:{error.lineno}"
    trail = error.__traceback__
    while trail is not None and trail.tb_next is not None:
        trail = trail.tb_next
    return f"{Path(trail.tb_frame.f_code.co_filename).name}:{trail.tb_lineno}" if trail else "?"


def raised(where: str, error: BaseException) -> str:
    """What somebody else's code raised, by type and place; its own text may hold a secret and is not shown."""
    return recorded("{where} raised {kind} at {place}", where=where, kind=type(error).__name__, place=place(error))


def debugging(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether support wants to see where somebody else's code failed (NCASH_DEBUG)."""
    return bool(environ.get("NCASH_DEBUG"))


def why_unread(error: Exception) -> str:
    """Why a file could not be read: the system's reason, or that it is no text or none of what it should be."""
    if isinstance(error, OSError):
        return phrase(error.strerror or type(error).__name__)
    if isinstance(error, UnicodeDecodeError):
        return phrase("byte {start} is not UTF-8", start=error.start + 1)
    if isinstance(error, JSONDecodeError):
        return phrase("line {lineno}, column {colno} is not JSON", lineno=error.lineno, colno=error.colno)
    return phrase("it does not hold what it should ({kind})", kind=type(error).__name__)


def disk_words(error: OSError) -> str:
    """The system's reason in a few Russian words."""
    return DISK_WORDS.get(error.errno or 0, DISK_ERROR)

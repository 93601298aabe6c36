"""Errors that are somebody's to mend: where, what, what is accepted, what to do."""

from pathlib import Path

from ncash.model.legible import legible_lines


class UserError(Exception):
    """Shown to the user as one text, never as a traceback.

    `code` is a stable word for programs (`--json`), `hint` says what to do next.
    """

    def __init__(self, text: str, *, code: str = "error", hint: str = "") -> None:
        super().__init__(text)
        self.code = code
        self.hint = hint

    def json(self) -> dict[str, str]:
        """The error as an object for `--json` and the line protocol."""
        return {"code": self.code, "text": legible_lines(str(self)), "hint": legible_lines(self.hint)}


def place(error: BaseException) -> str:
    """File and line where it was raised."""
    trail = error.__traceback__
    while trail is not None and trail.tb_next is not None:
        trail = trail.tb_next
    return f"{Path(trail.tb_frame.f_code.co_filename).name}:{trail.tb_lineno}" if trail else "?"


def raised(where: str, error: BaseException) -> str:
    """What somebody else's code raised, by type and place; its own text may hold a secret and is not shown."""
    return f"{where} raised {type(error).__name__} at {place(error)}"

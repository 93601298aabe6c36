"""Errors that are somebody's to mend: where, what, what is accepted, what to do."""


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
        return {"code": self.code, "text": str(self), "hint": self.hint}

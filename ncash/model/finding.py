"""What `ncash doctor` finds: one thing that was looked at, how it fares, and what to do about it."""

from typing import Any, Final, NamedTuple

OK: Final = "ok"
WARN: Final = "warn"
FAIL: Final = "fail"
LEVELS: Final = (OK, WARN, FAIL)


class Finding(NamedTuple):
    """One thing that was looked at. No field ever holds a secret."""

    name: str
    """What was looked at, in one word: `journal`, `crpt`."""
    level: str
    """`ok`, `warn` (the till sells, somebody should look at it) or `fail` (something does not work)."""
    text: str
    next: str = ""
    """The next step, for what is not well."""

    def json(self) -> dict[str, Any]:
        """The finding as an object for `--json`."""
        return self._asdict()

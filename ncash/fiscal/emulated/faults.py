"""What the emulated drive is told to do wrong: a file beside its documents, which a till in another process obeys too.

The file is a JSON list of {"kind", "times", "value", "code"}; `times` counts down, null lasts until it is taken away.
"""

import json
from pathlib import Path
from typing import Any, Final, NamedTuple

from ncash.errors import why_unread
from ncash.language import phrase
from ncash.model.fiscal.register import RegisterSilent
from ncash.system import files

KINDS: Final = {
    "refuse": "the register says no; `value` is what it says",
    "silent_before": "no answer, and no document",
    "silent_after": "the document is made, the answer is lost",
    "busy": "no answer; the document comes after `value` questions for the status (2)",
    "late": "no answer, and nothing to be seen; the document comes after `value` questions for the status (3)",
    "paper_out": "no paper; a new roll takes it away",
    "paper_middle": "the paper ends after the document was made and before it is printed",
    "slow": "every command takes `value` seconds longer",
    "ofd_away": "documents are not sent to the operator of fiscal data",
    "bits": "the check of a code comes to `value` (tag 2106)",
    "check_refused": "the check of a code is refused; `value` is what the register says",
    "check_silent": "the check of a code is not answered",
    "queued": "a document that comes late: `value` is it, `times` the questions until it is there",
    "at_work": "a document is being made: `value` is it, `times` the questions until it is there",
}


class PlannedFault(NamedTuple):
    """One fault that an emulated register shall have: one of KINDS."""

    kind: str
    value: Any = None
    times: int | None = None
    code: str | None = None
    """Only for this code."""


class Faults:
    """The file of faults. No file is no fault. Every call raises RegisterSilent when the file cannot be used."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def all(self) -> tuple[PlannedFault, ...]:
        """What is planned, first things first."""
        try:
            found = tuple(PlannedFault(**row) for row in json.loads(self._path.read_bytes()))
            for one in found:
                _known(one.kind)
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, TypeError) as error:
            text = phrase(
                "{name} cannot be used ({error}); it is a list of objects with the keys",
                name=self._path.name,
                error=why_unread(error),
            )
            raise RegisterSilent(f"{text} {', '.join(PlannedFault._fields)}") from None
        return found

    def add(self, kind: str, value: Any = None, *, times: int | None = None, code: str | None = None) -> None:
        """Plan one more. Raises ValueError for a kind that is not there."""
        _known(kind)
        self._keep((*self.all(), PlannedFault(kind, value, times, code)))

    def remove(self, kind: str) -> None:
        """End all faults of a kind."""
        self._keep(tuple(one for one in self.all() if one.kind != kind))

    def drop(self, fault: PlannedFault) -> None:
        """End one fault."""
        self._keep(tuple(one for one in self.all() if one != fault))

    def peek(self, kind: str, code: str | None = None) -> PlannedFault | None:
        """The fault of this kind that is next, without counting it."""
        return next((one for one in self.all() if one.kind == kind and one.code in (None, code)), None)

    def take(self, kind: str, code: str | None = None) -> PlannedFault | None:
        """The fault of this kind that is next; it has happened once."""
        found = self.peek(kind, code)
        if found is not None and found.times is not None:
            rest = list(self.all())
            at = rest.index(found)
            rest[at : at + 1] = [found._replace(times=found.times - 1)] if found.times > 1 else []
            self._keep(tuple(rest))
        return found

    def _keep(self, faults: tuple[PlannedFault, ...]) -> None:
        try:
            if faults:
                files.replace(self._path, json.dumps([one._asdict() for one in faults]).encode("ascii"))
            else:
                files.remove(self._path)
        except OSError as error:
            raise RegisterSilent(
                phrase("{name} cannot be written: {reason}", name=self._path.name, reason=error.strerror)
            ) from error


def _known(kind: str) -> None:
    if kind not in KINDS:
        raise ValueError(phrase("no fault {kind!r}; there are: {kinds}", kind=kind, kinds=", ".join(KINDS)))

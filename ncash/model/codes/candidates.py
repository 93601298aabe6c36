"""Every code that a scan can mean: one that no mask reads is read again with its damage undone (scanner.md)."""

from typing import NamedTuple

from ncash.model.codes.repair import DOUBLE, readings
from ncash.model.codes.separators import plain
from ncash.model.codes.splitting import repeated
from ncash.model.codes.steps import OutOfSteps, Steps
from ncash.model.codes.unwrapping import unwrapped


class PossibleCode(NamedTuple):
    """A code that the scan can mean, with GS where the layout wants it, and what was undone to get it."""

    text: str
    steps: tuple[str, ...]


def candidates(text: str, steps: Steps | None = None) -> tuple[PossibleCode, ...]:
    """Every code that the scan can mean; none, one, or several of which nobody can choose. Glued codes are separate.

    Raises OutOfSteps when `steps` are given and do not do; without them it has no candidate then.
    """
    if steps is None:
        try:
            return candidates(text, Steps())
        except OutOfSteps:
            return ()
    bare, undone = unwrapped(text)
    found: dict[str, PossibleCode] = {}
    for code, more in readings(bare, steps):
        found.setdefault(plain(code), PossibleCode(code, (*undone, *more)))
    double = repeated(bare, steps)
    if double is not None:
        found.setdefault(plain(double), PossibleCode(double, (*undone, DOUBLE)))
    return tuple(found.values())

"""What carries a check: CRPT's own sites, ТС ПИоТ or KKM Server, all behind one face."""

from typing import Any, Protocol

from ncash.bundled.markedgoods.checks.offline import OfflineAnswer
from ncash.bundled.markedgoods.checks.ruling import Ruling
from ncash.bundled.markedgoods.facts.online import Answer, NotChecked

Judged = Answer | Ruling | NotChecked
"""What stands for the online check in a fact."""
Heard = Judged | OfflineAnswer
"""Everything a verifier may bring back about one code."""


class Verifier(Protocol):
    """One way to have a code checked."""

    def start(self) -> None:
        """Begin the background work, if there is any."""

    def stop(self) -> None:
        """End it."""

    def check(self, code: str, dept: str, budget: float) -> Heard:
        """Ask about one mark, as scanned, for goods of this department, within `budget` seconds in all."""

    @property
    def token_error(self) -> bool:
        """No check can be made until somebody mends a token."""

    @property
    def refused(self) -> tuple[str, ...]:
        """Departments whose token is refused; `-1` stands for every one."""

    def status(self) -> dict[str, Any]:
        """How it fares, as JSON values without secrets."""

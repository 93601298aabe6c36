"""A line of the journal judged again: its request with the facts of that day, and no look at the world of today."""

from collections.abc import Mapping
from typing import Any, Final, NoReturn

from ncash.bundled.markedgoods.checks.case import Case
from ncash.bundled.markedgoods.checks.cash_server import ServerFact
from ncash.bundled.markedgoods.checks.online import CrptFact
from ncash.bundled.markedgoods.checks.policy import CHECKS
from ncash.language import recorded
from ncash.model.record import request_of
from ncash.model.request import AddItem

READERS: Final[Mapping[str, Any]] = {
    "crpt": CrptFact.from_json,
    "server": ServerFact.from_json,
    "reserve": ServerFact.from_json,
}
_LOOKED_AT: Final = frozenset(check.name for check in CHECKS if check.look is not None)


class MissingFact(LookupError):
    """Raised for a check of today that the till did not make that day: its fact is not in the line."""

    def __init__(self, check: str) -> None:
        super().__init__(recorded("the line has no fact of the check {check}", check=check))
        self.check = check


def facts_of(line: Mapping[str, Any]) -> dict[str, Any]:
    """What each check saw, as the judges take it. A check that was skipped unseen has no fact."""
    facts: dict[str, Any] = {}
    for step in line["checks"]:
        name, fact = step["check"], step["fact"]
        if name in _LOOKED_AT and (fact is not None or step["skipped"] is None):
            facts[name] = READERS[name](fact) if name in READERS and fact is not None else fact
    return facts


def request_again(line: Mapping[str, Any]) -> AddItem:
    """The request of a line of the kind `verdict`, with its facts."""
    return request_of(line)._replace(facts=facts_of(line))


class JournalLooks:
    """Looks that see only what a request carries. Raises MissingFact for anything else."""

    def match(self, case: Case) -> NoReturn:
        """Not recorded."""
        raise MissingFact("match")

    def uniqueness(self, case: Case) -> NoReturn:
        """Not recorded."""
        raise MissingFact("uniqueness")

    def whitelist(self, case: Case) -> NoReturn:
        """Not recorded."""
        raise MissingFact("whitelist")

    def server(self, case: Case) -> NoReturn:
        """Not recorded."""
        raise MissingFact("server")

    def crpt(self, case: Case) -> NoReturn:
        """Not recorded."""
        raise MissingFact("crpt")

    def reserve(self, case: Case) -> NoReturn:
        """Not recorded."""
        raise MissingFact("reserve")

"""What to do when a text stands on the screen, as its row says; plugins bring the rows of theirs."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from ncash.hosting.loader import Plugins
from ncash.support.explain.rehearsal import answers
from ncash.till import texts


class NextStep(NamedTuple):
    """The next step for one text."""

    key: str
    support: str
    cashier: str

    def json(self) -> dict[str, Any]:
        """JSON values."""
        return self._asdict()


def next_steps(plugins: Plugins, keys: Iterable[str]) -> tuple[NextStep, ...]:
    """The next step for each of these texts, in their order. Raises UserError for a failing plugin."""
    found = []
    for key in dict.fromkeys(keys):
        row = texts.ALL.get(key)
        advice = (row and row.advice) or next(answers(plugins, "on_advice", key), None)
        if advice is not None:
            found.append(NextStep(key, advice.support, advice.cashier))
    return tuple(found)

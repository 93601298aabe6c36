"""Whether Documents is sound: looked at in the background when a till starts, and what follows for marked goods."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from ncash.errors import UserError
from ncash.language import phrase
from ncash.messages import DATABASE_CHECKED, DATABASE_DAMAGED
from ncash.model.decision import Text
from ncash.model.ports import Clock
from ncash.store.documents_schema import DOCUMENTS
from ncash.store.rescue.checkup import examined

DAMAGED: Final = "damaged"
"""`kind` of the journal line about it."""
PATIENCE: Final = 5.0
"""Seconds that marked goods wait for the check after a till did not end in order; then they are refused for now."""
_SHOWN: Final = 3


Look = Callable[[], tuple[str, ...]]
"""Looks through a database; what is wrong with it."""


def quick(path: Path) -> Look:
    """The quick check of Documents."""
    return lambda: examined(path, DOCUMENTS, whole=False).faults


class Health:
    """The check of one database at one start of a till."""

    def __init__(
        self, look: Look, unclean: bool, clock: Clock, journal: Callable[[list[dict[str, Any]]], None]
    ) -> None:
        """`unclean`: the last till did not end in order. `journal` takes a line about damage."""
        self.unclean = unclean
        self._look_at = look
        self._clock = clock
        self._journal = journal
        self._faults: tuple[str, ...] = ()
        self._done = threading.Event()
        self._work: threading.Thread | None = None

    def start(self) -> None:
        """Begin, after the greeting."""
        self._work = threading.Thread(target=self._look, name="quick_check", daemon=True)
        self._work.start()

    def _look(self) -> None:
        try:
            self._faults = self._look_at()
        except Exception as error:
            self._faults = (str(error),)
        finally:
            self._done.set()
        if self._faults:
            self._told()

    def _told(self) -> None:
        time = self._clock.now().isoformat(timespec="milliseconds")
        try:
            self._journal([{"kind": DAMAGED, "time": time, "faults": list(self._faults[:_SHOWN])}])
        except UserError as error:
            sys.stderr.write(
                phrase("ncash: Documents is damaged, and its journal takes no line: {error}\n", error=error)
            )

    def finish(self, seconds: float) -> bool:
        """Wait so long for the check; whether it is over."""
        if self._work is not None:
            self._work.join(seconds)
        return self._work is None or not self._work.is_alive()

    @property
    def faults(self) -> tuple[str, ...]:
        """What was found so far."""
        return self._faults

    def refusal(self, patience: float = PATIENCE) -> Text | None:
        """Why marked goods are not sold now, if so."""
        if self.unclean and self._work is not None and not self._done.wait(patience):
            return DATABASE_CHECKED.fill()
        return DATABASE_DAMAGED.fill("error") if self._faults else None

    def notices(self) -> tuple[Text, ...]:
        """What stays on the screen."""
        return (DATABASE_DAMAGED.fill(),) if self._faults else ()

"""The sender at work: under its lock, in a thread beside a till or in a process of its own."""

import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from ncash.errors import UserError, place
from ncash.language import phrase
from ncash.model.ports import Clock, Random
from ncash.queue.sender import Round, Sender
from ncash.queue.transport import Transport
from ncash.store.documents_schema import DOCUMENTS
from ncash.store.outbox.spill import FOLDER, Aside
from ncash.store.sqlite.migrations import opened
from ncash.system.locks import alone, beside_tills

OTHERS: Final = 5.0
"""Seconds between two looks whether the sender of another program has ended."""
SETTLING: Final = 0.05
"""Seconds between a word that something was owed and the end of its transaction."""


def lock_of(documents: Path) -> Path:
    """One program at a time sends what this database holds."""
    return documents.parent / "queue.lock"


class SenderBusy(UserError):
    """Another program sends."""


class Desk:
    """The sender of a database, its lock and its connection. Raises SenderBusy, or UserError for the database."""

    def __init__(self, documents: Path, transport: Callable[[], Transport], clock: Clock, random: Random) -> None:
        """`transport` is made once the lock is ours."""
        with ExitStack() as stack:
            try:
                ours = stack.enter_context(alone(lock_of(documents)))
            except OSError as error:
                hint = "check the rights on the data folder"
                raise UserError(
                    phrase("{path} cannot be opened: {reason}", path=lock_of(documents), reason=error.strerror),
                    code="data",
                    hint=hint,
                ) from error
            if not ours:
                hint = "a running till sends by itself; nothing has to be done"
                raise SenderBusy("another program sends the messages of this shop", code="running", hint=hint)
            stack.enter_context(beside_tills(documents.parent))
            connection = opened(documents, DOCUMENTS)
            stack.callback(connection.close)
            carrier = transport()
            stack.callback(carrier.close)
            self.sender = Sender(connection, carrier, clock, random, Aside(documents.parent / FOLDER))
            self._stack = stack.pop_all()

    def close(self) -> None:
        """Let another program send."""
        self._stack.close()


class Loop:
    """Sends until it is stopped; whatever goes wrong is remembered, and tried again."""

    def __init__(self, make: Callable[[], Desk], tell: Callable[[Round], None] = lambda one: None) -> None:
        self._make = make
        self._tell = tell
        self._stopped = False
        self._word = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Work in a thread that the program does not wait for when it ends."""
        self._thread = threading.Thread(target=self.run, name="ncash-queue", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Something was owed."""
        self._word.set()

    def stop(self, patience: float) -> None:
        """End after the batch under way; wait so many seconds for it. What is not acknowledged is sent again."""
        self._stopped = True
        self._word.set()
        if self._thread is not None:
            self._thread.join(patience)

    def run(self) -> None:
        """Work in the calling thread."""
        while not self._stopped:
            try:
                self._hold()
            except SenderBusy:
                self._rest(OTHERS)
            except UserError as error:
                self._tell(Round(trouble=str(error)))
                self._rest(OTHERS)
            except Exception as error:
                sys.stderr.write(
                    phrase(
                        "ncash: queue: {kind} at {place}; tried again\n", kind=type(error).__name__, place=place(error)
                    )
                )
                self._rest(OTHERS)

    def _hold(self) -> None:
        desk = self._make()
        try:
            while not self._stopped:
                self._rest(desk.sender.drain(self._heard).wait)
        finally:
            desk.close()

    def _heard(self, one: Round) -> bool:
        self._tell(one)
        return not self._stopped

    def _rest(self, seconds: float) -> None:
        if self._word.wait(seconds) and not self._stopped:
            self._word.clear()
            self._word.wait(SETTLING)

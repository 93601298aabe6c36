"""What a till is about to do at its fiscal register: written before the command, gone with what came of it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple, Protocol

from ncash.model.fiscal.register import Made
from ncash.model.outbox import Message
from ncash.model.receipt import Payment, Receipt

ADOPT: Final = "adopt"
DROP: Final = "drop"
RULINGS: Final = (ADOPT, DROP)
"""What a supervisor may decide: the document in the drive is this receipt, or it is another one's."""


class Ruling(NamedTuple):
    """What the supervisor decided about an intent that the till could not settle."""

    what: str
    """One of RULINGS."""
    who: str
    why: str
    time: str


class Intent(NamedTuple):
    """A fiscal document that is to be made, or was: nobody but the register knows."""

    uuid: str
    """Of the receipt; empty for a document in the drive that no receipt of this till was ordered for."""
    expected: int
    """Number (tag 1040) that the document gets when no other one comes between."""
    drive: str
    """Tag 1041."""
    total: int
    """Kopecks."""
    returned: bool
    """Gives money back (tag 1054)."""
    payments: tuple[Payment, ...]
    change: int
    """Kopecks that go back to the buyer."""
    marks: tuple[str, ...]
    """Codes of its lines, in their order."""
    time: str
    messages: tuple[Message, ...] = ()
    """What leaves the shop when the receipt is closed."""
    dropped: bool = False
    """The register was asked and had made nothing; kept, since the document may come late, as `expected` or higher."""
    stopped: bool = False
    """The till could not tell whether the document was made: a supervisor decides."""
    found: Made | None = None
    """The document made last when the till stopped."""
    ruling: Ruling | None = None


class Intents(Protocol):
    """The part of Documents that is about the fiscal register."""

    seen: tuple[str, int] | None
    """Drive, and the number of its last document, up to which everything in it is accounted for; None after a start."""

    @property
    def unsettled(self) -> int | None:
        """Kopecks of the receipt whose intent stands; the disk is not asked."""
        ...

    def intent(self) -> Intent | None:
        """The fiscal document of this till of which nobody but the register knows whether it was made."""
        ...

    def dropped_intent(self, uuid: str) -> Intent | None:
        """An earlier intent of this receipt, of which the register had made nothing when it was asked."""
        ...

    def late_intents(self) -> tuple[Intent, ...]:
        """Intents of which the register had made nothing, the latest first; their receipts may be over."""
        ...

    def known_number(self, drive: str) -> int | None:
        """Number up to which the documents of a drive are accounted for: by the books, or by a supervisor."""
        ...

    def whereabouts(self, uuid: str) -> str:
        """What has become of a receipt: `open`, `deferred`, `annulled`, `closed`, or empty when it is not known."""
        ...

    def begin_close(self, receipt: Receipt, intent: Intent) -> None:
        """Write the intent before the register is told. Raises AlreadyReturned, or UserError for a receipt that is not
        open on this till any more, and then nothing is written."""
        ...

    def change_intent(self, intent: Intent, journal: Iterable[Mapping[str, Any]] = ()) -> None:
        """Write what came of an intent (dropped, or stopped for a supervisor) with its journal lines."""
        ...

    def begin_shift_close(self, time: str | None) -> None:
        """Write that the register is about to close the shift, or with None that it did not."""
        ...

    def shift_closing(self) -> str | None:
        """Since when the open shift is being closed: the register may have closed it."""
        ...

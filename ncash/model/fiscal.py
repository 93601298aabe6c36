"""What a fiscal drive is given, and what every driver can do."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from ncash.model.receipt import Payment, Receipt


class FiscalLine(NamedTuple):
    """A position as the fiscal drive gets it: FFD names are in the keys of `tags`."""

    name: str
    barcode: str
    quantity: Decimal
    price: int
    amount: int
    dept: str
    mark: str | None
    frunit: int | None
    tags: Mapping[str, str]


class FiscalDrive(Protocol):
    """The fiscal register."""

    @property
    def serial(self) -> str:
        """Number of the fiscal drive, 16 digits (tag 1041); empty while it is not known."""
        ...

    @property
    def last(self) -> Mapping[str, Any] | None:
        """The document made last: `number` (tag 1040) and `time`; None when there is none."""
        ...

    def register(
        self, receipt: Receipt, lines: Sequence[FiscalLine], payments: Sequence[Payment], time: str
    ) -> Mapping[str, Any]:
        """Make one fiscal document; its number and sign as JSON values."""
        ...

"""Row of a mark, operation on it, and the transition they make: pure values."""

from typing import Final, NamedTuple

from ncash.server import states

SALE: Final = "sale"
DOCTYPES: Final = (SALE, "back", "back_by_sale")
_BY_DOCTYPE: Final = {
    ("reserve", True): states.RESERVE_SALE,
    ("reserve", False): states.RESERVE_BACK,
    ("unreserve", True): states.UNRESERVE_SALE,
    ("unreserve", False): states.UNRESERVE_BACK,
}


class MarkRow(NamedTuple):
    """Row of a mark in the database, column by column."""

    cis: str
    state: str = states.NOT_REGISTERED
    documentid: str = ""
    """Receipt that made the last change."""
    docnum: str = ""
    shopcode: str = ""
    cashcode: str = ""
    time: str = ""
    """ISO 8601 time of the change, by the till's clock where the till sends it."""
    mark: str = ""
    barcode: str = ""
    until: int = 0
    """End of the lease in milliseconds since 1970; 0 without a lease."""
    version: int = 0
    """Number of changes; 0 for a mark without a row."""

    def lapsed(self, now: int) -> bool:
        """Whether the lease of its reservation is over."""
        return self.state in states.LAPSED and self.until <= now

    def status(self, now: int) -> str:
        """State at this moment, a lapsed reservation counted as given up."""
        return states.LAPSED[self.state] if self.lapsed(now) else self.state


class MarkOperation(NamedTuple):
    """Operation of one document on one mark."""

    op: str
    """reserve, unreserve, sold or returned."""
    cis: str
    mark: str
    barcode: str
    shopcode: str
    cashcode: str
    doctype: str
    documentid: str
    docnum: str = ""
    time: str = ""
    id: str = ""
    """Key of a queued operation; a reservation has none."""
    digest: str = ""
    """Digest of the whole body of a queued operation."""
    account: str = ""
    """Name of the account that asked."""

    @property
    def operation(self) -> str:
        """Column of the operation in the table of states."""
        return _BY_DOCTYPE.get((self.op, self.doctype == SALE), self.op)


class Transition(NamedTuple):
    """Row of a mark after an operation, and whether the operation changed it."""

    row: MarkRow
    changed: bool
    conflict: bool


def apply_operation(row: MarkRow, element: MarkOperation, now: int, time: str, lease: int) -> Transition:
    """Apply an operation to a mark.

    `now` is in milliseconds since 1970, `time` the same as ISO 8601, `lease` in milliseconds.
    """
    operation = element.operation
    rule = states.rule_for(operation, row.state, row.documentid == element.documentid, row.lapsed(now))
    if not rule.allowed:
        return Transition(row, False, False)
    fresh = MarkRow(
        cis=row.cis, state=rule.state, documentid=element.documentid, docnum=element.docnum,
        shopcode=element.shopcode, cashcode=element.cashcode, time=element.time or time, mark=element.mark,
        barcode=element.barcode or row.barcode, until=now + lease if rule.state in states.LAPSED else 0,
        version=row.version + 1,
    )  # fmt: skip
    return Transition(fresh, True, rule.conflict)

"""One mark as the server keeps it, and one operation on it: pure values and what comes of both."""

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


class Kept(NamedTuple):
    """What the server knows about a mark; the columns of its row."""

    cis: str
    state: str = states.NOT_REGISTERED
    documentid: str = ""
    """The receipt that made the last change."""
    docnum: str = ""
    shopcode: str = ""
    cashcode: str = ""
    time: str = ""
    """When, ISO 8601: the till's own word where it gives one."""
    mark: str = ""
    barcode: str = ""
    until: int = 0
    """End of the lease, milliseconds since 1970; 0 where there is none."""
    version: int = 0
    """Counts the changes; 0 is a mark without a row."""

    def lapsed(self, now: int) -> bool:
        """Whether its reservation is over."""
        return self.state in states.LAPSED and self.until <= now

    def status(self, now: int) -> str:
        """The state as it reads at this moment."""
        return states.LAPSED[self.state] if self.lapsed(now) else self.state


class Element(NamedTuple):
    """One operation of one document on one mark."""

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
    """The key of a queued operation; a reservation has none."""
    digest: str = ""
    """Of the whole body of a queued operation."""
    account: str = ""
    """Who asked."""

    @property
    def operation(self) -> str:
        """The column of the table of states."""
        return _BY_DOCTYPE.get((self.op, self.doctype == SALE), self.op)


class Outcome(NamedTuple):
    """What an operation made of a mark."""

    kept: Kept
    changed: bool
    conflict: bool


def applied(kept: Kept, element: Element, now: int, time: str, lease: int) -> Outcome:
    """Carry an operation out.

    `now` is in milliseconds since 1970, `time` the same as ISO 8601, `lease` in milliseconds.
    """
    operation = element.operation
    ruling = states.ruled(operation, kept.state, kept.documentid == element.documentid, kept.lapsed(now))
    if not ruling.allowed:
        return Outcome(kept, False, False)
    fresh = Kept(
        kept.cis, ruling.state, element.documentid, element.docnum, element.shopcode, element.cashcode,
        element.time or time, element.mark, element.barcode or kept.barcode,
        now + lease if ruling.state in states.LAPSED else 0, kept.version + 1,
    )  # fmt: skip
    return Outcome(fresh, True, ruling.conflict)

"""The states of one mark on the cash server, and which operation leads from where to where."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

NOT_REGISTERED: Final = "NOT_REGISTERED"
RESERVED_SALE: Final = "RESERVED_SALE"
UNRESERVED_SALE: Final = "UNRESERVED_SALE"
SOLD: Final = "SOLD"
RESERVED_BACK: Final = "RESERVED_BACK"
UNRESERVED_BACK: Final = "UNRESERVED_BACK"
RETURNED: Final = "RETURNED"
LEASE: Final = 900.0
"""Seconds a reservation lives."""


@dataclass(frozen=True, slots=True)
class State:
    """What the server knows about one mark."""

    status: str = NOT_REGISTERED
    owner: Mapping[str, str] = field(default_factory=dict)
    """Who reserved, sold or returned it: cashcode, documentid, time."""
    until: float = 0.0
    """End of the reservation, seconds since 1970."""

    def at(self, now: float) -> "State":
        """The same at this time: a reservation that has run out reads as given up."""
        expired = {RESERVED_SALE: UNRESERVED_SALE, RESERVED_BACK: UNRESERVED_BACK}
        return State(expired[self.status]) if self.status in expired and self.until <= now else self


@dataclass(frozen=True, slots=True)
class Change:
    """One operation: from which states it is granted, and where it leads."""

    granted_from: frozenset[str]
    own: str
    """The reservation of the very same document is as good."""
    to: str


RESERVE: Final[Mapping[str, Change]] = MappingProxyType(
    {
        "sale": Change(frozenset({NOT_REGISTERED, RETURNED, UNRESERVED_SALE}), RESERVED_SALE, RESERVED_SALE),
        "back_by_sale": Change(frozenset({SOLD, NOT_REGISTERED, UNRESERVED_BACK}), RESERVED_BACK, RESERVED_BACK),
    }
)
"""By doctype."""
UNRESERVE: Final[Mapping[str, Change]] = MappingProxyType(
    {
        RESERVED_SALE: Change(frozenset(), RESERVED_SALE, UNRESERVED_SALE),
        RESERVED_BACK: Change(frozenset(), RESERVED_BACK, UNRESERVED_BACK),
    }
)
"""By the state the mark is in."""
FINAL: Final[Mapping[str, Change]] = MappingProxyType(
    {
        "sold": Change(frozenset({NOT_REGISTERED, RETURNED, UNRESERVED_SALE}), RESERVED_SALE, SOLD),
        "returned": Change(frozenset({SOLD, NOT_REGISTERED, UNRESERVED_BACK}), RESERVED_BACK, RETURNED),
    }
)
"""By operation; carried out from any state, with a conflict where it is not granted."""


def granted(change: Change, state: State, documentid: str) -> bool:
    """Whether the state lets this document make the change."""
    if state.status in change.granted_from:
        return True
    return state.status == change.own and state.owner.get("documentid") == documentid

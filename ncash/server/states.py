"""State machine of a mark: what each operation makes of each state, as one table."""

from collections.abc import Mapping
from typing import Final, NamedTuple

NOT_REGISTERED: Final = "NOT_REGISTERED"
RESERVED_SALE: Final = "RESERVED_SALE"
UNRESERVED_SALE: Final = "UNRESERVED_SALE"
SOLD: Final = "SOLD"
RESERVED_BACK: Final = "RESERVED_BACK"
UNRESERVED_BACK: Final = "UNRESERVED_BACK"
RETURNED: Final = "RETURNED"
STATES: Final = (NOT_REGISTERED, RESERVED_SALE, UNRESERVED_SALE, SOLD, RESERVED_BACK, UNRESERVED_BACK, RETURNED)

NOT_IN_WHITE_LIST: Final = "NOT_IN_WHITE_LIST"
BARCODE_NOT_PASSED: Final = "BARCODE_NOT_PASSED"
BARCODE_MISMATCH: Final = "BARCODE_MISMATCH"
STATUSES: Final = (*STATES, NOT_IN_WHITE_LIST, BARCODE_NOT_PASSED, BARCODE_MISMATCH)
"""All statuses that a status call may answer."""

LAPSED: Final[Mapping[str, str]] = {RESERVED_SALE: UNRESERVED_SALE, RESERVED_BACK: UNRESERVED_BACK}
"""State that a reservation counts as when its lease is over."""

RESERVE_SALE: Final = "reserve sale"
UNRESERVE_SALE: Final = "unreserve sale"
SELL: Final = "sold"
RESERVE_BACK: Final = "reserve back"
UNRESERVE_BACK: Final = "unreserve back"
RETURN: Final = "returned"
LEADS_TO: Final[Mapping[str, str]] = {
    RESERVE_SALE: RESERVED_SALE,
    UNRESERVE_SALE: UNRESERVED_SALE,
    SELL: SOLD,
    RESERVE_BACK: RESERVED_BACK,
    UNRESERVE_BACK: UNRESERVED_BACK,
    RETURN: RETURNED,
}
"""Operations in the order of the table's columns, and the state after each."""

FREE, OWN, OTHER, OWN_LAPSED, LAPSED_OTHER = "", "own", "other", "own, lapsed", "lapsed"
"""Owners of a reservation, as seen from the operation; other states have none."""

_YES, _NO, _CONFLICT = "yes", "no", "conflict"
TABLE: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    # state                         reserve sale  unreserve sale  sold       reserve back  unreserve back  returned
    (NOT_REGISTERED, FREE):         (_YES,        _NO,            _YES,      _YES,         _NO,            _YES),
    (UNRESERVED_SALE, FREE):        (_YES,        _NO,            _YES,      _NO,          _NO,            _CONFLICT),
    (SOLD, FREE):                   (_NO,         _NO,            _CONFLICT, _YES,         _NO,            _YES),
    (UNRESERVED_BACK, FREE):        (_NO,         _NO,            _CONFLICT, _YES,         _NO,            _YES),
    (RETURNED, FREE):               (_YES,        _NO,            _YES,      _NO,          _NO,            _CONFLICT),
    (RESERVED_SALE, OWN):           (_YES,        _YES,           _YES,      _NO,          _NO,            _CONFLICT),
    (RESERVED_SALE, OTHER):         (_NO,         _NO,            _CONFLICT, _NO,          _NO,            _CONFLICT),
    (RESERVED_SALE, OWN_LAPSED):    (_YES,        _YES,           _YES,      _NO,          _NO,            _CONFLICT),
    (RESERVED_SALE, LAPSED_OTHER):  (_YES,        _NO,            _YES,      _NO,          _NO,            _CONFLICT),
    (RESERVED_BACK, OWN):           (_NO,         _NO,            _CONFLICT, _YES,         _YES,           _YES),
    (RESERVED_BACK, OTHER):         (_NO,         _NO,            _CONFLICT, _NO,          _NO,            _CONFLICT),
    (RESERVED_BACK, OWN_LAPSED):    (_NO,         _NO,            _CONFLICT, _YES,         _YES,           _YES),
    (RESERVED_BACK, LAPSED_OTHER):  (_NO,         _NO,            _CONFLICT, _YES,         _NO,            _YES),
}  # fmt: skip


class StateRule(NamedTuple):
    """Entry of the table: whether the operation is allowed, and the state after it."""

    allowed: bool
    """Whether the operation changes the mark."""
    state: str
    """State afterwards: where the operation leads, or the one it found."""
    conflict: bool = False
    """Whether it is applied only because its receipt is fiscal, so that somebody has to look at it."""


def _rulings() -> dict[tuple[str, str, str], StateRule]:
    rulings = {}
    for (state, whose), words in TABLE.items():
        for (operation, leads_to), word in zip(LEADS_TO.items(), words, strict=True):
            allowed = word != _NO
            rulings[operation, state, whose] = StateRule(allowed, leads_to if allowed else state, word == _CONFLICT)
    return rulings


_RULINGS: Final = _rulings()
_WHOSE: Final = {(True, False): OWN, (False, False): OTHER, (True, True): OWN_LAPSED, (False, True): LAPSED_OTHER}


def rule_for(operation: str, state: str, own: bool, lapsed: bool) -> StateRule:
    """Rule for a document's operation on a mark; `own`: the reservation belongs to this document."""
    return _RULINGS[operation, state, _WHOSE[own, lapsed] if state in LAPSED else FREE]

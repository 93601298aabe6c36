"""Statuses as rows: what CRPT says about a code (till.md §7), what the cash server says about a mark (till.md §8)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from ncash.bundled.markedgoods.facts.online import Answer
from ncash.model.decision import Verdict

TOBACCO_GROUP: Final = 3


class Status(NamedTuple):
    """Status of a CRPT answer: the setting that says how hard it is, its text, and when it is bad."""

    name: str
    setting: str
    key: str
    bad: Callable[[Answer, datetime], bool]


def _unrealizable(answer: Answer, now: datetime) -> bool:
    grey = answer.grayZone is True and (TOBACCO_GROUP in answer.groupIds or not answer.groupIds)
    return answer.realizable is False and answer.sold is not True and not grey


def _expired(answer: Answer, now: datetime) -> bool:
    return answer.expires is not None and now >= answer.expires


STATUSES: Final = (
    Status("found", "ignoreCrptStatusFound", "CrptNotFound", lambda answer, now: not answer.found),
    Status("utilised", "ignoreCrptStatusUtilised", "CrptNotUtilised", lambda answer, now: not answer.utilised),
    Status("verified", "ignoreCrptStatusVerified", "CrptNotVerified", lambda answer, now: not answer.verified),
    Status("valid", "ignoreCrptStatusValid", "CrptInvalid", lambda answer, now: not answer.valid),
    Status("sold", "ignoreCrptStatusSold", "CrptSold", lambda answer, now: answer.sold is True),
    Status("isBlocked", "ignoreCrptStatusIsBlocked", "CrptBlocked", lambda answer, now: answer.isBlocked is True),
    Status("realizable", "ignoreCrptStatusRealizable", "CrptNotRealizable", _unrealizable),
    Status("expireDate", "ignoreCrptStatusExpireDate", "CrptExpired", _expired),
)
"""In the order in which they are judged and their texts are listed."""


class ServerRule(NamedTuple):
    """Rule for one status of the cash server, for a sale and for a return by sale: None allows, a key refuses."""

    sale: str | None
    back_by_sale: str | None


_RESERVED: Final = ServerRule("AlreadyReserved", "AlreadyReserved")
SERVER_STATUSES: Final[Mapping[str, ServerRule]] = {
    "NOT_REGISTERED": ServerRule(None, None),
    "SOLD": ServerRule("AlreadySold", None),
    "RETURNED": ServerRule(None, "AlreadyRegistered"),
    "RESERVED_SALE": _RESERVED,
    "UNRESERVED_SALE": ServerRule(None, "AlreadyRegistered"),
    "RESERVED_BACK": _RESERVED,
    "UNRESERVED_BACK": ServerRule("AlreadySold", None),
    "NOT_IN_WHITE_LIST": ServerRule("NotInWhiteList", "NotInWhiteList"),
    "BARCODE_NOT_PASSED": ServerRule("NoBarcodeForWhiteList", "NoBarcodeForWhiteList"),
    "BARCODE_MISMATCH": ServerRule("BarcodeNotInWhiteList", "BarcodeNotInWhiteList"),
}
UNKNOWN_STATUS: Final = ServerRule("UnknownServerStatus", "UnknownServerStatus")

VERDICTS: Final = {"deny": Verdict.DENY, "ask": Verdict.ASK, "allow": Verdict.ALLOW}

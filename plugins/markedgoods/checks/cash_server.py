"""Checks 7 and 9: the mark's status at the cash server, and its reservation there (till.md §8)."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from ncash.bundled.markedgoods.checks.case import Case, Judgement, passed, refused
from ncash.bundled.markedgoods.checks.statuses import SERVER_STATUSES, UNKNOWN_STATUS
from ncash.bundled.markedgoods.texts.messages import CASH_SERVER_CONNECTION, MESSAGES, SERVER_UNCHECKED
from ncash.model.decision import Effects, Step, Verdict
from ncash.model.receipt import Kind

DOCTYPES: Final = {Kind.SALE: "sale", Kind.RETURN_BY_SALE: "back_by_sale"}
DEFAULT_PATH: Final = "/CSrest/rest/sales/exciseMark/status"
RESERVED: Final = "reserved"
"""`extra` of a position whose mark is reserved: the status address of the server that holds the reservation."""


def status_url(url: str) -> str:
    """markVerifyUrl names the status address; an address without a path means the vendor's."""
    parts = urlsplit(url.strip())
    return url.strip().rstrip("/") if parts.path.strip("/") else f"{parts.scheme}://{parts.netloc}{DEFAULT_PATH}"


class ServerFact(NamedTuple):
    """Answer of the cash server as a fact; `status` is None when it could not be asked, and `trouble` says why."""

    status: str | None
    mine: bool = False
    """The reservation belongs to this very receipt."""
    trouble: str = ""

    def json(self) -> dict[str, Any]:
        """JSON values, for the journal."""
        return {"status": self.status, "mine": self.mine, "trouble": self.trouble}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "ServerFact":
        """The other direction."""
        return cls(**value)


def server_skipped(case: Case) -> str | None:
    """Sales, and returns by sale unless skipCheckExciseMark."""
    kind = case.request.kind
    if kind not in DOCTYPES:
        return kind.value
    if not case.own.enableMarkVerify:
        return "enableMarkVerify = false"
    if kind is Kind.RETURN_BY_SALE and case.shared.skipCheckExciseMark:
        return "skipCheckExciseMark = true"
    return None


def refusal_key(kind: Kind, fact: ServerFact) -> str | None:
    """The text that a status means for this kind of receipt; None allows."""
    reserved = "RESERVED_SALE" if kind is Kind.SALE else "RESERVED_BACK"
    if fact.mine and fact.status == reserved:
        return None
    rule = SERVER_STATUSES.get(fact.status or "", UNKNOWN_STATUS)
    return rule.sale if kind is Kind.SALE else rule.back_by_sale


def _judged(check: str, case: Case, fact: ServerFact) -> Judgement:
    rule = case.profile.setting("enableMarkVerify")
    if fact.status is None:
        rule = case.profile.setting("ignoreMarkVerifyErrors")
        if not case.own.ignoreMarkVerifyErrors:
            return refused(check, CASH_SERVER_CONNECTION, rule, fact.json())
        step = Step(check, Verdict.ALLOW, SERVER_UNCHECKED.key, rule=rule, fact=fact.json())
        return Judgement(step, (SERVER_UNCHECKED.fill(),), effects=Effects(extra={f"{check}_unchecked": fact.trouble}))
    key = refusal_key(case.request.kind, fact)
    if key is not None:
        return refused(check, MESSAGES[key], rule, fact.json())
    return passed(check, fact.json(), rule)


def judge_server(case: Case, fact: ServerFact) -> Judgement:
    """The status of the mark before CRPT is asked."""
    return _judged("server", case, fact)


def judge_reserve(case: Case, fact: ServerFact) -> Judgement:
    """One conditional write on the server; its refusal is the refusal. A position keeps where its mark is reserved."""
    judged = _judged("reserve", case, fact)
    if not granted(case.request.kind, fact):
        return judged
    return judged._replace(effects=Effects(extra={RESERVED: status_url(case.own.markVerifyUrl)}))


def granted(kind: Kind, fact: ServerFact) -> bool:
    """Whether the reservation stands, for this very receipt."""
    return fact.mine and fact.status is not None and refusal_key(kind, fact) is None

"""What CRPT said about one code (R17 §1.5), or why nothing it said counts as a check.

Flags are spelt as in the answer and have three states: None is unknown, which is never the same as false.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from ncash.bundled.markedgoods.facts import evidence, fields, strict_json
from ncash.bundled.markedgoods.facts.dates import wall_time
from ncash.language import recorded
from ncash.model.decision import NOTHING
from ncash.model.mark import cis, plain
from ncash.model.veil import veiled

ALWAYS: Final = ("found", "valid", "verified", "realizable", "utilised")
"""The flags every element has; one without any of them says nothing about its code (till.md §7)."""

_UUID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", re.ASCII)
_FLAGS: Final = {**dict.fromkeys(ALWAYS, False), "sold": True, "isBlocked": True}
"""Flags that allow or refuse, with what speaks against the mark."""
NO_DATES: Final[Mapping[str, str]] = MappingProxyType({})
_LISTS: Final = ("ogvs", "groupIds", "noted")


class NotChecked(NamedTuple):
    """Outcome when no check was made. `reason` is a stable word:

    timeout, connection, tls, token (401, or no usable token), http, malformed, external (code 5000), emergency
    (203, 418), unchecked and missing (the department's entry in xapikey).
    """

    reason: str
    text: str
    host: str | None = None
    """The site that was asked last."""
    status: int | None = None
    """Its HTTP status."""
    raw: str = ""
    """What it said, as the journal keeps it (see crpt.evidence)."""
    noted: tuple[str, ...] = ()
    """Late answers and server errors since the check before (PP 1944 rules 11, 11(1))."""
    sent: Mapping[str, Any] = NOTHING
    """What was told to CRPT beside the code: timeZone, fiscalDriveNumber."""

    def json(self) -> dict[str, Any]:
        """JSON values that fact_from_json reads back."""
        return {"fact": "not_checked", **self._asdict(), "noted": list(self.noted), "sent": dict(self.sent)}


def trouble_in(found: object) -> str:
    """Why a question came to nothing; empty for an answer."""
    return found.text if isinstance(found, NotChecked) else ""


class Answer(NamedTuple):
    """The element of an answer that is about the code asked for, with the answer's reqId and reqTimestamp."""

    cis: str
    """The code as it was asked about (the whole mark, as on the wire)."""
    found: bool
    valid: bool
    verified: bool
    realizable: bool
    utilised: bool
    reqId: str
    reqTimestamp: int
    """Milliseconds, UTC."""
    host: str = ""
    """The site's host name."""
    latency_ms: float = 0.0
    sold: bool | None = None
    isBlocked: bool | None = None
    ogvs: tuple[str, ...] = ()
    """Agencies that blocked the sale."""
    grayZone: bool | None = None
    isOwner: bool | None = None
    expireDate: str | None = None
    productionDate: str | None = None
    variableExpirations: Mapping[str, str] = NO_DATES
    groupIds: tuple[int, ...] = ()
    mrp: int | None = None
    """Kopecks: maximum price of group 3, minimum price of groups 12 and 16."""
    smp: int | None = None
    """Kopecks: lowest price of a pack."""
    packageQuantity: int | None = None
    innerUnitCount: int | None = None
    """Units, millilitres or grams in a pack that is sold by parts."""
    soldUnitCount: int | None = None
    packageType: str | None = None
    parent: str | None = None
    gtin: str | None = None
    message: str | None = None
    raw: str | bytes = ""
    """The whole answer: as it came, or as the journal keeps it (see crpt.evidence)."""
    noted: tuple[str, ...] = ()
    """Late answers and server errors since the check before (PP 1944 rules 11, 11(1))."""
    sent: Mapping[str, Any] = NOTHING
    """What was told to CRPT beside the code: timeZone, fiscalDriveNumber."""
    unread: Mapping[str, str] = NO_DATES
    """Fields by which a sale is judged that are there and cannot be read, with a piece of what stands there."""

    @property
    def expires(self) -> datetime | None:
        """The wall-clock digits of expireDate, whatever zone stands behind them (till.md §7)."""
        return None if self.expireDate is None else wall_time(self.expireDate)

    def json(self) -> dict[str, Any]:
        """JSON values that fact_from_json reads back; the code without its verification part in clear."""
        changed: dict[str, Any] = {name: list(getattr(self, name)) for name in _LISTS}
        changed |= {"variableExpirations": dict(self.variableExpirations), "cis": veiled(self.cis)}
        changed["unread"] = dict(self.unread)
        changed["sent"] = dict(self.sent)
        changed["raw"] = evidence.shown(self.raw, self.cis) if isinstance(self.raw, bytes) else self.raw
        if self.message:
            changed["message"] = evidence.covered(self.message, self.cis)
        return {"fact": "answer", **self._asdict(), **changed}


def fact_from_json(value: Mapping[str, Any]) -> Answer | NotChecked:
    """What `json()` of either wrote. Raises KeyError or TypeError for anything else."""
    if value["fact"] != "answer":
        known: dict[str, Any] = {name: value[name] for name in NotChecked._fields if name in value}
        return NotChecked(**{**known, "noted": tuple(known.get("noted", ()))})
    given: dict[str, Any] = {name: value[name] for name in Answer._fields if name in value}
    given |= {name: tuple(given[name]) for name in _LISTS if name in given}
    return Answer(**given)


def _uuid(value: Any) -> str:
    if _UUID.fullmatch(fields.text(value).strip()) is None:
        raise ValueError("not a UUID")
    return str(value).strip()


def _read(name: str, reader: Callable[[Any], Any], value: Any) -> Any:
    try:
        return reader(value)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _elements(top: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for element in _read("codes", fields.listed, top.get("codes")):
        if type(element) is not dict or type(element.get("cis")) is not str:
            raise ValueError("codes: an element without cis")
        found.append(element)
    return found


def _about(code: str, elements: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The element for this code: its exact echo, else an echo that lost its separators or its verification part.

    The same CIS with other verification characters is another code: its signature was not the one asked about.
    """
    fitting = [element for element in elements if element["cis"] == code]
    if not fitting:
        bare = (plain(code), cis(code))
        fitting = [element for element in elements if plain(element["cis"]) in bare]
    if not fitting:
        raise ValueError("no element about the code that was asked for")
    if any(element != fitting[0] for element in fitting):
        raise ValueError("two different elements about one code")
    return fitting[0]


def _answer(top: Mapping[str, Any], code: str, given: dict[str, Any]) -> Answer:
    """`given` are the fields that the answer does not tell. Raises ValueError."""
    if top.get("code") is not None and _read("code", fields.count, top["code"]) != 0:
        raise ValueError(recorded("the answer's own code is {code}, not 0", code=top["code"]))
    element = _about(code, _elements(top))
    absent = [name for name in ALWAYS if element.get(name) is None]
    if absent:
        raise ValueError(recorded("the element lacks {keys}", keys=", ".join(absent)))
    told, unread = fields.optional(element)
    given |= told
    for name, against in _FLAGS.items():
        value = element.get(name)
        if type(value) is bool:
            given[name] = value
        elif value is not None:
            given[name] = _read(name, partial(fields.flag, against=against), value)
    request, stamp = (
        _read("reqId", _uuid, top.get("reqId")),
        _read("reqTimestamp", fields.stamp, top.get("reqTimestamp")),
    )
    return Answer(cis=code, reqId=request, reqTimestamp=stamp, unread=unread, **given)


def read_answer(body: bytes, code: str, host: str, latency_ms: float = 0.0) -> Answer | NotChecked:
    """The answer about `code` (as it stood on the wire) in the body of a 200, or NotChecked("malformed")."""
    try:
        how = {"host": host, "latency_ms": latency_ms, "raw": body[: evidence.READ]}
        return _answer(strict_json.parse_object(body), code, how)
    except ValueError as error:
        text = recorded("{host}: the answer cannot be used: {error}", host=host, error=error)[:300]
        return NotChecked("malformed", text, host=host, status=200, raw=evidence.shown(body, code))

"""What CRPT said about one code (R17 §1.5), or why nothing it said counts as a check.

Flags are spelt as in the answer and have three states: None is unknown, which is never the same as false.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from markedgoods.crpt import evidence, strict
from ncash.model.decision import NOTHING
from ncash.model.mark import cis, plain
from ncash.model.veil import veiled

ALWAYS: Final = ("found", "valid", "verified", "realizable", "utilised")
"""The flags every element has; one without any of them says nothing about its code (till.md §7)."""

_UUID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", re.ASCII)
_TIME: Final = re.compile(
    r"(?P<wall>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII
)  # fmt: skip
NO_DATES: Final[Mapping[str, str]] = MappingProxyType({})
_LISTS: Final = ("ogvs", "groupIds", "noted")
_LATEST: Final = 10**15
"""Milliseconds far past any date a clock can show."""


class NotChecked(NamedTuple):
    """No check was made. `reason` is a stable word:

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

    @property
    def expires(self) -> datetime | None:
        """The wall-clock digits of expireDate, whatever zone stands behind them (till.md §7)."""
        return None if self.expireDate is None else wall_time(self.expireDate)

    def json(self) -> dict[str, Any]:
        """JSON values that fact_from_json reads back; the code without its verification part in clear."""
        changed: dict[str, Any] = {name: list(getattr(self, name)) for name in _LISTS}
        changed |= {"variableExpirations": dict(self.variableExpirations), "cis": veiled(self.cis)}
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


def wall_time(text: str) -> datetime:
    """Date and time digits without zone conversion. Raises ValueError."""
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError("not a date with time")
    return datetime.fromisoformat(match["wall"])


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError("not true or false")
    return value


def _count(value: Any) -> int:
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is not int or not 0 <= value < _LATEST:
        raise ValueError("not a whole number")
    return value


def _text(value: Any) -> str:
    if type(value) is not str:
        raise ValueError("not a text")
    return value


def _date(value: Any) -> str:
    wall_time(_text(value))
    return _text(value)


def _listed(value: Any) -> list[Any]:
    if type(value) is not list:
        raise ValueError("not a list")
    return value


def _dates(value: Any) -> dict[str, str]:
    if type(value) is not dict:
        raise ValueError("not an object")
    return {name: _date(text) for name, text in value.items()}


def _uuid(value: Any) -> str:
    if _UUID.fullmatch(_text(value)) is None:
        raise ValueError("not a UUID")
    return _text(value)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_text(item) for item in _listed(value))


def _counts(value: Any) -> tuple[int, ...]:
    return tuple(_count(item) for item in _listed(value))


def _named(reader: Callable[[Any], Any], *names: str) -> dict[str, Callable[[Any], Any]]:
    return dict.fromkeys(names, reader)


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    **_named(_flag, *ALWAYS, "sold", "isBlocked", "grayZone", "isOwner"),
    **_named(_date, "expireDate", "productionDate"),
    **_named(_count, "mrp", "smp", "packageQuantity", "innerUnitCount", "soldUnitCount"),
    **_named(_text, "packageType", "parent", "gtin", "message"),
    **_named(_texts, "ogvs"),
    **_named(_counts, "groupIds"),
    **_named(_dates, "variableExpirations"),
}


def _read(name: str, reader: Callable[[Any], Any], value: Any) -> Any:
    try:
        return reader(value)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _elements(top: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for element in _read("codes", _listed, top.get("codes")):
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


def _answer(top: Mapping[str, Any], code: str) -> Answer:
    if top.get("code") is not None and _read("code", _count, top["code"]) != 0:
        raise ValueError(f"the answer's own code is {top['code']}, not 0")
    element = _about(code, _elements(top))
    absent = [name for name in ALWAYS if element.get(name) is None]
    if absent:
        raise ValueError(f"the element lacks {', '.join(absent)}")
    given = {
        name: _read(name, reader, element[name])
        for name, reader in _READERS.items()
        if element.get(name) is not None
    }  # fmt: skip
    request = _read("reqId", _uuid, top.get("reqId"))
    return Answer(cis=code, reqId=request, reqTimestamp=_stamp(top.get("reqTimestamp")), **given)


def _stamp(value: Any) -> int:
    if type(value) is not int or not 0 < value < _LATEST:
        raise ValueError("reqTimestamp: not milliseconds")
    return value


def read_answer(body: bytes, code: str, host: str, latency_ms: float = 0.0) -> Answer | NotChecked:
    """The answer about `code` (as it stood on the wire) in the body of a 200, or NotChecked("malformed")."""
    try:
        answer = _answer(strict.parse_object(body), code)
    except ValueError as error:
        text = f"{host}: the answer cannot be used: {error}"[:300]
        return NotChecked("malformed", text, host, 200, evidence.shown(body, code))
    return answer._replace(host=host, latency_ms=latency_ms, raw=body[: evidence.READ])

"""Answers and error answers of the server, and the JSON schemas of both for the OpenAPI document."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ncash.model.decision import NOTHING
from ncash.server.states import STATES, STATUSES


class Answer(NamedTuple):
    """HTTP answer of a handler."""

    status: int
    content: Any
    """JSON values, or bytes that are sent as they are."""
    headers: Mapping[str, str] = NOTHING
    kind: str = "application/json"


class HttpProblem(Exception):
    """Error that is answered with an HTTP status, a code, a text and a hint."""

    def __init__(self, status: int, code: str, text: str, hint: str = "", **headers: str) -> None:
        """`headers`: names with _ in place of -."""
        super().__init__(text)
        self.status, self.code, self.hint = status, code, hint
        self.reason = ""
        """Reason for the log alone."""
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def answer(self) -> Answer:
        """HTTP answer that tells the problem."""
        return Answer(self.status, {"error": error(self.code, str(self), self.hint)}, self.headers)


def error(code: str, text: str, hint: str = "") -> dict[str, str]:
    """Object `error` of an error answer."""
    return {"code": code, "text": text, "hint": hint}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required.split(), "properties": properties}


_TEXT: Final = {"type": "string"}
_COUNT: Final = {"type": "integer", "minimum": 0}
_STATUS: Final = {"type": "string", "enum": list(STATUSES)}
_STATE: Final = {"type": "string", "enum": list(STATES)}
_RECEIPT: Final = dict.fromkeys(("shopcode", "cashcode", "docnum", "documentid", "time"), _TEXT)
OWNER: Final = {"type": "object", "description": "the receipt that holds the mark", "properties": _RECEIPT}
ERROR: Final = _object("error", error=_object("code text hint", code=_TEXT, text=_TEXT, hint=_TEXT))
STATUS: Final = _object("status", status=_STATUS, owner=OWNER)
REFUSED: Final = _object("status", status=_STATUS, owner=OWNER, error=ERROR["properties"]["error"])
_ONE: Final = _object("status granted", status=_STATUS, granted={"type": "boolean"}, lease=_TEXT, owner=OWNER)
RESERVED: Final = {
    "oneOf": [
        _object("status lease", status={"enum": ["RESERVED_SALE", "RESERVED_BACK"]}, lease=_TEXT),
        _object("results", results={"type": "array", "items": _ONE}),
    ]
}
_RESULT: Final = _object(
    "id result status",
    id=_TEXT,
    result={"type": "string", "enum": ["applied", "duplicate", "conflict"]},
    status=_STATE,
    code={"type": "integer", "description": "409: an operation of this id was answered with another body"},
    error=ERROR["properties"]["error"],
)
OPERATED: Final = _object("results", results={"type": "array", "items": _RESULT})
_STEP: Final = _object("operation state documentid time recorded", operation=_TEXT, state=_STATE, **_RECEIPT,
                       recorded=_TEXT, account=_TEXT)  # fmt: skip
_SIDE: Final = _object("state documentid", state=_STATE, **_RECEIPT)
_SETTLED: Final = _object("time who reason", time=_TEXT, who=_TEXT, reason=_TEXT)
_CONFLICT: Final = _object("number cis recorded found came", number=_COUNT, cis=_TEXT, recorded=_TEXT, found=_SIDE,
                           came=_SIDE, settled=_SETTLED)  # fmt: skip
STORY: Final = _object(
    "cis status history conflicts", cis=_TEXT, mark=_TEXT, barcode=_TEXT, status=_STATE, owner=OWNER, lease=_TEXT,
    history={"type": "array", "items": _STEP}, conflicts={"type": "array", "items": _CONFLICT},
)  # fmt: skip
CONFLICTS: Final = _object("conflicts next", conflicts={"type": "array", "items": _CONFLICT}, next=_COUNT)
_FAULT: Final = _object("line reason", line=_COUNT, reason=_TEXT)
IMPORTED: Final = _object("read added known faulty faults", read=_COUNT, added=_COUNT, known=_COUNT, faulty=_COUNT,
                          faults={"type": "array", "items": _FAULT})  # fmt: skip
_ENTRY: Final = _object("number mark barcode shopcode excisetype", number=_COUNT, mark=_TEXT, barcode=_TEXT,
                        shopcode=_TEXT, excisetype=_TEXT)  # fmt: skip
LISTED: Final = _object("marks next", marks={"type": "array", "items": _ENTRY}, next=_COUNT)
HEALTH: Final = _object("status", status=_TEXT)
ANYTHING: Final = {"type": "object"}

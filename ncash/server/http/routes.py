"""The calls of the server as one table: the dispatcher, the OpenAPI document and the tests are made from it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, NamedTuple

from ncash.server.database.accounts import ADMIN, ROLES, TILL
from ncash.server.http import answers, calls, fields
from ncash.server.http.answers import Answer
from ncash.server.http.calls import Call, Desk

ROOT: Final = "/CSrest/rest/sales/exciseMark"
CSV: Final = "text/csv"
Handler = Callable[[Desk, Call], Awaitable[Answer]]


class Query(NamedTuple):
    """A parameter of the address."""

    name: str
    means: str
    schema: Mapping[str, Any]
    required: bool = False


class Route(NamedTuple):
    """One call."""

    method: str
    path: str
    name: str
    """In logs and metrics."""
    summary: str
    roles: frozenset[str]
    """Who may call; nobody means that no account is asked for."""
    handler: Handler
    answers: Mapping[int, Mapping[str, Any]]
    """Schema by HTTP status, beside those every call has."""
    body: Mapping[str, Any] | None = None
    query: tuple[Query, ...] = ()
    example: Any = None
    """Of the body."""
    answer: Any = None
    """An example of the answer 200."""
    csv: bool = False
    """The body may be CSV, which is read as it comes and may be larger."""
    kind: str = "application/json"
    """Of the answer 200."""


_TILLS: Final = frozenset({TILL})
_ADMINS: Final = frozenset({ADMIN})
_ALL: Final = frozenset(ROLES)
_OPEN: Final[frozenset[str]] = frozenset()
_RECEIPT: Final = {
    "excisetype": "MARKEDGOODS", "shopcode": "1", "cashcode": "2", "doctype": "sale",
    "documentid": "5f0c4d5e-9d0b-4d0a-8f57-0f9f1c9a7d11",
}  # fmt: skip
_MARK: Final = {"mark": fields.MARK_FIELD.example, "barcode": "4607042439162"}
_OWNER: Final = {
    "shopcode": "1", "cashcode": "3", "docnum": "", "documentid": "b1c2a3d4-0000-4000-8000-5e6f7a8b9c0d",
    "time": "2027-01-15T07:40:00.000+00:00",
}  # fmt: skip
_LEASE: Final = "2027-01-15T07:55:00.000+00:00"
_OPERATION: Final = {field.name: field.example for field in fields.OPERATIONS.of}
_PAGE: Final = (
    Query(
        "after",
        "the number to begin after: `next` of the answer before",
        {"type": "integer", "minimum": 0, "maximum": 2**53},
    ),
    Query("limit", "how many at most", {"type": "integer", "minimum": 1, "maximum": 10_000}),
)
_ASKED: Final = Query("mark", "the whole code or its identifying part", fields.MARK_FIELD.schema(), required=True)

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "POST", f"{ROOT}/status", "status", "The state of a mark before it is sold or returned", _TILLS, calls.status,
        {200: answers.STATUS}, fields.schema_of(fields.STATUS), example={**_MARK, **_RECEIPT},
        answer={"status": "RESERVED_SALE", "owner": _OWNER},
    ),
    Route(
        "POST", f"{ROOT}/reserve", "reserve", "Reserve a mark, or the marks of a whole receipt, until the lease ends",
        _TILLS, calls.reserve, {200: answers.RESERVED, 409: answers.REFUSED},
        {"anyOf": [fields.schema_of((*fields.RECEIPT, fields.MARKS), "marks"), fields.schema_of(fields.RESERVE)]},
        example={**_MARK, **_RECEIPT}, answer={"status": "RESERVED_SALE", "lease": _LEASE},
    ),
    Route(
        "POST", f"{ROOT}/operations", "operations", "What happened to marks; the same id takes effect once, for ever",
        _TILLS, calls.operations, {200: answers.OPERATED}, fields.schema_of((fields.OPERATIONS,), "operations"),
        example={"operations": [_OPERATION]},
        answer={"results": [{"id": _OPERATION["id"], "result": "applied", "status": "SOLD"}]},
    ),
    Route(
        "GET", f"{ROOT}/marks", "marks", "State and history of a mark across stores", _ALL, calls.marks,
        {200: answers.STORY}, query=(_ASKED,),
        answer={"cis": "0104607042439162215Abc.1", "mark": "", "barcode": "", "status": "NOT_REGISTERED",
                "history": [], "conflicts": []},
    ),
    Route(
        "GET", f"{ROOT}/whitelist", "whitelist pages", "Marks that may be sold, in the order they were listed", _ALL,
        calls.listed, {200: answers.LISTED}, query=_PAGE,
        answer={"marks": [{"number": 1, **_MARK, "shopcode": "", "excisetype": ""}], "next": 1},
    ),
    Route(
        "POST", f"{ROOT}/whitelist", "whitelist", "List marks that may be sold; those listed before stay", _ADMINS,
        calls.enlist, {200: answers.IMPORTED}, fields.schema_of((fields.ENTRIES,), "marks"), example={"marks": [_MARK]},
        answer={"read": 1, "added": 1, "known": 0, "faulty": 0, "faults": []}, csv=True,
    ),
    Route(
        "GET", f"{ROOT}/conflicts", "conflicts", "Receipts that were fiscal while the mark was another's", _ADMINS,
        calls.conflicts, {200: answers.CONFLICTS}, query=_PAGE, answer={"conflicts": [], "next": 0},
    ),
    Route("GET", "/healthz", "healthz", "The process runs", _OPEN, calls.healthy, {200: answers.HEALTH},
          answer={"status": "ok"}),
    Route("GET", "/readyz", "readyz", "The database answers", _OPEN, calls.ready,
          {200: answers.HEALTH, 503: answers.ERROR}, answer={"status": "ok"}),
    Route("GET", "/metrics", "metrics", "Counters for Prometheus", _ALL, calls.metrics, {200: {"type": "string"}},
          kind="text/plain"),
    Route("GET", "/openapi.json", "openapi", "This document", _ALL, calls.openapi, {200: answers.ANYTHING},
          answer={"openapi": "3.1.0"}),
)  # fmt: skip

BY_PATH: Final[Mapping[str, Mapping[str, Route]]] = {
    path: {route.method: route for route in ROUTES if route.path == path} for path in {route.path for route in ROUTES}
}

"""Table of the server's routes, from which the dispatcher, the OpenAPI document and the tests are made."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, NamedTuple

from ncash.server.database.accounts import ADMIN, ROLES, TILL
from ncash.server.http import answers, calls, fields
from ncash.server.http.answers import Answer
from ncash.server.http.calls import ApiCall, ServerContext
from ncash.server.http.fields import object_schema

ROOT: Final = "/CSrest/rest/sales/exciseMark"
CSV: Final = "text/csv"
Handler = Callable[[ServerContext, ApiCall], Awaitable[Answer]]


class Query(NamedTuple):
    """Query parameter."""

    name: str
    means: str
    schema: Mapping[str, Any]
    required: bool = False


class Route(NamedTuple):
    """Route: method, path, handler, roles and schemas."""

    method: str
    path: str
    name: str
    """Name in logs and metrics."""
    summary: str
    roles: frozenset[str]
    """Roles that may call; empty for a call that needs no account."""
    handler: Handler
    answers: Mapping[int, Mapping[str, Any]]
    """Schemas by HTTP status, beside those of every route."""
    body: Mapping[str, Any] | None = None
    query: tuple[Query, ...] = ()
    example: Any = None
    """Example of the body."""
    answer: Any = None
    """Example of the answer 200."""
    csv: bool = False
    """Whether the body may be CSV, which is read as it arrives and may be larger."""
    kind: str = "application/json"
    """Content type of the answer 200."""


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
        "POST", f"{ROOT}/status", "status", "The state of a mark before it is sold or returned",
        roles=_TILLS, handler=calls.status, answers={200: answers.STATUS},
        body=object_schema(fields.STATUS), example={**_MARK, **_RECEIPT},
        answer={"status": "RESERVED_SALE", "owner": _OWNER},
    ),
    Route(
        "POST", f"{ROOT}/reserve", "reserve", "Reserve a mark, or the marks of a whole receipt, until the lease ends",
        roles=_TILLS, handler=calls.reserve, answers={200: answers.RESERVED, 409: answers.REFUSED},
        body={"anyOf": [object_schema((*fields.RECEIPT, fields.MARKS), "marks"), object_schema(fields.RESERVE)]},
        example={**_MARK, **_RECEIPT}, answer={"status": "RESERVED_SALE", "lease": _LEASE},
    ),
    Route(
        "POST", f"{ROOT}/operations", "operations", "What happened to marks; the same id takes effect once, for ever",
        roles=_TILLS, handler=calls.operations, answers={200: answers.OPERATED},
        body=object_schema((fields.OPERATIONS,), "operations"),
        example={"operations": [_OPERATION]},
        answer={"results": [{"id": _OPERATION["id"], "result": "applied", "status": "SOLD"}]},
    ),
    Route(
        "GET", f"{ROOT}/marks", "marks", "State and history of a mark across stores",
        roles=_ALL, handler=calls.marks, answers={200: answers.STORY}, query=(_ASKED,),
        answer={"cis": "0104607042439162215Abc.1", "mark": "", "barcode": "", "status": "NOT_REGISTERED",
                "history": [], "conflicts": []},
    ),
    Route(
        "GET", f"{ROOT}/whitelist", "whitelist pages", "Marks that may be sold, in the order they were listed",
        roles=_ALL, handler=calls.listed, answers={200: answers.LISTED}, query=_PAGE,
        answer={"marks": [{"number": 1, **_MARK, "shopcode": "", "excisetype": ""}], "next": 1},
    ),
    Route(
        "POST", f"{ROOT}/whitelist", "whitelist", "List marks that may be sold; those listed before stay",
        roles=_ADMINS, handler=calls.enlist, answers={200: answers.IMPORTED},
        body=object_schema((fields.ENTRIES,), "marks"), example={"marks": [_MARK]},
        answer={"read": 1, "added": 1, "known": 0, "faulty": 0, "faults": []}, csv=True,
    ),
    Route(
        "GET", f"{ROOT}/conflicts", "conflicts", "Receipts that were fiscal while the mark was another's",
        roles=_ADMINS, handler=calls.conflicts, answers={200: answers.CONFLICTS},
        query=_PAGE, answer={"conflicts": [], "next": 0},
    ),
    Route(
        "GET", "/healthz", "healthz", "The process runs",
        roles=_OPEN, handler=calls.healthy, answers={200: answers.HEALTH},
        answer={"status": "ok"},
    ),
    Route(
        "GET", "/readyz", "readyz", "The database answers",
        roles=_OPEN, handler=calls.ready, answers={200: answers.HEALTH, 503: answers.ERROR}, answer={"status": "ok"},
    ),
    Route(
        "GET", "/metrics", "metrics", "Counters for Prometheus",
        roles=_ALL, handler=calls.metrics, answers={200: {"type": "string"}},
        kind="text/plain",
    ),
    Route(
        "GET", "/openapi.json", "openapi", "This document",
        roles=_ALL, handler=calls.openapi, answers={200: answers.ANYTHING},
        answer={"openapi": "3.1.0"},
    ),
)  # fmt: skip

BY_PATH: Final[Mapping[str, Mapping[str, Route]]] = {
    path: {route.method: route for route in ROUTES if route.path == path} for path in {route.path for route in ROUTES}
}

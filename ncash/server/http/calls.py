"""Handlers of the routes: each turns an authenticated request into an answer."""

import json
from collections.abc import AsyncIterator, Mapping
from hashlib import blake2b
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs

from ncash.model.mark import cis
from ncash.model.ports import Clock
from ncash.server import history, whitelist
from ncash.server.batching import Batcher
from ncash.server.database.accounts import UserAccount
from ncash.server.http import fields
from ncash.server.http.answers import Answer, HttpProblem, error
from ncash.server.http.fields import InvalidRequest
from ncash.server.http.metrics import Metrics
from ncash.server.marks import MarkOperation
from ncash.server.reader import MarkStatus, Reader
from ncash.server.whitelist import FaultyRow, WhiteListRow
from ncash.server.writer import (
    APPLIED,
    CONFLICT,
    DUPLICATE,
    GRANTED,
    OTHER_BODY,
    Job,
    OperationResult,
    Writer,
    iso,
    moment,
    owner_of,
)

_RESULTS: Final = {APPLIED: "applied", DUPLICATE: "duplicate", CONFLICT: "conflict", OTHER_BODY: "conflict"}
_CHUNK: Final = 1000
_OK: Final = {"status": "ok"}


class ServerContext(NamedTuple):
    """Collaborators of the handlers."""

    clock: Clock
    writer: Writer
    reader: Reader
    changes: Batcher[Job, tuple[OperationResult, ...]]
    questions: Batcher[MarkOperation, MarkStatus]
    metrics: Metrics
    document: bytes
    """OpenAPI document in JSON."""


class ApiCall(NamedTuple):
    """Authenticated request, as a handler gets it."""

    account: UserAccount | None
    body: Any
    """Decoded JSON; None without a body."""
    query: bytes = b""
    lines: AsyncIterator[str] | None = None
    """Lines of a CSV body."""


async def status(context: ServerContext, call: ApiCall) -> Answer:
    """POST status."""
    given = fields.read_object(fields.STATUS, call.body)
    told = await context.questions.submit(_operation("reserve", given, call))
    return Answer(200, {"status": told.status, "owner": told.owner} if told.owner else {"status": told.status})


async def reserve(context: ServerContext, call: ApiCall) -> Answer:
    """POST reserve: one mark, or `marks`."""
    if isinstance(call.body, dict) and "marks" in call.body:
        receipt = fields.read_object(fields.RECEIPT, call.body)
        marks = fields.MARKS.read(call.body["marks"])
        results = await context.changes.submit(tuple(_operation("reserve", {**receipt, **one}, call) for one in marks))
        now, _ = moment(context.clock)
        return Answer(
            200, {"results": [{**_reservation_body(one, now), "granted": one.word == GRANTED} for one in results]}
        )
    given = fields.read_object(fields.RESERVE, call.body)
    (result,) = await context.changes.submit((_operation("reserve", given, call),))
    if result.word == GRANTED:
        return Answer(200, {"status": result.status, "lease": iso(result.row.until)})
    now, _ = moment(context.clock)
    return Answer(409, _reservation_body(result, now))


def _reservation_body(result: OperationResult, now: int) -> dict[str, Any]:
    if result.word == GRANTED:
        return {"status": result.status, "lease": iso(result.row.until)}
    owner = owner_of(result.row, now)
    return {"status": result.status, "owner": owner} if owner else {"status": result.status}


async def operations(context: ServerContext, call: ApiCall) -> Answer:
    """POST operations."""
    body = call.body
    given = fields.OPERATIONS.read(body.get("operations") if isinstance(body, dict) else None)
    job = tuple(
        _operation(one["op"], one, call)._replace(
            id=one["id"], docnum=one["docnum"], time=one["time"], digest=_digest(raw)
        )
        for one, raw in zip(given, body["operations"], strict=True)
    )
    results = await context.changes.submit(job)
    context.metrics.conflicts(sum(one.fiscal for one in results))
    return Answer(200, {"results": [_operation_body(one, result) for one, result in zip(job, results, strict=True)]})


def _operation_body(operation: MarkOperation, result: OperationResult) -> dict[str, Any]:
    told = {"id": operation.id, "result": _RESULTS[result.word], "status": result.status}
    if result.word != OTHER_BODY:
        return told
    text = "an operation of this id was answered before, and it had another body"
    return {**told, "code": 409, "error": error("other_body", text, "give each operation an id of its own")}


def _digest(body: Any) -> str:
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _operation(op: str, given: Mapping[str, str], call: ApiCall) -> MarkOperation:
    key = cis(given["mark"])
    if not key:
        raise InvalidRequest("mark: there is nothing but separators in it")
    return MarkOperation(
        op=op, cis=key, mark=given["mark"], barcode=given["barcode"], shopcode=given["shopcode"],
        cashcode=given["cashcode"], doctype=given["doctype"], documentid=given["documentid"],
        account=call.account.name if call.account else "",
    )  # fmt: skip


async def marks(context: ServerContext, call: ApiCall) -> Answer:
    """GET marks?mark="""
    (mark,) = _query_values(call.query, "mark")
    if mark is None:
        raise InvalidRequest("mark: missing")
    asked = fields.MARK_FIELD.read(mark, "")
    now, _ = moment(context.clock)
    ledger = context.reader.ledger
    told = await context.questions.run_in_thread(
        context.reader.query, lambda connection: history.story(ledger, connection, asked, now)
    )
    return Answer(200, told)


async def conflicts(context: ServerContext, call: ApiCall) -> Answer:
    """GET conflicts?after=&limit="""
    after, limit = _page(call.query, 100)
    rows = await context.questions.run_in_thread(
        context.reader.query, lambda connection: history.conflicts(connection, after, limit)
    )
    return Answer(200, {"conflicts": rows, "next": rows[-1]["number"] if rows else after})


async def listed(context: ServerContext, call: ApiCall) -> Answer:
    """GET whitelist?after=&limit="""
    after, limit = _page(call.query, 1000)
    rows = await context.questions.run_in_thread(
        context.reader.query, lambda connection: whitelist.read_page(connection, after, limit)
    )
    return Answer(200, {"marks": rows, "next": rows[-1]["number"] if rows else after})


async def enlist(context: ServerContext, call: ApiCall) -> Answer:
    """POST whitelist, JSON or CSV."""
    counts: dict[str, Any] = {"read": 0, "added": 0, "known": 0, "faulty": 0, "faults": []}
    held: list[WhiteListRow] = []

    async def flush() -> None:
        added = await context.changes.run_in_thread(context.writer.enlist, held) if held else 0
        counts["added"] += added
        counts["known"] += len(held) - added
        held.clear()

    async for one in _entries(call):
        counts["read"] += 1
        if isinstance(one, FaultyRow):
            counts["faulty"] += 1
            if len(counts["faults"]) < whitelist.SHOWN:
                counts["faults"].append(one._asdict())
            continue
        held.append(one)
        if len(held) == _CHUNK:
            await flush()
    await flush()
    return Answer(200, counts)


async def _entries(call: ApiCall) -> AsyncIterator[WhiteListRow | FaultyRow]:
    if call.lines is None:
        body = call.body
        for number, one in enumerate(fields.ENTRIES.read(body.get("marks") if isinstance(body, dict) else None), 1):
            try:
                yield whitelist.validated(WhiteListRow(**one))
            except ValueError as error:
                yield FaultyRow(number, str(error))
        return
    table = whitelist.CsvLines()
    async for line in call.lines:
        one_row = table.parse_line(line)
        if one_row is not None:
            yield one_row


async def healthy(context: ServerContext, call: ApiCall) -> Answer:
    """GET /healthz."""
    return Answer(200, _OK)


async def ready(context: ServerContext, call: ApiCall) -> Answer:
    """GET /readyz."""
    await context.questions.run_in_thread(context.reader.ping)
    return Answer(200, _OK)


async def metrics(context: ServerContext, call: ApiCall) -> Answer:
    """GET /metrics."""
    return Answer(200, context.metrics.text(), kind=context.metrics.KIND)


async def openapi(context: ServerContext, call: ApiCall) -> Answer:
    """GET /openapi.json."""
    return Answer(200, context.document)


def _query_values(query: bytes, *names: str) -> list[str | None]:
    try:
        given = parse_qs(query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20)
    except ValueError as trouble:
        raise HttpProblem(
            400, "query", "the query cannot be read", "encode it as UTF-8 with percent signs"
        ) from trouble
    for name in names:
        if len(given.get(name, ())) > 1:
            raise InvalidRequest(f"{name}: given more than once")
    return [given[name][0] if name in given else None for name in names]


def _page(query: bytes, most: int) -> tuple[int, int]:
    after, limit = _query_values(query, "after", "limit")
    return (
        _whole_number("after", after, default=0, least=0, most=2**53),
        _whole_number("limit", limit, default=most, least=1, most=10_000),
    )


def _whole_number(name: str, text: str | None, default: int, least: int, most: int) -> int:
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 18 and least <= int(text) <= most):
        raise InvalidRequest(f"{name}: a whole number from {least} to {most} is accepted")
    return int(text)

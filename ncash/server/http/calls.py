"""The handlers: from a checked request to an answer."""

import json
from collections.abc import AsyncIterator, Mapping
from hashlib import blake2b
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs

from ncash.model.mark import cis
from ncash.model.ports import Clock
from ncash.server import history, whitelist
from ncash.server.batching import Batcher
from ncash.server.database.accounts import Account
from ncash.server.http import fields
from ncash.server.http.answers import Answer, Problem, error
from ncash.server.http.fields import Invalid
from ncash.server.http.metrics import Metrics
from ncash.server.marks import Element
from ncash.server.reader import Reader, Told
from ncash.server.whitelist import Entry, Faulty
from ncash.server.writer import (
    APPLIED,
    CONFLICT,
    DUPLICATE,
    GRANTED,
    OTHER_BODY,
    Job,
    Result,
    Writer,
    iso,
    moment,
    owner_of,
)

_RESULTS: Final = {APPLIED: "applied", DUPLICATE: "duplicate", CONFLICT: "conflict", OTHER_BODY: "conflict"}
_CHUNK: Final = 1000
_OK: Final = {"status": "ok"}


class Desk(NamedTuple):
    """What the handlers work with."""

    clock: Clock
    writer: Writer
    reader: Reader
    changes: Batcher[Job, tuple[Result, ...]]
    questions: Batcher[Element, Told]
    metrics: Metrics
    document: bytes
    """The OpenAPI document."""


class Call(NamedTuple):
    """One request that may be made."""

    account: Account | None
    body: Any
    """JSON values; None without a body."""
    query: bytes = b""
    lines: AsyncIterator[str] | None = None
    """A CSV body."""


async def status(desk: Desk, call: Call) -> Answer:
    """POST status."""
    given = fields.read(fields.STATUS, call.body)
    told = await desk.questions.submit(_element("reserve", given, call))
    return Answer(200, {"status": told.status, "owner": told.owner} if told.owner else {"status": told.status})


async def reserve(desk: Desk, call: Call) -> Answer:
    """POST reserve: one mark, or `marks`."""
    if isinstance(call.body, dict) and "marks" in call.body:
        receipt = fields.read(fields.RECEIPT, call.body)
        marks = fields.MARKS.read(call.body["marks"])
        results = await desk.changes.submit(tuple(_element("reserve", {**receipt, **one}, call) for one in marks))
        now, _ = moment(desk.clock)
        return Answer(200, {"results": [{**_reserved(one, now), "granted": one.word == GRANTED} for one in results]})
    given = fields.read(fields.RESERVE, call.body)
    (result,) = await desk.changes.submit((_element("reserve", given, call),))
    if result.word == GRANTED:
        return Answer(200, {"status": result.status, "lease": iso(result.kept.until)})
    now, _ = moment(desk.clock)
    return Answer(409, _reserved(result, now))


def _reserved(result: Result, now: int) -> dict[str, Any]:
    if result.word == GRANTED:
        return {"status": result.status, "lease": iso(result.kept.until)}
    owner = owner_of(result.kept, now)
    return {"status": result.status, "owner": owner} if owner else {"status": result.status}


async def operations(desk: Desk, call: Call) -> Answer:
    """POST operations."""
    body = call.body
    given = fields.OPERATIONS.read(body.get("operations") if isinstance(body, dict) else None)
    job = tuple(
        _element(one["op"], one, call)._replace(
            id=one["id"], docnum=one["docnum"], time=one["time"], digest=_digest(raw)
        )
        for one, raw in zip(given, body["operations"], strict=True)
    )
    results = await desk.changes.submit(job)
    desk.metrics.conflicts(sum(one.fiscal for one in results))
    return Answer(200, {"results": [_operated(one, result) for one, result in zip(job, results, strict=True)]})


def _operated(element: Element, result: Result) -> dict[str, Any]:
    told = {"id": element.id, "result": _RESULTS[result.word], "status": result.status}
    if result.word != OTHER_BODY:
        return told
    text = "an operation of this id was answered before, and it had another body"
    return {**told, "code": 409, "error": error("other_body", text, "give each operation an id of its own")}


def _digest(body: Any) -> str:
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _element(op: str, given: Mapping[str, str], call: Call) -> Element:
    key = cis(given["mark"])
    if not key:
        raise Invalid("mark: there is nothing but separators in it")
    return Element(
        op, key, given["mark"], given["barcode"], given["shopcode"], given["cashcode"], given["doctype"],
        given["documentid"], account=call.account.name if call.account else "",
    )  # fmt: skip


async def marks(desk: Desk, call: Call) -> Answer:
    """GET marks?mark="""
    (mark,) = _queried(call.query, "mark")
    if mark is None:
        raise Invalid("mark: missing")
    asked = fields.MARK_FIELD.read(mark, "")
    now, _ = moment(desk.clock)
    ledger = desk.reader.ledger
    told = await desk.questions.run(desk.reader.ask, lambda connection: history.story(ledger, connection, asked, now))
    return Answer(200, told)


async def conflicts(desk: Desk, call: Call) -> Answer:
    """GET conflicts?after=&limit="""
    after, limit = _page(call.query, 100)
    rows = await desk.questions.run(desk.reader.ask, lambda connection: history.conflicts(connection, after, limit))
    return Answer(200, {"conflicts": rows, "next": rows[-1]["number"] if rows else after})


async def listed(desk: Desk, call: Call) -> Answer:
    """GET whitelist?after=&limit="""
    after, limit = _page(call.query, 1000)
    rows = await desk.questions.run(desk.reader.ask, lambda connection: whitelist.page(connection, after, limit))
    return Answer(200, {"marks": rows, "next": rows[-1]["number"] if rows else after})


async def enlist(desk: Desk, call: Call) -> Answer:
    """POST whitelist, JSON or CSV."""
    counts: dict[str, Any] = {"read": 0, "added": 0, "known": 0, "faulty": 0, "faults": []}
    held: list[Entry] = []

    async def flush() -> None:
        added = await desk.changes.run(desk.writer.enlist, held) if held else 0
        counts["added"] += added
        counts["known"] += len(held) - added
        held.clear()

    async for one in _entries(call):
        counts["read"] += 1
        if isinstance(one, Faulty):
            counts["faulty"] += 1
            if len(counts["faults"]) < whitelist.SHOWN:
                counts["faults"].append(one._asdict())
            continue
        held.append(one)
        if len(held) == _CHUNK:
            await flush()
    await flush()
    return Answer(200, counts)


async def _entries(call: Call) -> AsyncIterator[Entry | Faulty]:
    if call.lines is None:
        body = call.body
        for number, one in enumerate(fields.ENTRIES.read(body.get("marks") if isinstance(body, dict) else None), 1):
            try:
                yield whitelist.checked(Entry(**one))
            except ValueError as error:
                yield Faulty(number, str(error))
        return
    table = whitelist.Lines()
    async for line in call.lines:
        one_row = table.row(line)
        if one_row is not None:
            yield one_row


async def healthy(desk: Desk, call: Call) -> Answer:
    """GET /healthz."""
    return Answer(200, _OK)


async def ready(desk: Desk, call: Call) -> Answer:
    """GET /readyz."""
    await desk.questions.run(desk.reader.ready)
    return Answer(200, _OK)


async def metrics(desk: Desk, call: Call) -> Answer:
    """GET /metrics."""
    return Answer(200, desk.metrics.text(), kind=desk.metrics.KIND)


async def openapi(desk: Desk, call: Call) -> Answer:
    """GET /openapi.json."""
    return Answer(200, desk.document)


def _queried(query: bytes, *names: str) -> list[str | None]:
    try:
        given = parse_qs(query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20)
    except ValueError as trouble:
        raise Problem(400, "query", "the query cannot be read", "encode it as UTF-8 with percent signs") from trouble
    for name in names:
        if len(given.get(name, ())) > 1:
            raise Invalid(f"{name}: given more than once")
    return [given[name][0] if name in given else None for name in names]


def _page(query: bytes, most: int) -> tuple[int, int]:
    after, limit = _queried(query, "after", "limit")
    return _whole("after", after, 0, 0, 2**53), _whole("limit", limit, most, 1, 10_000)


def _whole(name: str, text: str | None, default: int, least: int, most: int) -> int:
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 18 and least <= int(text) <= most):
        raise Invalid(f"{name}: a whole number from {least} to {most} is accepted")
    return int(text)

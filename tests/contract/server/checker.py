"""The history of every mark, gone through step by step, and held against what the tills were told and what they owe."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Engine, select

from ncash.model.mark import cis
from ncash.server.database.tables import CONFLICT, HISTORY, MARK, OPERATION

from .racing_till import marked

FREE = ("", "UNRESERVED_SALE", "RETURNED")


class Step(NamedTuple):
    """A row of the history."""

    cis: str
    version: int
    operation: str
    state: str
    documentid: str


class Journals(NamedTuple):
    """What the tills wrote down."""

    granted: frozenset[tuple[str, str]]
    """CIS and document of reservations that a till heard of."""
    owed: Mapping[str, tuple[str, str, str]]
    """CIS, operation and document by id."""
    told: Mapping[str, frozenset[str]]
    """Results that a till heard, by id."""


def journals(files: Iterable[Path]) -> Journals:
    """Read them; the last line of a killed till may be cut."""
    granted, owed, told = set(), {}, defaultdict(set)
    for path in files:
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.endswith("]"):
                continue
            word, content = json.loads(line)
            if word == "granted":
                granted |= {(cis(marked(serial)["mark"]), content[0]) for serial in content[1]}
            elif word == "owes":
                owed.update({one["id"]: (cis(one["mark"]), one["op"], one["documentid"]) for one in content})
            else:
                for one in content:
                    told[one["id"]].add(one["result"])
    return Journals(frozenset(granted), owed, {key: frozenset(words) for key, words in told.items()})


def violations(engine: Engine, seen: Journals) -> Iterator[str]:
    """What must never be, for every mark of the database."""
    with engine.connect() as connection:
        conflicts: dict[str, set[int]] = defaultdict(set)
        for row in connection.execute(select(CONFLICT.c.cis, CONFLICT.c.version)):
            conflicts[row[0]].add(row[1])
        columns = [HISTORY.c[name] for name in Step._fields]
        rows = connection.execute(select(*columns).order_by(HISTORY.c.cis, HISTORY.c.version))
        histories: dict[str, list[Step]] = defaultdict(list)
        for row in rows:
            histories[row[0]].append(Step(*row))
        last = {row[0]: (row[1], row[2], row[3]) for row in connection.execute(
            select(MARK.c.cis, MARK.c.version, MARK.c.state, MARK.c.documentid))}  # fmt: skip
        done = set(connection.execute(select(OPERATION.c.id)).scalars())
    for key, steps in histories.items():
        yield from of_mark(steps, conflicts.get(key, set()))
        if last.get(key) != (steps[-1].version, steps[-1].state, steps[-1].documentid):
            yield f"{key}: the mark is not what its history ends with"
    yield from of_journals(histories, done, seen)


def of_mark(steps: Sequence[Step], conflicts: set[int]) -> Iterator[str]:
    """Each step against the one before: nobody gets what another holds, nothing is sold twice unless it is recorded."""
    state, owner = "", ""
    for number, step in enumerate(steps, 1):
        mine = state == "RESERVED_SALE" and owner == step.documentid
        clean = {
            "reserve sale": mine or state in FREE,
            "unreserve sale": mine,
            "sold": mine or state in FREE,
            "returned": state in ("", "SOLD"),
        }.get(step.operation, False)
        fiscal = step.operation in ("sold", "returned")
        if step.version != number:
            yield f"{step.cis}: version {step.version} is step {number}"
        if not clean and not fiscal:
            yield f"{step.cis}: {step.operation} of {step.documentid} while it is {state or 'new'} of {owner}"
        if fiscal and clean == (step.version in conflicts):
            yield f"{step.cis}: {step.operation} of {step.documentid} from {state or 'new'}: conflict {not clean}"
        state, owner = step.state, step.documentid


def of_journals(histories: Mapping[str, Sequence[Step]], done: set[str], seen: Journals) -> Iterator[str]:
    """Everything that a till heard stands there once, and nothing that nobody did."""
    times: Counter[tuple[str, str, str]] = Counter()
    for steps in histories.values():
        times.update((step.cis, step.operation.split()[0], step.documentid) for step in steps)
    for key, document in seen.granted:
        if not times[key, "reserve", document]:
            yield f"{key}: {document} was told that it has it"
    for number, words in seen.told.items():
        what = seen.owed[number]
        if number not in done or (what[1] != "unreserve" and times[what] != 1) or times[what] > 1:
            yield f"{what[0]}: {number} was answered {sorted(words)} and took effect {times[what]} times"
        if len(words - {"duplicate"}) > 1:
            yield f"{what[0]}: {number} was answered in two ways"
    owed = set(seen.owed.values())
    for what in times:
        if what[1] != "reserve" and what not in owed:
            yield f"{what[0]}: {what[1]} of {what[2]}, which no till said"


def checked(engine: Engine, files: Iterable[Path]) -> Any:
    """How many marks were gone through. Raises AssertionError with the first violations."""
    found = list(violations(engine, journals(files)))
    assert not found, found[:5]
    with engine.connect() as connection:
        return Counter(connection.execute(select(MARK.c.state)).scalars())

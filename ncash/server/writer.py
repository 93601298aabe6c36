"""Writer of the server: decides many calls in one transaction.

It reads the marks, decides each operation by the table of states, and writes the changes. Operations do not affect each
other's success: a batch that the database refuses is repeated call by call.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from ncash.model.ports import Clock
from ncash.server import states, whitelist
from ncash.server.database.connection import DatabaseUnavailable, KeptConnection, RetryNeeded, writing
from ncash.server.database.ledger import AnsweredOperation, Ledger, MarkChange
from ncash.server.marks import MarkOperation, MarkRow, apply_operation
from ncash.server.whitelist import WhiteListRow

GRANTED, REFUSED = "granted", "refused"
APPLIED, DUPLICATE, CONFLICT, OTHER_BODY = "applied", "duplicate", "conflict", "other body"
_TRIES: Final = 50
"""Most repetitions of a batch whose marks other writers changed meanwhile."""

Job = tuple[MarkOperation, ...]


class OperationResult(NamedTuple):
    """Result of one operation."""

    word: str
    status: str
    row: MarkRow
    """Row of the mark afterwards, with owner and lease of a reservation."""
    fiscal: bool = False
    """Whether the receipt is fiscal although the mark belonged to another."""


def moment(clock: Clock) -> tuple[int, str]:
    """Current time in milliseconds since 1970, and as ISO 8601."""
    now = int(clock.now().timestamp() * 1000)
    return now, iso(now)


@lru_cache(maxsize=64)
def iso(milliseconds: int) -> str:
    """ISO 8601 with offset of a time in milliseconds since 1970."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")


class Writer:
    """Changes marks and the white list over connections of its own."""

    def __init__(self, engine: Engine, clock: Clock, mode: str, lease: float) -> None:
        """`lease` in seconds; `mode` of the white list (`ncash.server.whitelist`)."""
        self._link, self._lists = KeptConnection(writing(engine)), KeptConnection(engine)
        self._ledger = Ledger(engine)
        self._clock = clock
        self._mode = mode
        self._lease = int(lease * 1000)

    def decide_batch(self, jobs: Sequence[Job]) -> list[tuple[OperationResult, ...] | Exception]:
        """Decide all jobs and commit them; an exception stands in the place of a job's results."""
        try:
            return list(self._decide_with_retries(jobs))
        except DatabaseUnavailable as error:
            return [error] * len(jobs)
        except Exception as error:
            return [error] if len(jobs) == 1 else [one for job in jobs for one in self.decide_batch([job])]

    def close(self) -> None:
        """Close the connections."""
        self._link.close()
        self._lists.close()

    def enlist(self, entries: Sequence[WhiteListRow]) -> int:
        """List marks in the white list; the number of new ones."""
        for _ in range(_TRIES):
            try:
                with self._lists.transaction() as connection:
                    return whitelist.list_marks(self._ledger, connection, entries)
            except IntegrityError:
                continue
        raise DatabaseUnavailable("too many writers at once")

    def _decide_with_retries(self, jobs: Sequence[Job]) -> list[tuple[OperationResult, ...]]:
        broken = 0
        for _ in range(_TRIES):
            try:
                return self._decide_once(jobs)
            except RetryNeeded:
                continue
            except DatabaseUnavailable:
                broken += 1
                if broken > 1:
                    raise
        raise DatabaseUnavailable("too many writers at once")

    def _decide_once(self, jobs: Sequence[Job]) -> list[tuple[OperationResult, ...]]:
        now, time = moment(self._clock)
        with self._link.cursor() as cursor:
            elements = [element for job in jobs for element in job]
            rows = self._ledger.read_marks(cursor, {one.cis for one in elements})
            ids = {one.id for one in elements if one.id}
            done = self._ledger.read_operations(cursor, ids) if ids else {}
            asked = {
                key for one in elements if whitelist.is_consulted(self._mode, one) for key in whitelist.keys_of(one)
            }
            listed = self._ledger.read_listed(cursor, asked) if asked else {}
            batch = _Batch(rows, done=done, listed=listed, mode=self._mode, when=(now, time, self._lease))
            results = [tuple(map(batch.decide, job)) for job in jobs]
            self._ledger.write_changes(cursor, batch.changes, batch.answered, now)
        return results


class _Batch:
    """Decides the operations of a batch in order, each on the state that those before it left."""

    def __init__(
        self, rows: dict[str, MarkRow], done: dict[str, AnsweredOperation], listed: Mapping[str, set[str]], mode: str,
        when: tuple[int, str, int],
    ) -> None:  # fmt: skip
        self._rows, self._done, self._listed, self._mode = rows, done, listed, mode
        self._now, self._time, self._lease = when
        self.changes: list[MarkChange] = []
        self.answered: dict[str, AnsweredOperation] = {}

    def decide(self, element: MarkOperation) -> OperationResult:
        row = self._rows.get(element.cis) or MarkRow(element.cis)
        before = self._done.get(element.id) if element.id else None
        if before is not None:
            if before.digest == element.digest:
                return OperationResult(DUPLICATE, before.status, row)
            return OperationResult(OTHER_BODY, row.status(self._now), row)
        unlisted = whitelist.refusal(self._mode, element, self._listed) if element.op == "reserve" else None
        if unlisted:
            return OperationResult(REFUSED, unlisted, row)
        return self._apply(row, element)

    def _apply(self, row: MarkRow, element: MarkOperation) -> OperationResult:
        found = row.status(self._now)
        outcome = apply_operation(row, element, now=self._now, time=self._time, lease=self._lease)
        if outcome.changed:
            self._rows[element.cis] = outcome.row
            change = MarkChange(element, before=row, after=outcome.row, status_before=found, conflict=outcome.conflict)
            self.changes.append(change)
        status = outcome.row.state if outcome.changed else found
        if element.id:
            self._done[element.id] = self.answered[element.id] = AnsweredOperation(element.digest, status)
            clean = outcome.changed and not outcome.conflict
            return OperationResult(APPLIED if clean else CONFLICT, status, outcome.row, outcome.conflict)
        return OperationResult(GRANTED if outcome.changed else REFUSED, status, outcome.row)


def owner_of(row: MarkRow, now: int) -> dict[str, str]:
    """Receipt that holds, sold or returned the mark; empty when the mark is free."""
    if row.status(now) in (states.NOT_REGISTERED, states.UNRESERVED_SALE, states.UNRESERVED_BACK):
        return {}
    names = ("shopcode", "cashcode", "docnum", "documentid", "time")
    return {name: getattr(row, name) for name in names}

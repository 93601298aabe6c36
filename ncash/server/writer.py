"""Many calls in one transaction: read the marks, judge each operation by the table of states, write what came of it.

One element cannot spoil the others: each is judged by itself, and a batch that the database refuses is done again call
by call.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from ncash.model.ports import Clock
from ncash.server import states, whitelist
from ncash.server.database.connection import Again, Link, Unavailable, writing
from ncash.server.database.ledger import Change, Done, Ledger
from ncash.server.marks import Element, Kept, applied
from ncash.server.whitelist import Entry

GRANTED, REFUSED = "granted", "refused"
APPLIED, DUPLICATE, CONFLICT, OTHER_BODY = "applied", "duplicate", "conflict", "other body"
_TRIES: Final = 50
"""Times that a call is judged anew because others changed its marks meanwhile."""

Job = tuple[Element, ...]


class Result(NamedTuple):
    """What came of one element."""

    word: str
    status: str
    kept: Kept
    """The mark as it is now; a reservation's owner and lease stand in it."""
    fiscal: bool = False
    """A receipt was fiscal while the mark was another's."""


def moment(clock: Clock) -> tuple[int, str]:
    """Now: milliseconds since 1970, and ISO 8601."""
    now = int(clock.now().timestamp() * 1000)
    return now, iso(now)


@lru_cache(maxsize=64)
def iso(milliseconds: int) -> str:
    """A moment as ISO 8601 with its offset."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")


class Writer:
    """The one writer of a server process."""

    def __init__(self, engine: Engine, clock: Clock, mode: str, lease: float) -> None:
        """`lease` in seconds; `mode` is how the white list counts (`ncash.server.whitelist`)."""
        self._link, self._lists = Link(writing(engine)), Link(engine)
        self._ledger = Ledger(engine)
        self._clock = clock
        self._mode = mode
        self._lease = int(lease * 1000)

    def work(self, jobs: Sequence[Job]) -> list[tuple[Result, ...] | Exception]:
        """The results of each job, all committed; what went wrong with a job stands in its place."""
        try:
            return list(self._persistent(jobs))
        except Unavailable as error:
            return [error] * len(jobs)
        except Exception as error:
            return [error] if len(jobs) == 1 else [one for job in jobs for one in self.work([job])]

    def close(self) -> None:
        """Close the connections."""
        self._link.close()
        self._lists.close()

    def enlist(self, entries: Sequence[Entry]) -> int:
        """Put marks into the white list; how many are new."""
        for _ in range(_TRIES):
            try:
                with self._lists.begin() as connection:
                    return whitelist.add(self._ledger, connection, entries)
            except IntegrityError:
                continue
        raise Unavailable("too many writers at once")

    def _persistent(self, jobs: Sequence[Job]) -> list[tuple[Result, ...]]:
        broken = 0
        for _ in range(_TRIES):
            try:
                return self._together(jobs)
            except Again:
                continue
            except Unavailable:
                broken += 1
                if broken > 1:
                    raise
        raise Unavailable("too many writers at once")

    def _together(self, jobs: Sequence[Job]) -> list[tuple[Result, ...]]:
        now, time = moment(self._clock)
        with self._link.cursor() as cursor:
            elements = [element for job in jobs for element in job]
            kept = self._ledger.marks(cursor, {one.cis for one in elements})
            ids = {one.id for one in elements if one.id}
            done = self._ledger.operations(cursor, ids) if ids else {}
            asked = {key for one in elements if whitelist.counts(self._mode, one) for key in whitelist.keys(one)}
            listed = self._ledger.listed(cursor, asked) if asked else {}
            batch = _Batch(kept, done, listed, self._mode, (now, time, self._lease))
            results = [tuple(map(batch.result, job)) for job in jobs]
            self._ledger.write(cursor, batch.changes, batch.answered, now)
        return results


class _Batch:
    """Judges elements one after the other, each on what those before it left."""

    def __init__(
        self, kept: dict[str, Kept], done: dict[str, Done], listed: Mapping[str, set[str]], mode: str,
        when: tuple[int, str, int],
    ) -> None:  # fmt: skip
        self._kept, self._done, self._listed, self._mode = kept, done, listed, mode
        self._now, self._time, self._lease = when
        self.changes: list[Change] = []
        self.answered: dict[str, Done] = {}

    def result(self, element: Element) -> Result:
        kept = self._kept.get(element.cis) or Kept(element.cis)
        before = self._done.get(element.id) if element.id else None
        if before is not None:
            same = before.digest == element.digest
            return Result(DUPLICATE, before.status, kept) if same else Result(OTHER_BODY, kept.status(self._now), kept)
        unlisted = whitelist.verdict(self._mode, element, self._listed) if element.op == "reserve" else None
        if unlisted:
            return Result(REFUSED, unlisted, kept)
        return self._judged(kept, element)

    def _judged(self, kept: Kept, element: Element) -> Result:
        found = kept.status(self._now)
        outcome = applied(kept, element, self._now, self._time, self._lease)
        if outcome.changed:
            self._kept[element.cis] = outcome.kept
            self.changes.append(Change(element, kept, outcome.kept, found, outcome.conflict))
        status = outcome.kept.state if outcome.changed else found
        if element.id:
            self._done[element.id] = self.answered[element.id] = Done(element.digest, status)
            clean = outcome.changed and not outcome.conflict
            return Result(APPLIED if clean else CONFLICT, status, outcome.kept, outcome.conflict)
        return Result(GRANTED if outcome.changed else REFUSED, status, outcome.kept)


def owner_of(kept: Kept, now: int) -> dict[str, str]:
    """Who holds, sold or returned the mark; nobody when it is free."""
    if kept.status(now) in (states.NOT_REGISTERED, states.UNRESERVED_SALE, states.UNRESERVED_BACK):
        return {}
    names = ("shopcode", "cashcode", "docnum", "documentid", "time")
    return {name: getattr(kept, name) for name in names}

"""The one sender of a Documents database: batches, back-off, order of each key, nothing deleted and nothing lost.

A receiver that does not answer rests alone; a message that a receiver does not take holds back later ones of its key
alone. Whatever happens between a send and its acknowledgement, the message is sent again and known by its id.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from ncash.model.ports import Clock, Random
from ncash.queue.transport import DeliveryFailure, Reply, Transport
from ncash.store.outbox import outbox
from ncash.store.outbox.outbox import Pending, SendResult
from ncash.store.outbox.outgoing import pick_up
from ncash.store.outbox.spill import Aside
from ncash.store.sqlite.connection import Connection
from ncash.system.failpoints import declare, failpoint

BATCH: Final = 100
"""Operations in one call."""
FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 300.0
_TAKEN: Final = declare("queue.taken", "a batch is read from the outbox, nothing is sent")
_SENT: Final = declare("queue.sent", "the receiver has a batch and has answered, the rows do not say so yet")
_SETTLED: Final = declare("queue.settled", "the rows of a batch say what became of them")


class Round(NamedTuple):
    """What one round did."""

    sent: int = 0
    refused: int = 0
    trouble: str = ""
    """Why something was not sent; empty when nothing stood in the way."""
    more: bool = False
    """Another round brings something at once."""
    wait: float = FIRST_PAUSE
    """Seconds until another round may bring something."""


class _Route(NamedTuple):
    """How a receiver fares."""

    failures: int = 0
    until: float = 0.0
    """Monotonic seconds up to which it rests."""
    batch: int = BATCH
    trouble: str = ""


def pause(failures: int, random: Random) -> float:
    """Seconds to rest after so many failures in a row: doubled each time, up to five minutes, never all at once."""
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures - 1, 16))
    return random.uniform(longest / 2, longest)


class Sender:
    """Sends what waits, one batch of each receiver a round."""

    def __init__(
        self, connection: Connection, transport: Transport, clock: Clock, random: Random, aside: Aside
    ) -> None:
        self._connection = connection
        self._transport = transport
        self._clock = clock
        self._random = random
        self._aside = aside
        self._routes: dict[str, _Route] = {}

    def round(self) -> Round:
        """One batch for every receiver that does not rest. Raises UserError when the database cannot be used."""
        pick_up(self._connection, self._aside)
        waiting = outbox.routes(self._connection)
        self._routes = {route: self._routes.get(route, _Route()) for route in waiting}
        rounds = [self._of(route) for route in waiting if self._routes[route].until <= self._clock.monotonic()]
        resting = [one.until - self._clock.monotonic() for one in self._routes.values() if one.until]
        more = any(one.more for one in rounds)
        troubles = [one.trouble for one in self._routes.values() if one.trouble]
        return Round(
            sum(one.sent for one in rounds),
            sum(one.refused for one in rounds),
            troubles[0] if troubles else "",
            more,
            0.0 if more else max(0.0, min([FIRST_PAUSE, *resting])),
        )

    def drain(self, go_on: Callable[[Round], bool] = lambda one: True) -> Round:
        """Rounds until nothing moves any more, or `go_on` is told one and says no."""
        sent = refused = 0
        while True:
            one = self.round()
            sent, refused = sent + one.sent, refused + one.refused
            if not go_on(one) or not one.more:
                self._connection.checkpoint()
                return one._replace(sent=sent, refused=refused)

    def _of(self, route: str) -> Round:
        now = self._clock.now().timestamp()
        state = self._routes[route]
        rows = outbox.due(self._connection, route, now, now + LONGEST_PAUSE, state.batch)
        if not rows:
            return Round()
        failpoint(_TAKEN)
        try:
            replies = self._transport.send(route, [row.body for row in rows])
        except DeliveryFailure as error:
            return Round(trouble=str(error), more=self._failed(route, rows, error, now))
        failpoint(_SENT)
        return self._settled(route, rows, replies, now)

    def _settled(self, route: str, rows: Sequence[Pending], replies: Sequence[Reply], now: float) -> Round:
        """The rows say what became of them; one that the receiver passed over is tried again later."""
        by_id = {reply.id: reply for reply in replies}
        heard = [(row, by_id[row.uuid]) for row in rows if row.uuid in by_id]
        silent = [row for row in rows if row.uuid not in by_id]
        done = [SendResult(row.id, reply.result, reply.status) for row, reply in heard]
        trouble = "the receiver's answer leaves messages out" if silent else ""
        with self._connection.write():
            outbox.settle(self._connection, done, self._clock.now().isoformat(timespec="seconds"))
            self._postpone(silent, now, trouble)
        failpoint(_SETTLED)
        batch = min(BATCH, self._routes[route].batch * 2)
        self._routes[route] = _Route(batch=batch, trouble=trouble)
        refused = sum(one.result == outbox.REFUSED for one in done)
        return Round(len(done) - refused, refused, trouble, more=bool(done))

    def _failed(self, route: str, rows: Sequence[Pending], error: DeliveryFailure, now: float) -> bool:
        """A receiver that cannot be asked rests; a batch that it rejects is taken apart until the guilty is alone.

        Whether something may be sent at once."""
        state = self._routes[route]
        if error.rejected and len(rows) > 1:
            self._routes[route] = state._replace(batch=max(1, len(rows) // 2), trouble=str(error))
            return True
        if error.rejected:
            with self._connection.write():
                self._postpone(rows, now, str(error))
            self._routes[route] = state._replace(trouble=str(error))
            return True
        failures = state.failures + 1
        until = self._clock.monotonic() + pause(failures, self._random)
        self._routes[route] = _Route(failures, until, state.batch, str(error))
        with self._connection.write():
            outbox.tried(self._connection, [row.id for row in rows], str(error))
        return False

    def _postpone(self, rows: Sequence[Pending], now: float, trouble: str) -> None:
        for row in rows:
            outbox.postpone(self._connection, row.id, now + pause(row.attempts + 1, self._random), trouble)

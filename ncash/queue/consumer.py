"""From NATS JetStream to the cash server: what shops have published is posted in order, and acknowledged after that.

One consumer at a time. One that begins, or tries again, starts at the oldest message that nobody has acknowledged: the
broker would hand out newer ones first, and a return could get ahead of its sale.
"""

import json
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from nats.js.api import ConsumerConfig, DeliverPolicy, StreamConfig
from nats.js.errors import NotFoundError

from ncash.language import phrase, recorded
from ncash.model.ports import Clock, Random
from ncash.queue.nats import KEPT_IDS, STREAM, Broker, Link
from ncash.queue.sender import BATCH, pause
from ncash.queue.transport import DeliveryFailure, Transport
from ncash.store.outbox.outbox import REFUSED

if TYPE_CHECKING:
    from nats.aio.msg import Msg
    from nats.js.client import JetStreamContext

NAME: Final = "ncash-server"
"""The durable consumer: the broker remembers how far it is."""
ACK_WAIT: Final = 120.0
"""Seconds after which the broker hands a batch out again."""
LISTEN: Final = 1.0
Tell = Callable[[str], None]


def aloud(text: str) -> None:
    """Diagnostics."""
    sys.stderr.write(phrase("ncash: queue: {trouble}\n", trouble=text))


class Consumer:
    """Posts what is in the stream to one cash server."""

    def __init__(
        self, broker: Broker, subject: str, transport: Transport, route: str, clock: Clock, random: Random,
        tell: Tell = aloud,
    ) -> None:  # fmt: skip
        """`subject` without the shop; `route` is the status address of the server."""
        self._link = Link(broker)
        self._subject = f"{subject}.>"
        self._transport, self._route = transport, route
        self._clock, self._random, self._tell = clock, random, tell
        self._source: JetStreamContext.PullSubscription | None = None
        self._failures = 0

    def step(self) -> int:
        """One batch from the broker to the server; how many operations. DeliveryFailure: all of it comes again."""
        batch = self._link.run(self._fetched())
        if not batch:
            return 0
        readable = [(one, body) for one in batch if (body := self._read(one.data)) is not None]
        self._posted([body for _, body in readable])
        self._link.run(self._acknowledged(batch))
        self._failures = 0
        return len(readable)

    def rest(self, error: DeliveryFailure) -> None:
        """Something stands in the way: say it and wait, longer each time."""
        self._failures += 1
        self._source = None
        self._tell(str(error))
        self._clock.sleep(pause(self._failures, self._random))

    def close(self) -> None:
        """Close the connection."""
        self._link.close()

    def _read(self, content: bytes) -> dict[str, Any] | None:
        try:
            found: Any = json.loads(content)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict) or not isinstance(found.get("id"), str):
            self._tell(recorded("a message that is no operation is passed over: {content!a}", content=content[:80]))
            return None
        return found

    def _posted(self, bodies: Sequence[dict[str, Any]]) -> None:
        """Post a batch; one that the server rejects is posted one by one, and the guilty ones are passed over aloud."""
        if not bodies:
            return
        try:
            replies = self._transport.send(self._route, bodies)
        except DeliveryFailure as error:
            if not error.rejected:
                raise
            if len(bodies) > 1:
                for body in bodies:
                    self._posted([body])
                return
            self._tell(recorded("the server does not take {id!a}: {error}", id=bodies[0]["id"], error=error))
            return
        for reply in replies:
            if reply.result == REFUSED:
                self._tell(recorded("the server knows {id!a} with another content", id=reply.id))
        missing = {str(body["id"]) for body in bodies} - {reply.id for reply in replies}
        if missing:
            raise DeliveryFailure("the receiver's answer leaves messages out")

    async def _fetched(self) -> "list[Msg]":
        if self._source is None:
            self._source = await self._subscribed()
        try:
            return await self._source.fetch(BATCH, timeout=LISTEN)
        except TimeoutError:
            return []

    async def _subscribed(self) -> "JetStreamContext.PullSubscription":
        stream = (await self._link.client()).jetstream()
        try:
            await stream.stream_info(STREAM)
        except NotFoundError:
            await stream.add_stream(StreamConfig(name=STREAM, subjects=[self._subject], duplicate_window=KEPT_IDS))
        config = await self._beginning(stream)
        return await stream.pull_subscribe(self._subject, durable=NAME, stream=STREAM, config=config)

    async def _beginning(self, stream: "JetStreamContext") -> ConsumerConfig:
        """The durable consumer goes on; one whose messages are still out is made anew at the first of them."""
        config = ConsumerConfig(ack_wait=ACK_WAIT, max_ack_pending=BATCH)
        try:
            known = await stream.consumer_info(STREAM, NAME)
        except NotFoundError:
            return config
        if not known.num_ack_pending or known.ack_floor is None:
            return config
        await stream.delete_consumer(STREAM, NAME)
        start = known.ack_floor.stream_seq + 1
        return config.evolve(deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=start)

    async def _acknowledged(self, batch: "Sequence[Msg]") -> None:
        for one in batch[:-1]:
            await one.ack()
        await batch[-1].ack_sync()

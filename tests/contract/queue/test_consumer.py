"""From the broker to the cash server: in order, once, whatever is killed on the way."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import nats
import pytest

from ncash.queue.consumer import Consumer
from ncash.queue.http import HttpTransport
from ncash.queue.nats import Broker as Place
from ncash.queue.nats import NatsTransport
from ncash.queue.transport import DeliveryFailure, Operation, Reply
from ncash.testing import FrozenClock, SeededRandom

from .broker import Broker
from .conftest import AT, ROUTE, Box, Inside, MakeSender, message


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    with Broker(tmp_path / "nats") as running:
        yield running


def consumer(broker: Broker, transport: HttpTransport, told: list[str]) -> Consumer:
    place = Place(broker.url)
    return Consumer(place, "ncash.operations", transport, ROUTE, FrozenClock(AT), SeededRandom(), told.append)


def test_what_shops_publish_reaches_the_server_once_and_in_order(
    box: Box, server: Inside, sender_of: MakeSender, broker: Broker
) -> None:
    told: list[str] = []
    with closing(consumer(broker, server.transport(), told)) as running:
        assert running.step() == 0
        for n in range(0, 240, 2):
            box.put(message(n, "sold", key=f"01046070424391622{n % 20:06d}", receipt=f"r{n}"))
            box.put(message(n + 1, "returned", key=f"01046070424391622{n % 20:06d}", receipt=f"r{n}"))
        with closing(NatsTransport(Place(broker.url), "ncash.operations.7")) as transport:
            assert sender_of(transport).drain().sent == 240
        done = 0
        while done < 240:
            done += running.step()
    assert (len(server.operations()), server.states(), told) == (240, {"RETURNED": 10}, [])
    with closing(consumer(broker, server.transport(), told)) as later:
        assert later.step() == 0


class Dying(HttpTransport):
    """The server takes a batch, and the answer is lost."""

    def send(self, route: str, operations: Sequence[Operation]) -> Sequence[Reply]:
        """Implements Transport."""
        super().send(route, operations)
        raise DeliveryFailure("timeout: the answer was lost")


def test_a_consumer_that_ends_before_its_acknowledgement_is_followed_by_one_that_posts_again(
    box: Box, server: Inside, sender_of: MakeSender, broker: Broker
) -> None:
    broker.stream()
    box.put(*(message(n) for n in range(5)))
    with closing(NatsTransport(Place(broker.url), "ncash.operations.7")) as transport:
        sender_of(transport).drain()
    told: list[str] = []
    with closing(consumer(broker, Dying(server, server.account), told)) as first:
        with pytest.raises(DeliveryFailure) as caught:
            first.step()
        first.rest(caught.value)
    assert (len(server.operations()), told) == (5, ["timeout: the answer was lost"])
    assert set(server.changes().values()) == {1}


class Away(HttpTransport):
    """The server does not answer."""

    def send(self, route: str, operations: Sequence[Operation]) -> Sequence[Reply]:
        """Implements Transport."""
        raise DeliveryFailure("the connection is refused")


@pytest.mark.parametrize("followed", [False, True], ids=["the same process", "another process"])
def test_what_was_not_taken_comes_before_what_was_published_later(
    box: Box, server: Inside, sender_of: MakeSender, broker: Broker, followed: bool
) -> None:
    broker.stream()
    key, told = "0104607042439162" + "21000001", list[str]()
    with closing(NatsTransport(Place(broker.url), "ncash.operations.7")) as shop:
        sender, first = sender_of(shop), consumer(broker, Away(server, server.account), told)
        box.put(message(1, "sold", key=key, receipt="r1"))
        sender.drain()
        with pytest.raises(DeliveryFailure) as caught:
            first.step()
        first.rest(caught.value)
        box.put(message(2, "returned", key=key, receipt="r2"))
        sender.drain()
    if not followed:
        with pytest.raises(DeliveryFailure):
            first.step()
    first.close()
    with closing(consumer(broker, server.transport(), told)) as later:
        assert later.step() == 2
    assert server.states() == {"RETURNED": 1}


def test_what_is_no_operation_is_passed_over_aloud(server: Inside, broker: Broker) -> None:
    broker.stream()

    async def publish() -> None:
        client = await nats.connect(broker.url)
        stream = client.jetstream()
        for content in (b"junk", b"[]", json.dumps({"id": "1", "op": "eaten"}).encode()):
            await stream.publish("ncash.operations.7", content)
        await client.close()

    asyncio.run(publish())
    told: list[str] = []
    with closing(consumer(broker, server.transport(), told)) as running:
        assert running.step() == 1
        assert running.step() == 0
    assert [text.split(":")[0] for text in told] == [
        "a message that is no operation is passed over", "a message that is no operation is passed over",
        "the server does not take '1'",
    ]  # fmt: skip

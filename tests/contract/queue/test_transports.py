"""One contract for both transports: HTTP to the cash server, and NATS JetStream (a real server)."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Protocol

import pytest

from ncash.queue.http import HttpTransport
from ncash.queue.nats import Broker as Place
from ncash.queue.nats import NatsTransport, subject_of
from ncash.queue.sender import LONGEST_PAUSE
from ncash.queue.transport import DeliveryFailure, Transport
from ncash.testing import FrozenClock

from .broker import Broker
from .conftest import ROUTE, Box, Inside, MakeSender, message
from .test_exactly_once import Hell


class Receiving(Protocol):
    """A receiver of either kind, as a test sees it."""

    transport: Transport

    def ids(self) -> list[str]:
        """Ids of what was taken, each as often as it counts."""

    def away(self) -> None:
        """Nobody listens."""

    def back(self) -> None:
        """It listens again, and remembers."""


class OverHttp:
    """The cash server itself."""

    def __init__(self, server: Inside) -> None:
        self._server = server
        self._here = True
        self.transport = HttpTransport(server, lambda route: server.account(user="till1" if self._here else "nobody"))

    def ids(self) -> list[str]:
        return self._server.operations()

    def away(self) -> None:
        self._here = False
        self.transport = HttpTransport(self._server, lambda route: self._server.account(user="nobody"))

    def back(self) -> None:
        self._here = True
        self.transport = HttpTransport(self._server, self._server.account)


class OverNats:
    """The broker."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self.transport = NatsTransport(Place(broker.url), subject_of("ncash.operations", "7"))

    def ids(self) -> list[str]:
        return [json.loads(content)["id"] for _, content in self._broker.messages()]

    def away(self) -> None:
        self._broker.kill()

    def back(self) -> None:
        self._broker.start()


@pytest.fixture(params=["http", "nats"])
def receiver(request: pytest.FixtureRequest, tmp_path: Path, server: Inside) -> Iterator[Receiving]:
    """Either kind."""
    if request.param == "http":
        yield OverHttp(server)
        return
    with Broker(tmp_path / "nats") as broker:
        broker.stream()
        made = OverNats(broker)
        with closing(made.transport):
            yield made


def test_everything_arrives_once_and_in_order(box: Box, receiver: Receiving, sender_of: MakeSender) -> None:
    box.put(*(message(n) for n in range(250)))
    told = sender_of(receiver.transport).drain()
    assert (told.sent, told.trouble) == (250, "")
    assert sorted(receiver.ids()) == [message(n).id for n in range(250)]
    assert set(box.results) <= {"applied", "delivered"}


def test_what_is_sent_twice_counts_once(box: Box, receiver: Receiving, sender_of: MakeSender) -> None:
    box.put(message(1), message(2))
    body = json.loads(box.rows("body")[0][0])
    receiver.transport.send(ROUTE, [body])
    assert sender_of(receiver.transport).drain().sent == 2
    assert sorted(receiver.ids()) == [message(1).id, message(2).id]
    assert box.rows("result, status, sent")[0][0] == "duplicate"


def test_lost_doubled_and_late_deliveries_count_once(
    box: Box, receiver: Receiving, sender_of: MakeSender, clock: FrozenClock
) -> None:
    box.put(*(message(n) for n in range(600)))
    hell = Hell(receiver.transport, "transports")
    sender = sender_of(hell)
    while box.results[None]:
        sender.drain()
        clock.move(LONGEST_PAUSE)
    hell.late()
    assert sorted(receiver.ids()) == [message(n).id for n in range(600)]


def test_a_receiver_that_is_away_keeps_the_messages_and_gets_them_when_it_is_back(
    box: Box, receiver: Receiving, sender_of: MakeSender, clock: FrozenClock
) -> None:
    box.put(message(1))
    assert sender_of(receiver.transport).drain().sent == 1
    receiver.away()
    box.put(message(2))
    sender = sender_of(receiver.transport)
    told = sender.drain()
    assert (told.sent, bool(told.trouble), box.results[None]) == (0, True, 1)
    receiver.back()
    clock.move(LONGEST_PAUSE)
    assert sender_of(receiver.transport).drain().sent == 1
    assert sorted(receiver.ids()) == [message(1).id, message(2).id]


def test_a_broker_without_the_stream_keeps_the_messages(box: Box, sender_of: MakeSender, tmp_path: Path) -> None:
    box.put(message(1))
    with Broker(tmp_path / "nats") as broker:
        with closing(NatsTransport(Place(broker.url), "ncash.operations.7")) as transport:
            told = sender_of(transport).drain()
        assert (told.sent, "NoStreamResponseError" in told.trouble) == (0, True)


def test_the_password_of_the_broker_is_needed_and_never_told(box: Box, sender_of: MakeSender, tmp_path: Path) -> None:
    box.put(message(1))
    with Broker(tmp_path / "nats", "--user", "tills", "--pass", "sesame-1") as broker:
        place = Place(broker.url, "tills", "sesame-2")
        with closing(NatsTransport(place, "ncash.operations.7")) as transport:
            told = sender_of(transport).drain()
    assert (told.sent, bool(told.trouble)) == (0, True)
    assert "sesame" not in told.trouble + repr(place) + str(box.rows("trouble"))


def test_nobody_at_the_brokers_address_is_said_in_words() -> None:
    with closing(NatsTransport(Place("nats://127.0.0.1:9"), "ncash.operations.7")) as transport:
        with pytest.raises(DeliveryFailure) as caught:
            transport.send(ROUTE, [{"id": "1"}])
        assert "nats://127.0.0.1:9" in str(caught.value)
        assert "ConnectionRefusedError" in str(caught.value)


def test_a_broker_that_hangs_is_given_up_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        place = Place(f"nats://127.0.0.1:{deaf.getsockname()[1]}")
        with closing(NatsTransport(place, "ncash.operations.7", budget=0.3)) as transport:
            with pytest.raises(DeliveryFailure) as caught:
                transport.send(ROUTE, [{"id": "1"}])
            assert "did not answer" in str(caught.value) or "Timeout" in str(caught.value)


@pytest.mark.parametrize(("code", "subject"), [("7", "ops.7"), ("a.b *", "ops.a_2eb_20_2a"), ("Магазин", "ops._41c")])
def test_a_shops_code_is_part_of_a_subject(code: str, subject: str) -> None:
    assert subject_of("ops", code).startswith(subject)

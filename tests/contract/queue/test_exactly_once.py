"""What goes wrong between a sender and the cash server, and that every operation takes effect once all the same."""

from collections.abc import Callable, Sequence
from typing import Final

import pytest

from ncash.model.ports import HttpAnswer, HttpError, HttpRequest
from ncash.queue.http import HttpTransport
from ncash.queue.sender import LONGEST_PAUSE
from ncash.queue.transport import DeliveryFailure, Operation, Reply, Transport
from ncash.testing import FrozenClock, SeededRandom
from tests.sizes import sized

from .conftest import Box, Inside, MakeSender, message

DELIVERIES: Final = sized(5_000, 100_000)


class Hell:
    """A transport that loses answers, delivers twice, late and in another order; half of the time it is honest."""

    def __init__(self, inner: Transport, seed: str) -> None:
        self._inner = inner
        self._random = SeededRandom(seed)
        self._kept: list[Sequence[Operation]] = []
        self._route = ""
        self.deliveries = 0

    def send(self, route: str, operations: Sequence[Operation]) -> Sequence[Reply]:
        """Implements Transport."""
        self._route = route
        fate = self._random.uniform(0, 1)
        if fate < 0.1:
            raise DeliveryFailure("connect: nobody is there")
        replies = self._delivered(operations)
        if fate < 0.3:
            self._delivered(operations)
        elif fate < 0.4:
            self._kept.append(operations)
        elif fate < 0.5:
            raise DeliveryFailure("timeout: the answer was lost")
        if self._kept and fate > 0.8:
            self._delivered(self._kept.pop(int(self._random.uniform(0, len(self._kept)))))
        return replies

    def _delivered(self, operations: Sequence[Operation]) -> Sequence[Reply]:
        self.deliveries += len(operations)
        return self._inner.send(self._route, operations)

    def late(self) -> None:
        """What was kept arrives at last, the newest first."""
        while self._kept:
            self._delivered(self._kept.pop())

    def close(self) -> None:
        """Implements Transport."""


def test_ten_thousand_deliveries_have_exactly_once_effect(
    box: Box, server: Inside, sender_of: MakeSender, clock: FrozenClock
) -> None:
    hell = Hell(server.transport(), "hell")
    sender, written = sender_of(hell), 0
    while hell.deliveries < DELIVERIES:
        box.put(*(message(n) for n in range(written, written + 500)))
        written += 500
        while box.results[None]:
            sender.drain()
            clock.move(LONGEST_PAUSE)
    hell.late()
    ids = {message(n).id for n in range(written)}
    assert sorted(server.operations()) == sorted(ids)
    assert set(server.changes().values()) == {1}
    assert server.states() == {"SOLD": written}
    assert box.results["conflict"] + box.results["refused"] == 0


def test_operations_of_one_mark_keep_their_order_whatever_goes_wrong(
    box: Box, server: Inside, sender_of: MakeSender, clock: FrozenClock
) -> None:
    for n in range(0, 400, 2):
        box.put(message(n, "sold", key=f"010460704243916221{n % 20:06d}", receipt=f"sale-{n}"))
        box.put(message(n + 1, "returned", key=f"010460704243916221{n % 20:06d}", receipt=f"sale-{n}"))
    sender = sender_of(Hell(server.transport(), "order"))
    while box.results[None]:
        sender.drain()
        clock.move(LONGEST_PAUSE)
    assert set(box.results) <= {"applied", "duplicate"}
    assert server.states() == {"RETURNED": 10}
    assert set(server.changes().values()) == {40}


class Broken:
    """An HTTP port whose answers are spoiled, although the server has done its work."""

    def __init__(self, server: Inside, spoil: Callable[[HttpAnswer], HttpAnswer]) -> None:
        self._server, self._spoil = server, spoil
        self.healed = False

    def send(self, request: HttpRequest, budget: float, limit: int = 1_000_000) -> HttpAnswer:
        """Implements ports.Http."""
        answer = self._server.send(request, budget, limit)
        return answer if self.healed else self._spoil(answer)

    def abandon(self) -> None:
        """Implements ports.Http."""

    def release(self, url: str) -> None:
        """Implements ports.Http."""

    def close(self) -> None:
        """Implements ports.Http."""


def half_open(answer: HttpAnswer) -> HttpAnswer:
    raise HttpError("timeout", "no answer within 20 s")


SPOILED: Final[dict[str, Callable[[HttpAnswer], HttpAnswer]]] = {
    "a page of a hotel network": lambda answer: HttpAnswer(200, {}, b"<html>Welcome</html>"),
    "JSON that is cut": lambda answer: answer._replace(body=answer.body[:-9]),
    "a list": lambda answer: answer._replace(body=b"[]"),
    "no results": lambda answer: answer._replace(body=b"{}"),
    "results that are no list": lambda answer: answer._replace(body=b'{"results":{}}'),
    "results without ids": lambda answer: answer._replace(body=b'{"results":[{"result":"applied"}]}'),
    "a result nobody knows": lambda answer: answer._replace(body=answer.body.replace(b"applied", b"perhaps")),
    "an empty body": lambda answer: answer._replace(body=b""),
    "status 500": lambda answer: answer._replace(status=500),
    "status 204": lambda answer: answer._replace(status=204),
    "a way elsewhere": lambda answer: answer._replace(status=302),
    "a half-open connection": half_open,
    "deep nesting": lambda answer: answer._replace(body=b"[" * 100_000),
}


@pytest.mark.parametrize("what", SPOILED)
def test_an_answer_that_is_none_keeps_the_messages(
    box: Box, server: Inside, sender_of: MakeSender, clock: FrozenClock, what: str
) -> None:
    box.put(*(message(n) for n in range(3)))
    http = Broken(server, SPOILED[what])
    sender = sender_of(HttpTransport(http, server.account))
    told = sender.drain()
    assert (told.sent, bool(told.trouble), box.results) == (0, True, {None: 3})
    http.healed = True
    clock.move(LONGEST_PAUSE)
    assert sender.drain().sent == 3
    assert box.results == {"duplicate": 3}
    assert set(server.changes().values()) == {1}


def test_the_server_applied_and_the_till_was_killed_before_it_knew(
    box: Box, server: Inside, sender_of: MakeSender
) -> None:
    box.put(message(1))

    class Killed(Exception):
        pass

    class Dying(HttpTransport):
        def send(self, route: str, operations: Sequence[Operation]) -> Sequence[Reply]:
            super().send(route, operations)
            raise Killed

    with pytest.raises(Killed):
        sender_of(Dying(server, server.account)).round()
    assert box.results == {None: 1}
    assert sender_of(server.transport()).drain().sent == 1
    assert (box.results, server.operations()) == ({"duplicate": 1}, [message(1).id])


def test_an_id_with_another_body_is_refused_and_the_rest_of_the_batch_is_not(
    box: Box, server: Inside, sender_of: MakeSender
) -> None:
    server.transport().send(message(1).route, [{**message(1, "returned").body, "id": message(1).id, "op": "returned",
                                                "time": "2027-01-15T12:00:00+03:00"}])  # fmt: skip
    box.put(message(1), message(2))
    told = sender_of(server.transport()).drain()
    assert (told.sent, told.refused, box.results) == (1, 1, {"refused": 1, "applied": 1})


def test_an_account_that_is_refused_is_asked_for_again(
    box: Box, server: Inside, sender_of: MakeSender, clock: FrozenClock
) -> None:
    box.put(message(1))
    known = ["nobody", "till1"]
    transport = HttpTransport(server, lambda route: server.account(user=known.pop(0)))
    sender = sender_of(transport)
    assert sender.drain().trouble == "the server answered 401: no account, or a wrong secret"
    clock.move(LONGEST_PAUSE)
    assert sender.drain().sent == 1
    assert "sesame" not in str(box.rows("trouble"))


def test_a_conflict_at_the_server_is_an_answer_and_is_kept_with_the_row(
    box: Box, server: Inside, sender_of: MakeSender
) -> None:
    box.put(message(1, receipt="one"), message(2, key=message(1).key, receipt="two"))
    assert sender_of(server.transport()).drain().sent == 2
    assert [row[0] for row in box.rows("result, status, sent")] == ["applied", "conflict"]

"""A patient call: made by the thread that waits for it, over an open connection, and handed on when it lasts."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from ncash.bundled.markedgoods.facts.online import Answer
from ncash.emulators.crpt import HEALTH, Emulator
from ncash.model.ports import HttpError, HttpLate, HttpRequest
from ncash.network.http import RequestsHttp

from .conftest import CODE, Till

AMPLE = 30.0
PROMPT = 0.2
Speech = Callable[[socket.socket, threading.Event], None]


def patient(url: str, patience: float) -> HttpRequest:
    return HttpRequest("GET", url + "/x", patience=patience)


@contextlib.contextmanager
def speaking(second: Speech) -> Iterator[tuple[str, threading.Event]]:
    """A server that answers the first request of a connection at once, and the second one so when the event is set."""
    go = threading.Event()

    def serve(listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listening.accept()
                with connection:
                    connection.recv(65_536)
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
                    if connection.recv(65_536):
                        second(connection, go)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", go
        go.set()
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(AMPLE)


def begun(http: RequestsHttp, url: str, patience: float, budget: float = AMPLE) -> HttpLate:
    """What is left of a patient call over a connection that a first one has opened."""
    http.send(HttpRequest("GET", url + "/x"), AMPLE)
    with pytest.raises(HttpLate) as caught:
        http.send(patient(url, patience), budget)
    return caught.value


def test_over_an_open_connection_the_calling_thread_asks_itself(http: RequestsHttp) -> None:
    with Emulator() as emulator:
        http.send(HttpRequest("GET", emulator.url + HEALTH), AMPLE)
        before = threading.active_count()
        answer = http.send(HttpRequest("GET", emulator.url + HEALTH, patience=AMPLE), AMPLE)
        assert (answer.status, threading.active_count()) == (400, before)
        assert len({entry.connection for entry in emulator.journal}) == 1


def test_without_an_open_connection_nothing_is_asked_until_somebody_does_the_rest(http: RequestsHttp) -> None:
    with Emulator() as emulator:
        with pytest.raises(HttpLate) as caught:
            http.send(HttpRequest("GET", emulator.url + HEALTH, patience=AMPLE), AMPLE)
        assert emulator.journal == ()
        assert caught.value.rest().status == 400


def in_pieces(*pieces: bytes) -> Speech:
    """Say the first piece at once and the others when told to."""

    def speak(connection: socket.socket, go: threading.Event) -> None:
        connection.sendall(pieces[0])
        go.wait(AMPLE)
        for piece in pieces[1:]:
            connection.sendall(piece)

    return speak


HEAD = b"HTTP/1.1 200 OK\r\nX-Long: yes\r\nContent-Length: 11\r\n\r\n"


@pytest.mark.parametrize("cut", [0, 1, 12, 30, len(HEAD), len(HEAD) + 5])
def test_an_answer_is_whole_wherever_patience_ended(http: RequestsHttp, cut: int) -> None:
    said = HEAD + b"hello world"
    with speaking(in_pieces(said[:cut], said[cut:])) as (url, go):
        late = begun(http, url, 0.05)
        go.set()
        answer = late.rest()
    assert (answer.status, answer.headers["x-long"], answer.body) == (200, "yes", b"hello world")


def test_a_chunked_answer_is_whole_too(http: RequestsHttp) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with speaking(in_pieces(head + b"5\r\nhel", b"lo\r\n0\r\n\r\n")) as (url, go):
        late = begun(http, url, 0.05)
        go.set()
        assert late.rest().body == b"hello"


@pytest.mark.parametrize(
    ("rest", "reason"),
    [(b"", "connect"), (b"HTTP/1.1 302 Found\r\nLocation: /y\r\n\r\n", "protocol"), (b"220 mail\r\n\r\n", "protocol"),
     (HEAD + b"hel", "connect"), (HEAD.replace(b"11", b"9000000") + b"x" * 2_000_000, "too_large")],
)  # fmt: skip
def test_what_is_wrong_with_the_rest_is_told_apart(http: RequestsHttp, rest: bytes, reason: str) -> None:
    with speaking(in_pieces(b"", rest)) as (url, go):
        late = begun(http, url, 0.05)
        go.set()
        with pytest.raises(HttpError) as caught:
            late.rest()
    assert caught.value.reason == reason


def drip(connection: socket.socket, go: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    with contextlib.suppress(OSError):
        while not go.wait(0.02):
            connection.sendall(b"x")


def test_dripping_ends_with_patience_and_then_with_the_budget(
    http: RequestsHttp, promptly: Callable[..., None]
) -> None:
    def dripping() -> None:
        late = begun(http, url, 0.2, budget=0.5)
        with pytest.raises(HttpError) as caught:
            late.rest()
        assert caught.value.reason == "timeout"

    with speaking(drip) as (url, _):
        promptly(dripping, 0.5 + PROMPT)


def test_a_connection_that_was_handed_on_serves_nobody_again(http: RequestsHttp) -> None:
    with speaking(in_pieces(b"", HEAD + b"hello world")) as (url, go):
        late = begun(http, url, 0.05)
        go.set()
        assert late.rest().body == b"hello world"
        with pytest.raises(HttpLate) as caught:
            http.send(patient(url, AMPLE), AMPLE)
        assert caught.value.rest().body == b"{}"
        http.close()


def test_a_check_that_is_in_time_needs_no_other_thread(emulator: Emulator, till: Till) -> None:
    crpt = till(emulator.url)
    assert isinstance(crpt.check(CODE, "1", AMPLE), Answer)
    before = {thread.ident for thread in threading.enumerate()}
    for _ in range(20):
        assert isinstance(crpt.check(CODE, "1", AMPLE), Answer)
    assert {thread.ident for thread in threading.enumerate()} <= before
    assert len({entry.connection for entry in emulator.checks()}) == 1


def test_a_check_that_lasts_goes_on_while_the_next_is_asked(emulator: Emulator, till: Till) -> None:
    crpt = till(emulator.url)
    crpt.check(CODE, "1", AMPLE)
    emulator.script(CODE, delay=1.9)
    found = crpt.check(CODE, "1", 20)
    assert isinstance(found, Answer)
    assert found.latency_ms >= 1_900

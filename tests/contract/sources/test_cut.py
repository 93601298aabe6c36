"""A call under way is cut from another thread: over real sockets, whoever waits for it and wherever it stands."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

import pytest

from ncash.model.ports import HttpAnswer, HttpError, HttpLate, HttpRequest
from ncash.network.http import RequestsHttp
from ncash.testing import VirtualClock, VirtualNetwork

AMPLE = 60.0
"""Seconds that nothing here comes near to."""
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"


class Slow:
    """A server that says of each request that it came, and answers when it is told to."""

    def __init__(self, begin: bytes = b"") -> None:
        self._begin = begin
        """What it says before it falls silent."""
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}/x"
        self.came: SimpleQueue[socket.socket] = SimpleQueue()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                threading.Thread(target=self._hear, args=(connection,), daemon=True).start()

    def _hear(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            while connection.recv(65_536):
                connection.sendall(self._begin)
                self.came.put(connection)

    def answer(self) -> socket.socket:
        """Answer the next request that came."""
        connection = self.came.get(timeout=AMPLE)
        connection.sendall((HEAD + b"{}").removeprefix(self._begin))
        return connection

    def close(self) -> None:
        """End it."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._thread.join(AMPLE)
        self._listening.close()


@pytest.fixture
def slow() -> Iterator[Slow]:
    server = Slow()
    yield server
    server.close()


def by_worker(url: str) -> HttpRequest:
    return HttpRequest("GET", url)


def in_place(url: str) -> HttpRequest:
    return HttpRequest("GET", url, in_place=True)


def reason(http: RequestsHttp, request: HttpRequest) -> str:
    """Why there is no answer; `late` when the rest of it is another thread's."""
    try:
        http.send(request, AMPLE)
    except HttpError as error:
        return error.reason
    except HttpLate:
        return "late"
    return "answered"


@pytest.mark.parametrize("begin", [b"", HEAD[:20], HEAD, HEAD + b"{"], ids=["silent", "in_head", "no_body", "in_body"])
@pytest.mark.parametrize("made", [by_worker, in_place])
def test_a_call_that_waits_for_its_answer_is_cut(
    http: RequestsHttp, made: Callable[[str], HttpRequest], begin: bytes
) -> None:
    slow = Slow(begin)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(reason, http, made(slow.url))
        slow.came.get(timeout=AMPLE)
        http.abandon()
        assert waiting.result(AMPLE / 2) == "cut"
    slow.close()


def opened(http: RequestsHttp, slow: Slow) -> None:
    """A connection that a patient thread may use."""
    with ThreadPoolExecutor() as pool:
        first = pool.submit(reason, http, by_worker(slow.url))
        slow.answer()
        assert first.result(AMPLE) == "answered"


def test_a_patient_thread_is_cut_while_it_waits(http: RequestsHttp, slow: Slow) -> None:
    opened(http, slow)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(reason, http, HttpRequest("GET", slow.url, patience=AMPLE))
        slow.came.get(timeout=AMPLE)
        http.abandon()
        assert waiting.result(AMPLE / 2) == "cut"


def handed_on(http: RequestsHttp, slow: Slow) -> Callable[[], HttpAnswer]:
    """The rest of a call whose patient thread gave up."""
    with pytest.raises(HttpLate) as caught:
        http.send(HttpRequest("GET", slow.url, patience=0.0), AMPLE)
    return caught.value.rest


@pytest.mark.parametrize("connected", [True, False])
def test_what_is_left_of_a_call_is_cut_before_anybody_took_it_up(
    http: RequestsHttp, slow: Slow, connected: bool
) -> None:
    if connected:
        opened(http, slow)
    rest = handed_on(http, slow)
    http.abandon()
    with pytest.raises(HttpError) as caught:
        rest()
    assert caught.value.reason == "cut"


def test_what_is_left_of_a_call_is_cut_while_another_thread_waits_for_it(http: RequestsHttp, slow: Slow) -> None:
    opened(http, slow)
    rest = handed_on(http, slow)
    slow.came.get(timeout=AMPLE)
    begun = threading.Event()

    def wait() -> str:
        begun.set()
        try:
            rest()
        except HttpError as error:
            return error.reason
        return "answered"

    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(wait)
        assert begun.wait(AMPLE)
        http.abandon()
        assert waiting.result(AMPLE / 2) == "cut"


def test_an_order_to_a_register_and_a_message_of_the_queue_go_on(http: RequestsHttp, slow: Slow) -> None:
    with ThreadPoolExecutor() as pool:
        order = pool.submit(reason, http, by_worker(slow.url)._replace(uncut=True))
        connection = slow.came.get(timeout=AMPLE)
        http.abandon()
        connection.sendall(HEAD + b"{}")
        assert order.result(AMPLE) == "answered"


@pytest.mark.parametrize("made", [by_worker, in_place])
def test_calls_that_begin_later_are_made_as_ever(
    http: RequestsHttp, slow: Slow, made: Callable[[str], HttpRequest]
) -> None:
    with ThreadPoolExecutor() as pool:
        cut = pool.submit(reason, http, made(slow.url))
        slow.came.get(timeout=AMPLE)
        http.abandon()
        assert cut.result(AMPLE) == "cut"
        later = pool.submit(reason, http, made(slow.url))
        slow.answer()
        assert later.result(AMPLE) == "answered"


def test_in_virtual_time_too_a_call_is_cut_where_it_stands() -> None:
    clock = VirtualClock()
    network = VirtualNetwork(clock, lambda request: (5.0, 200, b"{}"))

    def cut(request: HttpRequest) -> tuple[float, int, bytes]:
        network.abandon()
        return 5.0, 200, b"{}"

    begun = clock.monotonic()
    network.behaviour = cut
    with pytest.raises(HttpError) as caught:
        network.send(HttpRequest("GET", "http://127.0.0.1/"), AMPLE)
    assert (caught.value.reason, clock.monotonic()) == ("cut", begun)
    assert network.send(HttpRequest("POST", "http://127.0.0.1/", uncut=True), AMPLE).status == 200
    network.behaviour = lambda request: (5.0, 200, b"{}")
    assert network.send(HttpRequest("GET", "http://127.0.0.1/"), AMPLE).status == 200

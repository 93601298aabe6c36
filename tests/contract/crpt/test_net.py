"""RequestsHttp against servers of every kind: one deadline, one size, one trust, and no secret in any text."""

import contextlib
import socket
import ssl
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from ncash.emulators.crpt import CHECK, INFO, TOKEN, Emulator
from ncash.model.ports import HttpAnswer, HttpError, HttpLate, HttpRequest
from ncash.network.http import RequestsHttp

CANARY = "c4na4y00-5eC4-4e7a-8111-222233334444"
SLACK = 0.2
AMPLE = 30.0
"""Seconds, where the time is not what a test is about."""
Promptly = Callable[..., HttpError]


def get(url: str, path: str = INFO, token: str = TOKEN, keep_alive: bool = True) -> HttpRequest:
    headers = {"X-API-KEY": token, "Content-Type": "application/json"}
    return HttpRequest("GET", url + path, headers, secrets=(token,), keep_alive=keep_alive)


def failure(http: RequestsHttp, request: HttpRequest, budget: float = AMPLE, limit: int = 1_000_000) -> HttpError:
    with pytest.raises(HttpError) as caught:
        http.send(request, budget, limit)
    shown = "".join(traceback.format_exception(caught.value)) + repr(request)
    assert not any(secret in shown for secret in request.secrets)
    return caught.value


@contextlib.contextmanager
def raw_server(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that does `serve` with its first connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def run() -> None:
            with contextlib.suppress(OSError):
                connection, _ = listening.accept()
                with connection:
                    serve(connection)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(AMPLE)


def test_one_connection_serves_many_calls_and_one_asked_to_close_is_closed(http: RequestsHttp) -> None:
    with Emulator() as emulator:
        for _ in range(3):
            assert http.send(get(emulator.url), AMPLE).status == 200
        http.send(get(emulator.url, keep_alive=False), AMPLE)
        http.send(get(emulator.url, keep_alive=False), AMPLE)
        connections = [entry.connection for entry in emulator.journal]
        assert len(set(connections[:3])) == 1
        assert len(set(connections[2:])) == 3
        assert emulator.journal[-1].header("Connection") == "close"


@pytest.mark.parametrize(("fault", "value"), [("silent", None), ("drip", 0.05), ("delay", 30.0)])
@pytest.mark.parametrize("budget", [0.15, 0.4])
def test_no_server_holds_a_call_past_its_budget(
    http: RequestsHttp, fault: str, value: object, budget: float, promptly: Promptly
) -> None:
    with Emulator() as emulator:
        http.send(get(emulator.url), AMPLE)
        emulator.fault(fault, value)
        error = promptly(lambda: failure(http, get(emulator.url), budget), budget + SLACK)
    assert error.reason == "timeout"


def test_an_endless_body_ends_with_the_budget_or_the_limit(http: RequestsHttp) -> None:
    def drip(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            connection.sendall(b"1\r\nx\r\n")
            time.sleep(0.02)

    with raw_server(drip) as url:
        assert failure(http, get(url), 0.3).reason == "timeout"


def test_an_abandoned_call_hangs_up_on_a_server_that_goes_on_and_on(http: RequestsHttp) -> None:
    hung_up = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
        try:
            while True:
                connection.sendall(b"x")
                time.sleep(0.02)
        except OSError:
            hung_up.set()

    with raw_server(drip) as url:
        assert failure(http, get(url), 0.2).reason == "timeout"
        assert hung_up.wait(AMPLE)


def test_a_tls_greeting_that_drips_is_abandoned_too(http: RequestsHttp) -> None:
    hung_up = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"\x16\x03\x03\x40\x00\x02")
        try:
            while True:
                connection.sendall(b"\x00")
                time.sleep(0.02)
        except OSError:
            hung_up.set()

    with raw_server(drip) as url:
        assert failure(http, get(url.replace("http:", "https:")), 0.3).reason in ("timeout", "tls")
        assert hung_up.wait(AMPLE)


def test_a_call_that_asks_to_close_hangs_up_even_when_the_server_would_not(http: RequestsHttp) -> None:
    hung_up = threading.Event()

    def keep(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        connection.settimeout(AMPLE)
        if connection.recv(1) == b"":
            hung_up.set()

    with raw_server(keep) as url:
        assert http.send(get(url, keep_alive=False), AMPLE).body == b"{}"
        assert hung_up.wait(AMPLE)


def test_a_connection_that_is_never_made_ends_with_the_budget(http: RequestsHttp, promptly: Promptly) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, contextlib.ExitStack() as waiting:
        for _ in range(4):
            other = waiting.enter_context(socket.socket())
            other.setblocking(False)
            other.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}"
        assert promptly(lambda: failure(http, get(url), 0.3), 0.3 + SLACK).reason == "timeout"


def test_forty_calls_at_a_time_keep_their_budgets(http: RequestsHttp, promptly: Promptly) -> None:
    def crowded(url: str) -> None:
        with ThreadPoolExecutor(40) as crowd:
            failures = list(crowd.map(lambda _: failure(http, get(url), 0.4), range(40)))
        assert {error.reason for error in failures} == {"timeout"}

    with Emulator() as emulator:
        http.send(get(emulator.url), AMPLE)
        emulator.fault("silent")
        promptly(lambda: crowded(emulator.url), 0.4 + SLACK)


def test_a_redirect_is_an_error_and_the_token_stays_here(http: RequestsHttp) -> None:
    with Emulator() as emulator, Emulator() as other:
        emulator.fault("redirect", other.url + INFO)
        error = failure(http, get(emulator.url))
        assert error.reason == "protocol"
        assert other.journal == ()


@pytest.mark.parametrize(("fault", "value"), [("huge", None), ("gzip_bomb", None), ("huge", 1_100_000)])
def test_a_body_over_the_limit_is_refused_packed_or_not(http: RequestsHttp, fault: str, value: object) -> None:
    with Emulator() as emulator:
        emulator.fault(fault, value)
        assert failure(http, get(emulator.url), AMPLE).reason == "too_large"


def test_a_packed_body_is_unpacked(http: RequestsHttp) -> None:
    with Emulator() as emulator:
        plain = http.send(get(emulator.url), AMPLE)
        emulator.fault("gzip")
        assert http.send(get(emulator.url), AMPLE).body == plain.body


@pytest.mark.parametrize(("fault", "reason"), [("drop", "connect"), ("cut_body", "connect")])
def test_a_cut_connection_is_told_apart(http: RequestsHttp, fault: str, reason: str) -> None:
    with Emulator() as emulator:
        emulator.fault(fault)
        assert failure(http, get(emulator.url)).reason == reason


def test_a_refused_connection_is_told_apart_and_the_next_call_works_again(http: RequestsHttp) -> None:
    with Emulator() as emulator:
        http.send(get(emulator.url), AMPLE)
        emulator.off()
        assert failure(http, get(emulator.url)).reason in ("refused", "connect")
        assert failure(http, get(emulator.url)).reason == "refused"
        emulator.on()
        assert isinstance(http.send(get(emulator.url), AMPLE), HttpAnswer)


def test_something_else_than_http_is_told_apart(http: RequestsHttp) -> None:
    def speak(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"220 mail.example.test ESMTP\r\n\r\n")

    with raw_server(speak) as url:
        assert failure(http, get(url)).reason == "protocol"


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.1",
        "http://cdn.example.test",
        "ftp://127.0.0.1",
        "https://user:secret@example.test",
        "https://",
        "http://http://127.0.0.1",
        "https://example.test:99999",
        "",
    ],
)
def test_an_address_that_is_not_https_or_this_computer_is_not_called(http: RequestsHttp, url: str) -> None:
    error = failure(http, get(url))
    assert error.reason == "protocol"
    assert "secret" not in str(error)


@pytest.mark.parametrize("token", [f"{CANARY}\r\nX: y", f" {CANARY}", f"{CANARY}Ж"])
def test_a_token_no_header_can_carry_is_not_shown(http: RequestsHttp, token: str) -> None:
    with Emulator() as emulator:
        error = failure(http, get(emulator.url, token=token))
    assert CANARY not in "".join(traceback.format_exception(error))


def test_a_secret_in_an_address_is_not_shown(http: RequestsHttp) -> None:
    url = f"http://127.0.0.1:1/{CANARY}/x?key={CANARY}"
    error = failure(http, HttpRequest("GET", url, secrets=(CANARY,)))
    assert "****" in str(error)


def test_a_proxy_named_by_the_environment_is_not_used(http: RequestsHttp, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with Emulator() as emulator:
        assert http.send(get(emulator.url), AMPLE).status == 200


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def tls_of(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@pytest.fixture
def trusting(authority: trustme.CA, tmp_path: Path) -> Iterator[RequestsHttp]:
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    client = RequestsHttp(ca=file)
    yield client
    client.close()


def test_a_certificate_of_a_trusted_authority_is_accepted(authority: trustme.CA, trusting: RequestsHttp) -> None:
    with Emulator(tls=tls_of(authority.issue_cert("127.0.0.1"))) as emulator:
        assert trusting.send(get(emulator.url), AMPLE).status == 200
        assert trusting.send(get(emulator.url), AMPLE).status == 200
        assert trusting.send(get(emulator.url)._replace(patience=AMPLE), AMPLE).status == 200
        emulator.fault("delay", 0.3)
        with pytest.raises(HttpLate) as caught:
            trusting.send(get(emulator.url)._replace(patience=0.1), AMPLE)
        assert caught.value.rest().status == 200
        assert len({entry.connection for entry in emulator.journal}) == 1


def old_protocol(context: ssl.SSLContext) -> ssl.SSLContext:
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("bad", ["expired", "wrong host", "self-signed", "old protocol"])
def test_a_server_that_cannot_be_trusted_never_sees_the_token(
    authority: trustme.CA, trusting: RequestsHttp, bad: str
) -> None:
    past = datetime(2020, 1, 1, tzinfo=UTC)
    context = {
        "expired": lambda: tls_of(
            authority.issue_cert("127.0.0.1", not_before=past, not_after=past.replace(year=2021))
        ),
        "wrong host": lambda: tls_of(authority.issue_cert("other.example.test")),
        "self-signed": lambda: tls_of(trustme.CA().issue_cert("127.0.0.1")),
        "old protocol": lambda: old_protocol(tls_of(authority.issue_cert("127.0.0.1"))),
    }[bad]()
    with Emulator(tls=context) as emulator:
        error = failure(trusting, get(emulator.url, CHECK))
        assert error.reason == "tls"
        assert emulator.journal == ()


def test_the_public_authorities_do_not_vouch_for_ours(authority: trustme.CA, http: RequestsHttp) -> None:
    with Emulator(tls=tls_of(authority.issue_cert("127.0.0.1"))) as emulator:
        assert failure(http, get(emulator.url)).reason == "tls"
        assert emulator.journal == ()

"""Bodies as they should not be: the answer says what is accepted, and the server goes on."""

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from typing import Any, Final

import pytest

from ncash.server.http.app import Limits
from ncash.server.http.routes import ROOT
from ncash.server.service import Options

from .town import KEYS, PATIENCE, Caller, Running, asked, mark, operation, running

GOOD: Final = asked(mark("one"))
UNREADABLE: Final = {
    "html": b"<html><body>502 Bad Gateway</body></html>",
    "empty": b"",
    "cut": json.dumps(GOOD).encode()[:-5],
    "not utf-8": json.dumps(GOOD).encode().replace(b"MARKEDGOODS", b"\xff\xfe"),
    "nested": b"[" * 200_000,
    "two values": b"{} {}",
}
WRONG: Final[dict[str, tuple[str, Any]]] = {
    "a list": ("status", [GOOD]),
    "null": ("status", None),
    "no mark": ("status", {**GOOD, "mark": ""}),
    "separators for a mark": ("status", {**GOOD, "mark": "\x1d \x1d"}),
    "a number for a mark": ("status", {**GOOD, "mark": 5}),
    "a long mark": ("status", {**GOOD, "mark": "x" * 513}),
    "a zero in a mark": ("status", {**GOOD, "mark": "a\0b"}),
    "half a pair": ("status", {**GOOD, "mark": "a\ud800b"}),
    "another doctype": ("reserve", {**GOOD, "doctype": "gift"}),
    "no document": ("reserve", {**GOOD, "documentid": ""}),
    "no marks": ("reserve", {**GOOD, "marks": []}),
    "marks as text": ("reserve", {**GOOD, "marks": "x"}),
    "too many marks": ("reserve", {**GOOD, "marks": [{"mark": "x"}] * 501}),
    "a mark that is none among good ones": ("reserve", {**GOOD, "marks": [{"mark": "x"}, {"mark": None}]}),
    "no operations": ("operations", {}),
    "operations as an object": ("operations", {"operations": {}}),
    "an operation without an id": ("operations", {"operations": [{**operation("", "sold", mark("one"))}]}),
    "another operation": ("operations", {"operations": [operation("1", "steal", mark("one"))]}),
    "a time without an offset": ("operations", {"operations": [{**operation("1", "sold", "x"), "time": "2027-01-15"}]}),
    "a fraction for a number": ("operations", {"operations": [{**operation("1", "sold", "x"), "docnum": 1.5}]}),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_json_is_400(name: str, small: Running) -> None:
    with small.caller() as till:
        answer = till.call("POST", "status", UNREADABLE[name])
        assert (answer.status, answer.body["error"]["code"]) == (400, "json")
        assert till.status(mark("one")) == "NOT_REGISTERED"


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_the_schema_is_422_and_says_where(name: str, small: Running) -> None:
    call, body = WRONG[name]
    with small.caller() as till:
        answer = till.post(call, body)
        assert (answer.status, answer.body["error"]["code"]) == (422, "schema")
        assert all(answer.body["error"].values())
        assert till.status("x") == "NOT_REGISTERED"


def test_members_that_nobody_knows_are_passed_over(small: Running) -> None:
    with small.caller() as till:
        assert till.post("reserve", {**GOOD, "loyalty": {"card": [1, None]}}).status == 200


@pytest.mark.parametrize("query", ["", "?mark=", "?mark=a&mark=b", f"?mark={'x' * 513}", "?mark=%00"])
def test_a_mark_that_cannot_be_asked_for_is_422(query: str, small: Running) -> None:
    with small.caller() as till:
        assert till.call("GET", f"marks{query}").status == 422


def test_a_query_that_is_no_text_is_400(small: Running) -> None:
    with small.caller() as till:
        assert till.call("GET", "marks?mark=%FF").status == 400


@pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=0", "limit=99999", "limit=1_0", "after=" + "9" * 40])
def test_a_page_that_cannot_be_is_422(query: str, small: Running) -> None:
    with small.caller("admin") as admin:
        assert admin.call("GET", f"conflicts?{query}").status == 422


@pytest.fixture
def strict(databases: Any, tmp_path: Any) -> Iterator[Running]:
    limits = Limits(body=2000, listing=20_000, patience=0.5)
    with running(databases.ready("sqlite"), tmp_path, options=Options(rate=0, limits=limits)) as town:
        yield town


def test_a_body_that_is_too_large_is_413(strict: Running) -> None:
    with strict.caller() as till:
        answer = till.call("POST", "status", b" " * 2001)
        assert (answer.status, answer.body["error"]["code"]) == (413, "size")
    with strict.caller() as till:
        assert till.status(mark("one")) == "NOT_REGISTERED"
    with strict.caller("admin") as admin:
        lines = b"".join(f"0104607042439209215{number:05}\n".encode() for number in range(600))
        assert admin.call("POST", "whitelist", lines, Content_Type="text/csv").body["added"] == 600
    with strict.caller("admin") as admin:
        assert admin.call("POST", "whitelist", lines * 2, Content_Type="text/csv").status == 413


def sent(town: Running, *pieces: bytes, head: bytes) -> bytes:
    """What comes back for these pieces on a bare socket, until the server closes it."""
    with socket.create_connection(("127.0.0.1", town.port), timeout=PATIENCE) as line:
        key = KEYS["till"].encode()
        start = b"POST %s/status HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer %s\r\n%s\r\n\r\n"
        line.sendall(start % (ROOT.encode(), key, head) + b"".join(pieces))
        answer = b""
        while chunk := line.recv(65_536):
            answer += chunk
    return answer


def test_a_body_in_chunks_that_is_too_large_is_413(strict: Running) -> None:
    chunks = [b"3e8\r\n" + b" " * 1000 + b"\r\n"] * 3
    assert sent(strict, *chunks, b"0\r\n\r\n", head=b"Transfer-Encoding: chunked").startswith(b"HTTP/1.1 413 ")


def test_a_body_that_does_not_come_is_408(strict: Running) -> None:
    assert sent(strict, b'{"mark":', head=b"Content-Length: 100").startswith(b"HTTP/1.1 408 ")
    with strict.caller() as till:
        assert till.status(mark("one")) == "NOT_REGISTERED"


def test_a_client_that_goes_away_in_its_body_harms_nobody(strict: Running) -> None:
    with socket.create_connection(("127.0.0.1", strict.port), timeout=PATIENCE) as line:
        key = KEYS["till"].encode()
        line.sendall(b"POST %s/reserve HTTP/1.1\r\nAuthorization: Bearer %s\r\n" % (ROOT.encode(), key))
        line.sendall(b"Host: t\r\nContent-Length: 100\r\n\r\n{")
    with Caller(strict.port) as till:
        assert till.status(mark("one")) == "NOT_REGISTERED"


HALVES: Final = {
    "nothing": (b"", b""),
    "empty lines": (b"\r\n", b"\r\n"),
    "half a line": (b"POST /CSrest/re", b"x"),
    "half a head": (b"GET /healthz HTTP/1.1\r\nHost: t\r\nX-Slow: ", b"x"),
    "a second request that is cut": (b"GET /healthz HTTP/1.1\r\nHost: t\r\n\r\nGET /heal", b"x"),
    "a body that nobody reads": (b"POST /nowhere HTTP/1.1\r\nHost: t\r\nContent-Length: 10000\r\n\r\n{", b" "),
}
"""What a client sends, and what it adds from time to time so that the connection is never silent."""


def dripping(town: Running, whole: bytes, drop: bytes) -> float:
    """Seconds until the server closes the connection."""
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", town.port), timeout=0.1) as line:
        line.sendall(whole)
        while time.monotonic() < begun + PATIENCE:
            with contextlib.suppress(TimeoutError):
                try:
                    if not line.recv(65_536):
                        break
                    line.sendall(drop)
                except ConnectionError:
                    break
                continue
            with contextlib.suppress(ConnectionError):
                line.sendall(drop)
    return time.monotonic() - begun


@pytest.mark.parametrize("what", HALVES)
def test_a_client_that_keeps_the_rest_for_itself_is_cut_off(what: str, strict: Running) -> None:
    assert dripping(strict, *HALVES[what]) < PATIENCE
    with strict.caller() as till:
        assert till.status(mark("one")) == "NOT_REGISTERED"


def test_a_connection_between_two_requests_may_be_silent_for_longer(strict: Running) -> None:
    with strict.caller() as till:
        assert till.status(mark("one")) == "NOT_REGISTERED"
        assert dripping(strict, b"", b"") < PATIENCE
        assert till.status(mark("one")) == "NOT_REGISTERED"


def test_a_client_that_only_listens_after_its_request_gets_its_answer(small: Running) -> None:
    for _ in range(50):
        with socket.create_connection(("127.0.0.1", small.port), timeout=PATIENCE) as line:
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: t\r\n\r\n")
            line.shutdown(socket.SHUT_WR)
            assert line.recv(65_536).startswith(b"HTTP/1.1 200 ")

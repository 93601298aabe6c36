"""Who may call what: every route with every role, generated from the table of routes."""

import asyncio
import json
from base64 import b64encode
from pathlib import Path
from typing import Any, Final

import pytest

from ncash.server.database.connection import address, engine_of
from ncash.server.database.migrations import upgrade
from ncash.server.http import gate
from ncash.server.http.routes import ROOT, ROUTES, Route
from ncash.server.service import Options
from ncash.testing import FrozenClock

from .test_races import Line
from .town import KEYS, SECRET, TAIL, Caller, Running, asked, mark, operation, running

MAY: Final = {
    ("POST", f"{ROOT}/status"): {"till"},
    ("POST", f"{ROOT}/reserve"): {"till"},
    ("POST", f"{ROOT}/operations"): {"till"},
    ("GET", f"{ROOT}/marks"): {"till", "admin"},
    ("GET", f"{ROOT}/whitelist"): {"till", "admin"},
    ("POST", f"{ROOT}/whitelist"): {"admin"},
    ("GET", f"{ROOT}/conflicts"): {"admin"},
    ("GET", "/healthz"): {"nobody", "wrong", "till", "admin"},
    ("GET", "/readyz"): {"nobody", "wrong", "till", "admin"},
    ("GET", "/metrics"): {"till", "admin"},
    ("GET", "/openapi.json"): {"till", "admin"},
}
"""Written by hand: a new route has to be thought about here."""
NO_SECRETS: Final = (
    "", "Basic", "Basic !!", "Basic dGlsbA==", "Bearer", "Bearer till-1", "Digest x", f"Bearer nobody.{SECRET}",
    "Basic dGlsbC0xOng=", "Bearer \u00ff.\u00ff",
)  # fmt: skip
CALLERS: Final = {"nobody": None, "wrong": "till-1.guessed", **KEYS}


def test_every_route_has_an_entry() -> None:
    assert {(route.method, route.path) for route in ROUTES} == MAY.keys()


@pytest.mark.parametrize("role", CALLERS)
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.name}")
def test_a_route_answers_those_only_who_may_call_it(route: Route, role: str, small: Running) -> None:
    query = f"?mark={'x' * 31}" if route.query and route.query[0].required else ""
    body = None if route.example is None else json.dumps(route.example).encode()
    with Caller(small.port, CALLERS[role]) as caller:
        answer = caller.call(route.method, route.path + query, body)
    if role in MAY[route.method, route.path]:
        assert answer.status == 200
    else:
        assert answer.status == (403 if role in KEYS else 401)
        assert answer.body["error"]["code"] in ("role", "account")
        assert (answer.status == 401) == ("www-authenticate" in answer.headers)


def test_a_server_without_accounts_answers_health_only(tmp_path: Path) -> None:
    upgrade(engine_of(address("empty.sqlite", tmp_path)))
    with running("empty.sqlite", tmp_path) as town, town.caller() as caller:
        found = {route.path: caller.call(route.method, route.path, b"{}").status for route in ROUTES}
    assert {path for path, status in found.items() if status != 401} == {"/healthz", "/readyz"}


def test_an_unknown_call_is_not_told_to_strangers(small: Running) -> None:
    with small.caller(None) as stranger, small.caller() as till:
        assert stranger.call("GET", "/admin").status == stranger.call("PUT", "status").status == 401
        assert till.call("GET", "/admin").status == 404
        wrong = till.call("PUT", "status")
        assert (wrong.status, wrong.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("header", NO_SECRETS)
def test_what_is_no_secret_is_401(header: str, small: Running) -> None:
    with small.caller(None) as caller:
        assert caller.call("GET", "/openapi.json", Authorization=header).status == 401


@pytest.mark.parametrize("name", ["", "a\0b", "\u00e9", "x" * 65])
def test_a_name_that_no_account_can_have_is_401_and_never_gets_to_the_database(name: str) -> None:
    asked_for: list[str] = []
    door = gate.Gate(FrozenClock("2027-01-15T12:00:00+03:00"), b"key", lambda name: asked_for.append(name), 0)
    header = b"Basic " + b64encode(f"{name}:{SECRET}".encode())
    assert (asyncio.run(door.account_of(header)), asked_for) == (None, [])
    door.close()


def test_a_removed_account_is_out_within_seconds(small: Running, tmp_path: Path) -> None:
    from ncash.server.database import accounts

    engine = engine_of(address(next(iter(tmp_path.glob("*.sqlite"))).name, tmp_path))
    with small.caller() as till:
        assert till.status(mark("one")) == "NOT_REGISTERED"
        with engine.begin() as connection:
            accounts.remove(connection, "till-1")
        small.clock.move(gate.FRESH + 0.1)
        assert till.call("GET", "/metrics").status == 401
    engine.dispose()


def test_many_calls_of_one_account_wait_for_one_verification(small: Running) -> None:
    async def at_once() -> set[int]:
        lines = [Line(*await asyncio.open_connection("127.0.0.1", small.port)) for _ in range(3 * gate.QUEUE)]
        told = await asyncio.gather(*(line.post("status", asked(mark("one"))) for line in lines))
        for line in lines:
            line.close()
        return {status for status, _ in told}

    assert asyncio.run(at_once()) == {200}
    small.clock.move(gate.FRESH + 0.1)
    assert asyncio.run(at_once()) == {200}


def test_a_wrong_secret_stays_wrong_and_the_right_one_right(small: Running) -> None:
    with Caller(small.port, "till-1.wrong") as wrong, small.caller() as right:
        assert [wrong.call("GET", "/metrics").status for _ in range(3)] == [401] * 3
        assert right.call("GET", "/metrics").status == 200
        small.clock.move(3600)
        assert right.call("GET", "/metrics").status == 200


def test_an_account_that_calls_too_often_is_told_to_wait(databases: Any, tmp_path: Path) -> None:
    url = databases.ready("sqlite")
    with running(url, tmp_path, options=Options(rate=1)) as town, town.caller() as till, town.caller("admin") as admin:
        answers = [till.call("GET", "/metrics") for _ in range(50)]
        late = next(one for one in answers if one.status == 429)
        assert (late.body["error"]["code"], int(late.headers["retry-after"]) >= 1) == ("rate", True)
        assert admin.call("GET", "/metrics").status == 200
        town.clock.move(2)
        assert till.call("GET", "/metrics").status == 200


def test_no_secret_and_no_verification_part_gets_into_log_and_metrics(small: Running) -> None:
    with small.caller() as till, Caller(small.port, f"till-1.{SECRET}-wrong") as wrong:
        till.reserve(mark("one"))
        till.operate(operation("1", "sold", mark("one"), "d2"))
        till.post("status", {"mark": mark("one"), "doctype": mark("two")})
        till.call("GET", f"marks?mark={mark('one')[:31]}%1D93{TAIL}")
        till.call("POST", "reserve", b"<html>" + mark("one").encode())
        wrong.call("GET", f"/{TAIL}")
        counted = till.call("GET", "/metrics").body.decode()
    log = small.logged(7)
    for line in log.splitlines():
        assert {"time", "level", "event"} <= json.loads(line).keys()
    assert SECRET not in log + counted
    assert TAIL not in log.replace(f'"path":"/{TAIL}"', "") + counted
    assert 'ncash_server_requests_total{call="reserve",status="200"} 1.0' in counted
    assert "ncash_server_conflicts_total 1.0" in counted


def test_a_request_keeps_its_id_in_answer_and_log(small: Running) -> None:
    with small.caller() as till:
        named = till.call("GET", "/metrics", X_Request_ID="till-1.42")
        unfit = till.call("GET", "/metrics", X_Request_ID="a b\t")
        plain = till.call("GET", "/metrics")
    assert named.headers["x-request-id"] == "till-1.42"
    ids = [json.loads(line).get("id") for line in small.logged(3).splitlines()]
    assert {answer.headers["x-request-id"] for answer in (named, unfit, plain)} <= set(ids)
    assert len({unfit.headers["x-request-id"], plain.headers["x-request-id"], "a b\t"}) == 3

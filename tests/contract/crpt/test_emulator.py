"""The emulator holds the rules of the protocol itself, and the official codes get the official answers."""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from ncash.bundled.markedgoods.facts.online import Answer, NotChecked
from ncash.emulators.crpt import CHECK, HEALTH, INFO, OFFICIAL_CODES, TOKEN, Emulator
from ncash.model.ports import HttpAnswer, HttpRequest
from ncash.network.http import RequestsHttp

from .conftest import CODE, Till

Headers = Mapping[str, str]
NONE: Headers = {}
GOOD = {"X-API-KEY": TOKEN, "Content-Type": "application/json"}


def ask(
    http: RequestsHttp, url: str, method: str = "GET", body: bytes | None = None, headers: Headers = NONE
) -> HttpAnswer:
    given = {name: value for name, value in {**GOOD, **headers}.items() if value}
    return http.send(HttpRequest(method, url, given, body), 30)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Content-Type": "application/json; charset=UTF-8"}, 200),
        ({"Content-Type": "application/json; charset=windows-1251"}, 400),
        ({"Content-Type": "text/plain"}, 400),
        ({"Content-Type": ""}, 400),
        ({"Content-Type": "application/json;application/json"}, 400),
        ({"X-API-KEY": f"{TOKEN};{TOKEN}"}, 400),
        ({"X-API-KEY": ""}, 401),
        ({"X-API-KEY": "another"}, 401),
    ],
)
@pytest.mark.parametrize("path", [INFO, HEALTH])
def test_the_header_rules_are_enforced(
    http: RequestsHttp, emulator: Emulator, path: str, headers: dict[str, str], status: int
) -> None:
    assert ask(http, emulator.url + path, headers=headers).status == status


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"codes":["x"]}', 200),
        (b'{"codes":[]}', 400),
        (b'{"codes":"x"}', 400),
        (b'{"codes":[1]}', 400),
        (b"{", 400),
        (b'{"codes":["\xff"]}', 400),
    ],
)
def test_a_request_that_is_not_as_it_should_be_is_refused(
    http: RequestsHttp, emulator: Emulator, body: bytes, status: int
) -> None:
    assert ask(http, emulator.url + CHECK, "POST", body).status == status


def test_several_codes_are_answered_in_one_go_with_one_proof(http: RequestsHttp, emulator: Emulator) -> None:
    emulator.script("0104670540176099215bbbbb", sold=True, expireDate=None)
    codes = [CODE, "0104670540176099215bbbbb\x1d93dGVz", "abc"]
    answer = json.loads(ask(http, emulator.url + CHECK, "POST", json.dumps({"codes": codes}).encode()).body)
    assert [(e["cis"], e["found"], e.get("sold")) for e in answer["codes"]] == [
        (codes[0], True, False),
        (codes[1], True, True),
        ("abc", False, None),
    ]
    assert "expireDate" not in answer["codes"][1]


def test_every_site_is_listed_and_answers(http: RequestsHttp) -> None:
    with Emulator(sites=3) as emulator:
        hosts = [host["host"] for host in json.loads(ask(http, emulator.url + INFO).body)["hosts"]]
        assert hosts == list(emulator.site_urls)
        assert [ask(http, host + HEALTH).status for host in hosts] == [200, 200, 200]
        assert [entry.site for entry in emulator.journal] == [0, 0, 1, 2]


def test_an_unknown_fault_is_refused(emulator: Emulator) -> None:
    with pytest.raises(ValueError, match="there are: status"):
        emulator.fault("explode")


OUTCOMES: list[dict[str, Any]] = [
    {"utilised": False, "realizable": False},
    {"realizable": False, "utilised": True, "sold": False},
    {"realizable": False, "grayZone": True, "groupIds": (3,)},
    {"sold": True},
    {"isBlocked": True, "ogvs": ()},
    {"expireDate": "2022-12-22T12:16:00.000Z", "verified": True},
    {"smp": 20000, "packageQuantity": 10},
    {"found": True, "groupIds": (3,)},
    {"smp": 20000},
    {"found": False},
    {"verified": False, "found": True},
    {"reason": "http", "status": 504},
    {"reason": "emergency", "status": 203},
    {"reason": "http", "status": 500},
    {"reason": "timeout"},
    {"reason": "external", "status": 500},
    {"groupIds": (16,), "mrp": 20000},
    {"groupIds": (12,), "mrp": 20000},
    {"isBlocked": True, "ogvs": ("VETRF",)},
    {"isBlocked": True, "ogvs": ("RD",)},
]


@pytest.mark.parametrize(("code", "outcome"), list(zip(OFFICIAL_CODES, OUTCOMES, strict=True)))
def test_an_official_code_gets_its_official_answer(
    emulator: Emulator, till: Till, code: str, outcome: dict[str, Any]
) -> None:
    found = till(emulator.url).check(code, "1", 0.3 if outcome.get("reason") == "timeout" else 20)
    assert isinstance(found, NotChecked if "reason" in outcome else Answer)
    assert {name: getattr(found, name) for name in outcome} == outcome


def test_the_command_prints_its_port_first_and_serves_until_its_input_ends(http: RequestsHttp) -> None:
    command = [sys.executable, "-m", "ncash.emulators.crpt", "--port", "0"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        word, port = process.stdout.readline().split()
        assert word == "port"
        assert ask(http, f"http://127.0.0.1:{port}{HEALTH}").status == 200
        process.stdin.close()
        assert process.wait(30) == 0


def test_the_command_ends_at_sigterm() -> None:
    command = [sys.executable, "-m", "ncash.emulators.crpt"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.terminate()
        assert process.wait(30) == 0

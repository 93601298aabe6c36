"""Faults and codes scripted from outside: by a file and by HTTP."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ncash.emulators.crpt import CHECK, HEALTH, TOKEN, Emulator
from ncash.emulators.crpt.control import Control, play, read_script
from ncash.model.ports import HttpAnswer, HttpRequest
from ncash.network.http import RequestsHttp

from .conftest import CODE

HEADERS = {"X-API-KEY": TOKEN, "Content-Type": "application/json"}


def call(http: RequestsHttp, method: str, url: str, value: Any = None) -> HttpAnswer:
    body = None if value is None else json.dumps(value).encode()
    return http.send(HttpRequest(method, url, HEADERS, body), 3)


def checked(http: RequestsHttp, url: str) -> dict[str, Any]:
    answer = call(http, "POST", url + CHECK, {"codes": [CODE]})
    element: dict[str, Any] = json.loads(answer.body)["codes"][0]
    return element


@pytest.fixture
def control(emulator: Emulator) -> Iterator[str]:
    with Control(emulator) as running:
        yield running.url


def test_a_fault_comes_and_goes_by_http(http: RequestsHttp, emulator: Emulator, control: str) -> None:
    assert call(http, "POST", f"{control}/-/fault", {"kind": "status", "value": 503, "site": 0}).status == 200
    assert call(http, "GET", emulator.url + HEALTH).status == 503
    assert call(http, "POST", f"{control}/-/heal").status == 200
    assert call(http, "GET", emulator.url + HEALTH).status == 200


def test_a_script_by_http_says_what_a_code_gets(http: RequestsHttp, emulator: Emulator, control: str) -> None:
    script = {"codes": [{"code": CODE, "fields": {"sold": True}}], "avgTimeMs": {"0": 990}}
    assert call(http, "POST", f"{control}/-/script", script).status == 200
    assert checked(http, emulator.url)["sold"] is True
    assert json.loads(call(http, "GET", emulator.url + HEALTH).body)["avgTimeMs"] == 990
    assert call(http, "POST", f"{control}/-/reset").status == 200
    assert checked(http, emulator.url)["sold"] is False


def test_the_journal_is_read_and_begun_anew_by_http(http: RequestsHttp, emulator: Emulator, control: str) -> None:
    checked(http, emulator.url)
    (entry,) = json.loads(call(http, "GET", f"{control}/-/journal").body)["entries"]
    assert (entry["path"], entry["codes"], entry["status"]) == (CHECK, [CODE], 200)
    call(http, "DELETE", f"{control}/-/journal")
    assert json.loads(call(http, "GET", f"{control}/-/journal").body)["entries"] == []


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("fault", {"kind": "explode"}, "no fault 'explode'"),
        ("fault", {"value": 1}, "without kind"),
        ("fault", {"kind": "drop", "site": 7}, "no site 7"),
        ("script", {"code": []}, "not code"),
        ("script", {"codes": [{"code": CODE, "sold": True}]}, "not sold"),
        ("script", {"avgTimeMs": []}, "list"),
        ("script", [], "a script is an object"),
    ],
)
def test_a_script_that_is_none_is_refused_and_changes_nothing(
    http: RequestsHttp, emulator: Emulator, control: str, path: str, value: Any, said: str
) -> None:
    answer = call(http, "POST", f"{control}/-/{path}", value)
    assert answer.status == 400
    assert said in json.loads(answer.body)["error"]
    assert checked(http, emulator.url)["sold"] is False


@pytest.mark.parametrize("name", ["script.json", "script.yml"])
def test_a_script_is_read_from_a_file(emulator: Emulator, http: RequestsHttp, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text(json.dumps({"faults": [{"kind": "status", "value": 429, "path": "health/check"}]}))
    play(emulator, read_script(file))
    assert call(http, "GET", emulator.url + HEALTH).status == 429


@contextmanager
def running(*arguments: str) -> Iterator[tuple[int, int]]:
    command = [sys.executable, "-m", "ncash.emulators.crpt", *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        port, control = (int(process.stdout.readline().split()[1]) for _ in range(2))
        yield port, control
        process.stdin.close()
        assert process.wait(30) == 0


def test_the_command_takes_a_script_and_prints_its_control_port(http: RequestsHttp, tmp_path: Path) -> None:
    file = tmp_path / "faults.yml"
    file.write_text("faults:\n  - {kind: status, value: 503}\n")
    with running("--script", str(file)) as (port, control):
        assert call(http, "GET", f"http://127.0.0.1:{port}{HEALTH}").status == 503
        assert call(http, "POST", f"http://127.0.0.1:{control}/-/heal").status == 200
        assert call(http, "GET", f"http://127.0.0.1:{port}{HEALTH}").status == 200


def test_the_command_names_a_script_it_cannot_read(tmp_path: Path) -> None:
    file = tmp_path / "faults.yml"
    file.write_text("faults: [")
    command = [sys.executable, "-m", "ncash.emulators.crpt", "--script", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    assert "faults.yml" in done.stderr


def test_each_site_of_the_command_shows_its_own_certificate(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    with running("--tls", "good", "--ca", str(ca)) as (port, _):
        trusting = RequestsHttp(ca=ca)
        assert call(trusting, "GET", f"https://127.0.0.1:{port}{HEALTH}").status == 200
        trusting.close()

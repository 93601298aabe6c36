"""The client of ТС ПИоТ against an emulated one: shapes of three versions, the status table, the pinned certificate."""

import json
import ssl
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ncash.bundled.markedgoods.checks.offline import OfflineAnswer
from ncash.bundled.markedgoods.facts.online import ALWAYS, Answer, NotChecked
from ncash.bundled.markedgoods.sources.tspiot import STATUSES, TOKEN_LIFE, Tspiot, read
from ncash.emulators.crpt import OFFICIAL_CODES
from ncash.emulators.crpt.catalogue import OFFICIAL
from ncash.emulators.tspiot import Esm, self_signed
from ncash.model.mark import plain
from ncash.model.ports import World
from ncash.settings.secret_file import SecretFile
from ncash.testing import FrozenClock, eventually

MILK = "0104670540176099215zzzzz\x1d93dGVz"
CANARY = "c4na4y00-5eC4-4e7a-8111-222233334444"


Promptly = Callable[..., object]


@pytest.fixture
def esm() -> Iterator[Esm]:
    with Esm() as running:
        yield running


def client(esm: Esm, world: World, api: str = "v3", certificate: Path | None = None, **options: Any) -> Tspiot:
    token = options.get("token", SecretFile(Path(), ""))
    return Tspiot(esm.url, api, certificate, options.get("client_id", ""), token, world)


def unheard(answer: object) -> NotChecked:
    assert isinstance(answer, NotChecked), answer
    return answer


@pytest.mark.parametrize("api", ["v1", "v2", "v3"])
def test_each_version_is_asked_and_read_in_its_own_shape(esm: Esm, world: World, api: str) -> None:
    esm.text_stamp = api == "v1"
    answer = client(esm, world, api).check(MILK, "1", 20)
    assert isinstance(answer, Answer)
    assert (answer.found, answer.sold, type(answer.reqTimestamp)) == (True, False, int)
    (entry,) = esm.checks()
    assert entry.path == f"/api/{api}/codes/check"
    (sent,) = entry.body["codes"]
    assert b64decode(sent["cis"] if api == "v3" else sent).decode() == MILK


def test_the_client_says_who_it_is_only_when_it_is_registered(esm: Esm, world: World, tmp_path: Path) -> None:
    client(esm, world).check(MILK, "1", 20)
    (tmp_path / "token").write_text(CANARY + "\n", encoding="utf-8")
    registered = client(esm, world, client_id="77", token=SecretFile(tmp_path, "token"))
    registered.check(MILK, "1", 20)
    first, second = (entry.body["client_info"] for entry in esm.checks())
    assert (first["name"], first["id"], first["token"]) == ("ncash", "", "")
    assert (second["id"], second["token"]) == ("77", CANARY)
    assert registered.status()["registered"] is True
    assert CANARY not in json.dumps(registered.status())


@pytest.mark.parametrize("status", [203, 400, 403, 500, 504, 514, 404, 502, 429])
def test_every_status_of_the_table_has_its_meaning(esm: Esm, world: World, status: int) -> None:
    esm.script(MILK, status=status)
    answer = unheard(client(esm, world).check(MILK, "1", 20))
    reasons = {203: "emergency", 403: "licence", 514: "timeout"}
    assert (answer.reason, answer.status) == (reasons.get(status, "http"), status)
    assert len(esm.checks()) == (2 if status in (500, 502, 504) else 1)


def test_a_busy_drive_is_asked_again_after_a_second_until_the_time_is_over(
    esm: Esm, world: World, clock: FrozenClock, promptly: Promptly
) -> None:
    esm.fault("status", 407, path="check", times=2)
    assert isinstance(client(esm, world).check(MILK, "1", 20), Answer)
    assert len(esm.checks()) == 3
    esm.fault("status", 407, path="check")
    answer = promptly(lambda: client(esm, world).check(MILK, "1", 4), 4.2, clock.monotonic)
    assert unheard(answer).reason == "busy"
    assert STATUSES[407].pause == 1.0


def test_one_server_error_is_repeated_and_forgotten(esm: Esm, world: World) -> None:
    esm.fault("status", 500, path="check", times=1)
    assert isinstance(client(esm, world).check(MILK, "1", 20), Answer)


def test_a_missing_licence_is_remembered_until_it_is_there(esm: Esm, world: World) -> None:
    tspiot = client(esm, world)
    esm.fault("status", 403, path="check", times=1)
    tspiot.check(MILK, "1", 20)
    assert tspiot.unlicensed is True
    tspiot.check(MILK, "1", 20)
    assert tspiot.unlicensed is False


def test_a_regular_answer_after_an_emergency_is_a_regular_answer(esm: Esm, world: World) -> None:
    esm.after_emergency = True
    assert isinstance(client(esm, world).check(MILK, "1", 20), Answer)


def shaped(**changes: Any) -> bytes:
    element = {"cis": MILK, **dict.fromkeys(ALWAYS, False), "isBlocked": False, "sold": False}
    stamp = {"reqId": "6f0b0f0e-3c0e-4d0f-9a55-1d2c3b4a5968", "reqTimestamp": 1_800_000_000_000}
    one = {"code": 0, "codes": [element], **stamp, "inst": "i", "version": 7, **changes}
    return json.dumps({"codesResponse": [one]}).encode()


@pytest.mark.parametrize("said", [True, "true", 1])
def test_an_offline_answer_is_one_however_it_says_so(said: object) -> None:
    found = read(shaped(isCheckedOffline=said), MILK, "esm", 1.0)
    assert isinstance(found, OfflineAnswer)
    assert found.version == "7"


@pytest.mark.parametrize("said", ["perhaps", [], 2])
def test_an_answer_that_does_not_say_whether_it_is_offline_is_none(said: object) -> None:
    assert unheard(read(shaped(isCheckedOffline=said), MILK, "esm", 1.0)).reason == "malformed"


@pytest.mark.parametrize("code", [203, "203"])
def test_an_inner_code_may_be_a_text(code: object) -> None:
    assert unheard(read(shaped(code=code), MILK, "esm", 1.0)).reason == "emergency"


def test_an_emergency_inside_an_answer_is_an_emergency(esm: Esm, world: World) -> None:
    esm.fault("body", b'{"codesResponse":[{"code":203,"description":"emergency"}]}', path="check")
    assert unheard(client(esm, world).check(MILK, "1", 20)).reason == "emergency"


@pytest.mark.parametrize("api", ["v1", "v2", "v3"])
def test_an_answer_made_offline_says_only_what_the_module_knows(esm: Esm, world: World, api: str) -> None:
    esm.offline, esm.text_stamp = True, api == "v1"
    answer = client(esm, world, api).check(MILK, "1", 20)
    assert isinstance(answer, OfflineAnswer)
    assert (answer.isBlocked, answer.sold) == (False, False)
    assert answer.proof.endswith(f"&Inst={esm.inst}&Ver={esm.version}")


def test_the_operators_codes_come_out_as_in_crpt(esm: Esm, world: World) -> None:
    esm.one_at_a_time = False
    tspiot = client(esm, world)
    for code in OFFICIAL_CODES:
        scripted = OFFICIAL[plain(code)]
        answer = tspiot.check(code, "1", 1 if OFFICIAL[plain(code)].delay else 20)
        if scripted.status != 200 or scripted.delay:
            assert unheard(answer).status in (scripted.status, None)
        else:
            assert isinstance(answer, Answer)
            known = {name: value for name, value in scripted.fields.items() if name in Answer._fields}
            assert {name: _plain(getattr(answer, name)) for name in known} == known


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


BODIES = [
    b"",
    b"<html>",
    b"[]",
    b"{}",
    b'{"codesResponse":[]}',
    b'{"codesResponse":{"codesResponse":{}}}',
    b'{"codesResponse":[1]}',
    b'{"codesResponse":[{"code":0,"codes":[]}]}',
    b'{"codesResponse":[{"code":0,"codes":[],"reqId":NaN}]}',
    b'{"codesResponse":[{"code":0,"isCheckedOffline":true,"codes":[]}]}',
    b'{"codesResponse":[{"code":5000,"codes":[]},{"code":0,"codes":[]}]}',
]


@pytest.mark.parametrize("body", BODIES)
def test_an_answer_that_cannot_be_used_is_no_check(esm: Esm, world: World, body: bytes) -> None:
    esm.fault("body", body, path="check")
    assert unheard(client(esm, world).check(MILK, "1", 20)).reason == "malformed"


def test_the_answer_about_another_code_is_no_check(esm: Esm, world: World) -> None:
    esm.script(MILK, cis="0104670540176099215other\x1d93dGVz")
    assert unheard(client(esm, world).check(MILK, "1", 20)).reason == "malformed"


@pytest.mark.parametrize(("kind", "reason"), [("drop", "connection"), ("silent", "timeout"), ("redirect", "malformed")])
def test_a_driver_that_misbehaves_is_given_up_in_time(
    esm: Esm, world: World, promptly: Promptly, kind: str, reason: str
) -> None:
    esm.fault(kind, "https://127.0.0.1:1/", path="check")
    budget = 0.5 if kind == "silent" else 20
    assert unheard(promptly(lambda: client(esm, world).check(MILK, "1", budget), budget + 0.2)).reason == reason


def test_codes_are_checked_one_after_the_other(esm: Esm, world: World) -> None:
    tspiot = client(esm, world)
    esm.script(MILK, delay=0.1)
    with ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(lambda _: tspiot.check(MILK, "1", 20), range(3)))
    assert all(isinstance(answer, Answer) for answer in answers)
    assert {entry.status for entry in esm.checks()} == {200}


def test_a_code_that_waits_too_long_for_its_turn_is_not_checked(esm: Esm, world: World) -> None:
    tspiot = client(esm, world)
    esm.script(MILK, delay=2.0)
    slow = threading.Thread(target=tspiot.check, args=(MILK, "1", 20))
    slow.start()
    eventually(esm.checks)
    assert unheard(tspiot.check(MILK, "1", 0.1)).reason == "busy"
    slow.join()


def test_the_instance_tells_about_itself_and_its_module_token_stays_inside(
    esm: Esm, world: World, clock: FrozenClock
) -> None:
    tspiot = client(esm, world)
    tspiot.inform()
    assert tspiot.status()["instance"]["fnSerial"] == "9999078900000001"
    assert tspiot.module_token() == esm.lm_token
    assert esm.lm_token not in json.dumps(tspiot.status())
    clock.move(TOKEN_LIFE + 1)
    assert tspiot.module_token() == ""


@pytest.fixture
def signed(tmp_path: Path) -> tuple[Path, ssl.SSLContext]:
    return self_signed(tmp_path / "right")


def test_the_pinned_certificate_is_trusted_whoever_made_it(world: World, signed: tuple[Path, ssl.SSLContext]) -> None:
    with Esm(tls=signed[1]) as esm:
        assert isinstance(client(esm, world, certificate=signed[0]).check(MILK, "1", 20), Answer)


def test_without_a_pin_a_certificate_of_its_own_making_is_refused(
    world: World, signed: tuple[Path, ssl.SSLContext]
) -> None:
    with Esm(tls=signed[1]) as esm:
        assert unheard(client(esm, world).check(MILK, "1", 20)).reason == "tls"
        assert not esm.journal


@pytest.mark.parametrize("bad", ["other", "expired", "missing", "no certificate"])
def test_any_other_certificate_is_refused_and_gets_nothing(
    world: World, tmp_path: Path, signed: tuple[Path, ssl.SSLContext], bad: str
) -> None:
    pin, context = signed
    if bad == "other":
        context = self_signed(tmp_path / "other")[1]
    elif bad == "expired":
        pin, context = self_signed(tmp_path / "old", days=-1)
    elif bad == "missing":
        pin = tmp_path / "nothing.pem"
    else:
        pin.write_text("-----BEGIN CERTIFICATE-----\nnot one\n", encoding="ascii")
    with Esm(tls=context) as esm:
        (tmp_path / "token").write_text(CANARY, encoding="utf-8")
        tspiot = client(esm, world, certificate=pin, client_id="77", token=SecretFile(tmp_path, "token"))
        answer = unheard(tspiot.check(MILK, "1", 20))
        assert answer.reason == "tls"
        assert CANARY not in answer.text
        assert not esm.journal


def test_a_token_file_that_cannot_be_read_asks_nobody(esm: Esm, world: World, tmp_path: Path) -> None:
    tspiot = client(esm, world, client_id="77", token=SecretFile(tmp_path, "nothing"))
    assert unheard(tspiot.check(MILK, "1", 20)).reason == "account"
    assert not esm.checks()

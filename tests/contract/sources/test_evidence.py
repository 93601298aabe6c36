"""What the journal gets to know of a check by ТС ПИоТ, the local module and KKM Server beside its verdict."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ncash.bundled.markedgoods.checks.offline import OfflineAnswer, offline_from_json
from ncash.bundled.markedgoods.checks.ruling import Ruling, ruling_from_json
from ncash.bundled.markedgoods.facts.online import Answer, NotChecked
from ncash.bundled.markedgoods.sources import kkmserver
from ncash.bundled.markedgoods.sources.localmodule import LocalModule, authorization
from ncash.bundled.markedgoods.sources.tspiot import Tspiot
from ncash.emulators.kkmserver import PASSWORD as KKM_PASSWORD
from ncash.emulators.kkmserver import USER, KkmServer
from ncash.emulators.localmodule import LOGIN, PASSWORD, Module
from ncash.emulators.tspiot import Esm
from ncash.model.ports import World
from ncash.settings.secret_file import SecretFile

MILK = "0104670540176099215zzzzz\x1d93dGVz"


@pytest.fixture
def esm() -> Iterator[Esm]:
    with Esm() as running:
        yield running


def asked(esm: Esm, world: World, budget: float = 4) -> Answer | NotChecked:
    found = Tspiot(esm.url, "v3", None, "", SecretFile(Path(), ""), world).check(MILK, "1", budget)
    assert isinstance(found, Answer | NotChecked)
    return found


def test_a_good_answer_is_kept_without_the_verification_part(esm: Esm, world: World) -> None:
    answer = asked(esm, world)
    assert isinstance(answer, Answer)
    assert answer.reqId in answer.json()["raw"]
    assert "dGVz" not in answer.json()["raw"]
    assert answer.noted == ()


def test_server_errors_are_noted_with_the_answer_that_came_after_them(esm: Esm, world: World) -> None:
    esm.fault("status", 500, path="check", times=1)
    answer = asked(esm, world)
    assert isinstance(answer, Answer)
    assert [note[:9] for note in answer.noted] == ["5xx: 127."]


def test_every_server_error_of_a_check_that_failed_is_noted(esm: Esm, world: World) -> None:
    esm.script(MILK, status=504)
    refusal = asked(esm, world)
    assert isinstance(refusal, NotChecked)
    assert [note[:4] for note in refusal.noted] == ["5xx:", "5xx:"]


def test_the_answer_of_ts_piot_is_kept_in_its_own_shape(esm: Esm, world: World) -> None:
    assert "codesResponse" in asked(esm, world).json()["raw"]


@pytest.fixture
def local(module: Module, world: World) -> LocalModule:
    return LocalModule(module.url, lambda: authorization(LOGIN, PASSWORD), world)


def test_what_the_local_module_said_is_kept_and_read_back(local: LocalModule) -> None:
    answer = local.out_check(MILK, 20)
    assert isinstance(answer, OfflineAnswer)
    assert json.loads(answer.raw)["results"][0]["reqId"] == answer.reqId
    assert offline_from_json(json.loads(json.dumps(answer.json()))) == answer


SPOKEN: dict[str, Callable[[Any], None]] = {
    "500": lambda server: server.fault("status", 500),
    "secrets": lambda server: server.fault("body", json.dumps({"results": [], "error": f"{MILK} {KKM_PASSWORD}"})),
    "html": lambda server: server.fault("html"),
}


@pytest.mark.parametrize("what", SPOKEN)
def test_what_made_the_local_module_useless_is_kept_too(local: LocalModule, module: Module, what: str) -> None:
    SPOKEN[what](module)
    refusal = local.out_check(MILK, 20)
    assert isinstance(refusal, NotChecked)
    assert refusal.raw
    assert "dGVz" not in refusal.raw
    assert offline_from_json(refusal.json()) == refusal


@pytest.fixture
def client(kkm: KkmServer, world: World, tmp_path: Path) -> kkmserver.KkmServer:
    (tmp_path / "password").write_text(KKM_PASSWORD, encoding="utf-8")
    return kkmserver.KkmServer(kkm.url, USER, SecretFile(tmp_path, "password"), world)


def test_what_kkm_server_said_is_kept_without_the_verification_part(client: kkmserver.KkmServer) -> None:
    ruling = client.check(MILK, "1", 20)
    assert isinstance(ruling, Ruling)
    assert "MarkingCodeValidation" in ruling.raw
    assert "dGVz" not in ruling.raw
    assert ruling_from_json(json.loads(json.dumps(ruling.json()))) == ruling


@pytest.mark.parametrize("what", SPOKEN)
def test_what_kkm_server_said_instead_of_a_ruling_is_kept_and_no_secret_in_it(
    client: kkmserver.KkmServer, kkm: KkmServer, what: str
) -> None:
    SPOKEN[what](kkm)
    found = client.check(MILK, "1", 20)
    assert isinstance(found, Ruling | NotChecked)
    assert found.raw
    assert not [secret for secret in ("dGVz", KKM_PASSWORD) if secret in found.raw]

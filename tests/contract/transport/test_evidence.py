"""What the journal gets to know of a check by ТС ПИоТ beside its verdict."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from markedgoods.crpt.answer import Answer, NotChecked
from markedgoods.secret_file import SecretFile
from markedgoods.tspiot import Tspiot
from tspiot_emulator import Esm

from ncash.model.ports import World

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

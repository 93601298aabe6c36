"""The client of the local module against an emulated one: every state and error of crpt.md §7, over real sockets."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ncash.bundled.markedgoods.checks.offline import OfflineAnswer
from ncash.bundled.markedgoods.facts.online import NotChecked
from ncash.bundled.markedgoods.settings.tokens import Token
from ncash.bundled.markedgoods.sources.localmodule import (
    Delivery,
    LocalModule,
    ModuleStatus,
    authorization,
    identifying,
    read_status,
)
from ncash.emulators.localmodule import LOGIN, PASSWORD, Module
from ncash.model.ports import World
from ncash.testing import FrozenClock

MILK = "0104670540176099215zzzzz\x1d93dGVz"
KI = "0104670540176099215zzzzz"
PACK = "04601653035829H;dV)bFACVUdGVz"
BUDGET = 2.0
CANARY = "c4na4y00-5eC4-4e7a-8111-222233334444"


@pytest.fixture
def client(module: Module, world: World) -> LocalModule:
    return LocalModule(module.url, lambda: authorization(LOGIN, PASSWORD), world)


def heard(answer: OfflineAnswer | NotChecked | ModuleStatus) -> OfflineAnswer:
    assert isinstance(answer, OfflineAnswer), answer
    return answer


def unheard(answer: OfflineAnswer | NotChecked | ModuleStatus) -> NotChecked:
    assert isinstance(answer, NotChecked), answer
    return answer


def test_a_good_answer_carries_the_proof_of_its_own_code(client: LocalModule, module: Module) -> None:
    answer = heard(client.out_check(MILK, BUDGET))
    assert (answer.isBlocked, answer.sold, answer.cis) == (False, False, KI)
    stamp = f"UUID={answer.reqId}&Time={answer.reqTimestamp}"
    assert answer.proof == f"{stamp}&Inst={module.state.inst}&Ver={module.state.db_version}"
    assert module.calls("outCheck")[0].body == {"cis_list": [{"cis": KI}]}


@pytest.mark.parametrize(
    ("mark", "ki"),
    [
        (MILK, KI),
        (KI + "93dGVz", KI),
        (KI + "\\u001d93dGVz", KI),
        (PACK, "04601653035829H;dV)bF"),
        ("010461013628057121/798DM%\x1d8005199000\x1d93dGVz", "010461013628057121/798DM%"),
        ("0104699999900013215abcdefghijklmnopq\x1d91FFD0\x1d92dGVz", "0104699999900013215abcdefghijklmnopq"),
    ],
)
def test_the_module_gets_the_identifying_part_only(mark: str, ki: str) -> None:
    assert identifying(mark) == ki


@pytest.mark.parametrize(
    ("status", "mode", "one_code", "reason"),
    [
        ("not_configured", "active", False, "not_configured"),
        ("initialization", "active", False, "not_configured"),
        ("initialization", "active", True, "sync_error"),
        ("sync_error", "active", False, "sync_error"),
        ("failure", "active", False, "http"),
        ("ready", "service", False, "not_configured"),
    ],
)
def test_a_module_that_is_not_ready_has_not_answered(
    client: LocalModule, module: Module, status: str, mode: str, one_code: bool, reason: str
) -> None:
    module.state.status, module.state.mode, module.state.one_code = status, mode, one_code
    assert unheard(client.out_check(MILK, BUDGET)).reason == reason
    delivery = client.sell([KI], BUDGET)
    assert (delivery.done, delivery.again) == (False, True)


def test_the_status_is_read_whatever_its_version_looks_like(client: LocalModule, module: Module) -> None:
    module.state.version, module.state.db_version = "2.x (build 7)", "any text"
    told = client.status(BUDGET)
    assert isinstance(told, ModuleStatus)
    assert (told.status, told.version, told.dbVersion) == ("ready", "2.x (build 7)", "any text")


@pytest.mark.parametrize(
    ("account", "taken"),
    [
        (authorization(LOGIN, PASSWORD), True),
        (authorization("", "7e57ab1e-0000-4000-8000-000000000077"), True),
        (authorization(LOGIN, "other"), False),
        (authorization("", ""), False),
    ],
)
def test_basic_and_token_authorization_are_spoken(module: Module, world: World, account: str, taken: bool) -> None:
    answer = LocalModule(module.url, lambda: account, world).out_check(MILK, BUDGET)
    assert isinstance(answer, OfflineAnswer) is taken
    if not taken:
        assert (unheard(answer).reason, unheard(answer).status) == ("account", 401)


def test_a_password_file_that_cannot_be_read_asks_nobody(module: Module, world: World) -> None:
    def account() -> str:
        raise ValueError("the file password cannot be read (FileNotFoundError)")

    assert unheard(LocalModule(module.url, account, world).out_check(MILK, BUDGET)).reason == "account"
    assert not module.journal


FAULTS: list[tuple[str, Any, str]] = [
    ("drop", None, "connection"),
    ("html", None, "malformed"),
    ("cut_json", None, "malformed"),
    ("status", 500, "http"),
    ("status", 418, "http"),
    ("body", b'{"results":[]}', "malformed"),
    ("body", b'{"results":[{"code":0}]}', "malformed"),
    ("body", b"[]", "malformed"),
    ("redirect", "http://127.0.0.1:1/", "malformed"),
    ("huge", 3_000_000, "malformed"),
    ("delay", 5, "timeout"),
    ("silent", None, "timeout"),
    ("drip", 0.05, "timeout"),
]


@pytest.mark.parametrize(("kind", "value", "reason"), FAULTS)
def test_a_module_that_misbehaves_has_not_answered(
    client: LocalModule, module: Module, kind: str, value: Any, reason: str
) -> None:
    module.fault(kind, value)
    assert unheard(client.out_check(MILK, 0.4)).reason == reason


@pytest.mark.parametrize(
    "fields",
    [
        {"isBlocked": None},
        {"isBlocked": "false"},
        {"isBlocked": 0},
        {"sold": "no"},
        {"cis": "0104670540176099215other"},
        {"mrp": "many"},
        {"smp": 1.5},
    ],
)
def test_an_element_that_cannot_be_trusted_is_no_answer(
    client: LocalModule, module: Module, fields: dict[str, Any]
) -> None:
    module.script(KI, **fields)
    assert unheard(client.out_check(MILK, BUDGET)).reason == "malformed"


def test_what_speaks_against_a_code_counts_however_it_is_spelt(client: LocalModule, module: Module) -> None:
    module.script(KI, isBlocked="true", sold=1, isGreyGtin="odd")
    answer = heard(client.out_check(MILK, BUDGET))
    assert (answer.isBlocked, answer.sold, answer.isGreyGtin) == (True, True, None)
    module.script(KI, isGreyGtin="true", mrp="20000")
    answer = heard(client.out_check(MILK, BUDGET))
    assert (answer.isBlocked, answer.mrp, answer.isGreyGtin) == (False, 20000, True)


@pytest.mark.parametrize("fields", [{"isBlocked": True}, {"sold": True}, {"isBlocked": None, "sold": True, "mrp": "x"}])
def test_what_refuses_needs_no_proof(client: LocalModule, module: Module, fields: dict[str, Any]) -> None:
    module.state.db_version = ""
    assert unheard(client.out_check(MILK, BUDGET)).reason == "malformed"
    module.script(KI, **fields)
    answer = heard(client.out_check(MILK, BUDGET))
    assert answer.isBlocked or answer.sold


SYNCED = 1_800_000_000_000


@pytest.mark.parametrize(
    "written",
    [SYNCED, str(SYNCED), float(SYNCED), SYNCED // 1000, "2027-01-15T08:00:00Z", "2027-01-15 08:00:00.000"],
)
def test_the_last_synchronisation_is_read_however_it_is_written(written: object) -> None:
    told = read_status(json.dumps({"status": " Ready", "operationMode": "Active", "lastSync": written}).encode())
    assert (told.status, told.operationMode, told.lastSync) == ("ready", "active", SYNCED)


@pytest.mark.parametrize("written", [None, "", "long ago", True, {}, -1])
def test_a_last_synchronisation_that_cannot_be_read_is_not_known(written: object) -> None:
    assert read_status(json.dumps({"status": "ready", "lastSync": written}).encode()).lastSync is None


@pytest.mark.parametrize("version", ["", "a&Time=1", "line\nend"])
def test_a_version_that_would_break_tag_1265_is_no_answer(client: LocalModule, module: Module, version: str) -> None:
    module.state.db_version = version
    assert unheard(client.out_check(MILK, BUDGET)).reason == "malformed"


def test_a_code_the_module_cannot_read_is_no_answer(client: LocalModule) -> None:
    answer = unheard(client.out_check("0104670540176099215\x1d93dGVz", BUDGET))
    assert answer.reason == "malformed"
    assert "invalid format cis" in answer.text


def test_sold_codes_are_known_until_they_are_returned(client: LocalModule) -> None:
    assert client.sell([KI], BUDGET) == Delivery(True)
    assert heard(client.out_check(MILK, BUDGET)).sold is True
    assert client.take_back([KI], BUDGET) == Delivery(True)
    assert heard(client.out_check(MILK, BUDGET)).sold is False


def test_telling_twice_is_telling_once(client: LocalModule, module: Module) -> None:
    other = "0104670540176099215yyyyy"
    client.sell([KI], BUDGET)
    assert client.sell([KI, other], BUDGET) == Delivery(True)
    assert set(module.state.sold) == {KI, other}
    client.take_back([KI], BUDGET)
    assert client.take_back([KI, other], BUDGET) == Delivery(True)
    assert not module.state.sold


@pytest.mark.parametrize(
    ("kind", "value", "again"),
    [
        ("drop", None, True),
        ("status", 503, True),
        ("status", 429, True),
        ("status", 422, False),
        ("silent", None, True),
    ],
)
def test_what_is_not_acknowledged_is_told_again_or_never(
    client: LocalModule, module: Module, kind: str, value: Any, again: bool
) -> None:
    module.fault(kind, value)
    delivery = client.sell([KI], 0.4)
    assert (delivery.done, delivery.again) == (False, again)


def test_an_acknowledgement_that_leaves_a_code_out_is_none(client: LocalModule, module: Module) -> None:
    module.fault("body", b'{"results":[{"success":true,"cis":"0104670540176099215other"}]}')
    assert client.sell([KI], BUDGET).again is True


def test_a_module_is_bound_by_a_token_that_nobody_sees(
    client: LocalModule, module: Module, capfd: pytest.CaptureFixture[str]
) -> None:
    module.state.status = "not_configured"
    assert client.init(Token(CANARY), BUDGET) == Delivery(True)
    assert module.state.status == "ready"
    module.fault("body", f'{{"errorCode":6010,"reason":"bad {CANARY}"}}'.encode())
    module.fault("status", 400)
    module.fault("body", f'{{"errorCode":6010,"reason":"bad {CANARY}"}}'.encode())
    refused = client.init(Token(CANARY), BUDGET)
    assert (refused.done, refused.again) == (False, False)
    assert CANARY not in refused.text
    assert CANARY not in "".join(capfd.readouterr())


def test_a_foreign_token_is_refused_for_good(clock: FrozenClock, world: World) -> None:
    with Module(tokens=("right",), now=lambda: clock.now().timestamp()) as module:
        client = LocalModule(module.url, lambda: authorization(LOGIN, PASSWORD), world)
        assert client.init(Token("wrong"), BUDGET).again is False


def test_nothing_listens(module: Module, world: World, tmp_path: Path) -> None:
    client = LocalModule(module.url, lambda: "", world)
    module.off()
    answers: list[Callable[[], Any]] = [lambda: client.out_check(MILK, 1), lambda: client.status(1)]
    assert [unheard(ask()).reason for ask in answers] == ["connection", "connection"]

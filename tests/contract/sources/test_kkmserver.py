"""The client of KKM Server against an emulated one: the table of its errors, the bits of tag 2106, faults."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ncash.bundled.markedgoods.checks.ruling import REFUSALS, Ruling
from ncash.bundled.markedgoods.facts.online import NotChecked
from ncash.bundled.markedgoods.sources.kkmserver import KkmServer, rule
from ncash.emulators.kkmserver import PASSWORD, USER
from ncash.emulators.kkmserver import KkmServer as Emulated
from ncash.model.ports import World
from ncash.settings.secret_file import SecretFile
from ncash.testing import FrozenClock, eventually

MILK = "0104670540176099215zzzzz\x1d93dGVz"


@pytest.fixture
def client(kkm: Emulated, world: World, tmp_path: Path) -> KkmServer:
    (tmp_path / "password").write_text(PASSWORD, encoding="utf-8")
    return KkmServer(kkm.url, USER, SecretFile(tmp_path, "password"), world)


def ruled(answer: Ruling | NotChecked) -> Ruling:
    assert isinstance(answer, Ruling), answer
    return answer


def unheard(answer: Ruling | NotChecked) -> NotChecked:
    assert isinstance(answer, NotChecked), answer
    assert answer.reason == "kkmserver"
    return answer


def test_a_good_code_is_accepted_and_the_command_is_the_documented_one(client: KkmServer, kkm: Emulated) -> None:
    assert ruled(client.check(MILK, "1", 5)).kind == "accepted"
    (entry,) = kkm.journal
    assert (entry.command, entry.body["TypeCheck"], entry.body["NumDevice"]) == ("ValidationMarkingCode", 0, 0)
    assert entry.body["GoodCodeDatas"][0]["BarCode"] == MILK
    assert 0 < len(entry.body["IdCommand"]) <= 40


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Неверный формат кода маркировки", "format"),
        ("Не удалось разобрать код", "format"),
        ("Данный код маркировки уже добавлен в чек", "duplicate"),
        ("Не настроен разрешительный режим", "settings"),
        ("Не указан токен для ИНН 7700000016", "settings"),
    ],
)
def test_an_error_in_words_becomes_its_row_of_the_table(client: KkmServer, kkm: Emulated, text: str, kind: str) -> None:
    kkm.error = text
    answer = ruled(client.check(MILK, "1", 5))
    assert (answer.kind, answer.reason) == (kind, text)
    assert kind in REFUSALS


@pytest.mark.parametrize("text", ["Смена не открыта", "ККТ не подключена", "Неизвестная ошибка 42"])
def test_any_other_error_is_about_the_register_and_nothing_was_checked(
    client: KkmServer, kkm: Emulated, text: str
) -> None:
    kkm.error = text
    assert text in unheard(client.check(MILK, "1", 5)).text


def test_a_rejection_keeps_the_reason_of_the_registry(client: KkmServer, kkm: Emulated) -> None:
    kkm.reject(MILK, "Код маркировки выведен из оборота")
    answer = ruled(client.check(MILK, "1", 5))
    assert (answer.kind, answer.reason) == ("rejected", "Код маркировки выведен из оборота")


def test_a_permissive_mode_that_is_switched_off_is_no_permission(client: KkmServer, kkm: Emulated) -> None:
    kkm.permissive = False
    assert ruled(client.check(MILK, "1", 5)).kind == "settings"


@pytest.mark.parametrize(
    ("result", "kind"),
    [
        (0, "offline"), (1, "rejected"), (3, "offline"), (5, "rejected"), (7, "rejected"), (15, "accepted"),
        (16, "offline"), (17, "rejected"), (19, "offline"),
    ],
)  # fmt: skip
def test_without_a_permissive_mode_the_bits_of_tag_2106_decide(
    client: KkmServer, kkm: Emulated, result: int, kind: str
) -> None:
    kkm.script(MILK, ValidationPR=None, ValidationKKT=None, ValidationResult=result)
    assert ruled(client.check(MILK, "1", 5))[:3] == (kind, ruled(client.check(MILK, "1", 5)).reason, result)


@pytest.mark.parametrize(
    ("element", "kind"),
    [
        ({}, None),
        ({"validationresult": "15"}, None),
        ({"validationresult": 64}, None),
        ({"validationresult": True}, None),
        ({"validationpr": {"validationresult": "true"}}, None),
        ({"validationpr": {"validationresult": True}}, "accepted"),
        ({"validationpr": {"validationresult": True}, "validationresult": 3}, "accepted"),
        ({"validationpr": {"validationresult": True}, "validationresult": 7}, "rejected"),
        ({"validationpr": {"validationresult": True}, "validationresult": "7"}, "rejected"),
        ({"validationpr": {"validationresult": "false"}, "validationresult": 15}, "rejected"),
        ({"validationpr": {"validationresult": 0}, "validationresult": 15}, "rejected"),
        ({"validationpr": {"validationresult": True, "validationdisabled": "true"}}, "settings"),
        ({"validationpr": {"validationresult": False, "decryptionresult": "Не указан ИНН, токен"}}, "settings"),
        ({"validationpr": {"validationresult": True, "validationdisabled": True}, "validationresult": 15}, "settings"),
    ],
)
def test_an_element_is_ruled_by_what_it_says_and_nothing_else(element: Mapping[str, Any], kind: str | None) -> None:
    found = rule(element)
    assert (found.kind if found else None) == kind


@pytest.mark.parametrize(("status", "kind"), [("0", "accepted"), (0.0, "accepted"), ("2", None), ("", None)])
def test_the_status_of_an_answer_may_be_a_text(
    client: KkmServer, kkm: Emulated, status: object, kind: str | None
) -> None:
    element = {"BarCode": MILK, "ValidationPR": {"ValidationResult": True}}
    kkm.fault("body", json.dumps({"Status": status, "MarkingCodeValidation": [element]}))
    found = client.check(MILK, "1", 5)
    assert (found.kind if isinstance(found, Ruling) else None) == kind


def test_a_service_that_checks_nothing_and_says_it_is_well_is_trusted_when_it_checks(
    client: KkmServer, kkm: Emulated
) -> None:
    kkm.fault("silent", path="ValidationMarkingCode")
    assert "no answer in" in unheard(client.check(MILK, "1", 2)).text
    assert "silent since" in unheard(client.check(MILK, "1", 2)).text
    kkm.heal()
    eventually(lambda: isinstance(client.check(MILK, "1", 5), Ruling), patience=60)
    client.stop()


def test_a_command_that_still_runs_is_asked_for_by_its_number(client: KkmServer, kkm: Emulated) -> None:
    kkm.polls = 2
    assert ruled(client.check(MILK, "1", 10)).kind == "accepted"
    assert [entry.command for entry in kkm.journal] == ["ValidationMarkingCode", *["GetRezult"] * 3]
    assert len({entry.body["IdCommand"] for entry in kkm.journal}) == 1


def test_a_command_that_never_ends_is_given_up_in_time(
    client: KkmServer, kkm: Emulated, clock: FrozenClock, promptly: Callable[..., Any]
) -> None:
    kkm.polls = 10_000
    unheard(promptly(lambda: client.check(MILK, "1", 4), 4.2, clock.monotonic))


def test_a_wrong_password_is_told_apart(kkm: Emulated, world: World, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("other", encoding="utf-8")
    assert (
        ruled(KkmServer(kkm.url, USER, SecretFile(tmp_path, "password"), world).check(MILK, "1", 5)).kind == "account"
    )
    assert ruled(KkmServer(kkm.url, USER, SecretFile(tmp_path, "gone"), world).check(MILK, "1", 5)).kind == "account"


OTHER = b'{"Status":0,"MarkingCodeValidation":[{"BarCode":"0104670540176099215other","ValidationResult":15}]}'
FAULTS: list[tuple[str, Any]] = [
    ("drop", None),
    ("silent", None),
    ("status", 500),
    ("status", 404),
    ("html", None),
    ("cut_json", None),
    ("body", b"[]"),
    ("body", b"{}"),
    ("body", b'{"Status":0,"Error":""}'),
    ("body", OTHER),
    ("body", b'{"Status":3,"Error":""}'),
    ("huge", 3_000_000),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value"), FAULTS)
def test_a_server_that_misbehaves_has_checked_nothing(client: KkmServer, kkm: Emulated, kind: str, value: Any) -> None:
    kkm.fault(kind, value)
    answer = unheard(client.check(MILK, "1", 0.6))
    assert PASSWORD not in answer.text
    assert client.status()["trouble"] == answer.text


def test_nothing_listens(client: KkmServer, kkm: Emulated) -> None:
    kkm.off()
    unheard(client.check(MILK, "1", 1))

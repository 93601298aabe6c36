"""What goes to the web server of ATOL's driver, letter for letter, and the rules of its check of codes."""

from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from ncash.emulators.atol import PASSWORD
from ncash.fiscal.atol import PAUSES, TRIES
from ncash.model.fiscal.register import PlannedStatus, RegisterRefused, RegisterSilent
from ncash.model.ports import Http
from ncash.model.receipt import Kind, Payment

from .stands import CHEESE, EVIDENCE, MILK, OTHER, UUID, AtolStand, check, line, order, weighed

SAMPLE_CODE = "0104609998887776215tEsTx\x1d93AbC9"
SAMPLE = {
    "type": "sell", "taxationType": "osn", "operator": {"name": "Cashier 1"},
    "items": [{
        "type": "position", "name": "Test milk", "price": 89.90, "quantity": 1, "amount": 89.90, "department": 1,
        "measurementUnit": "piece", "paymentMethod": "fullPayment", "paymentObject": "commodityWithMarking",
        "tax": {"type": "vat10"},
        "imcParams": {
            "imcType": "auto", "imc": "MDEwNDYwOTk5ODg4Nzc3NjIxNXRFc1R4HTkzQWJDOQ==",
            "itemEstimatedStatus": "itemPieceSold", "imcModeProcessing": 0,
            "itemInfoCheckResult": {
                "imcCheckFlag": True, "imcCheckResult": True, "imcStatusInfo": True,
                "imcEstimatedStatusCorrect": True, "ecrStandAloneFlag": False,
            },
        },
        "industryInfo": [{
            "fois": "030", "date": "21.11.2023", "number": "1944", "industryAttribute": EVIDENCE["1265"],
        }],
    }],
    "payments": [{"type": "cash", "sum": 100}], "total": 89.90,
}  # fmt: skip


@pytest.fixture
def opened(atol: AtolStand) -> AtolStand:
    atol.register.open_shift("Cashier 1")
    return atol


def sent(stand: AtolStand, *types: str) -> list[dict[str, Any]]:
    return [dict(task) for entry in stand.server.journal for task in entry.tasks if task["type"] in types]


def test_a_receipt_is_the_documented_task(tmp_path: Path, http: Http, opened: AtolStand) -> None:
    stand = AtolStand(tmp_path, http, opened.server, opened.clock, taxation="osn")
    wanted = order(line(SAMPLE_CODE, industry=EVIDENCE, result=15))._replace(payments=(Payment("cash", 10000),))
    stand.register.register(wanted)
    assert sent(stand, "sell") == [SAMPLE]
    assert [entry.body["uuid"] for entry in stand.server.journal if "sell" in entry.types] == [UUID]


def test_a_return_of_weighed_goods(opened: AtolStand) -> None:
    part = weighed(PlannedStatus.MEASURED_RETURNED, "0.300", 20970)._replace(object=31)
    opened.register.register(order(part, kind=Kind.RETURN)._replace(payments=(Payment("card", 20970),)))
    (task,) = sent(opened, "sellReturn")
    (item,) = task["items"]
    assert (item["quantity"], item["measurementUnit"], item["paymentObject"]) == (0.3, "kilogram", "exciseWithMarking")
    assert b64decode(item["imcParams"]["imc"]).decode() == CHEESE
    assert (item["imcParams"]["itemEstimatedStatus"], task["payments"][0]["type"]) == (
        "itemDryReturn",
        "electronically",
    )
    assert "industryInfo" not in item
    assert "itemInfoCheckResult" not in item["imcParams"]


def test_ffd_1_05_carries_the_code_of_the_goods_in_tag_1162(tmp_path: Path, http: Http, opened: AtolStand) -> None:
    stand = AtolStand(tmp_path, http, opened.server, opened.clock, ffd="1.05")
    stand.register.register(order(line("0104670540176099215'W9Um\x1d93dGVz", industry=EVIDENCE)))
    (item,) = sent(stand, "sell")[0]["items"]
    assert b64decode(item["nomenclatureCode"]).hex(" ").upper() == "44 4D 04 3F 71 E3 5A E3 35 27 57 39 55 6D"
    assert item["paymentObject"] == "commodity"
    assert not {"imcParams", "industryInfo", "measurementUnit"} & set(item)
    assert stand.register.check_mark(check()).bits == 0
    stand.register.accept_mark(check())
    assert not sent(stand, "beginMarkingCodeValidation", "acceptMarkingCode")


def test_a_check_begins_is_waited_for_and_accepted(opened: AtolStand) -> None:
    opened.server.tasks.polls = 3
    opened.register.check_mark(check())
    opened.register.accept_mark(check())
    types = [type_ for entry in opened.server.journal for type_ in entry.types if "MarkingCode" in type_]
    waited = ["getMarkingCodeValidationStatus"] * 4
    assert types == ["beginMarkingCodeValidation", *waited, "acceptMarkingCode"]
    (task,) = sent(opened, "beginMarkingCodeValidation")
    assert task["params"]["itemEstimatedStatus"] == "itemPieceSold"
    assert b64decode(task["params"]["imc"]).decode() == MILK
    assert opened.server.tasks.accepted == [MILK]


def test_a_check_of_measured_goods_says_how_much(opened: AtolStand) -> None:
    asked = check(CHEESE, PlannedStatus.MEASURED_SOLD)._replace(unit=11)
    opened.register.check_mark(asked)
    (task,) = sent(opened, "beginMarkingCodeValidation")
    assert (task["params"]["itemQuantity"], task["params"]["itemUnits"]) == (1, "kilogram")


def test_a_check_that_runs_already_is_cancelled_and_begun_again(opened: AtolStand) -> None:
    opened.server.tasks.codes = [401]
    assert opened.register.check_mark(check()).bits == 15
    assert (opened.server.tasks.cancelled, opened.clock.slept) == (1, [])


@pytest.mark.parametrize("code", [403, 407, 410])
def test_a_check_is_tried_again_after_one_to_three_seconds(opened: AtolStand, code: int) -> None:
    opened.server.tasks.codes = [code, code]
    assert opened.register.check_mark(check()).bits == 15
    assert len(opened.clock.slept) == 2
    assert all(PAUSES[0] <= seconds <= PAUSES[1] for seconds in opened.clock.slept)


def test_a_check_is_not_tried_for_ever(opened: AtolStand) -> None:
    opened.server.tasks.codes = [407] * 50
    with pytest.raises(RegisterRefused, match="407"):
        opened.register.check_mark(check())
    assert len(sent(opened, "beginMarkingCodeValidation")) == TRIES


@pytest.mark.parametrize("code", [402, 421])
def test_an_operator_that_cannot_be_reached_leaves_the_answer_of_the_drive(opened: AtolStand, code: int) -> None:
    opened.server.tasks.codes = [code]
    result = opened.register.check_mark(check())
    assert (result.bits, result.refused, str(code) in result.text) == (3, False, True)
    opened.register.accept_mark(check())
    assert opened.server.tasks.accepted == [MILK]


def test_any_other_error_of_a_check_is_a_refusal(opened: AtolStand) -> None:
    opened.server.tasks.codes = [450]
    with pytest.raises(RegisterRefused, match="450"):
        opened.register.check_mark(check())


def test_a_cancelled_receipt_leaves_no_codes_behind(opened: AtolStand) -> None:
    opened.register.check_mark(check())
    opened.register.accept_mark(check())
    opened.register.forget_marks()
    assert opened.server.tasks.accepted == []


def test_a_document_that_is_not_on_paper_is_told_and_printed_on(opened: AtolStand) -> None:
    opened.end_paper()
    opened.register.register(order())
    assert opened.register.status().unprinted
    opened.load_paper()
    opened.register.print_copy()
    assert sent(opened, "continuePrint") == [{"type": "continuePrint"}]
    opened.register.print_copy()
    assert sent(opened, "printLastReceiptCopy") == [{"type": "printLastReceiptCopy"}]


def test_what_the_operator_has_not_got_is_counted(opened: AtolStand) -> None:
    opened.device.unsent, opened.device.unsent_since = 3, "2027-01-10T09:00:00"
    status = opened.register.status()
    assert (status.unsent, status.unsent_since) == (3, "2027-01-10T09:00:00+03:00")


def test_a_receipt_still_at_work_is_neither_there_nor_not(opened: AtolStand) -> None:
    opened.register.status()
    opened.server.polls = 1000
    with pytest.raises(RegisterSilent, match="after 60 s"):
        opened.register.register(order())
    with pytest.raises(RegisterSilent, match="inProgress"):
        opened.register.find(UUID)


def test_a_service_that_is_down_has_made_nothing(opened: AtolStand) -> None:
    opened.server.off()
    with pytest.raises(RegisterRefused, match="refused"):
        opened.register.register(order())
    with pytest.raises(RegisterSilent):
        opened.register.last()


def test_an_account_is_asked_for_and_never_shown(tmp_path: Path, http: Http, atol: AtolStand) -> None:
    atol.server.user = "till"
    (tmp_path / "atol.password").write_text(PASSWORD, encoding="utf-8")
    stand = AtolStand(tmp_path, http, atol.server, atol.clock, user="till", passwordFile="atol.password")
    assert stand.register.open_shift("Cashier 1") == 1
    with pytest.raises(RegisterSilent, match="account") as silent:
        atol.register.status()
    (tmp_path / "atol.password").write_text("WRONG-CANARY", encoding="utf-8")
    with pytest.raises(RegisterRefused, match="account") as refused:
        stand.register.register(order(name=OTHER))
    assert "CANARY" not in f"{silent.value!r}{refused.value!r}{refused.value.hint}{refused.value.__cause__!r}"

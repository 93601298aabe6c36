"""What goes to KKM Server, letter for letter, and what is made of its answers."""

from decimal import Decimal
from pathlib import Path

import pytest

from ncash.emulators.kkmserver import PASSWORD
from ncash.model.fiscal.register import FiscalOrder, PlannedStatus, RegisterError, RegisterRefused, RegisterSilent
from ncash.model.ports import Http
from ncash.model.receipt import Kind, Payment
from ncash.network.http import RequestsHttp

from .stands import CHEESE, EVIDENCE, MILK, OTHER, UUID, KkmStand, check, line, order, weighed

SAMPLE_CODE = "0104609998887776215tEsTx\x1d93AbC9"
SAMPLE = {
    "Command": "RegisterCheck", "NumDevice": 0, "IdCommand": UUID, "IsFiscalCheck": True, "TypeCheck": 0,
    "CashierName": "Cashier 1", "TaxVariant": "",
    "CheckStrings": [{"Register": {
        "Name": "Test milk", "Quantity": 1, "Price": 89.90, "Amount": 89.90, "Tax": 10, "SignMethodCalculation": 4,
        "SignCalculationObject": 33, "MeasureOfQuantity": 0,
        "GoodCodeData": {"BarCode": SAMPLE_CODE, "ContainsSerialNumber": True, "AcceptOnBad": False},
    }}],
    "Cash": 100, "ElectronicPayment": 0, "AdvancePayment": 0, "Credit": 0, "CashProvision": 0,
}  # fmt: skip


@pytest.fixture
def opened(kkm: KkmStand) -> KkmStand:
    kkm.register.open_shift("Cashier 1")
    return kkm


def sent(stand: KkmStand, command: str = "RegisterCheck") -> list[dict[str, object]]:
    return [dict(entry.body) for entry in stand.server.journal if entry.command == command]


def test_a_receipt_is_the_documented_command(opened: KkmStand) -> None:
    wanted = order(line(SAMPLE_CODE, dept=""))._replace(payments=(Payment("cash", 10000),))
    opened.register.register(wanted)
    (body,) = sent(opened)
    assert body.pop("Timeout") == 57
    assert body == SAMPLE


def test_a_return_of_weighed_goods_with_its_evidence(opened: KkmStand) -> None:
    part = weighed(PlannedStatus.MEASURED_RETURNED, "0.300", 20970)._replace(industry=EVIDENCE, object=31, tax="none")
    opened.register.register(order(part, kind=Kind.RETURN)._replace(payments=(Payment("card", 20970),)))
    (body,) = sent(opened)
    assert (body["TypeCheck"], body["Cash"], body["ElectronicPayment"]) == (1, 0, 209.7)
    strings = body["CheckStrings"]
    assert isinstance(strings, list)
    told = strings[0]["Register"]
    assert (told["Quantity"], told["MeasureOfQuantity"], told["SignCalculationObject"], told["Tax"]) == (
        0.3,
        11,
        31,
        -1,
    )
    assert told["Department"] == 1
    assert told["GoodCodeData"]["BarCode"] == CHEESE
    assert told["GoodCodeData"]["IndustryProps"] == EVIDENCE["1265"]


def test_a_separator_that_the_scanner_lost_is_put_back(opened: KkmStand) -> None:
    opened.register.check_mark(check(MILK.replace("\x1d", "")))
    (body,) = sent(opened, "ValidationMarkingCode")
    goods = body["GoodCodeDatas"]
    assert goods == [{"Name": "", "BarCode": MILK, "Quantity": 1, "MeasureOfQuantity": 0}]


def test_ffd_1_05_carries_the_code_and_nothing_of_ffd_1_2(tmp_path: Path, http: Http, kkm: KkmStand) -> None:
    stand = KkmStand(tmp_path, http, kkm.server, kkm.clock, ffd="1.05")
    stand.register.open_shift("Cashier 1")
    stand.register.register(order(line(industry=EVIDENCE)))
    assert stand.register.check_mark(check()).bits == 0
    (body,) = sent(stand)
    strings = body["CheckStrings"]
    assert isinstance(strings, list)
    told = strings[0]["Register"]
    assert (told["SignCalculationObject"], "MeasureOfQuantity" in told) == (1, False)
    assert told["GoodCodeData"] == {"BarCode": MILK, "ContainsSerialNumber": True, "AcceptOnBad": False}
    assert not sent(stand, "ValidationMarkingCode")


def test_an_answer_without_a_qr_code_is_a_document_all_the_same(opened: KkmStand) -> None:
    opened.server.register.tells_qr = False
    made = opened.register.register(order())
    found = opened.register.find(UUID)
    assert found is not None
    assert (made.number, made.total, made.sign, found.number, found.total) == (2, 8990, "", 2, 8990)


def test_an_error_after_the_document_was_made_is_no_refusal(opened: KkmStand) -> None:
    opened.end_paper()
    with pytest.raises(RegisterSilent, match="the last document is 2, not 1"):
        opened.register.register(order())


def test_a_receipt_still_at_work_is_neither_there_nor_not(opened: KkmStand) -> None:
    opened.register.status()
    opened.server.polls = 1000
    with pytest.raises(RegisterSilent, match="after 60 s"):
        opened.register.register(order())
    with pytest.raises(RegisterSilent, match="still at work"):
        opened.register.find(UUID)
    opened.server.polls = 0
    found = opened.register.find(UUID)
    assert found is not None
    assert opened.register.register(order()).number == found.number
    assert opened.receipts() == 1


def test_a_service_that_is_down_has_made_nothing(opened: KkmStand) -> None:
    opened.server.off()
    with pytest.raises(RegisterRefused, match="refused"):
        opened.register.register(order())
    with pytest.raises(RegisterSilent):
        opened.register.status()
    with pytest.raises(RegisterSilent):
        opened.register.find(UUID)


@pytest.mark.parametrize("wrong", ["HALLO-CANARY", ""])
def test_an_account_that_is_not_accepted_is_said_without_its_password(
    tmp_path: Path, kkm: KkmStand, http: RequestsHttp, wrong: str
) -> None:
    (tmp_path / "kkm.password").write_text(wrong, encoding="utf-8")
    with pytest.raises(RegisterRefused, match="account") as refused:
        kkm.register.open_shift("Cashier 1")
    with pytest.raises(RegisterSilent) as silent:
        kkm.register.status()
    for error in (refused.value, silent.value):
        told = f"{error!r} {error} {error.hint} {error.__cause__!r}"
        assert not wrong or wrong not in told
        assert "passwordFile" in told


def test_a_password_file_that_is_not_there_is_named(tmp_path: Path, kkm: KkmStand) -> None:
    (tmp_path / "kkm.password").unlink()
    with pytest.raises(RegisterRefused, match=r"kkm\.password"):
        kkm.register.open_shift("Cashier 1")
    with pytest.raises(RegisterRefused, match=r"kkm\.password"):
        kkm.register.register(order())
    assert not kkm.server.journal


@pytest.mark.parametrize("fault", ["drop", "cut_body", "html", "cut_json"])
def test_no_failure_of_the_network_tells_a_secret(opened: KkmStand, fault: str) -> None:
    opened.server.fault(fault)
    for act in (opened.register.status, opened.register.last, lambda: opened.register.register(order(name=OTHER))):
        with pytest.raises(RegisterError) as raised:
            act()
        assert PASSWORD not in f"{raised.value} {raised.value.hint} {raised.value.__cause__!r}"


def test_a_rate_that_nobody_knows_is_refused_before_anything_is_sent(opened: KkmStand) -> None:
    with pytest.raises(RegisterRefused, match="vat99"):
        opened.register.register(order(line(tax="vat99")))
    assert not sent(opened)


def test_quantities_and_prices_stay_exact(opened: KkmStand) -> None:
    sold = line(None, quantity=Decimal("1.005"), price=10, amount=10)
    wanted = FiscalOrder(UUID, Kind.SALE, "Cashier 1", (sold,), (Payment("cash", 10),), "")
    opened.register.register(wanted)
    raw = str(sent(opened)[0])
    assert "'Quantity': 1.005" in raw
    assert "'Price': 0.1," in raw

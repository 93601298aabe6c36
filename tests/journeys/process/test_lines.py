"""The grammar of the line protocol: one answer a line, in order, whatever the line is."""

import json

import pytest

from .conftest import BREAD, MILK, WATER, WATER_CODE, Till, keys, names, shaped

NOT_A_COMMAND = {
    "not UTF-8": b'{"cmd":"state"\xff}',
    "UTF-16": '{"cmd":"state"}'.encode("utf-16"),
    "not JSON": b"state",
    "cut JSON": b'{"cmd":"state"',
    "two objects": b'{"cmd":"state"}{"cmd":"state"}',
    "single quotes": b"{'cmd':'state'}",
    "an array": b'[{"cmd":"state"}]',
    "a text": b'"state"',
    "a number": b"7",
    "null": b"null",
    "NaN": b'{"cmd":"quantity","position":NaN,"value":"1"}',
    "Infinity": b'{"cmd":"state","x":Infinity}',
    "deep nesting": b'{"cmd":"state","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a number of a million digits": b'{"cmd":"state","x":' + b"9" * 1_000_000 + b"}",
    "two megabytes": b'{"cmd":"scan","data":"' + b"0" * 2_000_000 + b'"}',
    "a NUL byte": b'{"cmd":"sta\x00te"}',
    "no command": b"{}",
    "a command that is no text": b'{"cmd":7}',
    "a command that is a list": b'{"cmd":["state"]}',
    "a command nobody knows": b'{"cmd":"drop"}',
    "a command in capitals": b'{"cmd":"STATE"}',
    "scan without data": b'{"cmd":"scan"}',
    "scan of a number": b'{"cmd":"scan","data":46}',
    "scan of null": b'{"cmd":"scan","data":null}',
    "scan by unknown input": b'{"cmd":"scan","data":"46","input":"voice"}',
    "press without button": b'{"cmd":"press"}',
    "press of an unknown button": b'{"cmd":"press","button":"sell"}',
    "quantity without value": b'{"cmd":"quantity","position":1}',
    "quantity as number": b'{"cmd":"quantity","position":1,"value":2}',
    "position as text": b'{"cmd":"quantity","position":"1","value":"2"}',
    "position true": b'{"cmd":"storno","position":true}',
    "position 0": b'{"cmd":"storno","position":0}',
    "position 1.5": b'{"cmd":"storno","position":1.5}',
    "storno of nothing": b'{"cmd":"storno"}',
    "storno of both": b'{"cmd":"storno","position":1,"all":true}',
    "payments as object": b'{"cmd":"close","payments":{"type":"cash","amount":"1.00"}}',
    "payment as number": b'{"cmd":"close","payments":[{"type":"cash","amount":100}]}',
    "payment without type": b'{"cmd":"close","payments":[{"amount":"1.00"}]}',
    "unknown kind": b'{"cmd":"open","kind":"gift"}',
    "unknown channel": b'{"cmd":"open","channel":"drone"}',
    "unknown shift word": b'{"cmd":"shift","do":"z"}',
    "choose without positions": b'{"cmd":"choose"}',
    "restore of nothing": b'{"cmd":"restore"}',
}


def test_a_line_that_is_no_command_is_answered_and_changes_nothing(steady: Till) -> None:
    steady.send("open")
    steady.scan(BREAD)
    before = steady.send("state")
    for what, line in NOT_A_COMMAND.items():
        answer = steady.line(line)
        assert (answer["ok"], shaped(answer), answer["receipt"]) == (False, True, before["receipt"]), what
        assert answer["error"]["text"], what
        assert answer["error"]["code"] in ("json", "line", "command", "field", "button"), what
    assert steady.send("state") == before


def test_the_greeting_comes_before_any_input(till: Till) -> None:
    greeting = till.greeting
    assert greeting["event"] == "ready"
    assert greeting.keys() >= {"version", "plugins", "categories", "notices", "dialog", "receipt"}
    assert {one["name"]: one["state"] for one in greeting["plugins"]}["markedgoods"] == "ready"
    assert {category["name"] for category in greeting["categories"]} >= {"Milk", "Water", "Shoes"}
    assert all(category["file"] and category["line"] for category in greeting["categories"])


def test_blank_lines_have_no_answer_and_every_other_line_has_one_in_order(till: Till) -> None:
    lines = [b"", b'{"cmd":"open"}', b"  ", b"\t\r", b"junk", b"", b'{"cmd":"scan","data":"4600000000015"}\r', b""]
    for line in [*lines, b'{"cmd":"close"}', b'{"cmd":"shift","do":"x"}']:
        till.write(line)
    code, said, _ = till.end()
    answers = [json.loads(line) for line in said.splitlines()]
    assert [answer["ok"] for answer in answers] == [True, False, True, True, True]
    assert (code, answers[2]["receipt"]["total"], "report" in answers[4]) == (0, "45.90", True)


def test_a_last_line_without_its_end_is_answered_too(till: Till) -> None:
    assert till.process.stdin is not None
    till.process.stdin.write(b'{"cmd":"open"}')
    code, said, _ = till.end()
    assert (code, json.loads(said)["ok"]) == (0, True)


def test_no_input_at_all_is_a_good_end(till: Till) -> None:
    assert till.end() == (0, b"", b"")


@pytest.mark.parametrize("cmd", ["close", "cancel", "defer", "scan", "storno", "quantity", "press", "choose"])
def test_what_needs_a_receipt_says_so(steady: Till, cmd: str) -> None:
    fields = {
        "scan": {"data": BREAD}, "storno": {"all": True}, "quantity": {"position": 1, "value": "2"},
        "press": {"button": "ok"}, "choose": {"positions": [1]},
    }  # fmt: skip
    answer = steady.send(cmd, **fields.get(cmd, {}))
    assert (answer["ok"], shaped(answer), answer["receipt"]) == (False, True, None)
    assert answer["error"]["code"] in ("no_receipt", "button", "dialog")


def test_open_is_refused_while_a_receipt_is_open(steady: Till) -> None:
    first = steady.send("open")["receipt"]["id"]
    refused = steady.send("open", kind="return")
    assert (refused["ok"], refused["error"]["code"], refused["receipt"]["id"]) == (False, "receipt_open", first)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"cashier": "nobody"}, "cashier"),
        ({"kind": "return_by_sale"}, "sale"),
        ({"kind": "return_by_sale", "sale": "999"}, "sale"),
        ({"kind": "return_by_sale", "sale": "1 OR 1=1"}, "sale"),
    ],
)
def test_a_receipt_that_cannot_be_opened_is_not(steady: Till, fields: dict[str, str], code: str) -> None:
    refused = steady.send("open", **fields)
    assert (refused["ok"], refused["error"]["code"], refused["receipt"]) == (False, code, None)


@pytest.mark.parametrize(
    ("payments", "document"),
    [
        ([{"type": "cash", "amount": "45.89"}], False),
        ([{"type": "card", "amount": "50.00"}], False),
        ([{"type": "cash", "amount": "-45.90"}], False),
        ([{"type": "cash", "amount": "45.901"}], False),
        ([{"type": "cash", "amount": "1e3"}], True),
        ([{"type": "cash", "amount": "NaN"}], False),
        ([{"type": "cash", "amount": "٤٥٫٩٠"}], False),
        ([], False),
        ([{"type": "cash", "amount": "20.00"}, {"type": "card", "amount": "25.90"}], True),
        ([{"type": "cash", "amount": "100.00"}], True),
    ],
)
def test_a_payment_fits_or_is_refused(steady: Till, payments: list[dict[str, str]], document: bool) -> None:
    steady.send("open")
    steady.scan(BREAD)
    answer = steady.send("close", payments=payments)
    assert (answer["ok"], answer["document"] is not None) == (document, document)
    assert names(answer) == ["Хлеб дарницкий"]


def test_no_scan_ever_answers_a_question(steady: Till) -> None:
    steady.send("open")
    asked = steady.scan(WATER_CODE)
    assert asked["dialog"]["key"] == "ScanMark"
    for burst in ("", "\r\n", " ", "continue", "ok", "without_mark", BREAD, '{"cmd":"press","button":"cancel"}'):
        assert steady.scan(burst)["dialog"]["kind"] == "scan_mark"
    assert names(steady.scan(WATER)) == ["Вода питьевая 0,5 л"]


def test_close_is_refused_while_a_dialog_waits_and_cancel_always_works(steady: Till) -> None:
    steady.send("open")
    steady.scan(BREAD)
    steady.scan(WATER_CODE)
    for command, fields in (("close", {}), ("defer", {}), ("storno", {"position": 1})):
        refused = steady.send(command, **fields)
        assert (refused["ok"], refused["error"]["code"], refused["dialog"]["key"]) == (False, "dialog", "ScanMark")
    cancelled = steady.send("cancel")
    assert (cancelled["receipt"]["state"], cancelled["document"]["doctype"], cancelled["dialog"]) == (
        "cancelled",
        7,
        None,
    )


def test_a_mark_of_unknown_goods_and_an_unknown_barcode_are_named(steady: Till) -> None:
    steady.send("open")
    assert keys(steady.scan("4600000000022")) == ["BarcodeNotFound"]
    assert keys(steady.scan(MILK.replace("4670540176099", "4699999999999"))) == ["BarcodeNotFound"]

"""What tills and admins get from a server, on each engine."""

from pathlib import Path
from typing import Any, Final

from ncash.emulators.cashserver import CashServer
from ncash.server.service import Options

from .town import TAIL, Answer, Caller, Running, asked, mark, operation, running

MARK, OTHER = mark("one"), mark("two")


def test_a_unit_goes_through_a_sale_and_a_return(till: Caller) -> None:
    assert till.status(MARK) == "NOT_REGISTERED"
    granted = till.reserve(MARK)
    assert (granted.status, granted.body["status"]) == (200, "RESERVED_SALE")
    assert till.operate(operation("1", "sold", MARK)) == [{"id": "1", "result": "applied", "status": "SOLD"}]
    assert till.status(MARK) == "SOLD"
    assert till.reserve(MARK, "d2").body["status"] == "SOLD"
    back = till.reserve(MARK, "d3", doctype="back_by_sale")
    assert (back.status, back.body["status"]) == (200, "RESERVED_BACK")
    told = till.operate(operation("2", "returned", MARK, "d3", doctype="back_by_sale"))
    assert told == [{"id": "2", "result": "applied", "status": "RETURNED"}]
    assert till.reserve(MARK, "d4").status == 200


def test_another_receipt_is_told_who_holds_the_mark(till: Caller) -> None:
    till.reserve(MARK, "d1", cashcode="3")
    refused = till.reserve(MARK, "d2")
    assert refused.status == 409
    assert refused.body["status"] == "RESERVED_SALE"
    assert refused.body["owner"]["cashcode"] == "3"
    assert refused.body["owner"]["documentid"] == "d1"
    assert till.post("status", asked(MARK)).body["owner"] == refused.body["owner"]


def test_a_mark_is_one_mark_however_it_was_scanned(till: Caller) -> None:
    assert till.reserve(MARK, "d1").status == 200
    for written in (MARK.replace("\x1d", ""), MARK.partition("\x1d")[0], MARK.replace("\x1d", "<GS>")):
        assert till.reserve(written, "d2").status == 409


def test_a_reservation_ends_with_its_lease(town: Running, till: Caller) -> None:
    lease = till.reserve(MARK).body["lease"]
    assert lease == "2027-01-15T09:15:00.000+00:00"
    town.clock.move(899)
    assert till.reserve(MARK, "d2").status == 409
    town.clock.move(1)
    assert till.status(MARK) == "UNRESERVED_SALE"
    assert till.reserve(MARK, "d2").status == 200
    assert till.reserve(MARK, "d1").status == 409


def test_reserving_again_keeps_the_lease_alive(town: Running, till: Caller) -> None:
    till.reserve(MARK)
    for _ in range(3):
        town.clock.move(600)
        assert till.reserve(MARK).status == 200
        assert till.reserve(MARK, "d2").status == 409


def test_a_reserved_return_that_ends_counts_as_sold(town: Running, till: Caller) -> None:
    till.operate(operation("1", "sold", MARK))
    till.reserve(MARK, "d2", doctype="back_by_sale")
    town.clock.move(900)
    assert till.status(MARK) == "UNRESERVED_BACK"
    assert till.reserve(MARK, "d3").status == 409


def test_a_whole_receipt_gets_one_result_for_each_mark(till: Caller) -> None:
    till.reserve(OTHER, "d9")
    receipt = {name: value for name, value in asked("").items() if name not in ("mark", "barcode")}
    answer = till.post("reserve", {**receipt, "marks": [{"mark": MARK}, {"mark": OTHER}, {"mark": MARK}]})
    assert answer.status == 200
    first, second, third = answer.body["results"]
    assert (first["granted"], first["status"], "lease" in first) == (True, "RESERVED_SALE", True)
    assert (second["granted"], second["owner"]["documentid"], "lease" in second) == (False, "d9", False)
    assert third["granted"]


def test_an_operation_takes_effect_once_for_ever(town: Running, till: Caller, admin: Caller) -> None:
    sold = operation("1", "sold", MARK)
    assert [one["result"] for one in till.operate(sold, sold)] == ["applied", "duplicate"]
    town.clock.move(40 * 86_400)
    assert till.operate(sold) == [{"id": "1", "result": "duplicate", "status": "SOLD"}]
    assert len(admin.call("GET", f"marks?mark={MARK[:31]}").body["history"]) == 1


def test_one_id_with_two_bodies_is_refused_for_that_element(till: Caller) -> None:
    till.operate(operation("1", "sold", MARK))
    forged, honest = till.operate(operation("1", "sold", OTHER), operation("2", "sold", OTHER))
    assert (forged["result"], forged["code"], forged["status"]) == ("conflict", 409, "NOT_REGISTERED")
    assert forged["error"]["code"] == "other_body"
    assert (honest["result"], honest["status"]) == ("applied", "SOLD")


def test_operations_that_come_in_one_call_see_each_other(till: Caller, admin: Caller) -> None:
    results = till.operate(
        operation("1", "sold", MARK),
        operation("2", "returned", MARK, "d2", doctype="back"),
        operation("3", "sold", MARK, "d3"),
    )
    assert [(one["result"], one["status"]) for one in results] == [
        ("applied", "SOLD"), ("applied", "RETURNED"), ("applied", "SOLD"),
    ]  # fmt: skip
    told = admin.call("GET", f"marks?mark={MARK[:31]}").body
    assert [step["documentid"] for step in told["history"]] == ["d1", "d2", "d3"]


def test_a_fiscal_receipt_is_applied_and_the_conflict_is_kept_with_both(till: Caller, admin: Caller) -> None:
    till.reserve(MARK, "d1", cashcode="1", shopcode="10")
    sold = operation("1", "sold", MARK, "d2", cashcode="2", shopcode="20", docnum=118)
    assert till.operate(sold) == [{"id": "1", "result": "conflict", "status": "SOLD"}]
    assert till.operate(operation("2", "sold", MARK, "d1"))[0]["result"] == "conflict"
    first, second = admin.call("GET", "conflicts").body["conflicts"]
    assert (first["found"]["documentid"], first["found"]["shopcode"]) == ("d1", "10")
    assert (first["came"]["documentid"], first["came"]["shopcode"], first["came"]["docnum"]) == ("d2", "20", "118")
    assert (second["found"]["documentid"], second["came"]["documentid"]) == ("d2", "d1")
    after = admin.call("GET", f"conflicts?after={first['number']}&limit=1").body
    assert (after["conflicts"], after["next"]) == ([second], second["number"])


def test_what_is_not_fiscal_and_not_allowed_changes_nothing(till: Caller, admin: Caller) -> None:
    till.reserve(MARK, "d1")
    assert till.operate(operation("1", "unreserve", MARK, "d2"))[0]["result"] == "conflict"
    assert till.status(MARK) == "RESERVED_SALE"
    assert till.operate(operation("2", "unreserve", MARK, "d1"))[0] == {
        "id": "2", "result": "applied", "status": "UNRESERVED_SALE",
    }  # fmt: skip
    assert admin.call("GET", "conflicts").body["conflicts"] == []


def test_the_history_names_shops_and_tills_and_veils_the_mark(till: Caller) -> None:
    till.reserve(MARK, "d1", shopcode="10", cashcode="4")
    till.operate(operation("1", "sold", MARK, "d1", shopcode="10", cashcode="4"))
    told = till.call("GET", f"marks?mark={MARK[:31]}")
    assert [step["operation"] for step in told.body["history"]] == ["reserve sale", "sold"]
    assert {(step["shopcode"], step["cashcode"], step["account"]) for step in told.body["history"]} == {
        ("10", "4", "till-1"),
    }  # fmt: skip
    assert told.body["status"] == "SOLD"
    assert TAIL not in str(told.body)


def listed(admin: Caller, *entries: dict[str, str]) -> Any:
    answer = admin.post("whitelist", {"marks": list(entries)})
    assert answer.status == 200, answer.body
    return answer.body


def test_the_white_list_grows_and_is_handed_out_in_order(till: Caller, admin: Caller) -> None:
    assert listed(admin, {"mark": MARK, "barcode": "1"}, {"mark": MARK, "barcode": "1"})["added"] == 1
    counts = listed(admin, {"mark": MARK, "barcode": "1"}, {"mark": OTHER})
    assert (counts["read"], counts["added"], counts["known"]) == (2, 1, 1)
    csv = f"\ufeffexcisemarkid;barcode\n{mark('three')};2\n\n{mark('four')}\n;x\n".encode()
    counts = admin.call("POST", "whitelist", csv, Content_Type="text/csv; charset=utf-8").body
    assert (counts["read"], counts["added"], counts["faults"]) == (3, 2, [{"line": 5, "reason": "no mark"}])
    counts = listed(admin, {"mark": "не марка"}, {"mark": MARK, "barcode": "0001"})
    assert (counts["known"], counts["faulty"], counts["faults"][0]["line"]) == (1, 1, 1)
    first = till.call("GET", "whitelist?limit=3").body
    rest = till.call("GET", f"whitelist?after={first['next']}").body
    assert [one["mark"] for one in first["marks"] + rest["marks"]] == [MARK, OTHER, mark("three"), mark("four")]


def test_a_mark_is_on_the_white_list_with_separators_or_without(database: str, tmp_path: Path) -> None:
    """A code of no known layout: its CIS ends at the first separator; listed without any it stands there whole."""
    head, *rest = "0104600266011725212095134", "8005145000", "93AbCd", "7003271231", "21xyz"
    with running(database, tmp_path, options=Options("mark", rate=0)) as town, town.caller() as till:
        with town.caller("admin") as admin:
            listed(admin, {"mark": head.replace("4", "5", 1) + "".join(rest)}, {"mark": "\x1d".join((head, *rest))})
        assert till.status("\x1d".join((head, *rest))) == till.status(head + "\x1d" + "".join(rest)) == "NOT_REGISTERED"
        assert till.status("\x1d".join((head.replace("4", "5", 1), *rest))) == "NOT_REGISTERED"
        assert till.status("\x1d".join((head.replace("4", "6", 1), *rest))) == "NOT_IN_WHITE_LIST"


def test_the_white_list_counts_by_mark(database: str, tmp_path: Path) -> None:
    with running(database, tmp_path, options=Options("mark", rate=0)) as town, town.caller() as till:
        with town.caller("admin") as admin:
            listed(admin, {"mark": MARK, "barcode": "1"})
        assert till.status(MARK, barcode="2") == "NOT_REGISTERED"
        assert till.status(OTHER) == till.status(OTHER, doctype="back_by_sale") == "NOT_IN_WHITE_LIST"
        assert till.status(OTHER, doctype="back") == "NOT_REGISTERED"
        refused = till.reserve(OTHER)
        assert (refused.status, refused.body) == (409, {"status": "NOT_IN_WHITE_LIST"})
        assert till.reserve(MARK).status == 200


def test_the_white_list_counts_by_mark_and_barcode(database: str, tmp_path: Path) -> None:
    with running(database, tmp_path, options=Options("barcode", rate=0)) as town, town.caller() as till:
        with town.caller("admin") as admin:
            listed(admin, {"mark": MARK, "barcode": "4607042439162"}, {"mark": OTHER})
        assert till.status(MARK) == till.status(MARK, barcode="04607042439162") == "NOT_REGISTERED"
        assert till.status(MARK, barcode="") == "BARCODE_NOT_PASSED"
        assert till.status(MARK, barcode="1") == till.reserve(MARK, barcode="1").body["status"] == "BARCODE_MISMATCH"
        assert till.status(OTHER, barcode="1") == "NOT_REGISTERED"


def told(answer: Answer) -> Any:
    """What a till makes of an answer."""
    status = answer.body["status"]
    holder = None if status.startswith("UNRESERVED") else answer.body.get("owner", {}).get("documentid")
    return answer.status, status, "lease" in answer.body, holder


def test_the_emulator_of_the_tests_says_what_the_server_says(small: Running) -> None:
    script = [
        ("status", "sale", "d1"), ("reserve", "sale", "d1"), ("reserve", "sale", "d1"), ("reserve", "sale", "d2"),
        ("status", "sale", "d2"), ("reserve", "back_by_sale", "d3"), ("sold", "sale", "d1"), ("status", "sale", "d2"),
        ("reserve", "sale", "d2"), ("reserve", "back_by_sale", "d3"), ("reserve", "back_by_sale", "d4"),
        ("status", "back_by_sale", "d4"), ("unreserve", "back_by_sale", "d3"), ("reserve", "sale", "d5"),
        ("reserve", "back_by_sale", "d4"), ("returned", "back_by_sale", "d4"), ("reserve", "sale", "d6"),
    ]  # fmt: skip
    with CashServer() as emulator, Caller(emulator.port) as one, small.caller() as two:
        for number, (call, doctype, document) in enumerate(script):
            if call in ("status", "reserve"):
                seen = [told(caller.post(call, asked(MARK, document, doctype))) for caller in (one, two)]
            else:
                sent = operation(str(number), call, MARK, document, doctype=doctype)
                seen = [caller.operate(sent)[0]["status"] for caller in (one, two)]
            assert seen[0] == seen[1], (number, call, doctype, document)


ODD: Final = [
    "",
    "NULL",
    "null",
    "{}",
    '{"a","b"}',
    "a,b",
    '"',
    "\\",
    '\\"',
    " x ",
    "\n\t",
    "\x1d",
    "%s",
    "'; --",
    "Чек №1",
]
"""What an array of texts could stumble over."""


def test_texts_of_any_kind_are_kept_as_they_came(till: Caller) -> None:
    for number, odd in enumerate(ODD):
        code = mark(f"odd{number}")
        assert till.reserve(code, f"d{odd}", barcode=odd, shopcode=odd, cashcode=odd).status == 200
        assert till.reserve(code, f"d{odd}").status == 200
        assert till.operate(operation(f"id{odd}", "sold", code, f"d{odd}", shopcode=odd))[0]["result"] == "applied"
        told = till.call("GET", f"marks?mark={code[:31]}").body
        assert (told["barcode"], told["owner"]["shopcode"], told["owner"]["documentid"]) == (
            "4607042439162", odd, f"d{odd}",
        )  # fmt: skip
        assert [step["shopcode"] for step in told["history"]] == [odd, "1", odd]
    codes = [mark(f"odds{number}") for number in range(len(ODD))]
    receipt = {name: value for name, value in asked("", "all").items() if name not in ("mark", "barcode")}
    body = {**receipt, "marks": [{"mark": code, "barcode": odd} for code, odd in zip(codes, ODD, strict=True)]}
    assert all(one["granted"] for one in till.post("reserve", body).body["results"])
    kept = [till.call("GET", f"marks?mark={code[:31]}").body["barcode"] for code in codes]
    assert kept == ODD

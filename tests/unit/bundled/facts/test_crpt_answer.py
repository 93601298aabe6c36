"""Reading an answer of codes/check: what is a proof about a code, and what is none."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncash.bundled.markedgoods.facts.online import ALWAYS, Answer, NotChecked, fact_from_json, read_answer

CODE = "0104699999900013215aB3dE\x1d93Ab12"
VEILED = "0104699999900013215aB3dE\x1d93Aa00"
OTHER = "0104699999900013215aB3dF\x1d93Ab12"
REQUEST = "6f0b0f0e-3c0e-4d0f-9a55-1d2c3b4a5968"


def element(**changes: Any) -> dict[str, Any]:
    good = {
        "cis": CODE,
        "found": True,
        "valid": True,
        "verified": True,
        "realizable": True,
        "utilised": True,
        "gtin": "04699999900013",
        "groupIds": [8],
        "expireDate": "2027-01-31T00:00:00.000Z",
        "isBlocked": False,
        "sold": False,
        "mrp": 14500,
        "somethingNew": {"never": ["seen"]},
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not ...}


def body(*elements: dict[str, Any], **top: Any) -> bytes:
    whole = {"code": 0, "description": "ok", "codes": list(elements), "reqId": REQUEST, "reqTimestamp": 1800000000123}
    return json.dumps({name: value for name, value in {**whole, **top}.items() if value is not ...}).encode()


def read(text: bytes) -> Answer | NotChecked:
    return read_answer(text, CODE, "cdn01.example.test", 12.5)


def test_a_good_answer_is_read_with_its_proof() -> None:
    answer = read(body(element()))
    assert isinstance(answer, Answer)
    assert (answer.reqId, answer.reqTimestamp, answer.host) == (REQUEST, 1800000000123, "cdn01.example.test")
    assert (answer.verified, answer.sold, answer.mrp, answer.groupIds) == (True, False, 14500, (8,))
    assert answer.expires == datetime(2027, 1, 31)


def test_what_is_absent_or_null_is_unknown_and_not_false() -> None:
    answer = read(body(element(sold=..., isBlocked=None, grayZone=..., expireDate=...)))
    assert isinstance(answer, Answer)
    assert (answer.sold, answer.isBlocked, answer.grayZone, answer.expires) == (None, None, None, None)
    assert answer.ogvs == ()


def test_the_answer_is_found_by_its_code_and_not_by_its_place() -> None:
    answer = read(body(element(cis=OTHER, sold=True), element()))
    assert isinstance(answer, Answer)
    assert answer.sold is False


@pytest.mark.parametrize("echo", [CODE, CODE.replace("\x1d", ""), CODE.partition("\x1d")[0]])
def test_an_echo_that_lost_its_separator_or_its_tail_is_still_this_code(echo: str) -> None:
    assert isinstance(read(body(element(cis=echo))), Answer)


@pytest.mark.parametrize("echo", [OTHER, CODE[:-1] + "3", CODE.lower(), CODE[:-1], CODE + "1", ""])
def test_an_answer_about_another_code_proves_nothing(echo: str) -> None:
    assert isinstance(read(body(element(cis=echo))), NotChecked)


@pytest.mark.parametrize("name", ALWAYS)
@pytest.mark.parametrize("value", [..., None, "true", 1, [], {}])
def test_an_element_without_one_of_its_five_flags_proves_nothing(name: str, value: Any) -> None:
    answer = read(body(element(**{name: value})))
    assert isinstance(answer, NotChecked)
    assert answer.reason == "malformed"


WRONG: dict[str, bytes] = {
    "empty": b"",
    "html": b"<html></html>",
    "cut": body(element())[:-20],
    "NaN": body(element()).replace(b"14500", b"NaN"),
    "infinite": body(element()).replace(b"14500", b"1e999"),
    "not an object": b"[1]",
    "no codes": body(codes=...),
    "empty codes": body(),
    "codes of texts": body(codes=[CODE]),
    "no reqId": body(element(), reqId=...),
    "reqId of a number": body(element(), reqId=17),
    "reqId that is no UUID": body(element(), reqId="a&b"),
    "no reqTimestamp": body(element(), reqTimestamp=...),
    "reqTimestamp true": body(element(), reqTimestamp=True),
    "own code": body(element(), code=5000),
    "key twice": body(element()).replace(b'"found": true', b'"found": false, "found": true'),
    "two answers for the code": body(element(), element(sold=True)),
    "sold as text": body(element(sold="false")),
    "sold as number": body(element(sold=0)),
    "half a character": body(element(message="\ud800")),
    "not UTF-8": body(element()).replace(b"ok", b"\xff\xfe"),
    "deep": body(element(extra=json.loads("[" * 40 + "]" * 40))),
    "bottomless": b'{"codes":' + b"[" * 200_000,
    "endless number": body(element()).replace(b"14500", b"9" * 10_000),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_an_answer_that_is_not_exactly_right_is_no_check(wrong: str) -> None:
    answer = read(WRONG[wrong])
    assert isinstance(answer, NotChecked)
    assert answer.reason == "malformed"
    assert len(answer.text) <= 300


MIDNIGHT = datetime(2026, 12, 5)
SAME_DAY: tuple[Any, ...] = (
    "2026-12-05", "2026-12-05T00:00", "2026-12-05 00:00:00", "2026-12-05T00:00:00", "2026-12-05T00:00:00.000Z",
    "2026-12-05T00:00:00.1234567Z", "2026-12-05T00:00:00,5", "2026-12-05t00:00:00z", "2026-12-05T00:00:00+03:00",
    "2026-12-05T00:00:00+0300", "2026-12-05T00:00:00+03", "2026-12-05T00:00:00 +03:00", "2026-12-05Z",
    "2026-12-05+03:00", "2026-12-05T00:00:00.000-11:00", "2026-12-05T00:00:00+03:00[Europe/Moscow]", "2026-12-04T24:00",
    "2026-12-05 00:00 UTC", " 2026-12-05 ", "2026/12/05", "2026.12.05", "05.12.2026", "05.12.2026 00:00",
    "5.12.2026", "05.12.2026, 00:00:00", "2026-12-5", "20261205", "20261205T000000", "20261205000000", 20261205,
    1796428800000, 1796428800.0, "1796428800000",
)  # fmt: skip
NO_DATE: tuple[Any, ...] = (
    "2026-02-30", "2026-13-01", "2026-12-05T24:01", "2026-12-05T25:00", "2026-12-05T10:00:61", "2026-12", "2026",
    "26-12-05", "05/12/2026", "05-12-2026", "tomorrow", "2026-12-05T", "2026-12-05T00:00:00+3", "2026-12-05 or later",
    "٢٠٢٦-١٢-٠٥", "9" * 300, True, False, -1, 1.5, 10**20, [], [2026, 12, 5], {}, {"date": "2026-12-05"},
)  # fmt: skip


@pytest.mark.parametrize("written", SAME_DAY)
def test_a_date_may_be_written_in_many_ways(written: Any) -> None:
    answer = read(body(element(expireDate=written, productionDate=written, variableExpirations={"1": written})))
    assert isinstance(answer, Answer)
    assert (answer.expires, dict(answer.unread)) == (MIDNIGHT, {})
    kept = (answer.expireDate, answer.productionDate, answer.variableExpirations["1"])
    assert {datetime.fromisoformat(str(one)).replace(tzinfo=None, microsecond=0) for one in kept} == {MIDNIGHT}


@pytest.mark.parametrize(("written", "digits"), [("2026-12-05T23:59:60Z", "23:59:59"), ("5.12.2026 9:07", "09:07:00")])
def test_the_digits_of_the_time_are_taken_as_they_stand(written: str, digits: str) -> None:
    answer = read(body(element(expireDate=written)))
    assert isinstance(answer, Answer)
    assert str(answer.expires) == f"2026-12-05 {digits}"


@pytest.mark.parametrize("written", NO_DATE)
def test_an_expiry_date_that_is_none_is_told_and_spoils_nothing_else(written: Any) -> None:
    answer = read(body(element(expireDate=written, sold=True)))
    assert isinstance(answer, Answer)
    assert (answer.expires, answer.sold, list(answer.unread)) == (None, True, ["expireDate"])


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_a_blank_date_is_no_date(blank: Any) -> None:
    answer = read(body(element(expireDate=blank)))
    assert isinstance(answer, Answer)
    assert (answer.expires, dict(answer.unread)) == (None, {})


HARMLESS: dict[str, tuple[Any, Any]] = {
    "mrp": ("14500", 14500),
    "smp": (14500.0, 14500),
    "packageQuantity": (" 10 ", 10),
    "groupIds": (["8", 3.0], (8, 3)),
    "ogvs": ("RPN", ("RPN",)),
    "productionDate": ("long ago", None),
    "variableExpirations": ([], {}),
    "innerUnitCount": (-1, None),
    "soldUnitCount": ("many", None),
    "packageType": (7, None),
    "parent": ([], None),
    "gtin": (4699999900013, None),
    "message": ({}, None),
    "grayZone": ("yes", None),
    "isOwner": (1, None),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_a_field_of_which_nothing_depends_or_that_leaves_no_doubt_spoils_no_answer(name: str) -> None:
    written, read_as = HARMLESS[name]
    answer = read(body(element(**{name: written})))
    assert isinstance(answer, Answer)
    assert (getattr(answer, name), dict(answer.unread)) == (read_as, {})


@pytest.mark.parametrize("name", ["mrp", "smp", "packageQuantity", "groupIds"])
@pytest.mark.parametrize("written", [-1, 1.5, "145.00", "x", True, {}, 10**20])
def test_a_limit_that_cannot_be_read_is_told(name: str, written: Any) -> None:
    answer = read(body(element(**{name: written})))
    assert isinstance(answer, Answer)
    assert list(answer.unread) == [name]


@pytest.mark.parametrize("name", [*ALWAYS, "sold", "isBlocked"])
def test_a_flag_that_speaks_against_the_mark_counts_however_it_is_spelt(name: str) -> None:
    against = name in ("sold", "isBlocked")
    for written in ("true", "TRUE", 1, "1", "yes") if against else ("false", "False", 0, "0", "no"):
        answer = read(body(element(**{name: written})))
        assert isinstance(answer, Answer)
        assert getattr(answer, name) is against


def test_the_time_of_the_request_may_be_a_text() -> None:
    answer = read(body(element(), reqTimestamp="1800000000123"))
    assert isinstance(answer, Answer)
    assert answer.reqTimestamp == 1800000000123


def test_facts_survive_being_kept_as_json() -> None:
    dates = {"1": "2027-01-31T00:00:00.000Z"}
    answer = read(body(element(ogvs=["RPN", "RD"], isBlocked=True, variableExpirations=dates)))
    noted = ("5xx: cdn01.example.test: HTTP 504", "late: cdn02.example.test: no answer in 1.5 s")
    refusal = NotChecked("http", "cdn01.example.test: HTTP 504", "cdn01.example.test", 504, "<html>", noted)
    assert isinstance(answer, Answer)
    veiled = answer._replace(cis=VEILED, raw=answer.json()["raw"], unread={"smp": "x"})
    answer = answer._replace(unread={"smp": "x"})
    for fact, kept in ((answer, veiled), (veiled, veiled), (refusal, refusal)):
        assert fact_from_json(json.loads(json.dumps(fact.json()))) == kept


def test_a_fact_from_before_the_proof_is_still_read() -> None:
    old = {"fact": "not_checked", "reason": "http", "text": "t", "host": None, "status": 504}
    assert fact_from_json(old) == NotChecked("http", "t", None, 504)


@pytest.mark.parametrize(
    "said",
    [
        body(element()),
        body(element(message=f"код {CODE} не найден"), description="Ab12 Ab12"),
        body(element(cis=OTHER)),
        body(element(cis=CODE.replace("\x1d", ""))),
        body(element())[:-20],
        b"<html>" + CODE.encode() + b"</html>",
        json.dumps({"cis": "0103041094787443215Qbag!\x1d93Zj/w\x1d3103000353"}).replace("/", "\\/").encode(),
        json.dumps({"cis": "04601653035829H;dV)bFACVUdGVz"}).encode(),
    ],
)
def test_what_was_said_is_kept_without_any_verification_part(said: bytes) -> None:
    kept = read(said).json()["raw"]
    assert kept
    assert not [tail for tail in ("Ab12", "Zj/w", "Zj\\/w", "UdGVz") if tail in kept]


def test_what_was_said_is_kept_letter_for_letter_but_for_the_code_and_cut_to_a_size() -> None:
    answer = read(body(element()))
    assert answer.json()["raw"] == body(element()).decode().replace("93Ab12", "93Aa00")
    assert len(read(b"[" + b"x" * 900_000).json()["raw"]) < 3_100


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def justified(text: bytes, answer: Answer) -> bool:
    """Whether the text really says, about this code, what the answer says; read by the naive way."""
    top = json.loads(text)
    said = [
        e for e in top["codes"] if e["cis"].replace("\x1d", "") in (CODE.replace("\x1d", ""), CODE.split("\x1d")[0])
    ]
    return top["reqId"] == answer.reqId and any(
        all(e.get(name) is getattr(answer, name) or against(name, answer) for name in (*ALWAYS, "sold", "isBlocked"))
        and answer.grayZone in (None, e.get("grayZone"))
        for e in said
    )


def against(name: str, answer: Answer) -> bool:
    """What refuses needs no proof of its spelling."""
    return getattr(answer, name) is (name in ("sold", "isBlocked"))


def changed(change: Callable[[dict[str, Any]], None]) -> bytes:
    top = json.loads(body(element(cis=OTHER, sold=True), element()))
    change(top)
    return json.dumps(top).encode()


@given(name=st.sampled_from(sorted(element())), value=JSON, place=st.integers(0, 1))
def test_no_value_in_any_field_makes_an_unjustified_answer(name: str, value: Any, place: int) -> None:
    text = changed(lambda top: top["codes"][place].__setitem__(name, value))
    answer = read(text)
    assert isinstance(answer, NotChecked) or justified(text, answer)


@given(name=st.sampled_from(["code", "description", "codes", "reqId", "reqTimestamp"]), value=JSON)
def test_no_value_at_the_top_makes_an_unjustified_answer(name: str, value: Any) -> None:
    text = changed(lambda top: top.__setitem__(name, value))
    answer = read(text)
    assert isinstance(answer, NotChecked) or justified(text, answer)


@given(st.data())
def test_no_changed_byte_makes_an_unjustified_answer(data: st.DataObject) -> None:
    raw = bytearray(body(element(cis=OTHER, sold=True), element()))
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    answer = read(bytes(raw))
    assert isinstance(answer, NotChecked) or justified(bytes(raw), answer)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    assert isinstance(read(raw), NotChecked)

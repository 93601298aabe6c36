"""Reading an answer of codes/check: what is a proof about a code, and what is none."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markedgoods.crpt.answer import ALWAYS, Answer, NotChecked, fact_from_json, read_answer

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
    "reqTimestamp as text": body(element(), reqTimestamp="1800000000123"),
    "reqTimestamp true": body(element(), reqTimestamp=True),
    "own code": body(element(), code=5000),
    "key twice": body(element()).replace(b'"found": true', b'"found": false, "found": true'),
    "two answers for the code": body(element(), element(sold=True)),
    "sold as text": body(element(sold="false")),
    "sold as number": body(element(sold=0)),
    "price below zero": body(element(mrp=-1)),
    "price with a fraction": body(element(mrp=1.5)),
    "date without time": body(element(expireDate="2027-01-31")),
    "no such date": body(element(expireDate="2027-02-31T00:00:00.000Z")),
    "agencies as text": body(element(ogvs="RPN")),
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


def test_facts_survive_being_kept_as_json() -> None:
    dates = {"1": "2027-01-31T00:00:00.000Z"}
    answer = read(body(element(ogvs=["RPN", "RD"], isBlocked=True, variableExpirations=dates)))
    noted = ("5xx: cdn01.example.test: HTTP 504", "late: cdn02.example.test: no answer in 1.5 s")
    refusal = NotChecked("http", "cdn01.example.test: HTTP 504", "cdn01.example.test", 504, "<html>", noted)
    assert isinstance(answer, Answer)
    veiled = answer._replace(cis=VEILED, raw=answer.json()["raw"])
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
    flags = (*ALWAYS, "sold", "isBlocked", "grayZone")
    return top["reqId"] == answer.reqId and any(
        all(e.get(name) is getattr(answer, name) for name in flags) for e in said
    )


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

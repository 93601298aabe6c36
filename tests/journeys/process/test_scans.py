"""Whatever a scanner sends is answered, and harms nothing."""

import json
import random

import pytest

from .conftest import BREAD, MILK, Till, keys, names, shaped

TEXTS = {
    "nothing": "",
    "blanks": "   ",
    "a line end": "\r\n",
    "NUL": "\x00",
    "every control character": "".join(map(chr, range(32))),
    "GS only": "\x1d\x1d\x1d",
    "half a character": "\ud83d",
    "the other half": "\udc00\udfff",
    "right to left": "\u202e4600000000015\u202c",
    "invisible": "\u200b4600000000015\ufeff",
    "Arabic digits": "٤٦٠٠٠٠٠٠٠٠٠١٥",
    "Devanagari digits": "४६००००००००००१५",
    "full-width digits": "４６０００００００００１５",
    "superscripts": "⁴⁶⁰⁰⁰⁰⁰⁰⁰⁰⁰¹⁵",
    "SQL": "'; DROP TABLE tmc; --",
    "SQL wildcard": "46000000000%",
    "a path": "../../../conf/ncash.ini",
    "markup": "<script>alert(1)</script>",
    "a format": "%s%n{0}{barcode}",
    "JSON": '{"cmd":"cancel"}',
    "a lone GTIN": "0104670540176099",
    "a mark cut in its serial": "0104670540176099215Ab",
    "a mark of other digits": "01٠4670540176099215AbCd1\x1d93dGVz",
    "letters of every script": "".join(chr(n) for n in range(0x100, 0x500, 7)),
    "512 characters": "4" * 512,
    "513 characters": "4" * 513,
    "64 KB": "0" * 65_536,
    "64 KB of signs": "€" * 21_845,
    "64 KB of GS": "\x1d" * 65_536,
    "emoji": "🥛" * 100,
}


def test_any_text_is_answered_and_changes_nothing(steady: Till) -> None:
    steady.send("open")
    before = steady.scan(BREAD)["receipt"]
    for what, text in TEXTS.items():
        for kind in ("text", "binary"):
            answer = steady.scan(text, input=kind)
            assert (answer["ok"], shaped(answer), answer["receipt"]) == (True, True, before), what
            assert keys(answer) in (["BarcodeNotFound"], ["ScanTooLong"], ["ScanCut"]), what
            assert len(json.dumps(answer)) < len(json.dumps(before)) + 4_000, what


def test_half_a_character_is_no_character_of_a_mark(steady: Till) -> None:
    steady.send("open")
    for half in ("\ud83d", "\udfff", "\udc00"):
        for at in range(len(MILK) + 1):
            answer = steady.scan(MILK[:at] + half + MILK[at:])
            assert (names(answer), len(keys(answer))) == ([], 1), (half, at)
    answer = steady.scan(MILK.replace("\x1d", "\udce8"))
    assert [position["cis"] for position in answer["receipt"]["positions"]] == [MILK.partition("\x1d")[0]]
    assert keys(steady.scan(MILK)) == ["AlreadyRegistered"]


def test_a_scan_too_long_is_shown_cut(steady: Till) -> None:
    steady.send("open")
    assert keys(steady.scan("4" * 512)) == ["BarcodeNotFound"]
    refused = steady.scan("4" * 513)
    assert (keys(refused), len(refused["screen"][0]["text"]) < 120) == (["ScanTooLong"], True)


def test_control_characters_are_shown_escaped(steady: Till) -> None:
    steady.send("open")
    (shown,) = steady.scan("46\x1b[2J\u202e\x00")["screen"]
    assert shown["text"] == "Товар со штрих-кодом '46\\x1b[2J\\x202e\\x00' не найден"


@pytest.mark.parametrize("waiting", ["nothing", "a mark"])
def test_any_bytes_are_answered_and_sell_nothing(steady: Till, waiting: str) -> None:
    dice = random.Random(1620)
    steady.send("open")
    if waiting == "a mark":
        steady.scan("4699999900013")
    for size in [0, 1, 2, 3, *(dice.randrange(600) for _ in range(150)), 4_096, 65_536]:
        raw = dice.randbytes(size)
        line = b'{"cmd":"scan","data":"' + raw + b'"}'
        answer = steady.line(line.replace(b"\n", b" "))
        assert (shaped(answer), names(answer)) == (True, [])
        assert names(steady.scan(raw.decode("latin-1"))) == []


@pytest.mark.parametrize("escape", ["\\ud800", "\\u0000", "\\u001d", "\\uffff", "\\u2028"])
def test_escapes_that_other_parsers_choke_on_are_characters(steady: Till, escape: str) -> None:
    steady.send("open")
    answer = steady.line(b'{"cmd":"scan","data":"46' + escape.encode() + b'00"}')
    assert (answer["ok"], keys(answer)) == (True, ["BarcodeNotFound"])

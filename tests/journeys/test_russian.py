"""Under a Russian locale a person reads Russian: every help, every rule, every desk, every error of the protocol."""

import io
import json
import re
import shutil
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, Final

import pytest

from ncash import language
from ncash.cli.main import COMMANDS, run
from ncash.model.ports import HttpError, Outside
from ncash.settings.explained import EXPLAINED
from ncash.settings.problems import RULES
from ncash.store.journal.hash_chain import Head, faults
from ncash.support.sample.new_shop import make
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom

from .english import english


@pytest.fixture(autouse=True)
def russian(monkeypatch: pytest.MonkeyPatch, english_again: None) -> None:
    monkeypatch.delenv("LANGUAGE", raising=False)
    monkeypatch.setenv("LC_ALL", "ru")
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    make(tmp_path / "shop")
    return tmp_path / "shop"


def said(*words: str) -> tuple[int, str]:
    """Exit code and everything that a person reads."""
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        try:
            code = run(words)
        except SystemExit as end:
            code = int(end.code or 0)
    return code, out.getvalue()


def at(shop: Path) -> list[str]:
    return ["--conf", str(shop / "conf"), "--data", str(shop / "data")]


def test_english_is_found_where_it_is() -> None:
    wrong = ["the till is away", "касса: no answer yet", "ошибка: file, not a folder"]
    assert [english(one) for one in wrong] == [[one] for one in wrong]
    right = [
        "напишите https:// или ncash check --fix",
        "allowUnmarked = true",
        "строка 'as it is'",
        "KKM Server отказал",
    ]
    assert [english(one) for one in right] == [[]] * len(right)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_russian(command: str) -> None:
    _, told = said(command, "--help")
    assert re.search("[а-я]", told)
    assert english(told) == []


def test_overview_is_russian() -> None:
    assert english(said("--help")[1]) == []


@pytest.mark.parametrize("code", RULES)
def test_a_rule_is_explained_in_russian(code: str) -> None:
    told = said("rule", code)[1].partition("Пример:")[0]
    assert english(told) == []


@pytest.mark.parametrize("code", [code for code, told in EXPLAINED.items() if told.example])
def test_a_problem_is_told_in_russian(tmp_path: Path, code: str) -> None:
    folder = tmp_path / "conf" / "ncash.ini.d"
    folder.mkdir(parents=True)
    (folder / "markedgoods.ini").write_text(EXPLAINED[code].example, encoding="utf-8")
    _, told = said("check", "--conf", str(tmp_path / "conf"))
    assert f" {code}:" in told
    assert english(told) == []
    assert not re.search(r"\b(error|warning)\b", told)


FILES: Final[dict[str, bytes]] = {
    "utf16": "[MarkedGoods]\nfoiv = 030\n".encode("utf-16"),
    "zero": b"[MarkedGoods]\nfoiv = 0\x0030\n",
    "cut": b"[MarkedGoods]\ndocumentNumber = \xd0",
    "neither": b"[MarkedGoods]\ndocumentNumber = \x98\x98\n",
    "values": b"[MarkedGoods]\nmarkVerifyUrl = ftp://a b\ndocumentDate = 31.02.2024\nfoiv = 1\n"
    b"markVerifyCrptTimeout = -1\npermittedInput = 9\nallowUnmarked = perhaps\n"
    b"xapikey = [1:a],[1:b]\n",
}
HOSTS: Final = {
    "driver": "[Fiscal]\ndriver = nothing\n",
    "cash": "[Cash]\ncashcode = a b\n[Host]\npluginsPath = nowhere\nunservedMarks = allow\n",
    "kkm": "[Fiscal]\ndriver = kkmserver\n[Server]\nlisten = nowhere\n[ArtixQueue]\nnatsUrl = http://host\n",
}


@pytest.mark.parametrize("name", [*FILES, *HOSTS])
def test_a_broken_file_is_told_in_russian(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "conf" / "ncash.ini.d"
    folder.mkdir(parents=True)
    if name in FILES:
        (folder / "markedgoods.ini").write_bytes(FILES[name])
    else:
        (tmp_path / "conf/ncash.ini").write_text(HOSTS[name], encoding="utf-8")
    (folder / "bcode.ini").write_text("[Bcode]\nrule = 21??=B.Q.Z\n", encoding="utf-8")
    (tmp_path / "conf" / "other.ini").write_text("[MarkedGoods]\nfoiv = 030\n", encoding="utf-8")
    _, told = said("check", "--conf", str(tmp_path / "conf"))
    assert "ошибка" in told
    assert english(told) == []


DESKS: Final = [
    ("check",), ("doctor", "--offline"), ("plugins",), ("queue", "status"), ("queue", "list"), ("queue", "send"),
    ("config", "show", "--origin"), ("config", "delta"), ("config", "get", "foiv"), ("config", "revert"),
    ("config", "diff"), ("config", "set", "foiv", "031"), ("config", "set", "foiv", "x"), ("config", "set", "foi", "1"),
    ("config", "unset", "foiv"), ("config", "show", "nothing"), ("reload",), ("crpt", "emergency"), ("crpt", "status"),
    ("crpt", "emergency", "on"), ("crpt", "emergency", "on", "--reason", "проверка"), ("journal", "verify"),
    ("journal", "list"), ("journal", "list", "--since", "soon"), ("journal", "export", "--out", "/nowhere/x"),
    ("explain", "--last"), ("explain", "--last-refused"), ("explain", "--journal", "7"), ("explain",),
    ("explain", "4600000000000", "--at", "soon"), ("explain", "x", "--crpt", "/nowhere"), ("replay",),
    ("replay", "--set", "foiv"), ("replay", "--set", "foi=1"), ("scanner", "stats"), ("scanner", "test"),
    ("scanner", "test", "--scan", "Фк:1"), ("backup", "list"), ("backup",), ("restore", "/nowhere/copy.sqlite"),
    ("rebuild",), ("reconcile", "--offline"), ("shift", "report"), ("shift", "report", "--shift", "4"),
    ("sales", "export"), ("sales", "export", "--shift", "9"), ("receipt", "list"), ("receipt", "settle"),
    ("receipt", "settle", "--drop"), ("receipt", "import", "/nowhere.json"), ("receipt", "import"),
    ("dict", "import", "/nowhere.aif"), ("whitelist", "list"), ("whitelist", "pull"), ("whitelist", "remove", "x"),
    ("whitelist", "import", "/nowhere.csv"), ("whitelist", "remove"), ("import", "artix", "/nowhere"), ("docs", "none"),
    ("rule", "MG999"), ("rule",), ("nothing",), ("till", "--cash", "a b"), ("server", "user", "list"),
    ("server", "conflicts"), ("server", "user", "remove", "nobody"), ("server", "run", "--listen", "nowhere"),
    ("server", "conflicts", "settle", "1", "--reason", "x"), ("server", "user"), ("completion", "fish"),
    ("init", "x", "y"),
    ("check", "--format", "xml"), ("reload", "--wait", "soon"), ("config",), ("journal", "--limit"),
]  # fmt: skip


@pytest.mark.parametrize("words", DESKS, ids=" ".join)
def test_a_desk_speaks_russian(shop: Path, words: Sequence[str]) -> None:
    folders = at(shop) if words[0] not in ("docs", "rule", "nothing", "completion", "init") else []
    _, told = said(*words, *folders)
    assert english(told) == []


@pytest.mark.parametrize(
    "words", [("check",), ("doctor",), ("till",), ("explain", "1"), ("queue", "status"), ("backup",)]
)
def test_a_folder_that_is_not_there_is_told_in_russian(tmp_path: Path, words: Sequence[str]) -> None:
    code, told = said(*words, *at(tmp_path / "nowhere"))
    assert code == 2
    assert re.search("[а-я]", told)
    assert english(told) == []


CODES: Final = {
    "milk": "0104670540176099215NN*cM\x1d93dGVz", "unknown": "4600000000009", "russian": "0104670540176099215ТТ",
    "long": "0" * 400, "two": "010469999990001321dEmO-WaTeR001\x1d93aBcD0104670540176099215NN*cM\x1d93dGVz",
    "cut": "0104670540176099215NN", "ean": "4670540176099",
}  # fmt: skip


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("mode", ["sale", "return", "inventory"])
def test_an_explanation_is_russian(shop: Path, code: str, mode: str) -> None:
    _, told = said("explain", CODES[code], "--mode", mode, "--offline", *at(shop))
    assert english(told) == []


def test_a_damaged_shop_is_told_in_russian(shop: Path) -> None:
    (shop / "conf/ncash.ini.d/90-support.ini").write_text(
        "[MarkedGoods]\n; ncash: by x at 2027-01-01T00:00:00+03:00\nfoiv = 031\nenableMarkVerify = true\n"
        "markVerifyUrl = http://10.0.0.5:8080\nlocalModuleUrl = http://127.0.0.1:9\nenableMarkVerifyCrpt = true\n",
        encoding="utf-8",
    )
    assert english(said("doctor", "--offline", *at(shop))[1]) == []
    assert english(said("check", *at(shop))[1]) == []
    (shop / "data/Documents.sqlite").write_bytes(b"no database at all, but long enough to be read as one" * 200)
    for words in (("doctor", "--offline"), ("reconcile", "--offline"), ("rebuild",), ("queue", "status"), ("till",)):
        code, told = said(*words, *at(shop))
        assert code != 0
        assert english(told) == []
    shutil.rmtree(shop / "data")
    assert english(said("doctor", *at(shop))[1]) == []


WORDS: Final = re.compile(r"\b(allow|deny|ask|default|skipped|none|never|error|warning|refused|unknown)\b")
"""Words of the code that have a Russian one for people."""


def test_what_was_sold_is_told_in_russian(shop: Path, tmp_path: Path) -> None:
    outside = Outside(FrozenClock(), SeededRandom("russian"), FencedHttp())
    with DrivenTill(shop / "conf", shop / "data", outside) as till:
        till.send("open", cashier="2")
        for code in (*CODES.values(), CODES["milk"], "4600000000015"):
            till.send("scan", data=code)
        till.send("storno", position=1)
        till.send("cancel")
        till.send("open", cashier="2")
        till.send("scan", data="4600000000015")
        assert till.send("close")["ok"]
        assert till.send("shift", do="close")["ok"]
    desks = [
        ("journal", "list"), ("explain", "--last"), ("explain", "--last-refused"), ("explain", "--journal", "1"),
        ("shift", "report"), ("replay",), ("replay", "--set", "allowUnmarked=true"), ("scanner", "stats"), ("backup",),
        ("receipt", "list"), ("reconcile", "--offline"), ("doctor", "--offline"), ("sales", "export"), ("rebuild",),
        ("server", "user", "add", "bob", "--role", "till"), ("server", "user", "add", "bob"),
        ("server", "user", "list"),
        ("server", "history", CODES["milk"]), ("server", "conflicts"),
        ("whitelist", "replace", str(tmp_path / "bad.csv")),
        ("whitelist", "import", str(tmp_path / "bad.csv")),
        ("server", "whitelist", "import", str(tmp_path / "bad.csv")),
        ("dict", "import", str(tmp_path / "bad.aif")), ("receipt", "import", str(tmp_path / "bad.json")),
        ("import", "artix", str(shop / "data")), ("queue", "list"), ("check", "--fix", "--diff"),
    ]  # fmt: skip
    rows = f"excisemarkid,barcode\nfoo,1\n,\n{CODES['cut']},abc,1,2,3,4\n"
    (tmp_path / "bad.csv").write_text(rows, encoding="utf-8")
    (tmp_path / "bad.aif").write_text(BAD_AIF, encoding="utf-8")
    (tmp_path / "bad.json").write_text(
        '{"document":{"positions":[{"bcode":"1","quant":"x"},3],"foo":1}}', encoding="utf-8"
    )
    wrong = {}
    for words in desks:
        _, told = said(*words, *at(shop))
        bare = re.sub(r"\S*[=\"'{}\[\]]\S*|= \w+", "", told)
        wrong[" ".join(words)] = english(told) + [line for line in bare.splitlines() if WORDS.search(line)]
    assert {words: lines for words, lines in wrong.items() if lines} == {}


@pytest.mark.parametrize("last", [1, 3])
def test_a_gap_in_the_journal_is_told_in_russian(last: int) -> None:
    language.speak(language.RUSSIAN)
    [gap] = faults([], Head(last, b""))
    assert (gap.kind, english(gap.text)) == ("missing", [])


BAD_AIF: Final = """### data begin ###
{"command":"addInventItem","invent":{"inventcode":"1"}}
---
{"command":"fly"}
---
{"command":"addUnit","unit":{}}
---
{"command":"addInventItem","invent":{"inventcode":"55","barcode":"12","price":"x","measurecode":"9","foo":1}}
---
{a}
---
{"command":"addPrice","price":{"barcode":"1","price":0}}
---
{"command":"addInventItem","invent":{"inventcode":"56","barcode":"4600000000122","name":"A","price":0}}
### data end ###
"""
LINES: Final = [
    b"", b"{", b"[]", b'{"cmd":1}', b'{"cmd":"fly"}', b'{"cmd":"scan"}', b'{"cmd":"scan","data":1}',
    b'{"cmd":"open","kind":"gift"}', b'{"cmd":"press","button":"ok"}', b'{"cmd":"choose","positions":[1]}',
    b'{"cmd":"quantity","value":"2"}', b'{"cmd":"storno","all":true}', b'{"cmd":"storno"}', b'{"cmd":"defer"}',
    b'{"cmd":"restore","receipt":"x"}', b'{"cmd":"close"}', b'{"cmd":"close","payments":3}', b'{"cmd":"cancel"}',
    b'{"cmd":"shift","do":"y"}', b'{"cmd":"shift","do":"close"}', b'{"cmd":"copy"}', b'{"cmd":"open","cashier":""}',
    b'{"cmd":"open","kind":"back_by_sale","sale":"x"}', b'{"cmd":"open","kind":"back_by_sale"}', b'{"cmd":NaN}',
    b'{"cmd":"choose","positions":"all"}', b'{"cmd":"storno","position":-1}',
    b'{"cmd":"scan","data":"1","input":"hand"}',
    b"x" * 70_000,
]  # fmt: skip
INSIDE: Final = [
    b'{"cmd":"open"}', b'{"cmd":"close"}', b'{"cmd":"close","payments":[]}', b'{"cmd":"storno","position":7}',
    b'{"cmd":"quantity","position":7,"value":"2"}', b'{"cmd":"quantity","position":1,"value":"0"}', b'{"cmd":"reload"}',
    b'{"cmd":"quantity","position":1,"value":"a"}', b'{"cmd":"quantity","position":1,"value":"0.5"}',
    b'{"cmd":"close","payments":[{"type":"shells","amount":"1"}]}', b'{"cmd":"restore","receipt":"x"}',
    b'{"cmd":"close","payments":[{"type":"cash","amount":"0.01"}]}',
    b'{"cmd":"close","payments":[{"type":"cash","amount":"x"}]}',
    b'{"cmd":"close","payments":[{"type":"card","amount":"9999.00"}]}', b'{"cmd":"press","button":"ok"}',
]  # fmt: skip


def _errors(answers: Sequence[dict[str, Any]]) -> list[str]:
    return [f"{one['error']['text']}\n{one['error']['hint']}" for one in answers if not one["ok"]]


def test_errors_of_the_protocol_are_russian(shop: Path) -> None:
    outside = Outside(FrozenClock(), SeededRandom("russian"), FencedHttp())
    language.speak(language.RUSSIAN)
    with DrivenTill(shop / "conf", shop / "data", outside) as till:
        errors = _errors([till.line(line) for line in LINES])
        till.send("open", cashier="2")
        till.send("scan", data="2000000000015")
        errors += _errors([till.line(line) for line in INSIDE])
    assert len(errors) > 30
    assert [one for one in errors if english(one) or not re.search("[а-я]", one)] == []


def test_what_the_books_and_other_processes_say_is_translated_where_it_is_shown() -> None:
    error = HttpError("timeout", language.recorded("{address}: no answer in {budget:.1f} s", address="a.b", budget=2))
    assert str(error) == "a.b: no answer in 2.0 s"
    language.speak(language.RUSSIAN)
    assert str(HttpError("timeout", language.recorded("{name} is not JSON", name="a"))) == "a is not JSON"
    assert language.retold(str(error)) == "a.b: нет ответа за 2.0 с"
    assert language.phrase("{route}: {trouble}, tries: {attempts}", route="r", trouble=str(error), attempts=3) == (
        "r: a.b: нет ответа за 2.0 с, попыток: 3"
    )
    assert language.retold("whatever somebody else says") == "whatever somebody else says"


@pytest.mark.parametrize("words", [("check",), ("doctor", "--offline"), ("plugins",), ("rule", "MG011")], ids=" ".join)
def test_a_program_reads_english_in_every_locale(shop: Path, words: Sequence[str]) -> None:
    _, told = said(*words, "--json", *(at(shop) if words[0] != "rule" else []))
    assert json.loads(told)
    assert not re.search("[а-я]{3}", told)


@pytest.mark.parametrize("locale", ["C", "en_US.UTF-8", "de_DE.UTF-8"])
@pytest.mark.parametrize(
    "words", [*((one, "--help") for one in COMMANDS), ("rule",), ("nothing",), ("init",)], ids=" ".join
)
def test_every_other_language_is_english(locale: str, words: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    told = said(*words)[1].replace("--goods кефир", "")
    assert not re.search("[а-я]", told)


def test_the_catalogue_of_a_plugin_comes_with_it() -> None:
    language.speak(language.RUSSIAN)
    text = "its mask is also that of {others}"
    assert language.phrase(text, others="Milk") == "её маска – и у Milk"

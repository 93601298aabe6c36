"""Files of the back office that are cut, malformed, written in another encoding or hostile."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncash.errors import UserError
from ncash.store.dictionaries.aif import LONGEST
from ncash.store.dictionaries.aif_load import load
from ncash.store.dictionaries.dictionaries import open_dictionaries
from ncash.store.imports.report import Report

BEGIN, END = "### data begin ###\n", "### data end ###\n"
FIELDS = ["inventcode", "barcode", "name", "price", "barcodes", "cquant", "options", "unitCode", "code", "roleusers"]
Import = Callable[..., Report]


def item(code: str = "5", name: str = "Молоко") -> str:
    """An article whose barcode is its code."""
    invent = {"inventcode": code, "barcode": code, "name": name, "price": "89.90"}
    return json.dumps({"command": "addInventItem", "invent": invent}, ensure_ascii=False) + "\n---\n"


def whole(*commands: str) -> str:
    return BEGIN + "".join(commands) + END


def everything(tmp_path: Path) -> list[str]:
    found = open_dictionaries(tmp_path / "Dictionaries.sqlite")
    dump = list(found.connection.raw.iterdump())
    found.close()
    return dump


def codes(path: Path) -> list[str]:
    """Codes of the articles that were loaded."""
    found = open_dictionaries(path)
    stored = [code for (code,) in found.connection.all("SELECT code FROM tmc ORDER BY code")]
    found.close()
    return stored


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("{'command':'addUnit'}", "double quotes"),
        ('{"command":"addUnit"', "in the middle"),
        ('{"command":"addUnit",}', "not JSON: "),
        ('{"command":"addUnit"} "addUnit"', "not JSON: Extra data"),
        ("[1]", 'not an object with a text "command"'),
        ('{"unit":{}}', 'not an object with a text "command"'),
        ('{"command":5}', 'not an object with a text "command"'),
        ('{"command":"addUnit"}', "addUnit.unit is missing"),
        ('{"command":"addUnit","unit":[]}', "addUnit.unit is []: accepted is an object"),
        ('{"command":"addUnit","unit":{"name":"кг"}}', "addUnit.unit.unitCode is missing"),
        ('{"command":"addUnit","unit":{"unitCode":"1","fractional":"maybe"}}', "accepted is true or false"),
        ('{"command":"addUnit","unit":{"unitCode":"1","fractional":[]}}', "accepted is true or false"),
        ('{"command":"addUnit","unit":{"unitCode":"1","frunit":1.5}}', "accepted is a whole number"),
        ('{"command":"addUnit","unit":{"unitCode":true}}', "accepted is a text or a number"),
        ('{"command":"addUnit","unit":{"unitCode":"\\ud800"}}', "lone surrogates"),
        ('{"command":"addInventItem","invent":{"inventcode":1,"price":"abc"}}', "accepted is an amount in rubles"),
        ('{"command":"addInventItem","invent":{"inventcode":1,"price":NaN}}', "NaN is no number"),
        ('{"command":"addInventItem","invent":{"inventcode":1,"price":1e999999999}}', "at most 10 digits"),
        ('{"command":"addInventItem","invent":{"inventcode":1,"price":1.005}}', "at most two digits"),
        ('{"command":"addInventItem","invent":{"inventcode":1,"price":-1}}', "an amount in rubles"),
        ('{"command":"addInventItem","invent":{"inventcode":1,"cquant":0.0001}}', "at most three digits"),
        ('{"command":"addInventItem","invent":{"inventcode":1,"barcodes":{}}}', "accepted is a list"),
        ('{"command":"addInventItem","invent":{"inventcode":1,"barcodes":["1"]}}', "a list of objects"),
        ('{"command":"addInventItem","invent":{"inventcode":1,"barcodes":[{}]}}', "barcodes.barcode is missing"),
        ('{"command":"deleteInventItem"}', "deleteInventItem.inventcode is missing"),
        ("[" * 200_000, "not JSON"),
        ('{"command":"' + "x" * LONGEST + '"}', f"longer than {LONGEST} bytes"),
    ],
)  # fmt: skip
def test_a_malformed_command_is_reported_with_its_number_and_the_rest_loads(
    tmp_path: Path, imported: Import, bad: str, reason: str
) -> None:
    report = imported(whole(item(), bad, "\n---\n", item("6")))
    assert (report.written, report.faulty) == (True, 1)
    assert report.faults[0].number == 2
    assert report.faults[0].line == 4
    assert reason in report.faults[0].reason
    assert "6" in codes(tmp_path / "Dictionaries.sqlite")


def test_a_strict_import_loads_nothing_when_one_command_is_malformed(tmp_path: Path, imported: Import) -> None:
    imported(whole(item()), strict=True)
    before = everything(tmp_path)
    report = imported(whole('{"command":"clearInventory"}\n---\n', "{'a':1}\n---\n"), strict=True)
    assert (report.written, report.faulty, report.loaded) == (False, 1, {})
    assert everything(tmp_path) == before


@pytest.mark.parametrize(
    "content",
    [
        item(),
        "\ufeff" + whole(item()),
        whole(item()).replace("\n", "\r\n"),
        whole(item()).replace("\n---", "---"),
        item().rpartition("---")[0],
        whole(item()).replace(', "', ',\n  "'),
        "\n\n---\n" + whole(item()),
        whole(item()).replace("### data begin", "###DATA Begin").replace("data end ###", "Data  End###"),
    ],
    ids=["bare", "bom", "crlf", "joined", "unended", "pretty", "blank", "marks"],
)
def test_the_forms_that_writers_use_are_read(tmp_path: Path, imported: Import, content: str) -> None:
    report = imported(content)
    assert (report.read, report.faulty) == (1, 0)
    assert codes(tmp_path / "Dictionaries.sqlite") == ["5"]


def test_commands_between_which_the_line_was_left_out_are_read_one_by_one(tmp_path: Path, imported: Import) -> None:
    bare = [item(code, 'Сыр "} {"').rpartition("\n---")[0] for code in "123"]
    report = imported(whole(bare[0] + "\n" + bare[1] + " " + bare[2] + "\n\n---\n", "\n{'a':1}\n---\n"))
    assert codes(tmp_path / "Dictionaries.sqlite") == ["1", "2", "3"]
    assert (report.read, [(fault.number, fault.line) for fault in report.faults]) == (4, [(4, 7)])


def test_what_follows_a_command_and_cannot_be_read_spoils_only_itself(tmp_path: Path, imported: Import) -> None:
    report = imported(whole(item("1").replace("\n---\n", "{'command':1}\n---\n"), item("2")))
    assert codes(tmp_path / "Dictionaries.sqlite") == ["1", "2"]
    assert [(fault.number, fault.line) for fault in report.faults] == [(2, 2)]


NEW: Final = ('{"command":"clearInventory"}\n---\n', item("1"), item("2", "Хлеб"), item("3", "Вода"))
ARRAY: Final = "[" + ",\n".join(one.rpartition("\n---")[0] for one in NEW) + "]"
WRAPPED: Final = whole(*NEW)


@pytest.mark.parametrize("text", [WRAPPED, ARRAY, BEGIN + ARRAY + "\n" + END], ids=["lines", "array", "wrapped array"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1251"])
def test_a_file_cut_anywhere_loads_nothing(tmp_path: Path, text: str, encoding: str) -> None:
    source, target = tmp_path / "cut.aif", tmp_path / "cut.sqlite"
    source.write_text(whole(item("old")), encoding="utf-8")
    load(source, target)
    content = text.encode(encoding)
    for end in range(len(BEGIN) if text.startswith(BEGIN) else 1, len(content) - 2, 7):
        source.write_bytes(content[:end])
        report = load(source, target)
        assert (report.written, report.faulty, report.loaded) == (False, 1, {}), end
        assert "cut" in report.faults[-1].reason
        assert report.faults[-1].next
        assert codes(target) == ["old"]
    source.write_bytes(content)
    assert load(source, target).faulty == 0
    assert codes(target) == ["1", "2", "3"]


@pytest.mark.parametrize("end", ["", "\n", "\n--", '\n---\n{"command":"addI', "\n---\n\x00\x00\x00\x00"])
def test_a_file_without_begin_and_end_is_known_as_cut_inside_a_command(
    tmp_path: Path, imported: Import, end: str
) -> None:
    imported(item("old"))
    whole_commands = "".join(NEW).rpartition("\n---")[0]
    assert imported(whole_commands + end).written is (not end.strip())
    assert codes(tmp_path / "Dictionaries.sqlite") == (["1", "2", "3"] if not end.strip() else ["old"])


def test_a_file_whose_beginning_is_missing_loads_nothing(tmp_path: Path, imported: Import) -> None:
    imported(item("old"))
    report = imported(item("1") + END)
    assert (report.written, report.nothing) == (False, "because the file was cut")
    assert codes(tmp_path / "Dictionaries.sqlite") == ["old"]


def test_the_loader_reports_how_far_it_is_and_keeps_the_file(tmp_path: Path) -> None:
    source = tmp_path / "pos.aif"
    source.write_text(whole(*[item()] * 40), encoding="utf-8")
    content, steps = source.read_bytes(), list[int]()
    load(source, tmp_path / "Dictionaries.sqlite", progress=steps.append)
    assert steps == sorted(steps)
    assert len(content) - len(END) <= steps[-1] <= len(content)
    assert source.read_bytes() == content


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_utf16_is_refused_in_words(imported: Import, encoding: str) -> None:
    with pytest.raises(UserError) as caught:
        imported(("\ufeff" * (encoding == "utf-16-be") + whole(item())).encode(encoding))
    assert caught.value.code == "encoding"


def test_cp1251_is_read_as_the_ini_files_are(tmp_path: Path, imported: Import) -> None:
    report = imported(whole(item(), item("6", "Milk")).encode("cp1251"))
    assert (report.faulty, list(report.notes)) == (0, ["read as CP1251; UTF-8 is the encoding of AIF"])
    found = open_dictionaries(tmp_path / "Dictionaries.sqlite")
    assert [found.connection.all("SELECT name FROM tmc ORDER BY code")] == [[("Молоко",), ("Milk",)]]
    found.close()


def test_one_damaged_record_does_not_make_a_utf8_file_cp1251(tmp_path: Path, imported: Import) -> None:
    damaged = item("6", "Хлеб").encode().replace("Х".encode(), b"\xd0")
    report = imported(item().encode() + damaged + item("7", "Вода").encode())
    assert [(fault.number, fault.barcode) for fault in report.faults] == [(2, "6")]
    assert "is not UTF-8" in report.faults[0].reason
    assert codes(tmp_path / "Dictionaries.sqlite") == ["5", "7"]


def test_many_faults_are_all_counted_and_the_first_ones_shown(imported: Import) -> None:
    report = imported("x\n---\n" * 250)
    assert (report.faulty, len(report.faults)) == (250, 100)
    unknown = imported("".join(json.dumps({"command": f"c{n}"}) + "\n---\n" for n in range(250)))
    assert (sum(note.times for note in unknown.notes.values()), len(unknown.notes)) == (250, 101)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=8,
)
NAMES = ["addInventItem", "addBarcode", "addUnit", "addMCashUser", "addTaxGroup", "deleteBarcode", "deleteInventItem"]
PLACES = ["invent", "barcode", "unit", "mcashuser", "taxGroup", "inventcode"]


@given(st.sampled_from(NAMES), st.sampled_from(PLACES), JSON)
def test_no_value_of_a_field_breaks_the_loader(
    tmp_path_factory: pytest.TempPathFactory, name: str, place: str, value: Any
) -> None:
    folder = tmp_path_factory.getbasetemp()
    source = folder / "any.aif"
    source.write_text(json.dumps({"command": name, place: value}) + "\n---\n", encoding="utf-8")
    report = load(source, folder / "any.sqlite")
    assert report.read == 1
    assert report.faulty + sum(report.loaded.values()) == 1

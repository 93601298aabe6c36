"""The white list as CSV: encodings, separators, quotes, and rows that are refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ncash.errors import UserError
from ncash.store.dictionaries.dictionaries import open_dictionaries
from ncash.store.dictionaries.whitelist import ListedMark, listed, load, remove
from ncash.store.imports.report import Report

MARK = "010304109478744321513Qbag!\x1d93Zjqw"
CIS = "010304109478744321513Qbag!"
A, B, C = (f"0104607042439209215Mark{letter}" for letter in "ABC")
PACK = "00840147505712Zz;ZnRbAAAAdGVz"
Import = Callable[..., Report]


@pytest.fixture
def imported(tmp_path: Path) -> Import:
    """Imports a text as a CSV file."""

    def run(content: str | bytes, encoding: str = "utf-8", strict: bool = False, **more: Any) -> Report:
        source = tmp_path / "marks.csv"
        source.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return load(source, tmp_path / "Dictionaries.sqlite", strict, **more)

    return run


def rows(tmp_path: Path) -> list[tuple[str, ...]]:
    found = open_dictionaries(tmp_path / "Dictionaries.sqlite")
    stored = found.connection.all("SELECT excisemarkid, barcode, shopcode, excisetype, cis FROM Excisemarkwhite")
    found.close()
    return stored


@pytest.mark.parametrize("mark", [MARK, CIS, MARK.replace("\x1d", ""), MARK.replace("\x1d", " "), f"  {MARK}\t"])
def test_a_mark_is_found_by_its_cis_however_it_is_written(tmp_path: Path, imported: Import, mark: str) -> None:
    imported(f"{mark}\n")
    found = open_dictionaries(tmp_path / "Dictionaries.sqlite")
    assert found.whitelisted(CIS)
    assert not found.whitelisted(CIS[:-1])
    found.close()


@pytest.mark.parametrize(
    "header", ["", "excisemarkid{0}barcode{0}shopcode{0}excisetype\n", '"ExciseMarkId"{0}"barcode"\n']
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_every_usual_form_is_read(
    tmp_path: Path, imported: Import, header: str, separator: str, newline: str, encoding: str
) -> None:
    body = f"{CIS}{{0}}3041094787443{{0}}7{{0}}Табак\n{B}{{0}}\n{C}{{0}}{{0}}8\n"
    report = imported((header + body).format(separator).replace("\n", newline), encoding)
    assert (report.faulty, report.loaded) == (0, {"marks": 3})
    assert rows(tmp_path) == [
        (CIS, "3041094787443", "7", "Табак", CIS), (B, None, None, None, B), (C, None, "8", None, C),
    ]  # fmt: skip


def test_marks_with_separators_and_quotes_need_quotes(tmp_path: Path, imported: Import) -> None:
    odd = '0104607042439209215;b,c"d'
    quoted = odd.replace('"', '""')
    report = imported(f'"{quoted}"\n{A},b\n"{B}"f\n{C}\n')
    assert [row[0] for row in rows(tmp_path)] == [odd, C]
    assert [(fault.number, fault.line) for fault in report.faults] == [(2, 2), (3, 3)]
    assert "needs quotes" in report.faults[0].reason
    assert "not CSV" in report.faults[1].reason


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_header_of_other_words_is_named_and_the_columns_stay_apart(
    tmp_path: Path, imported: Import, sign: str
) -> None:
    report = imported(f"Марка{sign}Штрихкод\n{A}{sign}4607042439209\n")
    assert [(fault.number, fault.line) for fault in report.faults] == [(1, 1)]
    assert [row[:2] for row in rows(tmp_path)] == [(A, "4607042439209")]


@pytest.mark.parametrize("sign", [";", "\t"])
def test_a_row_with_another_delimiter_is_no_mark_with_its_barcode_in_it(
    tmp_path: Path, imported: Import, sign: str
) -> None:
    report = imported(f"{A},4607042439209\n{B}{sign}4607042439209\n{C};12\n")
    assert [(fault.number, fault.line) for fault in report.faults] == [(2, 2)]
    assert "one delimiter in the whole file" in report.faults[0].reason
    assert [row[0] for row in rows(tmp_path)] == [A, f"{C};12"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",123", "the mark is missing"),
        (" \x1d ,123", "the mark is missing"),
        (",,,", "the mark is missing"),
        (A + "x" * 513, "longer than 512"),
        (f"{A},1,2,3,4", "5 columns"),
        (f"{A},12x", "no barcode"),
        ("не марка", "'не марка' is no mark: accepted is a whole mark or its CIS"),
        ("4607042439209", "is no mark"),
        ("04607042439209", "is no mark"),
        ("0104607042439209", "is no mark"),
        ("010460704243920921", "is no mark"),
        ("0104607042439209215abc½efg", "is no mark"),
        ("01046070424392092", "is no mark"),
        ("=A1", "is no mark"),
    ],
)
def test_a_faulty_row_is_reported_with_its_line_and_the_rest_loads(
    tmp_path: Path, imported: Import, row: str, reason: str
) -> None:
    content = f"excisemarkid,barcode\n{A},1\n\n{row}\n{B},2\n"
    report = imported(content)
    assert (report.read, report.faulty, report.written) == (3, 1, True)
    assert (report.faults[0].number, report.faults[0].line) == (2, 4)
    assert reason in report.faults[0].reason
    assert report.faults[0].next
    assert [stored[0] for stored in rows(tmp_path)] == [A, B]


def test_a_strict_import_loads_nothing_when_one_row_is_faulty(tmp_path: Path, imported: Import) -> None:
    imported(f"{A}\n")
    report = imported(f"{B}\n,1\n", strict=True)
    assert (report.written, report.faulty) == (False, 1)
    assert [row[0] for row in rows(tmp_path)] == [A]


def test_marks_join_those_that_are_there_and_none_stands_twice(tmp_path: Path, imported: Import) -> None:
    imported(f"{A},1\n{B}\n")
    imported(f"{A},2\n{C}\n{C}\n")
    assert sorted(row[:2] for row in rows(tmp_path)) == [(A, "2"), (B, None), (C, None)]


def test_an_empty_file_is_an_empty_list(tmp_path: Path, imported: Import) -> None:
    assert imported("").read == 0
    assert imported("excisemarkid\n").read == 0
    assert rows(tmp_path) == []


def test_utf16_is_refused_in_words(imported: Import) -> None:
    with pytest.raises(UserError) as caught:
        imported(f"{A}\n", "utf-16")
    assert caught.value.code == "encoding"


@pytest.mark.parametrize("content", [b"\x98\n", b'"unended\nA\n', b"\xff,\xfe\n", b"\x85\n" * 300])
def test_no_bytes_break_the_loader(tmp_path: Path, imported: Import, content: bytes) -> None:
    report = imported(content)
    assert report.read == report.faulty + report.loaded["marks"]
    assert rows(tmp_path) == []


@pytest.mark.parametrize("content", [bytes(range(256)) * 3, b"\x00,\x00\n", b"PK\x03\x04" + A.encode(), b"%PDF\x01\n"])
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, imported: Import, content: bytes) -> None:
    imported(f"{A}\n")
    with pytest.raises(UserError, match="is no text file: byte") as caught:
        imported(content)
    assert (caught.value.code, bool(caught.value.hint)) == ("binary", True)
    assert [row[0] for row in rows(tmp_path)] == [A]


@pytest.mark.parametrize(
    "mark", [A, MARK, PACK, PACK[:21], "A" * 68, "0A" * 75, CIS + "\x1d91EE08\x1d92" + "Qz7k" * 11]
)
def test_every_form_of_a_mark_is_listed(tmp_path: Path, imported: Import, mark: str) -> None:
    assert imported(f'"{mark}"\n').faulty == 0
    assert [row[0] for row in rows(tmp_path)] == [mark]


def test_the_masks_of_a_shop_may_know_other_forms(tmp_path: Path, imported: Import) -> None:
    assert imported("FUR-0001\nFUR-1\n", reads={"FUR-0001": "0001"}.get).faulty == 1
    assert [(row[0], row[4]) for row in rows(tmp_path)] == [("FUR-0001", "0001")]


@pytest.mark.parametrize(
    ("mark", "asked"),
    [
        (MARK, False), (CIS, False), (PACK, False), (PACK[:21], False), ("A" * 68, False),
        (f"{A[:18]}ten-digits93Zjqw", True), (f"{A[:18]}odd-length", True),
    ],
)  # fmt: skip
def test_the_masks_are_asked_where_a_serial_ends_that_no_structure_shows(
    tmp_path: Path, imported: Import, mark: str, asked: bool
) -> None:
    heard: list[str] = []
    assert imported(f'"{mark}"\n', reads=lambda text: heard.append(text) or mark[:20]).faulty == 0
    assert heard == [mark] * asked
    assert (rows(tmp_path)[0][4] == mark[:20]) is asked


def test_a_list_is_replaced_in_one_step_and_never_by_nothing(tmp_path: Path, imported: Import) -> None:
    imported(f"{A}\n{B}\n")
    assert imported(f"{C}\nне марка\n", whole=True).written
    assert [row[0] for row in rows(tmp_path)] == [C]
    for content in ("", "excisemarkid\n", "не марка\n"):
        report = imported(content, whole=True)
        assert (report.written, report.nothing) == (False, "because there is no mark in the file")
        assert report.faults[-1].next == "ncash whitelist remove --all empties the list"
    assert not imported(f"{A}\nне марка\n", whole=True, strict=True).written
    assert [row[0] for row in rows(tmp_path)] == [C]


def test_marks_are_taken_off_however_they_are_written(tmp_path: Path, imported: Import) -> None:
    target = tmp_path / "Dictionaries.sqlite"
    imported(f"{MARK},1\n{CIS}\n{A}\n{B}\n{PACK}\n")
    assert ListedMark(MARK, "1", None, None) in listed(target)
    told = remove(target, [MARK.replace("\x1d", "<GS>"), A, "0104607042439209215nowhere", PACK[:21]])
    assert told == (4, ("0104607042439209215nowhere",))
    assert [row.excisemarkid for row in listed(target)] == [B]
    assert remove(target, None) == (1, ())
    assert list(listed(target)) == []


@pytest.mark.parametrize("sign", [";", ",", "\t"])
@pytest.mark.parametrize("mark", [MARK, CIS, PACK])
def test_an_empty_column_is_no_part_of_the_mark(tmp_path: Path, sign: str, mark: str) -> None:
    source, target = tmp_path / "list.csv", tmp_path / "Dictionaries.sqlite"
    source.write_text(f"{mark}{sign}\n" * 2, encoding="utf-8")
    report = load(source, target)
    kept = [row.excisemarkid for row in listed(target)]
    assert (kept, report.faulty) in (([mark], 0), ([], 2))


@pytest.mark.parametrize("row", [f"{MARK};x", f"{MARK},Milk", f"{MARK};;;x;y"])
def test_what_stands_behind_a_whole_code_is_no_part_of_it(tmp_path: Path, row: str) -> None:
    source, target = tmp_path / "list.csv", tmp_path / "Dictionaries.sqlite"
    source.write_text(f"{CIS}\n{CIS}\n{row}\n", encoding="utf-8")
    assert load(source, target).faulty == 1
    assert [row.excisemarkid for row in listed(target)] == [CIS]

"""The white list as CSV: encodings, separators, quotes, and rows that are refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ncash.errors import UserError
from ncash.store.dictionaries import open_dictionaries
from ncash.store.report import Report
from ncash.store.whitelist import load

MARK = "010304109478744321513Qbag!\x1d93Zjqw"
CIS = "010304109478744321513Qbag!"
Import = Callable[..., Report]


@pytest.fixture
def imported(tmp_path: Path) -> Import:
    """Imports a text as a CSV file."""

    def run(content: str | bytes, encoding: str = "utf-8", strict: bool = False) -> Report:
        source = tmp_path / "marks.csv"
        source.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return load(source, tmp_path / "Dictionaries.sqlite", strict)

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
@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_every_usual_form_is_read(
    tmp_path: Path, imported: Import, header: str, separator: str, newline: str, encoding: str
) -> None:
    body = f"{CIS}{{0}}3041094787443{{0}}7{{0}}Табак\nB{{0}}\nC{{0}}{{0}}8\n"
    report = imported((header + body).format(separator).replace("\n", newline), encoding)
    assert (report.faulty, report.loaded) == (0, {"marks": 3})
    assert rows(tmp_path) == [
        (CIS, "3041094787443", "7", "Табак", CIS), ("B", None, None, None, "B"), ("C", None, "8", None, "C"),
    ]  # fmt: skip


def test_marks_with_separators_and_quotes_need_quotes(tmp_path: Path, imported: Import) -> None:
    report = imported('"a;b,c""d"\na,b\n"e"f\ng\n')
    assert [row[0] for row in rows(tmp_path)] == ['a;b,c"d', "g"]
    assert [(fault.number, fault.line) for fault in report.faults] == [(2, 2), (3, 3)]
    assert "needs quotes" in report.faults[0].reason
    assert "not CSV" in report.faults[1].reason


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",123", "the mark is missing"),
        (" \x1d ,123", "the mark is missing"),
        ("x" * 513, "longer than 512"),
        ("a,1,2,3,4", "5 columns"),
        ("a,12x", "no barcode"),
    ],
)
def test_a_faulty_row_is_reported_with_its_line_and_the_rest_loads(
    tmp_path: Path, imported: Import, row: str, reason: str
) -> None:
    content = f"excisemarkid,barcode\nA,1\n\n{row}\nB,2\n"
    report = imported(content)
    assert (report.read, report.faulty, report.written) == (3, 1, True)
    assert (report.faults[0].number, report.faults[0].line) == (2, 4)
    assert reason in report.faults[0].reason
    assert [stored[0] for stored in rows(tmp_path)] == ["A", "B"]


def test_a_strict_import_loads_nothing_when_one_row_is_faulty(tmp_path: Path, imported: Import) -> None:
    imported("A\n")
    report = imported("B\n,1\n", strict=True)
    assert (report.written, report.faulty) == (False, 1)
    assert [row[0] for row in rows(tmp_path)] == ["A"]


def test_marks_join_those_that_are_there_and_none_stands_twice(tmp_path: Path, imported: Import) -> None:
    imported("A,1\nB\n")
    imported("A,2\nC\nC\n")
    assert sorted(row[:2] for row in rows(tmp_path)) == [("A", "2"), ("B", None), ("C", None)]


def test_an_empty_file_is_an_empty_list(tmp_path: Path, imported: Import) -> None:
    assert imported("").read == 0
    assert imported("excisemarkid\n").read == 0
    assert rows(tmp_path) == []


def test_utf16_is_refused_in_words(imported: Import) -> None:
    with pytest.raises(UserError) as caught:
        imported("A\n", "utf-16")
    assert caught.value.code == "encoding"


@pytest.mark.parametrize("content", [bytes(range(256)) * 3, b"\x98\n", b'"unended\nA\n', b"\x00,\x00\n"])
def test_no_bytes_break_the_loader(tmp_path: Path, imported: Import, content: bytes) -> None:
    report = imported(content)
    assert report.read == report.faulty + report.loaded["marks"]
    stored = rows(tmp_path)
    assert bool(stored) == bool(report.loaded["marks"])
    assert all(mark and identity for mark, *_, identity in stored)

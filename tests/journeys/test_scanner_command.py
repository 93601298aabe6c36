"""ncash scanner: a test at the desk, figures out of a till's books."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from ncash.cli.main import run
from ncash.model.ports import Outside
from ncash.store.journal.journal import Journal
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom, shop_folder

CODE = "0104670540176099215Demo1\x1d93Kx/2"


def till(folder: Path) -> DrivenTill:
    outside = Outside(FrozenClock(), SeededRandom("scanner"), FencedHttp())
    return DrivenTill(folder / "conf", folder / "data", outside)


def stats(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    capsys.readouterr()
    assert run(["scanner", "stats", "--json", "--conf", str(folder / "conf"), "--data", str(folder / "data")]) == 0
    tills: list[dict[str, object]] = json.loads(capsys.readouterr().out)["tills"]
    return tills


def test_the_books_tell_what_was_repaired_and_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop_folder(tmp_path / "shop")
    with till(tmp_path / "shop") as driven:
        driven.send("open")
        for text in (CODE, f"]d2{CODE}", CODE[:-2], CODE[:-1]):
            driven.send("scan", data=text)
    causes = {"repaired: the symbology identifier in front": 1, "refused: cut": 2}
    assert stats(tmp_path / "shop", capsys) == [
        {"till": "1", "scans": 4, "repaired": 1, "refused": 2, "causes": causes}
    ]


def test_a_line_of_the_journal_keeps_the_scan_without_its_verification_part(tmp_path: Path) -> None:
    shop_folder(tmp_path / "shop")
    with till(tmp_path / "shop") as driven:
        driven.send("open")
        driven.send("scan", data=f"]d2{CODE}")
        driven.send("scan", data=CODE[:-1])
    with closing(Journal(tmp_path / "shop" / "data" / "Documents.sqlite")) as journal:
        told = [row["line"] for row in journal.lines() if row["line"]["kind"] in ("verdict", "unread")]
    assert told[0]["mark"]["scanned"] == "]d20104670540176099215Demo1…7"
    assert told[1]["scan"]["text"] == "010467054017609921…12"
    assert "93Kx" not in json.dumps(told)


def test_test_codes_come_from_a_file_and_a_bad_setting_is_exit_code_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "scans.txt").write_bytes(b"010467054017609921TeSt+qW\x1d93aBcD\r\n010467054017609921test+qw93abcd\r\n")
    assert run(["scanner", "test", "--input", str(tmp_path / "scans.txt"), "--json"]) == 1
    scans = json.loads(capsys.readouterr().out)["scans"]
    assert [scan["verdict"] for scan in scans] == ["good", "damaged"]
    assert scans[0]["seen"]["terminator"] == "CR"


def test_nothing_scanned_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "scans.txt").write_bytes(b"\n")
    assert run(["scanner", "test", "--input", str(tmp_path / "scans.txt")]) == 2
    assert "--scan TEXT" in capsys.readouterr().err

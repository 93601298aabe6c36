"""The journal is a proof: whatever is done to a line afterwards is found, and found where it was done."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from ncash.model.ports import Saving
from ncash.model.receipt import Receipt
from ncash.store.documents import open_documents
from ncash.store.documents_schema import DOCUMENTS
from ncash.store.journal.hash_chain import Head, JournalLine, faults
from ncash.store.journal.journal import Journal
from ncash.store.sqlite.migrations import opened
from ncash.testing import ShopDatabase

LINES = 200
TIME = "2026-11-20T09:00:00+03:00"
RECORDED = Path(__file__).parent / "recorded" / "documents_1.sql"
ROWS = "SELECT seq, time, cashcode, workshiftid, uuid, kind, verdict, key, line, hash FROM journal ORDER BY seq"


def line(n: int) -> dict[str, Any]:
    return {"kind": "verdict", "time": TIME, "verdict": ("allow", "deny")[n % 2], "key": "CrptSold", "n": n,
            "mark": {"cis": f"0104{n}"}, "text": "отказ"}  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal of 200 lines that two tills wrote in turn."""
    path = tmp_path_factory.mktemp("journal") / "Documents.sqlite"
    tills = [open_documents(path, cash, "7") for cash in ("1", "2")]
    tills[0].open_shift(TIME, None)
    for n in range(0, LINES, 4):
        tills[n // 4 % 2].journal([line(n), line(n + 1), line(n + 2)])
        tills[n // 4 % 2].save_receipt(Saving(Receipt(f"r{n // 4 % 2}"), [line(n + 3)]))
    for till in tills:
        till.close()
    return path


@contextmanager
def tampering(path: Path) -> Iterator[sqlite3.Connection]:
    """Somebody with a database tool, who undoes everything afterwards."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.execute("DROP TRIGGER journal_kept")
        connection.execute("DROP TRIGGER journal_unchanged")
        yield connection
        connection.execute("ROLLBACK")


def found(connection: sqlite3.Connection, *known: Head) -> set[tuple[int, str]]:
    rows = [(JournalLine(*columns), hashed) for *columns, hashed in connection.execute(ROWS)]
    head = connection.execute("SELECT seq, hash FROM journalhead").fetchone()
    return {(fault.seq, fault.kind) for fault in faults(rows, Head(*head) if head else None, known)}


def stored(connection: sqlite3.Connection, seq: int) -> tuple[Any, ...]:
    row: tuple[Any, ...] = connection.execute("SELECT line, hash FROM journal WHERE seq = ?", (seq,)).fetchone()
    return row


def swap(connection: sqlite3.Connection, one: int, other: int) -> None:
    for old, new in ((one, -1), (other, one), (-1, other)):
        connection.execute("UPDATE journal SET seq = ? WHERE seq = ?", (new, old))


def test_an_untouched_journal_has_no_fault(whole: Path) -> None:
    journal = Journal(whole)
    assert journal.verify() == (LINES, [])
    assert journal.head is not None
    assert journal.verify([journal.head]) == (LINES, [])
    assert journal.head.seq == LINES
    assert Head.read(str(journal.head)) == journal.head
    journal.close()


@pytest.mark.parametrize(
    "column", ["time", "cashcode", "workshiftid", "uuid", "kind", "verdict", "key", "line", "hash"]
)
def test_a_changed_column_of_any_line_is_found_at_that_line(whole: Path, column: str) -> None:
    statement = f"UPDATE journal SET {column} = ? WHERE seq = ?"
    with tampering(whole) as connection:
        for seq in range(1, LINES + 1):
            connection.execute("SAVEPOINT one")
            connection.execute(statement, (b"x" if column == "hash" else "x", seq))
            assert {place for place, _ in found(connection)} == {seq}
            connection.execute("ROLLBACK TO one")


def test_one_changed_character_of_any_line_is_found_at_that_line(whole: Path) -> None:
    with tampering(whole) as connection:
        for seq in range(1, LINES + 1):
            text = stored(connection, seq)[0]
            at = seq * 7 % len(text)
            changed = text[:at] + ("x" if text[at] != "x" else "y") + text[at + 1 :]
            connection.execute("UPDATE journal SET line = ? WHERE seq = ?", (changed, seq))
            assert (seq, "changed") in found(connection)
            assert {place for place, _ in found(connection)} == {seq}
            connection.execute("UPDATE journal SET line = ? WHERE seq = ?", (text, seq))


def test_a_deleted_line_is_found_at_its_place(whole: Path) -> None:
    with tampering(whole) as connection:
        for seq in range(1, LINES + 1):
            connection.execute("SAVEPOINT one")
            connection.execute("DELETE FROM journal WHERE seq = ?", (seq,))
            assert found(connection) == {(seq, "missing")}
            connection.execute("ROLLBACK TO one")


@pytest.mark.parametrize("step", [1, 2, 17])
def test_two_lines_that_changed_places_are_found_at_both(whole: Path, step: int) -> None:
    with tampering(whole) as connection:
        for seq in range(1, LINES + 1 - step):
            swap(connection, seq, seq + step)
            moved = found(connection)
            assert {(seq, "moved"), (seq + step, "moved")} <= moved
            assert {place for place, _ in moved} == {seq, seq + step}
            swap(connection, seq, seq + step)


def test_a_cut_tail_is_found_against_the_stored_head(whole: Path) -> None:
    with tampering(whole) as connection:
        for seq in range(LINES, 0, -1):
            connection.execute("DELETE FROM journal WHERE seq = ?", (seq,))
            assert found(connection) == {(seq, "missing")}


def test_a_cut_tail_with_a_forged_head_is_found_against_a_head_written_down(whole: Path) -> None:
    with tampering(whole) as connection:
        earlier, last = (Head(seq, stored(connection, seq)[1]) for seq in (150, LINES))
        for seq in range(LINES, 140, -1):
            before = stored(connection, seq - 1)[1]
            connection.execute("DELETE FROM journal WHERE seq = ?", (seq,))
            connection.execute("UPDATE journalhead SET seq = ?, hash = ?", (seq - 1, before))
            assert found(connection) == set()
            assert found(connection, last) == {(seq, "missing")}
            assert found(connection, earlier) == ({(seq, "missing")} if seq <= 150 else set())


def test_a_line_rewritten_with_its_own_hash_is_found_at_the_link_after_it(whole: Path) -> None:
    with tampering(whole) as connection:
        for seq in (1, 2, 100, LINES - 1, LINES):
            connection.execute("SAVEPOINT one")
            forge(connection, seq)
            expected = {(seq + 1, "changed")} if seq < LINES else {(seq, "head")}
            assert found(connection) == expected
            connection.execute("ROLLBACK TO one")


def forge(connection: sqlite3.Connection, seq: int) -> None:
    """Change a line and give it the hash it should have: the definition once more, in other words."""
    before = stored(connection, seq - 1)[1] if seq > 1 else b"\0" * 32
    columns = connection.execute(
        "SELECT seq, time, cashcode, workshiftid, uuid, kind, verdict, key FROM journal WHERE seq = ?", (seq,)
    ).fetchone()
    text = '{"kind":"verdict"}'
    hashed = hashlib.sha256(before + json.dumps(columns, separators=(",", ":")).encode() + b"\n" + text.encode())
    connection.execute("UPDATE journal SET line = ?, hash = ? WHERE seq = ?", (text, hashed.digest(), seq))


def test_a_whole_chain_that_was_made_anew_is_found_against_a_head_written_down(whole: Path) -> None:
    with tampering(whole) as connection:
        known = [Head(seq, stored(connection, seq)[1]) for seq in (50, 150)]
        for seq in range(100, LINES + 1):
            forge(connection, seq)
        connection.execute("UPDATE journalhead SET hash = ?", (stored(connection, LINES)[1],))
        assert found(connection) == set()
        assert found(connection, *known) == {(150, "head")}


def test_lines_that_no_till_wrote_are_found(whole: Path) -> None:
    with tampering(whole) as connection:
        connection.execute("INSERT INTO journal (seq, cashcode, kind, line) VALUES (201, '1', 'verdict', '{}')")
        assert found(connection) >= {(201, "added")}
        assert {place for place, _ in found(connection)} == {201}


def test_a_deleted_head_is_found(whole: Path) -> None:
    with tampering(whole) as connection:
        connection.execute("DELETE FROM journalhead")
        assert found(connection) == {(LINES, "head")}


def test_many_broken_lines_are_told_and_the_first_is_the_first(whole: Path) -> None:
    with tampering(whole) as connection:
        connection.execute("DELETE FROM journal WHERE seq = 30")
        connection.execute("UPDATE journal SET seq = -seq WHERE seq > 30")
        connection.execute("UPDATE journal SET seq = -seq - 1 WHERE seq < 0")
        places = sorted(found(connection))
        assert places[0] == (30, "changed")
        assert places[-1] == (LINES, "missing")


def test_the_till_goes_on_after_tampering_and_the_fault_stays_where_it_is(tmp_path: Path) -> None:
    till = open_documents(tmp_path / "Documents.sqlite", "1", "7")
    till.journal([line(n) for n in range(5)])
    with ShopDatabase(tmp_path / "Documents.sqlite").changing() as connection:
        connection.execute("DROP TRIGGER journal_kept")
        connection.execute("DELETE FROM journal WHERE seq >= 5")
        connection.execute("INSERT INTO journal (seq, cashcode, kind, line) VALUES (9, '1', 'verdict', '{}')")
    till.journal([line(6)])
    till.close()
    journal = Journal(tmp_path / "Documents.sqlite")
    assert [(fault.seq, fault.kind) for fault in journal.verify()[1]] == [(5, "missing"), (10, "changed")]
    assert [one["seq"] for one in journal.lines()] == [1, 2, 3, 4, 9, 10]
    journal.close()


def test_a_lost_head_is_written_into_the_journal(tmp_path: Path) -> None:
    till = open_documents(tmp_path / "Documents.sqlite", "1", "7")
    till.journal([line(1)])
    ShopDatabase(tmp_path / "Documents.sqlite").change("DELETE FROM journalhead")
    till.journal([line(2)])
    till.close()
    journal = Journal(tmp_path / "Documents.sqlite")
    assert [one["kind"] for one in journal.lines()] == ["verdict", "head_lost", "verdict"]
    journal.close()


def test_lines_can_only_be_added(tmp_path: Path) -> None:
    till = open_documents(tmp_path / "Documents.sqlite", "1", "7")
    till.journal([line(1)])
    for statement in ("UPDATE journal SET key = 'x'", "DELETE FROM journal"):
        with pytest.raises(sqlite3.IntegrityError, match="lines stay"):
            till.connection.raw.execute(statement)
    till.close()


def test_lines_of_an_older_version_are_chained_when_it_is_upgraded(tmp_path: Path) -> None:
    path = tmp_path / "Documents.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(RECORDED.read_text(encoding="utf-8"))
        count: int = connection.execute("SELECT COUNT(*) FROM journal").fetchone()[0]
    assert count
    opened(path, DOCUMENTS).close()
    journal = Journal(path)
    assert journal.verify() == (count, [])
    journal.close()


def test_a_running_till_is_verified_as_of_one_moment(tmp_path: Path) -> None:
    path = tmp_path / "Documents.sqlite"
    till = open_documents(path, "1", "7")
    till.journal([line(1), line(2)])
    journal = Journal(path)
    with journal.connection.snapshot():
        before = journal.head
        till.journal([line(3)])
        assert journal.head == before
    assert journal.verify() == (3, [])
    journal.close()
    till.close()


@pytest.mark.parametrize("scan", ["\ud83d", "\x00\x1d", "Ж" * 20, '"\\'])
def test_any_text_is_kept_and_chained(tmp_path: Path, scan: str) -> None:
    till = open_documents(tmp_path / "Documents.sqlite", "1", "7")
    till.journal([{"kind": "verdict", "scan": scan}])
    till.close()
    journal = Journal(tmp_path / "Documents.sqlite")
    assert journal.verify() == (1, [])
    written: Mapping[str, Any] = next(journal.lines())
    assert written["line"]["scan"] == scan
    journal.close()


def test_lines_are_read_from_a_day_on(tmp_path: Path) -> None:
    till = open_documents(tmp_path / "Documents.sqlite", "1", "7")
    till.journal([{"kind": "a", "time": f"2026-11-{day}T09:00:00+03:00"} for day in (19, 20, 21)])
    till.close()
    journal = Journal(tmp_path / "Documents.sqlite")
    assert [one["time"][:10] for one in journal.lines("2026-11-20")] == ["2026-11-20", "2026-11-21"]
    journal.close()

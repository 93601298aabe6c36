"""Opening a database: new, old, newer, foreign, damaged, in use; each with a clear text and nothing lost."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from ncash.errors import UserError
from ncash.model.ports import Saving
from ncash.model.receipt import Receipt
from ncash.store.dictionaries.dictionaries import open_dictionaries
from ncash.store.dictionaries.schema import DICTIONARIES
from ncash.store.documents import SqliteDocuments, open_documents
from ncash.store.documents_schema import DOCUMENTS
from ncash.store.sqlite.connection import Connection
from ncash.store.sqlite.migrations import Schema, opened
from ncash.testing import ShopDatabase

RECORDED = Path(__file__).parent / "recorded"
SCHEMAS = {"documents": DOCUMENTS, "dictionaries": DICTIONARIES}
OpenTill = Callable[..., SqliteDocuments]


def tables(path: Path) -> dict[str, str]:
    return dict(ShopDatabase(path).rows("SELECT name, COALESCE(sql, '') FROM sqlite_master"))


def stamps(path: Path) -> tuple[int, int]:
    found = ShopDatabase(path)
    return found.value("PRAGMA user_version"), found.value("PRAGMA application_id")


def recorded(name: str, path: Path) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((RECORDED / name).read_text(encoding="utf-8"))
    return path


def refusal(path: Path, schema: Schema = DOCUMENTS) -> UserError:
    with pytest.raises(UserError) as caught:
        opened(path, schema, wait=0.2).close()
    assert str(path) in str(caught.value)
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize("name", SCHEMAS)
def test_an_upgraded_database_equals_a_new_one(tmp_path: Path, name: str) -> None:
    schema = SCHEMAS[name]
    old, new = recorded(f"{name}_1.sql", tmp_path / "old"), tmp_path / "new"
    assert stamps(old) == (1, schema.mark)
    for path in (old, new):
        opened(path, schema).close()
    assert tables(old) == tables(new)
    assert stamps(old) == stamps(new) == (schema.version, schema.mark)


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_step_stamps_the_version_it_leads_to(name: str) -> None:
    versions = [re.fullmatch(r"PRAGMA user_version = (\d+)", step.stamp) for step in SCHEMAS[name].steps]
    assert [int(found[1]) for found in versions if found] == list(range(1, SCHEMAS[name].version + 1))


def test_an_upgrade_keeps_the_books(tmp_path: Path) -> None:
    till = open_documents(recorded("documents_1.sql", tmp_path / "old"), "1", "7")
    sale, receipt = till.sale("1"), till.open_receipt()
    assert sale is not None
    assert sale.receipt.positions[0].excisemark == "0103041094787443215Qbag! 93Zjqw3103000353"
    assert receipt is not None
    assert (receipt.id, receipt.positions[0].cis) == ("open-1", "open-mark")
    till.save_receipt(Saving(receipt, take=["open-mark"], opcode=50))
    assert till.shift_report()["refused"] == {"CrptSold": 1}
    till.close()


def test_a_failed_upgrade_leaves_the_old_database(tmp_path: Path) -> None:
    path = recorded("documents_1.sql", tmp_path / "old")
    before = tables(path)

    def breaks(database: object) -> None:
        raise ValueError("broken step")

    broken = Schema(
        "Documents", DOCUMENTS.mark, DOCUMENTS.stamp, (*DOCUMENTS.steps, DOCUMENTS.steps[0]._replace(run=breaks))
    )
    with pytest.raises(ValueError, match="broken step"):
        opened(path, broken)
    assert tables(path) == before
    assert stamps(path)[0] == 1


def test_a_newer_database_is_named_with_both_versions(tmp_path: Path) -> None:
    path = tmp_path / "Documents.sqlite"
    opened(path, DOCUMENTS).close()
    ShopDatabase(path).change("PRAGMA user_version = 97")
    before = path.read_bytes()
    error = refusal(path)
    assert error.code == "database_newer"
    assert "97" in str(error)
    assert str(DOCUMENTS.version) in str(error)
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "Documents.sqlite"
    ShopDatabase(path).change("CREATE TABLE photos (name TEXT)")
    before = path.read_bytes()
    assert refusal(path).code == "database_foreign"
    assert path.read_bytes() == before


def test_dictionaries_in_the_place_of_documents_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "Documents.sqlite"
    opened(path, DICTIONARIES).close()
    assert refusal(path).code == "database_foreign"


@pytest.mark.parametrize(
    "content", [b"\x00" * 8192, b"not a database, but text " * 400, b"SQLite format 3\x00" + b"?" * 8000]
)
def test_a_file_that_is_no_database_is_not_touched(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "Documents.sqlite"
    path.write_bytes(content)
    assert refusal(path).code == "database_damaged"
    assert path.read_bytes() == content


def test_a_folder_in_the_place_of_the_file_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "Documents.sqlite").mkdir()
    assert refusal(tmp_path / "Documents.sqlite").code == "database_unreachable"
    assert refusal(tmp_path / "no" / "such" / "Documents.sqlite").code == "database_unreachable"


@contextmanager
def held(path: Path) -> Iterator[int]:
    """Another process that is writing to the database; its process id."""
    script = (
        "import sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "connection.execute('BEGIN IMMEDIATE')\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, path], stdin=-1, stdout=-1, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process.pid
        process.communicate("")


def test_a_locked_database_is_a_clear_error_and_the_till_lives(open_till: OpenTill) -> None:
    till = open_till(wait=0.2)
    till.open_shift("now", None)
    receipt = Receipt("a")
    with held(till.connection.path) as pid:
        with pytest.raises(UserError) as caught:
            till.save_receipt(Saving(receipt))
        assert caught.value.code == "database_locked"
        assert str(till.connection.path) in str(caught.value)
        assert Path("/proc/locks").exists() is (f"process {pid}" in str(caught.value))
        assert till.open_receipt() is None
        assert till.shift() == 1
    till.save_receipt(Saving(receipt))
    assert till.open_receipt() == receipt


def test_a_new_till_waits_for_a_writer_and_then_opens(open_till: OpenTill) -> None:
    till = open_till()
    with held(till.connection.path):
        assert open_till("2", wait=0.2).shift() is None


def test_a_write_that_fails_in_the_middle_leaves_nothing_behind(tmp_path: Path) -> None:
    connection = Connection(tmp_path / "x")
    connection.prepare()

    def half_done() -> None:
        with connection.write():
            connection.change("CREATE TABLE a (b)")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half_done()
    assert connection.all("SELECT name FROM sqlite_master") == []
    with connection.write():
        connection.change("CREATE TABLE a (b)")
    connection.close()


def test_a_full_disk_is_told_in_words_and_nothing_is_lost(open_till: OpenTill) -> None:
    till = open_till()
    till.save_receipt(Saving(Receipt("a")))
    till.connection.raw.execute("PRAGMA max_page_count = 1")
    with pytest.raises(UserError) as caught:
        till.journal([{"kind": "note", "text": "x" * 100_000}])
    assert caught.value.code == "database_write"
    assert "disk is full" in str(caught.value)
    assert till.open_receipt() == Receipt("a")


def test_dictionaries_are_read_only_to_the_till(tmp_path: Path) -> None:
    dictionaries = open_dictionaries(tmp_path / "Dictionaries.sqlite")
    with pytest.raises(UserError), dictionaries.connection.write():
        pass
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        dictionaries.connection.raw.execute("DELETE FROM tmc")
    dictionaries.close()


def test_programs_that_start_together_make_one_database(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom pathlib import Path\nfrom ncash.store.documents import open_documents\n"
        "sys.stdin.readline()\n"
        "print(open_documents(Path(sys.argv[1]), sys.argv[2], '1').open_shift('now', None))\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "Documents.sqlite")]
    tills = [subprocess.Popen([*command, str(n)], stdin=-1, stdout=-1, stderr=-1, text=True) for n in range(6)]
    for till in tills:
        assert till.stdin
        till.stdin.write("go\n")
        till.stdin.flush()
    assert [till.communicate() for till in tills] == [("1\n", "")] * 6


def test_opening_an_up_to_date_database_imports_no_heavy_library(tmp_path: Path) -> None:
    path = tmp_path / "Documents.sqlite"
    opened(path, DOCUMENTS).close()
    script = (
        "import sys\nfrom pathlib import Path\nfrom ncash.store.documents import open_documents\n"
        "import ncash.store.dictionaries.dictionaries\nopen_documents(Path(sys.argv[1]), '1', '1').close()\n"
        "print(sorted({'sqlite_utils', 'click', 'tqdm', 'requests'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"

"""Copies of the books: by hand, by an idle till, before an upgrade; put back, whole or not at all."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ncash.errors import UserError
from ncash.model.fiscal.intent import Ruling
from ncash.shop.copies import Backups, of
from ncash.shop.upkeep import Upkeep
from ncash.store.documents import open_documents
from ncash.store.sqlite import backup
from ncash.system.failpoints import NAMES
from ncash.testing import DrivenTill, FrozenClock, ShopDatabase
from ncash.till.supervisor import Supervisor

from .conftest import BREAD, MILK, Command, opened, sold


def documents(path: Path) -> int:
    found = ShopDatabase(path)
    assert found.value("PRAGMA integrity_check") == "ok"
    count: int = found.value("SELECT count(*) FROM document")
    return count


def test_a_copy_is_made_beside_a_till_that_sells(till: DrivenTill, command: Command) -> None:
    sold(till, BREAD)
    code, answer = command("backup")
    path = Path(answer["copy"]["file"])
    sold(till, MILK)
    assert (code, documents(path)) == (0, 1)
    assert sorted(p.name for p in path.parent.iterdir()) == [".lock", path.name]
    assert command("backup", "list")[1]["copies"] == [answer["copy"]]


def test_a_copy_is_one_file_wherever_it_is_put(till: DrivenTill, command: Command, tmp_path: Path) -> None:
    sold(till, BREAD)
    target = tmp_path / "stick" / "books.sqlite"
    assert command("backup", "--to", str(target))[0] == 0
    assert [p.name for p in target.parent.iterdir()] == ["books.sqlite"]
    assert documents(target) == 1


def test_only_so_many_copies_are_kept_and_what_a_killed_one_left_goes(books: Path, tmp_path: Path) -> None:
    folder, now = tmp_path / "copies", datetime(2027, 1, 15, 9, tzinfo=UTC)
    folder.mkdir()
    (folder / ".Documents-20270101T000000Z.sqlite.1.new").write_bytes(b"half")
    for hour in range(4):
        backup.backed_up(books, folder, now + timedelta(hours=hour), keep=2)
    assert [p.name for p in sorted(folder.glob("*.sqlite"))] == [
        "Documents-20270115T110000Z.sqlite",
        "Documents-20270115T120000Z.sqlite",
    ]
    assert not list(folder.glob("*.new"))


def test_of_two_tills_one_makes_the_copy(books: Path, tmp_path: Path) -> None:
    folder, now = tmp_path / "copies", datetime(2027, 1, 15, 9, tzinfo=UTC)
    folder.mkdir()
    with backup.alone(folder / ".lock"):
        assert backup.backed_up(books, folder, now, keep=2) is None
    assert backup.backed_up(books, folder, now, keep=2) is not None


def test_an_idle_till_copies_when_it_is_time(till: DrivenTill, folder: Path) -> None:
    clock, where = FrozenClock("2027-01-15T12:00:00+03:00"), of(till.shop.config, folder / "data")
    copies = Backups(clock)

    def made() -> int:
        copies.step(where)
        assert copies.finish(30)
        return len(backup.copies(where.folder, "Documents"))

    assert [made(), made()] == [1, 1]
    clock.move(12 * 3600)
    assert [made(), made()] == [2, 2]
    later = Backups(clock)
    later.step(where)
    assert later.finish(30)
    assert made() == 2, "a till that starts counts from the copy that is there"


def test_a_till_makes_no_copies_when_nobody_wants_them(till: DrivenTill, folder: Path) -> None:
    where = of(till.shop.config, folder / "data")._replace(interval=timedelta())
    copies = Backups(FrozenClock())
    copies.step(where)
    assert copies.finish(30)
    assert not where.folder.exists()


def test_a_damaged_database_is_not_copied_over_a_good_copy(books: Path, command: Command, folder: Path) -> None:
    assert command("backup")[0] == 0
    spoil(books)
    code, answer = command("backup")
    assert (code, answer["error"]["code"]) == (2, "database_damaged")
    assert "ncash restore" in answer["error"]["hint"]
    assert len(list((folder / "data" / "backup").glob("*.sqlite"))) == 1


def spoil(path: Path, table: str = "moneyitem") -> None:
    found = ShopDatabase(path)
    size = found.value("PRAGMA page_size")
    page = found.value("SELECT rootpage FROM sqlite_master WHERE name = ?", table)
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(bytes(size))


def copied_shop(folder: Path, command: Command) -> Path:
    """One receipt is in the copy, one came after it."""
    with opened(folder) as till:
        sold(till, BREAD)
    path = Path(command("backup")[1]["copy"]["file"])
    with opened(folder, at="2027-01-15T13:00:00+03:00") as till:
        sold(till, BREAD)
    return path


def test_a_copy_takes_the_place_of_a_damaged_database(folder: Path, books: Path, command: Command) -> None:
    copy = copied_shop(folder, command)
    spoil(books)
    before = books.read_bytes()
    code, answer = command("restore", str(copy), "--yes")
    assert (code, answer["copy"]["documents"], documents(books)) == (0, 1, 1)
    assert Path(answer["aside"]).read_bytes() == before
    assert Path(answer["aside"]).name.startswith("documents.damaged-")
    assert command("journal", "verify") == (0, command("journal", "verify")[1])
    assert ShopDatabase(books).value("SELECT kind FROM journal ORDER BY seq DESC LIMIT 1") == "restored"
    with opened(folder, at="2027-01-15T14:00:00+03:00") as till:
        assert till.greeting["notices"] == []


def test_without_yes_it_is_only_said_what_would_be_done(folder: Path, books: Path, command: Command) -> None:
    copy, before = copied_shop(folder, command), books.read_bytes()
    code, answer = command("restore", str(copy))
    assert (code, answer["done"]) == (1, False)
    assert (answer["copy"]["documents"], answer["before"]["documents"]) == (1, 2)
    assert books.read_bytes() == before


def test_nothing_is_restored_while_a_till_runs(folder: Path, books: Path, command: Command) -> None:
    copy = copied_shop(folder, command)
    with opened(folder):
        code, answer = command("restore", str(copy), "--yes")
    assert (code, answer["error"]["code"], documents(books)) == (2, "running", 2)


def test_a_damaged_or_foreign_copy_is_not_restored(folder: Path, books: Path, command: Command, tmp_path: Path) -> None:
    copy = copied_shop(folder, command)
    spoil(copy)
    (tmp_path / "text").write_text("no database, but a long enough text " * 30, encoding="utf-8")
    for wrong in (copy, tmp_path / "text", tmp_path / "none"):
        code, answer = command("restore", str(wrong), "--yes")
        assert code == 2, answer
    assert documents(books) == 2


KILLED = """
import os, sys
from datetime import datetime
from pathlib import Path
from ncash.system.failpoints import arm
from ncash.support.books.restore import restore
arm(lambda name: os._exit(9) if name == sys.argv[3] else None)
data = Path(sys.argv[2])
restore(Path(sys.argv[1]), data / "Documents.sqlite", data, "1", datetime.fromisoformat("2027-01-15T15:00:00+03:00"))
"""
PLACES = [name for name in sorted(NAMES) if name.startswith(("restore.", "files."))]


@pytest.mark.parametrize("place", [*PLACES, "nowhere"])
def test_a_restore_that_is_killed_leaves_the_old_or_the_new_books(
    folder: Path, books: Path, command: Command, place: str
) -> None:
    copy = copied_shop(folder, command)
    done = subprocess.run([sys.executable, "-c", KILLED, str(copy), str(folder / "data"), place], check=False)
    assert done.returncode in (0, 9), place
    with opened(folder, at="2027-01-15T16:00:00+03:00") as till:
        looked_after(till)
        sold(till, BREAD)
    decided = place in ("restore.decided", "restore.cleared", "nowhere") or done.returncode == 0
    assert documents(books) in ((2,) if decided else (2, 3))
    assert not backup.unfinished(books)


def looked_after(till: DrivenTill) -> None:
    """The drive has a receipt that the old books do not have: somebody says that it is known."""
    till.send("open")
    intent = till.shop.documents.intent()
    if intent is not None:
        assert till.shop.documents.rule_intent(intent.uuid, Ruling("drop", "anna", "put back", intent.time))


def test_what_only_looks_does_not_take_a_restore_to_its_end(folder: Path, books: Path) -> None:
    open_documents(books, "1", "1").close()
    Path(f"{books}{backup.RESTORED}").write_bytes(books.read_bytes())
    with pytest.raises(UserError, match="being restored") as caught:
        open_documents(books, "1", "1")
    assert caught.value.code == "restore_unfinished"


def test_a_copy_that_fails_is_said_until_one_is_made(
    till: DrivenTill, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clock, where = FrozenClock(), of(till.shop.config, folder / "data")
    where.folder.write_text("in its place", encoding="utf-8")
    copies = Backups(clock)
    copies.step(where)
    assert copies.finish(30)
    said = "Резервная копия базы данных не сделана: вместо каталога там файл"
    assert [text.text for text in copies.notices()] == [said]
    assert f"{where.folder} cannot be written: File exists" in capsys.readouterr().err
    where.folder.unlink()
    clock.move(600)
    copies.step(where)
    assert copies.finish(30)
    assert copies.notices() == ()


def test_a_full_disk_leaves_the_copies_that_are_there(books: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.sqlite"
    backup.copied(books, target)
    before = target.read_bytes()
    script = (
        "import resource, sys\nfrom pathlib import Path\nfrom ncash.errors import UserError\n"
        "from ncash.store.sqlite.backup import copied\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "import signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "try:\n    copied(Path(sys.argv[1]), Path(sys.argv[2]))\nexcept UserError as error:\n    print(error.code)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, books, target], capture_output=True, text=True, check=False, env=os.environ
    )
    assert told.stdout == "database_write\n", told.stderr
    assert target.read_bytes() == before


def test_an_older_database_is_copied_before_it_is_upgraded(tmp_path: Path) -> None:
    recorded = Path(__file__).parents[2] / "contract" / "store" / "recorded" / "documents_1.sql"
    path = tmp_path / "Documents.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(recorded.read_text(encoding="utf-8"))
    open_documents(path, "1", "7").close()
    copy = tmp_path / "backup" / "Documents-version-1.sqlite"
    assert ShopDatabase(copy).value("PRAGMA user_version") == 1
    told: list[dict[str, Any]] = [one.json() for one in backup.copies(copy.parent, "Documents")]
    assert [one["time"] for one in told] == [None]


COPIED = """
import os, sys
from datetime import datetime
from pathlib import Path
from ncash.system.failpoints import arm
from ncash.store.sqlite.backup import backed_up
arm(lambda name: os._exit(9) if name == sys.argv[2] else None)
data = Path(sys.argv[1])
backed_up(data / "Documents.sqlite", data / "backup", datetime.fromisoformat("2027-01-16T15:00:00+03:00"), 1)
"""
STEPS = [name for name in sorted(NAMES) if name.startswith(("backup.", "files.s", "files.r"))]


@pytest.mark.parametrize("step", STEPS)
def test_a_copy_that_is_killed_leaves_a_whole_one(folder: Path, command: Command, step: str) -> None:
    with opened(folder) as till:
        sold(till, BREAD)
    assert command("backup")[0] == 0
    done = subprocess.run([sys.executable, "-c", COPIED, str(folder / "data"), step], check=False)
    assert done.returncode in (0, 9), step
    found = backup.copies(folder / "data" / "backup", "Documents")
    assert found
    assert [documents(copy.path) for copy in found] == [1] * len(found)
    assert command("backup")[0] == 0
    assert not [path for path in (folder / "data" / "backup").iterdir() if path.name.endswith(".new")]


def test_a_copy_that_another_till_let_go_meanwhile_is_none(tmp_path: Path) -> None:
    (tmp_path / "Documents-20270101T000000Z.sqlite").symlink_to(tmp_path / "gone")
    assert backup.copies(tmp_path, "Documents") == ()


def test_an_idle_till_whose_folder_takes_no_files_goes_on(
    till: DrivenTill, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "data" / "reload-1.json").mkdir()
    idle = Upkeep(till.shop, Supervisor(till.shop.till))
    idle.asked = True
    idle.idle()
    assert capsys.readouterr().err.startswith("ncash: the data folder takes no files")
    assert till.send("open")["ok"]

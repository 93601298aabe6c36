"""What a cashier reads is Russian, and says nothing of tables, statements and files."""

import errno
import re
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from ncash.bundled.markedgoods.texts.messages import MESSAGES as MARKED
from ncash.bundled.restrictions.messages import MESSAGES as RESTRICTIONS
from ncash.cli.main import COMMANDS
from ncash.errors import DISK_WORDS, UserError, disk_words
from ncash.shop import copies
from ncash.store.dictionaries.dictionaries import open_dictionaries
from ncash.store.documents import open_documents
from ncash.store.sqlite.backup import copied
from ncash.store.sqlite.connection import Connection
from ncash.testing import FrozenClock
from ncash.till.fiscal.shift_slip import PAYMENTS, REASONS, WORDS
from ncash.till.texts import ALL as HOST

WORD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
COMMAND: Final = re.compile(r"ncash (\w+)(?: \w+)?")
"""Named to the cashier so that support, on the phone, knows what to run."""
NAMES: Final = {"CapsLock", "KKM", "Server", "restrictions.ini", "kkmServerUser", "kkmServerPasswordFile", "X", "Z"}
"""A key of the keyboard, a product, what an administrator is told to look at, and the two reports of a shift."""


def texts() -> Iterator[tuple[str, str]]:
    for rows in (HOST, MARKED, RESTRICTIONS):
        yield from ((key, message.text) for key, message in rows.items())
        yield from ((f"advice about {key}", row.advice.cashier) for key, row in rows.items() if row.advice)
    for words in (WORDS, PAYMENTS, REASONS):
        yield from ((f"shift report, {key}", text) for key, text in words.items())


def latin(text: str) -> list[str]:
    """Latin words outside of placeholders and of commands that are there."""
    rest = re.sub(r"\{\w+\}", "", text)
    for command in COMMAND.finditer(rest):
        assert command[1] in COMMANDS, command[0]
    return [word.rstrip(".") for word in WORD.findall(COMMAND.sub("", rest))]


def strange(text: str) -> list[str]:
    """Latin words that are no names either."""
    return [word for word in latin(text) if word not in NAMES]


@pytest.mark.parametrize(("key", "text"), list(texts()), ids=lambda value: value if value.isascii() else "")
def test_a_cashier_reads_russian(key: str, text: str) -> None:
    assert strange(text) == []


def names_of_the_databases(folder: Path) -> set[str]:
    """Tables and their columns, as far as they are no plain words."""
    open_documents(folder / "Documents.sqlite", "1", "1").close()
    open_dictionaries(folder / "Dictionaries.sqlite").close()
    found = set()
    for name in ("Documents.sqlite", "Dictionaries.sqlite"):
        with sqlite3.connect(folder / name) as raw:
            for (table,) in raw.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'index')").fetchall():
                found |= {table, *(row[1] for row in raw.execute(f"PRAGMA table_info({table})"))}
        raw.close()
    return {name.lower() for name in found}


def test_no_text_names_a_table_or_a_column(tmp_path: Path) -> None:
    names = names_of_the_databases(tmp_path)
    assert {"goodsitem", "excisemark", "barcodes"} <= names
    assert not [(key, word) for key, text in texts() for word in latin(text) if word.lower() in names]


def error(code: int, text: str) -> sqlite3.Error:
    found = sqlite3.OperationalError(text)
    found.sqlite_errorcode = code
    return found


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (sqlite3.SQLITE_BUSY, "базу данных держит другая программа"),
        (sqlite3.SQLITE_LOCKED, "базу данных держит другая программа"),
        (sqlite3.SQLITE_CORRUPT, "база данных повреждена"),
        (sqlite3.SQLITE_NOTADB, "база данных повреждена"),
        (sqlite3.SQLITE_FULL, "нет места на диске"),
        (sqlite3.SQLITE_IOERR, "ошибка диска"),
        (sqlite3.SQLITE_READONLY, "файл или каталог только для чтения"),
        (sqlite3.SQLITE_CANTOPEN, "файл базы данных не открывается"),
        (sqlite3.SQLITE_PERM, "нет прав на файл базы данных"),
    ],
)
def test_a_cashier_hears_of_the_disk_and_support_of_the_file(code: int, said: str, tmp_path: Path) -> None:
    connection = Connection(tmp_path / "Documents.sqlite")
    found = connection.explained(error(code, "UNIQUE constraint failed: Goodsitem.documentid"))
    connection.close()
    assert isinstance(found, UserError)
    assert found.cashier == said
    assert str(tmp_path) in str(found)


@pytest.mark.parametrize("number", [*DISK_WORDS, errno.EIO, errno.EMFILE, 0])
def test_what_the_system_says_of_a_file_is_said_in_russian(number: int) -> None:
    assert strange(disk_words(OSError(number, "No space left on device"))) == []


@pytest.mark.parametrize("spoilt", ["index", "folder", "missing"])
def test_a_backup_that_failed_is_told_in_russian(
    spoilt: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """SQLite names the index that does not fit its table; that is for support."""
    source, folder = tmp_path / "Documents.sqlite", tmp_path / "backup"
    open_documents(source, "1", "1").close()
    if spoilt == "index":
        spoil_an_index(source)
    elif spoilt == "folder":
        folder.write_text("a file where the folder should be", "utf-8")
    else:
        source.unlink()
    backups = copies.Backups(FrozenClock("2027-01-15T12:00:00+03:00"))
    where = copies.Places(source, folder, 3, timedelta(hours=1))
    backups.step(where)
    assert backups.finish(30)
    [notice] = backups.notices()
    assert notice.text.startswith("Резервная копия базы данных не сделана: ")
    assert strange(notice.text) == []
    assert str(tmp_path) in capsys.readouterr().err


def spoil_an_index(path: Path) -> None:
    with sqlite3.connect(path) as raw:
        raw.execute("INSERT INTO workshift (shiftnum, cashcode, timebeg) VALUES (1, '1', 't')")
        raw.execute("PRAGMA writable_schema = ON")
        raw.execute("UPDATE sqlite_master SET sql = replace(sql, 'shiftnum', 'cashier') WHERE name LIKE 'workshift_n%'")
    raw.close()
    with pytest.raises(UserError, match="workshift_number"):
        copied(path, path.with_name("copy.sqlite"))

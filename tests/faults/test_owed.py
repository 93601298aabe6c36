"""What is owed to the cash server stands with what it follows from: both are on the disk, or neither is."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from ncash.model.outbox import Message
from ncash.model.ports import Saving
from ncash.model.receipt import Kind, Payment, Receipt
from ncash.store.closing import enter
from ncash.store.documents import SqliteDocuments, open_documents
from ncash.system import failpoints

NOW = "2027-01-15T12:00:00+03:00"
OWED = (Message("00000000-0000-4000-8000-000000000001", "http://127.0.0.1:9/status", "sold", "0104600000000015215A"),)
RECEIPT = Receipt("00000000-0000-4000-8000-000000000002", Kind.SALE, opened=NOW, shift=1)


class PowerFailure(BaseException):
    """Nothing after this happens."""


@pytest.fixture
def documents(tmp_path: Path) -> Iterator[SqliteDocuments]:
    """A till with an open receipt."""
    books = open_documents(tmp_path / "Documents.sqlite", "1", "1")
    books.open_shift(NOW, None)
    books.save_receipt(Saving(RECEIPT))
    yield books
    failpoints.arm(None)
    books.close()


def fail_at(step: str) -> None:
    """The power fails when this step is reached for the first time."""

    def reached(name: str) -> None:
        if name == step:
            raise PowerFailure(step)

    failpoints.arm(reached)


def counted(tmp_path: Path) -> tuple[int, int]:
    """Documents and messages on the disk."""
    with sqlite3.connect(tmp_path / "Documents.sqlite") as books:
        row: tuple[int, int] = books.execute(
            "SELECT (SELECT COUNT(*) FROM document), (SELECT COUNT(*) FROM outbox)"
        ).fetchone()
    books.close()
    return row


@pytest.mark.parametrize(("step", "there"), [("store.committing", (0, 0)), ("store.committed", (1, 1))])
def test_a_close_and_its_messages_are_one_transaction(
    documents: SqliteDocuments, tmp_path: Path, step: str, there: tuple[int, int]
) -> None:
    fail_at(step)
    with pytest.raises(PowerFailure):
        documents.close_receipt(RECEIPT, (Payment("cash", 0),), NOW, {"number": 1}, OWED)
    assert counted(tmp_path) == there


@pytest.mark.parametrize(("step", "there"), [("store.committing", (0, 0)), ("store.committed", (1, 1))])
def test_an_annulment_and_its_messages_are_one_transaction(
    documents: SqliteDocuments, tmp_path: Path, step: str, there: tuple[int, int]
) -> None:
    fail_at(step)
    with pytest.raises(PowerFailure):
        documents.cancel_receipt(RECEIPT, NOW, OWED)
    assert counted(tmp_path) == there


def test_between_the_rows_of_a_document_nothing_is_read_that_could_fail(documents: SqliteDocuments) -> None:
    steps: list[str] = []
    failpoints.arm(steps.append)
    with documents.connection.write():
        enter(documents.connection, "1", "1", RECEIPT, (), 1, NOW, (Payment("cash", 0),))
    written = steps[steps.index("store.writing") :]
    assert set(written) == {"store.writing", "store.committing", "store.committed"}

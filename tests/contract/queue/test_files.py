"""Messages that the table does not take: files, their order, and how they come back."""

import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ncash.errors import UserError
from ncash.model.ports import Saving
from ncash.model.receipt import Receipt
from ncash.store.documents import SqliteDocuments, open_documents

from .conftest import AT, Box, MakeSender, Recorder, message

BROKEN = "CREATE TRIGGER broken BEFORE INSERT ON outbox BEGIN SELECT RAISE(FAIL, 'the table takes nothing'); END"


@pytest.fixture
def till(box: Box) -> Iterator[SqliteDocuments]:
    """A till on the same books, with an open shift."""
    with closing(open_documents(box.path, "1", "1")) as documents:
        documents.open_shift(AT, None)
        yield documents


def breaks(box: Box) -> None:
    """From now on the table takes nothing."""
    with box.connection.write():
        box.connection.change(BROKEN)


def mends(box: Box) -> None:
    """It does again."""
    with box.connection.write():
        box.connection.change("DROP TRIGGER broken")


def closes(till: SqliteDocuments, number: int, op: str = "sold", key: str = "") -> None:
    """A receipt with one message."""
    receipt = Receipt(f"00000000-0000-4000-9000-{number:012d}", opened=AT)
    till.save_receipt(Saving(receipt))
    till.close_receipt(receipt, (), AT, {}, [message(number, op, key)])


def names(box: Box) -> list[str]:
    return [path.name for path in box.aside.waiting()]


def test_a_receipt_is_closed_and_its_message_lies_in_a_file_of_the_vendors_name(
    box: Box, till: SqliteDocuments
) -> None:
    breaks(box)
    closes(till, 1)
    closes(till, 2)
    assert names(box) == ["sold_20270115_120000_1.queue", "sold_20270115_120000_2.queue"]
    assert all(re.fullmatch(r"[a-z]+_\d{8}_\d{6}_\d+\.queue", name) for name in names(box))
    assert [d.docnum for d in till.documents_of_shift(1)] == [1, 2]
    assert (box.rows(), till.outgoing.backlog.aside) == ([], 2)
    (entry,) = json.loads(box.aside.waiting()[0].read_text(encoding="utf-8"))
    assert (entry["op"], entry["body"]["docnum"], entry["body"]["time"]) == ("sold", "1", AT)


def test_an_idle_till_picks_the_files_up_once_the_table_takes_them(box: Box, till: SqliteDocuments) -> None:
    breaks(box)
    closes(till, 1)
    till.idle()
    assert len(names(box)) == 1
    mends(box)
    till.idle()
    assert names(box) == []
    assert [row[0] for row in box.rows()] == [message(1).id]
    assert till.outgoing.backlog == (1, AT, 0, 0)


def test_the_sender_picks_them_up_too_and_the_order_of_a_mark_stays(
    box: Box, till: SqliteDocuments, recorder: Recorder, sender_of: MakeSender
) -> None:
    key = message(1).key
    breaks(box)
    closes(till, 1, "sold", key)
    mends(box)
    closes(till, 2, "returned", key)
    assert len(names(box)) == 2
    assert sender_of(recorder).drain().sent == 2
    assert recorder.calls == [(message(1).route, [message(1).id, message(2).id])]
    assert names(box) == []


def test_a_file_that_was_picked_up_before_a_crash_is_taken_once(
    box: Box, till: SqliteDocuments, recorder: Recorder, sender_of: MakeSender
) -> None:
    breaks(box)
    closes(till, 1)
    copy = box.aside.waiting()[0]
    content = copy.read_bytes()
    mends(box)
    till.idle()
    copy.write_bytes(content)
    assert sender_of(recorder).drain().sent == 1
    assert (names(box), len(box.rows())) == ([], 1)


JUNK = [b"", b"{}", b"[1]", b'[{"uuid": "x"}]', b"\xff\xfe", b"[" * 5_000, b'[{"uuid":"1","cashcode":"1","route":"r",'
        b'"op":"sold","key":"k","created":"c","body":[]}]']  # fmt: skip


@pytest.mark.parametrize("content", JUNK)
def test_a_file_that_nobody_can_read_is_kept_and_stops_nobody(
    box: Box, recorder: Recorder, sender_of: MakeSender, content: bytes
) -> None:
    box.put(message(1))
    box.aside.folder.mkdir()
    (box.aside.folder / "sold_20270115_110000_1.queue").write_bytes(content)
    assert sender_of(recorder).drain().sent == 1
    (kept,) = box.aside.folder.iterdir()
    assert (kept.name, kept.read_bytes()) == ("sold_20270115_110000_1.queue.unreadable", content)
    assert box.aside.unreadable() == 1


def test_when_nothing_takes_the_message_nothing_is_closed(box: Box, till: SqliteDocuments) -> None:
    breaks(box)
    box.aside.folder.write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        closes(till, 1)
    assert "neither" in str(caught.value)
    assert till.documents_of_shift(1) == ()
    assert till.open_receipt() is not None


def test_a_table_that_cannot_be_read_leaves_the_till_talking(box: Box, till: SqliteDocuments, tmp_path: Path) -> None:
    closes(till, 1)
    with box.connection.write():
        box.connection.change("DROP TABLE outbox")
    closes(till, 2)
    assert till.outgoing.backlog.aside == 1
    till.idle()
    assert till.outgoing.backlog.aside == 1


def test_a_file_of_another_name_is_picked_up_too_and_stops_nothing(
    box: Box, till: SqliteDocuments, sender_of: MakeSender
) -> None:
    breaks(box)
    closes(till, 1)
    box.aside.waiting()[0].rename(box.aside.folder / "copy.queue")
    (box.aside.folder / "junk.queue").write_text("junk", encoding="utf-8")
    mends(box)
    assert sender_of(Recorder()).drain().sent == 1
    assert (names(box), box.aside.unreadable()) == ([], 1)

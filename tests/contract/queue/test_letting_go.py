"""What was acknowledged long ago goes while nobody scans; what waits, and what people have to look at, stays."""

from collections.abc import Sequence
from contextlib import closing
from typing import Final

import pytest

from ncash.model.ports import Saving
from ncash.model.receipt import Receipt
from ncash.store.documents import SqliteDocuments, open_documents
from ncash.store.outbox import outbox
from ncash.store.outbox.outbox import PART, RESULTS, SendResult

from .conftest import AT, Box, message

OLD: Final = "2026-10-15T11:59:59+03:00"
"""A second more than 92 days before the receipt."""
YOUNG: Final = "2026-10-15T12:00:01+03:00"


def settled(box: Box, rows: Sequence[int], result: str, time: str) -> None:
    with box.connection.write():
        outbox.settle(box.connection, [SendResult(row, result) for row in rows], time)


def idle(box: Box, times: int = 1) -> None:
    """A till sells at `AT` and is idle afterwards."""
    with closing(open_documents(box.path, "1", "1")) as till:
        till.open_shift(AT, None)
        sell(till)
        for _ in range(times):
            till.idle()


def sell(till: SqliteDocuments) -> None:
    receipt = Receipt("00000000-0000-4000-9000-000000000001", opened=AT)
    till.save_receipt(Saving(receipt))
    till.close_receipt(receipt, (), AT, {}, [])


@pytest.mark.parametrize("result", [*RESULTS, None])
def test_old_messages_go_when_they_were_acknowledged(box: Box, result: str | None) -> None:
    box.put(message(1), time=OLD)
    box.put(message(2), time=YOUNG)
    if result:
        settled(box, [1, 2], result, AT)
    idle(box)
    left = [message(2).id] if result in ("applied", "duplicate", "delivered") else [message(1).id, message(2).id]
    assert [row[0] for row in box.rows()] == left


def test_many_old_messages_go_part_by_part_past_those_that_wait(box: Box) -> None:
    box.put(*(message(n) for n in range(3 * PART)), time=OLD)
    settled(box, range(PART + 1, 3 * PART + 1), "applied", OLD)
    idle(box, 1)
    assert len(box.rows()) == 3 * PART
    idle_again(box, 5)
    assert len(box.rows()) == PART


def idle_again(box: Box, times: int) -> None:
    with closing(open_documents(box.path, "1", "1")) as till:
        for _ in range(times):
            till.idle()


def test_without_a_document_nothing_goes(box: Box) -> None:
    box.put(message(1), time=OLD)
    settled(box, [1], "applied", OLD)
    idle_again(box, 3)
    assert len(box.rows()) == 1

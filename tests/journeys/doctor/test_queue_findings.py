"""What the doctor finds about the queue to the cash server."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ncash.model.outbox import Message
from ncash.store.documents_schema import DOCUMENTS
from ncash.store.outbox import outbox
from ncash.store.outbox.outbox import REFUSED, SendResult
from ncash.store.outbox.spill import FOLDER, Aside
from ncash.store.sqlite.connection import Connection
from ncash.store.sqlite.migrations import opened

from .conftest import Doctor

ROUTE = "http://127.0.0.1:9/CSrest/rest/sales/exciseMark/status"
LONG_AGO = "2020-01-15T12:00:00+03:00"


@pytest.fixture
def books(folder: Path) -> Iterator[Connection]:
    with closing(opened(folder / "data" / "Documents.sqlite", DOCUMENTS)) as connection:
        yield connection


def owe(books: Connection, count: int, time: str = LONG_AGO) -> None:
    with books.write():
        outbox.put(books, "1", [Message(f"m{n}", ROUTE, "sold", f"cis{n}", {}) for n in range(count)], time)


def told(doctor: Doctor, *words: str) -> list[tuple[str, str, str]]:
    _, findings = doctor(*words)
    return [(one["level"], one["text"], one["next"]) for one in findings if one["name"] == "queue"]


def settings(folder: Path, text: str) -> None:
    path = folder / "conf" / "ncash.ini"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_nothing_owed_is_well(doctor: Doctor) -> None:
    assert told(doctor, "--offline") == [("ok", "unsent: 0; last acknowledged: never", "")]


def test_old_messages_are_told_with_their_number_and_age_and_what_stands_in_the_way(
    doctor: Doctor, books: Connection
) -> None:
    owe(books, 2)
    with books.write():
        outbox.tried(books, [1, 2], "the server answered 401")
    (level, text, hint), (second, why, next_step) = told(doctor, "--offline")
    assert (level, second) == ("warn", "warn")
    assert f"unsent: 2, the oldest since {LONG_AGO}" in text
    assert (hint, next_step) == (
        "see that the cash server is up and a till runs; ncash queue status",
        "ncash queue status; ncash docs queue has a row for each answer",
    )
    assert why == f"{ROUTE}: the server answered 401, tries: 1"


def test_refused_messages_and_files_are_told(doctor: Doctor, books: Connection, folder: Path) -> None:
    owe(books, 1)
    with books.write():
        outbox.settle(books, [SendResult(1, REFUSED)], LONG_AGO)
    aside = Aside(folder / "data" / FOLDER)
    aside.keep([], "sold", LONG_AGO)
    (folder / "data" / FOLDER / "sold_1.queue.unreadable").write_bytes(b"")
    texts = {text: level for level, text, _ in told(doctor, "--offline")}
    assert texts == {
        "unsent: 0; last acknowledged: never": "ok",
        f"1 files lie in {aside.folder}: the database did not take messages": "fail",
        f"1 files in {aside.folder} cannot be read": "fail",
        "1 messages are refused for good": "warn",
    }


def test_a_broker_that_does_not_answer_fails_unless_nobody_may_be_asked(doctor: Doctor, folder: Path) -> None:
    settings(folder, "[ArtixQueue]\ntransport = nats\nnatsUrl = nats://127.0.0.1:9\n")
    assert [level for level, *_ in told(doctor, "--offline")] == ["ok"]
    _, (level, text, hint) = told(doctor)
    assert (level, hint[:13]) == ("fail", "messages wait")
    assert text.startswith("the broker nats://127.0.0.1:9: ")

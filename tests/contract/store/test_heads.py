"""Every field of a receipt outlasts a restart: in its head, or in a table that is named."""

from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from ncash.model.ports import Saving
from ncash.model.receipt import Channel, Kind, Position, Receipt, State
from ncash.store.documents import SqliteDocuments
from ncash.store.receipts import HEAD, SAVED_ELSEWHERE, read, same_head, written

ONE: Final = Position(1, "7", "Milk", "46", Decimal(1), 9_900)
TWO: Final = ONE._replace(n=2)
BEFORE: Final = Receipt("a", positions=(ONE,), last_n=1, opened="2026-01-02T09:00:00+03:00", shift=3)
CHANGED: Final[dict[str, Any]] = {
    "id": "b",
    "kind": Kind.RETURN,
    "state": State.DEFERRED,
    "channel": Channel.REMOTE,
    "cashier": "7",
    "positions": (ONE, TWO),
    "last_n": 5,
    "sale": "12",
    "opened": "2026-01-02T10:00:00+03:00",
    "shift": 4,
    "extra": {"identifier": "web-1"},
}
"""Another value for every field: a field that joins Receipt needs one here."""


def changed(name: str) -> Receipt:
    return BEFORE._replace(**{name: CHANGED[name]})


def test_every_field_is_in_the_head_or_named_as_saved_elsewhere() -> None:
    assert set(CHANGED) == set(Receipt._fields)
    assert set(HEAD) | set(SAVED_ELSEWHERE) == set(Receipt._fields)
    assert not set(HEAD) & set(SAVED_ELSEWHERE)


@pytest.mark.parametrize("name", CHANGED)
def test_heads_are_the_same_when_what_is_saved_elsewhere_changes_alone(name: str) -> None:
    assert same_head(BEFORE, changed(name)) is (name in SAVED_ELSEWHERE)


def opened(path: Path) -> SqliteDocuments:
    return SqliteDocuments(path / "Documents.sqlite", "1", "1")


@pytest.mark.parametrize("name", [name for name in CHANGED if name != "id"])
@pytest.mark.parametrize("kept", [False, True], ids=["as it was begun", "after it changed"])
def test_a_changed_field_is_there_after_a_restart(tmp_path: Path, name: str, kept: bool) -> None:
    books = opened(tmp_path)
    books.save_receipt(Saving(BEFORE if kept else changed(name)))
    books.save_receipt(Saving(changed(name)))
    books.close()
    again = opened(tmp_path)
    found = again.open_receipt()
    again.close()
    assert_same(found, changed(name))


@pytest.mark.parametrize("name", CHANGED)
def test_a_changed_field_is_in_the_whole_text(name: str) -> None:
    assert_same(read(written(changed(name))), changed(name))


def assert_same(found: Receipt | None, wanted: Receipt) -> None:
    assert found is not None
    assert found == wanted
    for name in set(CHANGED) - {"positions", "extra"}:
        assert type(getattr(found, name)) is type(getattr(wanted, name)), name

"""Tills over real files."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ncash.model.receipt import Position
from ncash.store.dictionaries.aif_load import load
from ncash.store.documents import SqliteDocuments, open_documents
from ncash.store.imports.report import Report

OpenTill = Callable[..., SqliteDocuments]
MakePosition = Callable[..., Position]
Import = Callable[..., Report]


@pytest.fixture
def open_till(tmp_path: Path) -> Iterator[OpenTill]:
    """Opens tills on one data folder by their cash numbers."""
    opened: list[SqliteDocuments] = []

    def till(cashcode: str = "1", shopcode: str = "7", wait: float = 5.0) -> SqliteDocuments:
        opened.append(open_documents(tmp_path / "Documents.sqlite", cashcode, shopcode, wait))
        return opened[-1]

    yield till
    for one in opened:
        one.close()


@pytest.fixture
def till(open_till: OpenTill) -> SqliteDocuments:
    """Till 1 with an open shift."""
    documents = open_till()
    documents.open_shift("2026-11-20T08:00:00+03:00", "12")
    return documents


@pytest.fixture
def milk() -> MakePosition:
    """Makes a marked position; without a CIS an ordinary one."""

    def position(n: int = 1, cis: str | None = "010304109478744321mark-1", **changes: Any) -> Position:
        values: dict[str, Any] = {
            "n": n, "code": "5", "name": "Молоко", "bcode": "3041094787443", "quantity": Decimal("0.353"),
            "price": 8990, "baseprice": 9990, "tmctype": 7 if cis else 0, "marked": cis is not None, "cis": cis,
            "excisemark": f"{cis} 93Zjqw" if cis else None,
        }  # fmt: skip
        return Position(**{**values, **changes})

    return position


@pytest.fixture
def imported(tmp_path: Path) -> Import:
    """Imports the text or bytes of an AIF file into Dictionaries of this test."""

    def run(content: str | bytes, strict: bool = False) -> Report:
        source = tmp_path / "pos.aif"
        source.write_bytes(content if isinstance(content, bytes) else content.encode())
        return load(source, tmp_path / "Dictionaries.sqlite", strict)

    return run

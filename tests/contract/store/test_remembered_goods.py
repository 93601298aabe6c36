"""Goods are remembered between scans, and forgotten as soon as anybody has written into Dictionaries."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ncash.store.dictionaries import dictionaries as store
from ncash.store.dictionaries.dictionaries import SqliteDictionaries, open_dictionaries
from ncash.store.imports.report import Report

Import = Callable[..., Report]
GTIN, EAN = "03041094787443", "3041094787443"


def file_of(price: float, **more: Any) -> str:
    """A dictionary file with one card."""
    card = {"inventcode": 5, "barcode": EAN, "name": "Молоко", "price": price, "deptcode": 1, **more}
    command = json.dumps({"command": "addInventItem", "invent": card}, ensure_ascii=False)
    return f"### data begin ###\n{command}\n---\n### data end ###\n"


@pytest.fixture
def till(tmp_path: Path, imported: Import) -> Iterator[SqliteDictionaries]:
    imported(file_of(10))
    found = open_dictionaries(tmp_path / "Dictionaries.sqlite")
    yield found
    found.close()


def prices(till: SqliteDictionaries) -> tuple[int, int]:
    """Kopecks by the barcode and by the GTIN of a mark."""
    by_barcode, by_gtin = till.goods(EAN), till.goods_by_gtin(GTIN)
    assert by_barcode is not None
    assert by_gtin is not None
    return by_barcode.price, by_gtin.price


def test_what_was_found_once_is_not_read_again(till: SqliteDictionaries) -> None:
    assert prices(till) == (1000, 1000)
    seen: list[str] = []
    till.connection.raw.set_trace_callback(seen.append)
    assert prices(till) == (1000, 1000)
    assert seen == ["PRAGMA data_version"] * 2


def test_an_import_by_this_program_is_seen_at_the_next_scan(till: SqliteDictionaries, imported: Import) -> None:
    for rubles in (20, 30):
        prices(till)
        imported(file_of(rubles))
        assert prices(till) == (rubles * 100, rubles * 100)


def test_an_import_by_another_program_is_seen_at_the_next_scan(till: SqliteDictionaries, tmp_path: Path) -> None:
    prices(till)
    source = tmp_path / "new.aif"
    source.write_text(file_of(20), encoding="utf-8")
    load = (
        "import sys; from pathlib import Path; "
        "from ncash.store.dictionaries.aif_load import load; load(*map(Path, sys.argv[1:]))"
    )
    subprocess.run([sys.executable, "-c", load, str(source), str(tmp_path / "Dictionaries.sqlite")], check=True)
    assert prices(till) == (2000, 2000)


def test_goods_that_went_are_not_remembered(till: SqliteDictionaries, imported: Import) -> None:
    prices(till)
    imported('### data begin ###\n{"command": "clearInventory"}\n---\n### data end ###\n')
    assert (till.goods(EAN), till.goods_by_gtin(GTIN)) == (None, None)


def test_what_was_not_found_is_looked_for_again(till: SqliteDictionaries, imported: Import) -> None:
    assert till.goods("777") is None
    imported(file_of(10, barcodes=[{"barcode": "777"}]))
    assert till.goods("777") is not None


def test_the_memory_has_an_end(till: SqliteDictionaries, imported: Import) -> None:
    imported(file_of(10, barcodes=[{"barcode": str(n)} for n in range(store.REMEMBERED + 10)]))
    for n in range(store.REMEMBERED + 10):
        assert till.goods(str(n)) is not None
    assert len(vars(till)["_remembered"]) <= store.REMEMBERED

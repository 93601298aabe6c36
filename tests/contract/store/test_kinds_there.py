"""Goods of kinds that carry marks are named by the import that brings them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from ncash.store.imports.report import Report

Import = Callable[..., Report]


def article(code: int, tmctype: int | None, ignored: bool = False) -> str:
    options = {"inventitemoptions": {"ignoremarking": ignored}}
    invent: dict[str, Any] = {
        "inventcode": str(code),
        "barcode": f"46000000{code:05}",
        "price": "1.00",
        "tmctype": tmctype,
    }
    invent |= {"name": "Goods", "options": options}
    return json.dumps({"command": "addInventItem", "invent": invent}) + "\n---\n"


def test_every_kind_is_named_with_its_number_of_articles_and_the_first_codes(imported: Import) -> None:
    cards = [(code, 3) for code in range(100, 105)] + [(200, 8), (201, 7), (202, 0), (203, None), (204, 42)]
    report = imported("".join(article(code, tmctype) for code, tmctype in cards))
    said = "sold only where a category serves them (goodsTypes): "
    assert {text: note.times for text, note in report.notes.items()} == {
        f"{said}tmctype 3 (tobacco), codes 100, 101, 102, …": 5,
        f"{said}tmctype 8 (draught beer), codes 200": 1,
        f"{said}tmctype 42 (unknown kind), codes 204": 1,
    }
    assert (report.written, report.faulty) == (True, 0)


@pytest.mark.parametrize("content", [article(1, 7) + article(2, 0), article(1, 3, ignored=True)])
def test_goods_that_are_sold_all_the_same_are_not_named(imported: Import, content: str) -> None:
    assert imported(content).notes == {}

"""Every row of the tables of AIF is live: its field is read under each of its names and reaches its column."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from ncash.store.dictionaries.aif_commands import ADDS, CLEARS, COMMANDS, DELETES, IDLE, CommandRow
from ncash.store.dictionaries.dictionaries import open_dictionaries
from ncash.store.imports.kinds import (
    BARCODE,
    CODE,
    DEPT,
    FLAG,
    KEPT,
    LIST,
    MONEY,
    NUMBER,
    OBJECT,
    QUANTITY,
    TEXT,
    WHOLE,
)
from ncash.store.imports.report import Report
from ncash.store.imports.shapes import Field, Shape

Import = Callable[..., Report]
SAMPLES: Final[Mapping[str, tuple[Any, Any]]] = {
    TEXT.name: ("Ж1", "Ж1"), CODE.name: (7, "7"), BARCODE.name: (4601, "4601"), DEPT.name: ("3", "3"),
    MONEY.name: ("45.90", 45.9), QUANTITY.name: (2.5, 2.5), NUMBER.name: ("1.25", 1.25), WHOLE.name: (1, 1),
    FLAG.name: (True, 1),
}  # fmt: skip
"""A value as it is written, and as it is kept."""


class Place(NamedTuple):
    """A field of an object of a command, by one of its names."""

    row: CommandRow
    way: tuple[str, ...]
    """Names of the objects around it."""
    field: Field
    spelling: str

    def __str__(self) -> str:
        return ".".join((self.row.name, *self.way, self.spelling))


def places(row: CommandRow) -> Iterator[Place]:
    """Every field that fills a column, under each of its names and in capitals."""
    assert row.shape is not None
    for way, field in within(row.shape, ()):
        if field.column and field.inner is None:
            for name in (field.name, *field.spelled):
                yield Place(row, way, field, name)
                yield Place(row, way, field, name.upper())


def within(shape: Shape, way: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Field]]:
    for field in shape.fields:
        if field.used:
            yield way, field
            if field.inner is not None:
                yield from within(field.inner, (*way, field.name))


def needed(shape: Shape) -> dict[str, Any]:
    """The object with the fields it must have, and what goods must have."""
    given = {field.name: SAMPLES[field.kind.name][0] for field in shape.fields if field.required}
    return {**given, "price": 1} if shape.field("price") else given


def filled(place: Place) -> tuple[dict[str, Any], Any]:
    """The command with a sample value, and the value that its column must hold."""
    written, kept = SAMPLES.get(place.field.kind.name, ([{"a": 1}], json.dumps([{"a": 1}])))
    assert place.row.shape is not None
    given = needed(place.row.shape)
    inner, shape = given, place.row.shape
    for name in place.way:
        field = shape.field(name)
        assert field is not None
        assert field.inner is not None
        shape, fresh = field.inner, needed(field.inner)
        inner[name] = [fresh] if field.kind is LIST else fresh
        inner = fresh
    inner = {name: value for name, value in inner.items() if shape.field(name) is not place.field}
    inner[place.spelling] = written
    outer = given
    for name in place.way[:-1]:
        outer = outer[name][0] if isinstance(outer[name], list) else outer[name]
    if place.way:
        outer[place.way[-1]] = [inner] if isinstance(outer[place.way[-1]], list) else inner
    else:
        given = inner
    if place.row.place in ("invent", "price") and place.field.name not in ("barcode", "inventcode"):
        given.setdefault("barcode", 4601)
    return {"command": place.row.name.upper(), place.row.place.upper(): given}, kept


def text(*commands: dict[str, Any]) -> str:
    return "".join(json.dumps(command, ensure_ascii=False) + "\n---\n" for command in commands)


EMPTY: Final = {"command": "clearInventory"}
UNITS: Final = {"command": "addUnit", "unit": {"unitCode": 7}}
CARD: Final = {"command": "addInventItem", "invent": {"inventcode": "7", "barcode": "4601", "price": 1}}


def rows(tmp_path: Path, table: str, column: str) -> list[Any]:
    found = open_dictionaries(tmp_path / "Dictionaries.sqlite")
    stored = [value for (value,) in found.connection.all(f"SELECT {column} FROM {table}")]
    found.close()
    return stored


@pytest.mark.parametrize("row", ADDS, ids=lambda row: row.name)
def test_a_field_reaches_its_column_under_each_of_its_names(tmp_path: Path, imported: Import, row: CommandRow) -> None:
    seen = 0
    for place in places(row):
        command, kept = filled(place)
        about_goods = row.name in ("addBarcode", "addPrice")
        report = imported(text(EMPTY, UNITS, *([CARD] if about_goods else []), command))
        kinds = [text for text in report.notes if "(goodsTypes)" in text]
        assert (report.faulty, [*report.notes]) == (0, kinds), place
        table, _, column = place.field.column.partition(".")
        assert rows(tmp_path, table, column)[-1] == kept, place
        seen += 1
    assert seen >= 4


def test_names_of_commands_and_fields_are_unique() -> None:
    names = [name.lower() for row in (*ADDS, *DELETES, *CLEARS, *IDLE) for name in (row.name, *row.spelled)]
    assert sorted(names) == sorted(COMMANDS)
    for row in (*ADDS, *DELETES):
        assert row.shape is not None
        for shape in {id(one): one for one in shapes_within(row.shape)}.values():
            spellings = [name.lower() for field in shape.fields for name in (field.name, *field.spelled)]
            assert len(spellings) == len(set(spellings)), shape.name


def shapes_within(shape: Shape) -> Iterator[Shape]:
    yield shape
    for field in shape.fields:
        if field.inner is not None:
            yield from shapes_within(field.inner)


def test_every_kind_of_value_has_a_sample() -> None:
    assert {field.kind.name for row in ADDS if row.shape for _, field in within(row.shape, ())} <= {
        *SAMPLES, KEPT.name, LIST.name, OBJECT.name,
    }  # fmt: skip


WHOLE_SHOP: Final = (
    UNITS,
    {"command": "addUnit", "unit": {"unitCode": 8}},
    {"command": "addInventGroup", "inventGroup": {"groupCode": 7}},
    {"command": "addTaxGroup", "taxGroup": {"idTaxGroup": 7, "taxes": []}},
    {"command": "addMCashUser", "mcashuser": {"code": 7, "roleusers": [{"rolecode": 1, "rule": 1}]}},
    {"command": "addCatalog", "catalog": {"code": 7}},
    {"command": "addInventCatalog", "inventcatalog": {"tmccode": 7, "catalogId": 7}},
    CARD,
    {"command": "addPrice", "price": {"barcode": 4601, "price": 2}},
)
KEYS: Final = {
    "deleteInventItem": {"inventcode": 7}, "deleteBarcode": {"barcode": 4601}, "deletePrice": {"barcode": 4601},
    "deleteUnit": {"unitCode": 8}, "deleteInventGroup": {"groupCode": 7}, "deleteTaxGroup": {"idTaxGroup": 7},
    "deleteMCashUser": {"code": 7}, "deleteCatalog": {"code": 7},
    "deleteCatalogItem": {"catalogcode": 7, "inventcode": 7}, "deleteInventCatalog": {"catalogId": 7, "tmccode": 7},
}  # fmt: skip
TABLES: Final = (
    "tmc", "Barcodes", "price", "units", "inventgroup", "taxgroup", "mol", "roleuser", "catalog", "catalogitem",
)  # fmt: skip
GONE: Final = {
    "deleteInventItem": {"tmc", "Barcodes", "price"}, "deleteBarcode": {"Barcodes"}, "deletePrice": {"price"},
    "deleteUnit": {"units"}, "deleteInventGroup": {"inventgroup"}, "deleteTaxGroup": {"taxgroup"},
    "deleteMCashUser": {"mol", "roleuser"}, "deleteCatalog": {"catalog", "catalogitem"},
    "deleteCatalogItem": {"catalogitem"}, "deleteInventCatalog": {"catalogitem"},
    "clearInventory": {"tmc", "Barcodes", "price"}, "clearBarcode": {"Barcodes"}, "clearPrice": {"price"},
    "clearUnit": {"units"}, "clearInventGroup": {"inventgroup"}, "clearTaxGroup": {"taxgroup"},
    "clearMCashUser": {"mol", "roleuser"}, "clearCatalog": {"catalog"}, "clearCatalogItem": {"catalogitem"},
}  # fmt: skip


def counts(tmp_path: Path) -> dict[str, int]:
    return {table: len(rows(tmp_path, table, "1")) for table in TABLES}


def ways(row: CommandRow) -> Iterator[dict[str, Any]]:
    """The forms in which writers take a thing away: an object, a text in its place, fields beside the command."""
    keys = KEYS[row.name]
    yield {"command": row.name, row.place: keys}
    yield {"command": row.name.lower(), **{name.upper(): value for name, value in keys.items()}}
    if row.bare:
        yield {"command": row.name, row.place.upper(): next(iter(keys.values()))}


@pytest.mark.parametrize("row", DELETES, ids=lambda row: row.name)
def test_what_takes_a_thing_away_takes_it_in_every_form(tmp_path: Path, imported: Import, row: CommandRow) -> None:
    for way in ways(row):
        imported(text(*WHOLE_SHOP))
        before = counts(tmp_path)
        report = imported(text(way))
        assert (report.faulty, report.notes) == (0, {}), way
        after = counts(tmp_path)
        assert {table for table in TABLES if after[table] < before[table]} == GONE[row.name], way
    again = imported(text(next(ways(row))))
    assert list(again.notes) == [f"{row.name} names what is not there"]


@pytest.mark.parametrize("row", CLEARS, ids=lambda row: row.name)
def test_a_clear_empties_its_tables(tmp_path: Path, imported: Import, row: CommandRow) -> None:
    for name in (row.name, *row.spelled):
        imported(text(*WHOLE_SHOP))
        before = counts(tmp_path)
        report = imported(text({"command": name.upper()}))
        after = counts(tmp_path)
        assert (report.faulty, report.notes) == (0, {})
        assert {table for table in TABLES if after[table] == 0 and before[table]} == GONE[row.name]


@pytest.mark.parametrize("row", IDLE, ids=lambda row: row.name)
def test_a_command_of_another_part_of_the_vendors_system_is_named(imported: Import, row: CommandRow) -> None:
    report = imported(text({"command": row.name, "anything": {"a": 1}}))
    assert (report.faulty, report.loaded) == (0, {})
    assert report.notes == {f"no effect here: {row.name}": (1, (1, 1))}

"""The dictionary file of the back office: what each command leaves in Dictionaries, and what becomes of bad files."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ncash.model.goods import Goods
from ncash.store.dictionaries.aif_load import load
from ncash.store.dictionaries.dictionaries import SqliteDictionaries, open_dictionaries
from ncash.store.imports.report import Report

BEGIN, END = "### data begin ###\n", "### data end ###\n"
MILK = {
    "inventcode": 5, "barcode": "3041094787443", "name": "Молоко", "price": 89.9, "minprice": "70.5", "deptcode": 2,
    "measurecode": "166", "barcodes": [{"barcode": "3041094787443", "tmctype": 7}, {"barcode": "111", "cquant": 6}],
}  # fmt: skip
UNIT = {"unitCode": 166, "name": "кг", "fractional": True, "frunit": 11}
MOVED = "; a barcode is of one card: if the first one is right, correct the file and import it again"
Import = Callable[..., Report]


def text_of(*commands: dict[str, Any]) -> str:
    return BEGIN + "".join(json.dumps(command, ensure_ascii=False) + "\n---\n" for command in commands) + END


def item(**changes: Any) -> dict[str, Any]:
    return {"command": "addInventItem", "invent": {**MILK, **changes}}


@pytest.fixture
def imported(imported: Import) -> Import:
    """Imports commands given as objects, after the unit that the milk is sold by."""
    return lambda *commands: imported(text_of({"command": "addUnit", "unit": UNIT}, *commands))


@contextmanager
def dictionaries(tmp_path: Path) -> Iterator[SqliteDictionaries]:
    found = open_dictionaries(tmp_path / "Dictionaries.sqlite")
    yield found
    found.close()


def everything(tmp_path: Path) -> list[str]:
    with dictionaries(tmp_path) as found:
        return list(found.connection.raw.iterdump())


def goods(tmp_path: Path, barcode: str) -> Goods | None:
    with dictionaries(tmp_path) as found:
        return found.goods(barcode)


def test_goods_are_found_with_all_that_was_said_of_them(tmp_path: Path, imported: Import) -> None:
    assert imported(item()).faulty == 0
    assert goods(tmp_path, "3041094787443") == Goods(
        "5", "3041094787443", "Молоко", 8990, "2", 7, "166", True, 11, Decimal(1), minprice=7050
    )
    pack = goods(tmp_path, "111")
    assert pack is not None
    assert (pack.tmctype, pack.cquant, pack.name) == (0, Decimal(6), "Молоко")
    with dictionaries(tmp_path) as found:
        assert found.article_barcodes("5") == {"3041094787443", "111"}


@pytest.mark.parametrize(
    ("unit", "frunit"),
    [
        ({"name": "кг"}, 11),
        ({"name": " Л. "}, 41),
        ({"name": "Литр"}, 41),
        ({"name": "МЛ"}, 40),
        ({"name": "куб. м"}, 42),
        ({"name": "гр."}, 10),
        ({"name": "порция"}, None),
        ({"name": None}, None),
        ({"name": "кг", "fractional": False}, None),
        ({"name": "кг", "frunit": 10}, 10),
        ({"name": "кг", "frunit": 0}, 0),
    ],
)
def test_a_unit_without_its_code_is_known_by_its_name(
    tmp_path: Path, imported: Import, unit: dict[str, Any], frunit: int | None
) -> None:
    imported({"command": "addUnit", "unit": {"unitCode": 166, "fractional": True, **unit}}, item())
    found = goods(tmp_path, "111")
    assert found is not None
    assert found.frunit == frunit


def test_a_barcode_may_have_a_name_price_and_unit_of_its_own(tmp_path: Path, imported: Import) -> None:
    other = {"code": "5", "barcode": "222", "name": "Молоко, ящик", "price": "500.00", "measure": "796", "cquant": 12}
    unit = {"unitcode": "796", "name": "шт", "fractional": False}
    imported(item(), {"command": "addBarcode", "barcode": other}, {"command": "addUnit", "unit": unit})
    found = goods(tmp_path, "222")
    assert found is not None
    assert (found.code, found.name, found.price, found.unit) == ("5", "Молоко, ящик", 50000, "796")
    assert found.cquant == 12


@pytest.mark.parametrize(
    ("changes", "tmctype"),
    [
        ({"barcodes": [], "tmctype": 7}, 7),
        ({"barcodes": [{"barcode": "3041094787443", "tmctype": 3}], "tmctype": 7}, 3),
        ({"barcodes": [{"barcode": "9", "tmctype": 7}]}, 0),
        ({"barcodes": None}, 0),
    ],
)
def test_the_type_of_the_main_barcode_is_its_own_entrys(
    tmp_path: Path, imported: Import, changes: dict[str, Any], tmctype: int
) -> None:
    imported(item(**changes))
    found = goods(tmp_path, "3041094787443")
    assert found is not None
    assert found.tmctype == tmctype


def test_goods_without_department_name_or_unit_get_defaults(tmp_path: Path, imported: Import) -> None:
    imported({"command": "addInventItem", "invent": {"inventcode": "x", "barcode": "1", "price": 1}})
    assert goods(tmp_path, "1") == Goods("x", "1", "x", 100, "1")


def test_options_of_an_article_reach_the_till(tmp_path: Path, imported: Import) -> None:
    switches = {"ignoremarking": True, "disableinventsale": 1, "disableinventback": "true", "ageverify": False}
    imported(item(options={"inventitemoptions": switches, "priceoptions": {"any": 1}}))
    found = goods(tmp_path, "3041094787443")
    assert found is not None
    assert (found.ignoremarking, found.disableinventsale, found.disableinventback) == (True, True, True)
    assert not found.marked


def test_adding_an_article_again_replaces_card_and_barcodes(tmp_path: Path, imported: Import) -> None:
    imported(item(), item(barcode="333", barcodes=[], price=1))
    assert goods(tmp_path, "111") is None
    found = goods(tmp_path, "333")
    assert found is not None
    assert found.price == 100


def test_a_barcode_that_changes_its_article_is_reported(tmp_path: Path, imported: Import) -> None:
    moved = {"command": "addBarcode", "barcode": {"code": "6", "barcode": "3041094787443"}}
    report = imported(item(), item(inventcode=6), moved)
    assert {text: note.times for text, note in report.notes.items()} == {
        "barcode 3041094787443 moved from card 5 to card 6" + MOVED: 1,
        "barcode 111 moved from card 5 to card 6" + MOVED: 1,
    }
    found = goods(tmp_path, "111")
    assert found is not None
    assert found.code == "6"


def test_a_barcode_without_a_card_is_reported_and_not_found(tmp_path: Path, imported: Import) -> None:
    report = imported({"command": "addBarcode", "barcode": {"code": "6", "barcode": "1"}})
    assert list(report.notes) == ["barcode 1 waits for card 6, which nobody brought"]
    assert goods(tmp_path, "1") is None


def test_deleting_and_clearing_take_away_what_they_name(tmp_path: Path, imported: Import) -> None:
    imported(item(), item(inventcode=6, barcode="6", barcodes=[]), item(inventcode=7, barcode="7", barcodes=[]))
    other = {"command": "deleteBarcode", "barcode": {"code": "6", "barcode": "111", "name": "x", "price": 1}}
    own = {"command": "deleteBarcode", "barcode": {"code": "5", "barcode": "111"}}
    assert list(imported(other).notes) == ["deleteBarcode names what is not there"]
    assert goods(tmp_path, "111")
    imported(own, {"command": "deleteInventItem", "inventcode": 6})
    assert [bool(goods(tmp_path, code)) for code in ("111", "6", "7", "3041094787443")] == [False, False, True, True]
    imported({"command": "clearInventory"})
    assert goods(tmp_path, "7") is None


def test_people_get_the_roles_that_rule_1_grants_and_no_password_is_kept(tmp_path: Path, imported: Import) -> None:
    roles = [{"rolecode": 1, "rule": 1}, {"rolecode": 2, "rule": 0}, {"rolecode": 3}]
    user = {"code": 12, "name": "Иванова", "login": "12", "password": "s3cr3t", "rank": 1, "roleusers": roles}
    report = imported({"command": "addMCashUser", "mcashuser": user})
    assert report.notes == {"password not kept": (1, (2, 4))}
    with dictionaries(tmp_path) as found:
        cashier = found.cashier("12")
        assert cashier is not None
        assert (cashier.name, sorted(cashier.roles)) == ("Иванова", ["1"])
        assert [found.role_exists(code) for code in ("1", "2", "3")] == [True, False, False]
    assert not any("s3cr3t" in line for line in everything(tmp_path))
    imported({"command": "addMCashUser", "mcashuser": {**user, "roleusers": []}})
    with dictionaries(tmp_path) as found:
        assert not found.role_exists("1")


def test_catalogs_hold_articles(tmp_path: Path, imported: Import) -> None:
    imported(
        {"command": "addCatalog", "catalog": {"code": 2, "name": "Бакалея"}},
        {"command": "addCatalogItem", "catalogitem": {"catalogcode": "2", "inventcode": 5}},
    )
    with dictionaries(tmp_path) as found:
        assert found.catalogs("5") == {"2"}
        assert (found.catalog_exists("2"), found.catalog_exists("3")) == (True, False)


def test_every_other_command_fills_or_empties_its_table(tmp_path: Path, imported: Import) -> None:
    group = {"groupCode": 1, "parentGroupCode": 0, "groupname": "Молочное"}
    tax = {"idTaxGroup": 10, "taxes": [{"name": "НДС", "rate": 10, "changebase": 0}]}
    imported({"command": "addInventGroup", "inventGroup": group}, {"command": "addTaxGroup", "taxGroup": tax})
    with dictionaries(tmp_path) as found:
        assert found.connection.one("SELECT code, parentcode, name FROM inventgroup") == ("1", "0", "Молочное")
        assert json.loads((found.connection.one("SELECT taxes FROM taxgroup") or ("null",))[0]) == tax["taxes"]
    names = (
        "InventGroup",
        "TaxGroup",
        "Unit",
        "Barcode",
        "MCashUser",
        "Catalog",
        "CatalogItem",
        "TmcScale",
        "Medicine",
    )
    report = imported(*({"command": f"clear{name}"} for name in names))
    assert (report.faulty, sum(report.loaded.values())) == (0, len(names) - 1)
    assert list(report.notes) == ["no effect here: clearTmcScale", "no effect here: clearMedicine"]
    with dictionaries(tmp_path) as found:
        assert found.connection.all("SELECT code FROM inventgroup UNION ALL SELECT code FROM taxgroup") == []


def test_unknown_commands_and_fields_are_counted_by_name(imported: Import) -> None:
    report = imported(item(colour="red", barcodes=[{"barcode": "1", "x": 1}]), {"command": "sing"}, {"command": "sing"})
    assert report.faulty == 0
    assert report.notes == {
        "unknown command sing": (2, (3, 6)),
        "unknown field addInventItem.invent.colour": (1, (2, 4)),
        "unknown field addInventItem.invent.barcodes.x": (1, (2, 4)),
    }


def test_the_same_file_twice_gives_the_same_tables(tmp_path: Path, imported: Import) -> None:
    user = {"code": 1, "name": "А", "roleusers": [{"rolecode": 1, "rule": 1}]}
    content = (
        item(), item(inventcode=6),
        {"command": "addMCashUser", "mcashuser": user},
        {"command": "addCatalogItem", "catalogitem": {"catalogcode": "2", "inventcode": 5}},
        {"command": "addBarcode", "barcode": {"code": 5, "barcode": "3041094787443", "tmctype": 7}},
    )  # fmt: skip
    imported(*content)
    first = sorted(everything(tmp_path))
    imported(*content)
    assert sorted(everything(tmp_path)) == first


def test_a_running_till_sees_the_old_goods_or_the_new_ones(tmp_path: Path, imported: Import) -> None:
    imported(item())
    with dictionaries(tmp_path) as found:
        source = tmp_path / "new.aif"
        source.write_text(
            text_of({"command": "clearInventory"}, *(item(price=n) for n in range(1, 50))), encoding="utf-8"
        )
        seen = set()

        def look(_: int) -> None:
            known = found.goods("3041094787443")
            seen.add(known.price if known else None)

        load(source, tmp_path / "Dictionaries.sqlite", progress=look)
        assert seen == {8990}
        known = found.goods("3041094787443")
        assert known is not None
        assert known.price == 4900


def test_goods_that_moved_to_a_card_that_is_put_back_return_to_their_old_card(tmp_path: Path, imported: Import) -> None:
    imported(item(barcodes=[]), item(inventcode=6, barcode="6", barcodes=[], price=7))
    taken = [{"barcode": "3041094787443", "price": 9}]
    report = imported(item(inventcode=6, barcode="6", barcodes=taken, price=None))
    assert [(fault.barcode, fault.number) for fault in report.faults] == [("6", 2)]
    assert report.kept == 1
    found = [goods(tmp_path, barcode) for barcode in ("3041094787443", "6")]
    assert [(one.code, one.price) for one in found if one] == [("5", 8990), ("6", 700)]


def test_a_card_of_which_one_barcode_has_no_price_is_loaded_without_it(tmp_path: Path, imported: Import) -> None:
    report = imported(
        item(price=None, barcodes=[{"barcode": "111", "price": 5}, {"barcode": "222"}], barcode=None),
        {"command": "addPrice", "price": {"barcode": "0111", "price": 6}},
    )
    assert [fault.barcode for fault in report.faults] == ["222"]
    found = [goods(tmp_path, barcode) for barcode in ("111", "222")]
    assert [one and one.price for one in found] == [600, None]

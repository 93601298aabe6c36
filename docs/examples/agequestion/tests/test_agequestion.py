"""agequestion in a till of its own."""

from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[1] / "agequestion"
WINE, BEER, BREAD = "4600000000022", "4600000000039", "4600000000015"
GOODS = [
    {"barcode": WINE, "name": "Вино", "price": "500.00", "dept": "3"},
    {"barcode": BEER, "name": "Сидр", "price": "100.00", "catalogs": ["alcohol"]},
    {"barcode": BREAD, "name": "Хлеб", "price": "45.90"},
]
ON = {"AgeQuestion": {"departments": "3", "catalogs": "alcohol"}}


@pytest.fixture
def till(shop):
    return shop(plugins=[HERE], goods=GOODS, settings=ON)


def names(answer: dict) -> list[str]:
    return [position["name"] for position in answer["receipt"]["positions"]]


def keys(answer: dict) -> list[str]:
    return [text["key"] for text in answer["screen"]]


def test_it_is_asked_once_in_a_receipt(till) -> None:
    till.send("open")
    asked = till.send("scan", data=WINE)
    assert (asked["dialog"]["text"], names(asked)) == ("Вино: покупателю есть 18?", [])
    assert names(till.send("press", button="continue")) == ["Вино"]
    assert names(till.send("scan", data=BEER)) == ["Вино", "Сидр"]
    till.send("close")
    till.send("open")
    assert till.send("scan", data=BEER)["dialog"]["key"] == "AgeQuestion"


def test_a_scanners_enter_confirms_nothing_and_cancel_leaves_the_goods(till) -> None:
    till.send("open")
    asked = till.send("scan", data=WINE)["dialog"]
    assert till.send("scan", data="")["dialog"] == asked
    answer = till.send("press", button="cancel")
    assert (answer["dialog"], names(answer)) == (None, [])


def test_other_goods_are_not_asked_about(till) -> None:
    till.send("open")
    assert names(till.send("scan", data=BREAD)) == ["Хлеб"]


def test_a_self_checkout_sells_none_of_them(till) -> None:
    till.send("open", channel="self_checkout")
    answer = till.send("scan", data=WINE)
    assert (keys(answer), names(answer)) == (["AgeHelp"], [])
    assert names(till.send("scan", data=BREAD)) == ["Хлеб"]


def test_what_it_guards_is_not_sold_while_it_fails(till) -> None:
    till.plugin("agequestion")._rules = None
    till.send("open")
    for guarded in (WINE, BEER):
        answer = till.send("scan", data=guarded)
        assert (keys(answer), names(answer)) == (["PluginGuards"], [])
    assert names(till.send("scan", data=BREAD)) == ["Хлеб"]


def test_the_journal_says_who_confirmed_what(till) -> None:
    till.send("open")
    till.send("scan", data=WINE)
    till.send("press", button="continue")
    assert till.journal()[-1]["confirmed"] == ["agequestion/adult"]

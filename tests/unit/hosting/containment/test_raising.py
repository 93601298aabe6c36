"""Plugins that raise in a hook: the host lives, the guilty is named, marked goods are refused where it had a say."""

from collections.abc import Callable
from typing import Any, NoReturn

import pytest

from .conftest import BREAD, CALLED, FIRST, LAST, WATER, WATER_TOO, Stage, positions, sells

RAISED = (Exception, SystemExit, KeyboardInterrupt, GeneratorExit, MemoryError)
IN_COMMANDS = tuple(name for name in CALLED if name not in ("on_start", "on_stop"))


def raising(error: type[BaseException]) -> Callable[..., NoReturn]:
    """A hook that raises."""

    def hook(*given: object) -> NoReturn:
        raise error("secret")

    return hook


@pytest.fixture(params=[FIRST, LAST])
def each(request: pytest.FixtureRequest, stages: dict[str, Stage]) -> Stage:
    """The plugin is called first, and last."""
    stages[request.param].rest()
    return stages[request.param]


@pytest.mark.parametrize("name", ["on_scan", "on_add_item"])
@pytest.mark.parametrize("error", RAISED)
def test_marked_goods_are_refused_and_ordinary_goods_sell(each: Stage, name: str, error: type[BaseException]) -> None:
    till = each.act(name, raising(error))
    marked = sells(till, WATER)
    assert positions(marked) == []
    assert marked["decision"]["verdict"] == "deny"
    assert each.blamed(marked)
    assert positions(sells(till, BREAD)) == ["Хлеб дарницкий"]
    evil = each.evil(till)
    assert (evil["state"], evil["error"].split(" at ")[0]) == ("failing", f"{name} raised {error.__name__}")
    assert "secret" not in str(marked)


def day(stage: Stage) -> list[dict[str, Any]]:
    """Commands that call every hook."""
    till = stage.play
    till.send("open")
    till.send("scan", data="CARD1")
    till.send("scan", data=BREAD)
    till.send("scan", data=WATER)
    till.send("quantity", position=1, value="2")
    till.send("scan", data=BREAD)
    till.send("storno", position=2)
    till.send("scan", data=WATER)
    till.tick()
    closed = till.send("close")
    till.send("shift", do="close")
    return [closed, till.send("cancel"), sells(till, WATER, "return"), till.send("state")]


@pytest.mark.parametrize("name", IN_COMMANDS)
@pytest.mark.parametrize("error", RAISED)
def test_a_whole_day_goes_by_and_the_guilty_is_named(stage: Stage, name: str, error: type[BaseException]) -> None:
    stage.act(name, raising(error))
    answers = day(stage)
    assert all("error" not in answer or answer["error"]["code"] != "internal" for answer in answers)
    evil = stage.evil(stage.play)
    assert (evil["state"], evil["failures"] > 0) == ("failing", True)
    assert evil["error"].startswith(f"{name} raised {error.__name__} at test_raising.py:")
    assert stage.named(answers[-1])


def test_a_failing_on_return_refuses_a_return_and_no_sale(each: Stage) -> None:
    till = each.act("on_return", raising(ValueError))
    returned = sells(till, WATER, "return")
    assert (positions(returned), each.blamed(returned)) == ([], True)
    assert positions(sells(till, WATER)) == ["Вода питьевая 0,5 л"]


def test_a_failing_on_close_closes_no_marked_goods_and_leaves_the_receipt_as_it_is(each: Stage) -> None:
    till = each.act("on_close", raising(ValueError))
    till.send("open")
    till.send("scan", data=BREAD)
    till.send("scan", data=WATER)
    refused = till.send("close")
    assert (refused["ok"], refused["document"], len(positions(refused))) == (True, None, 2)
    assert each.blamed(refused)
    till.send("cancel")
    till.send("open")
    till.send("scan", data=BREAD)
    assert till.send("close")["document"]["doctype"] == 1


def test_a_failing_on_quantity_changes_no_marked_position(stage: Stage) -> None:
    till = stage.act("on_quantity", raising(ValueError))
    till.send("open")
    till.send("scan", data=BREAD)
    till.send("scan", data=WATER)
    assert till.send("quantity", position=1, value="3")["receipt"]["positions"][0]["quantity"] == "3.000"
    refused = till.send("quantity", position=2, value="3")
    assert [text["key"] for text in refused["screen"]] == ["QuantityForbidden"]
    assert refused["receipt"]["positions"][1]["quantity"] == "1.000"


def test_a_failing_on_price_costs_the_discount_only(stage: Stage) -> None:
    answer = sells(stage.act("on_price", raising(ValueError)), BREAD)
    assert answer["receipt"]["positions"][0]["price"] == "45.90"
    assert stage.named(answer)


def test_a_plugin_that_does_better_is_named_no_more(stage: Stage) -> None:
    till = stage.act("on_add_item", raising(ValueError))
    assert stage.blamed(sells(till, WATER))
    stage.act("on_add_item", lambda request: None)
    assert positions(sells(till, WATER_TOO)) == ["Вода питьевая 0,5 л"]
    assert (stage.evil(till)["state"], stage.evil(till)["failures"]) == ("ready", 1)
    assert not stage.named(till.send("state"))

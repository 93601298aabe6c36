"""expirydiscount: the step that counts, what the price never falls below, what is never made cheaper."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncash.bundled.expirydiscount.lint import problems
from ncash.bundled.expirydiscount.plugin import Plugin
from ncash.bundled.expirydiscount.settings import TABLES
from ncash.model.goods import Goods
from ncash.model.ports import World
from ncash.model.receipt import Position
from ncash.plugin import PriceOffer
from ncash.settings.config import Config

MOSCOW = timezone(timedelta(hours=3))
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=MOSCOW)
YOGHURT = Goods("7", "4600000000077", "Йогурт", 9990)
POSITION = Position(1, "7", "Йогурт", YOGHURT.barcode, Decimal(1), 9990, marked=True, tmctype=7, baseprice=9990)

Offer = Callable[..., PriceOffer | None]


class Frozen:
    """A clock that stands."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


@dataclass
class OneCard:
    """Dictionaries with one card, or none."""

    card: Goods | None = YOGHURT

    def goods(self, barcode: str) -> Goods | None:
        return self.card if self.card and barcode == self.card.barcode else None


def started(folder: Path, steps: str | None, card: Goods | None = YOGHURT, now: datetime = NOW) -> Plugin:
    line = "" if steps is None else f"steps = {steps}\n"
    (folder / "ncash.ini").write_text(f"[ExpiryDiscount]\n{line}", encoding="utf-8")
    config = Config.load(folder, TABLES)
    assert not config.problems
    world: Any = World(Frozen(now), None, None, OneCard(card), None, folder)  # type: ignore[arg-type]
    plugin = Plugin()
    plugin.on_start(config=config, world=world)
    return plugin


def asked(plugin: Plugin, position: Position) -> int | None:
    offer = plugin.on_price(position)
    return offer.price if offer else None


def expiring(after: timedelta, **changes: Any) -> Position:
    written = (NOW + after).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
    extra = {"expireDate": written, **changes.pop("extra", {})}
    return POSITION._replace(extra={"published": extra}, **changes)


@pytest.mark.parametrize(
    ("left", "price"),
    [
        (timedelta(hours=73), None),
        (timedelta(hours=72, seconds=1), None),
        (timedelta(hours=72), 8991),
        (timedelta(hours=25), 8991),
        (timedelta(hours=24), 6993),
        (timedelta(hours=7), 6993),
        (timedelta(hours=6), 4995),
        (timedelta(seconds=1), 4995),
        (timedelta(0), None),
        (timedelta(hours=-1), None),
    ],
)
def test_the_step_nearest_to_expiry_counts(tmp_path: Path, left: timedelta, price: int | None) -> None:
    assert asked(started(tmp_path, None), expiring(left)) == price


def test_the_order_of_the_steps_in_the_file_does_not_matter(tmp_path: Path) -> None:
    assert asked(started(tmp_path, "6:50, 72:10, 24:30"), expiring(timedelta(hours=20))) == 6993


def test_the_reason_is_told_in_russian_with_percent_and_date(tmp_path: Path) -> None:
    offer = started(tmp_path, "24:30").on_price(expiring(timedelta(hours=20)))
    assert offer is not None
    assert offer.reason == "Скидка 30%: годен до 21.11.2026 08:00"


def test_the_digits_of_the_date_count_and_not_its_zone(tmp_path: Path) -> None:
    """08:00Z is read as 08:00 at the till, not as 11:00 in Moscow."""
    plugin = started(tmp_path, "6:50")
    digits = POSITION._replace(extra={"published": {"expireDate": "2026-11-20T18:30:00.000Z"}})
    assert plugin.on_price(digits) is None
    zoned = POSITION._replace(extra={"published": {"expireDate": "2026-11-20T18:00:00+11:00"}})
    assert plugin.on_price(zoned) is not None
    assert started(tmp_path, "6:50", now=NOW.astimezone(UTC)).on_price(zoned) is None


@pytest.mark.parametrize("extra", [{}, {"expireDate": None}, {"expireDate": "завтра"}, {"expireDate": 20261121}])
def test_without_an_expiry_date_nothing_is_offered(tmp_path: Path, extra: dict[str, Any]) -> None:
    assert started(tmp_path, None).on_price(POSITION._replace(extra={"published": extra})) is None


def test_halves_of_a_kopeck_go_up(tmp_path: Path) -> None:
    plugin = started(tmp_path, "24:50", YOGHURT._replace(price=4999))
    assert asked(plugin, expiring(timedelta(hours=1), price=4999)) == 2500


@pytest.mark.parametrize(
    "floor", [{"minprice": 8000}, {"minretailprice": 8000}, {"minprice": 10, "minretailprice": 8000}]
)
def test_the_price_stops_at_the_minimum_price(tmp_path: Path, floor: dict[str, int]) -> None:
    plugin = started(tmp_path, "24:50", YOGHURT._replace(**floor))
    assert asked(plugin, expiring(timedelta(hours=1))) == 8000


def test_a_minimum_price_that_is_reached_leaves_no_discount(tmp_path: Path) -> None:
    assert started(tmp_path, "24:50", YOGHURT._replace(minprice=9990)).on_price(expiring(timedelta(hours=1))) is None


def test_goods_whose_minimum_price_is_not_known_keep_their_price(tmp_path: Path) -> None:
    assert started(tmp_path, "24:50", None).on_price(expiring(timedelta(hours=1))) is None


@pytest.mark.parametrize("group", [3, 12, 16])
def test_tobacco_by_the_answer_keeps_its_price(tmp_path: Path, group: int) -> None:
    assert started(tmp_path, "24:50").on_price(expiring(timedelta(hours=1), extra={"groupIds": [8, group]})) is None


def test_tobacco_by_the_dictionary_keeps_its_price(tmp_path: Path) -> None:
    assert started(tmp_path, "24:50").on_price(expiring(timedelta(hours=1), tmctype=3)) is None


def test_other_groups_are_made_cheaper(tmp_path: Path) -> None:
    assert started(tmp_path, "24:50").on_price(expiring(timedelta(hours=1), extra={"groupIds": [8, 13]})) is not None


def test_empty_steps_are_no_discount(tmp_path: Path) -> None:
    assert started(tmp_path, "").on_price(expiring(timedelta(hours=1))) is None


@pytest.mark.parametrize("steps", ["24", "24:", ":30", "0:30", "24:0", "24:100", "24:-5", "1.5:10", "24:30:2", "٢٤:30"])
def test_a_step_that_is_none_is_a_mistake_with_its_line(tmp_path: Path, steps: str) -> None:
    (tmp_path / "ncash.ini").write_text(f"[ExpiryDiscount]\nsteps = 72:10,{steps}\n", encoding="utf-8")
    [problem] = Config.load(tmp_path, TABLES).problems
    assert (problem.code, problem.line, problem.key) == ("MG030", 2, "steps")


def test_two_steps_of_the_same_hours_are_warned_of_and_the_smaller_discount_counts(tmp_path: Path) -> None:
    plugin = started(tmp_path, "24:40, 72:10, 24:30")
    assert asked(plugin, expiring(timedelta(hours=1))) == 6993
    [warning] = problems(Config.load(tmp_path, TABLES))
    assert (warning.code, warning.line) == ("MG041", 2)
    assert "24:40 has no effect because of 24:30" in warning.text


@given(price=st.integers(1, 10_000_000), floor=st.integers(0, 10_000_000), left=st.integers(-10, 100))
def test_an_offer_is_always_lower_than_the_price_and_never_below_the_floor(price: int, floor: int, left: int) -> None:
    card = YOGHURT._replace(price=price, minprice=floor)
    plugin = Plugin()
    world: Any = World(Frozen(NOW), None, None, OneCard(card), None, Path())  # type: ignore[arg-type]
    defaults: Any = type("Defaults", (), {"section": lambda self, table: table.defaults()})()
    plugin.on_start(config=defaults, world=world)
    offer = plugin.on_price(expiring(timedelta(hours=left), price=price))
    if offer is not None:
        assert max(floor, 1) <= offer.price < price

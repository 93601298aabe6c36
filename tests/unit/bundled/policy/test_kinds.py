"""Kinds of goods: which marks belong to goods with another tmctype than 7 (docs/adr/0038)."""

from pathlib import Path

import pytest

from ncash.bundled.markedgoods.plugin import Plugin
from ncash.model.decision import Verdict
from ncash.model.goods import Goods, as_served
from ncash.model.ports import Rehearsal, World
from ncash.model.scan import Scan
from ncash.settings.config import Config
from ncash.shop.shop import configuration
from ncash.testing import FrozenClock, SeededRandom

from .conftest import CHEESE, decided, mark_first, request, step

TOBACCO = CHEESE._replace(tmctype=3, served=True)
SERVING = {"goodsTypes": ("3", "8")}
PACK = "04601653035829H;dV)bFACVUdGVz"
FILES = """[plugins]
markedgoods = on
[MarkedGoods.Any]
mask = "(?<barcode>[0-9]{14})[^=]{15}"
[MarkedGoods.Tobacco]
mask = "(?<barcode>[0-9]{14}).{15}"
goodsTypes = 3
[MarkedGoods.Beer]
mask = "01(?<barcode>[0-9]{14})21.{7}93.{4}"
goodsTypes = 8,3
[MarkedGoods.Idle]
goodsTypes = 5
"""


def test_a_category_reads_the_marks_of_the_kinds_it_names_and_of_7() -> None:
    for goods in (TOBACCO, TOBACCO._replace(tmctype=8), CHEESE):
        assert decided(mark_first(goods=goods), own=SERVING).verdict is Verdict.ALLOW
        assert decided(request(goods=goods), own=SERVING).verdict is Verdict.ALLOW


def test_a_mark_of_another_kind_belongs_to_no_such_goods() -> None:
    first = decided(mark_first(goods=TOBACCO), own={})
    assert (first.verdict, first.screen[0].key, step(first, "marked").setting) == (
        Verdict.DENY, "MarkDataMissing", "goodsTypes"
    )  # fmt: skip
    second = decided(request(goods=TOBACCO), own={})
    assert (second.verdict, second.dialog and second.dialog.key) == (Verdict.NEED_SCAN, "ScanErrorRepeat")
    assert step(second, "match").setting == "goodsTypes"


def test_goods_that_are_served_are_never_sold_as_ordinary_ones() -> None:
    decision = decided(mark_first(goods=TOBACCO), own={"allowUnmarked": True})
    assert (decision.verdict, step(decision, "marked").fact) == (Verdict.DENY, 3)
    unserved = decided(mark_first(goods=TOBACCO._replace(served=False)), own={"allowUnmarked": True})
    assert (unserved.verdict, unserved.effects.marked) == (Verdict.ALLOW, False)


@pytest.fixture
def plugin(tmp_path: Path) -> Plugin:
    """The plugin over a shop of four categories, of which one is idle."""
    (tmp_path / "ncash.ini.d").mkdir()
    (tmp_path / "ncash.ini.d/markedgoods.ini").write_text(FILES, encoding="utf-8")
    made = Plugin()
    config: Config = configuration(tmp_path)
    nobody: object = None
    world = World(FrozenClock(), SeededRandom(), nobody, nobody, nobody, tmp_path, rehearsal=Rehearsal())  # type: ignore[arg-type]
    assert made.on_start(config, world).kinds == {3, 8}
    return made


def test_where_two_masks_fit_the_category_that_serves_the_goods_rules(plugin: Plugin) -> None:
    mark = plugin.on_scan(Scan(PACK))
    assert mark is not None
    assert mark.category == "Any"
    for goods, category in ((TOBACCO, "Tobacco"), (CHEESE, "Any"), (TOBACCO._replace(tmctype=8), "Any")):
        case = plugin.case(mark_first(goods=goods, mark=mark))
        assert (case.mark.category, case.profile.settings.category) == (category, category)


def test_a_mark_that_fits_as_scanned_only_is_read_for_its_goods_too(plugin: Plugin) -> None:
    mark = plugin.on_scan(Scan("04601653035829H;dV)bF CVUdGVz"))
    assert mark is not None
    assert plugin.case(mark_first(goods=TOBACCO, mark=mark)).mark.category == "Tobacco"


def test_goods_know_whether_their_kind_is_served() -> None:
    kinds = {3}
    for goods, marked, unserved in (
        (CHEESE, True, False),
        (CHEESE._replace(tmctype=3), True, False),
        (CHEESE._replace(tmctype=3, ignoremarking=True), False, False),
        (CHEESE._replace(tmctype=5), False, True),
        (CHEESE._replace(tmctype=99), False, True),
        (CHEESE._replace(tmctype=5, ignoremarking=True), False, False),
        (Goods("1", "1", "Bread", 1), False, False),
    ):
        served = as_served(goods, kinds)
        assert (served.marked, served.unserved) == (marked, unserved)
        assert as_served(served, set()).served is False

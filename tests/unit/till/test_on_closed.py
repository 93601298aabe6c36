"""The hook after a close: told once, with the books written; its failure or its silence undoes nothing."""

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ncash.model.ports import Outside
from ncash.support.sample.sample_goods import GOODS
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom, shop_folder

MODULE = """
from ncash.plugin import Started, hookimpl

class Plugin:
    @hookimpl
    def on_start(self, config, world):
        self.world = world
        return Started(budget=1.5)

    @hookimpl
    def on_closed(self, receipt, document):
        with open(self.world.data / "told", "a", encoding="utf-8") as told:
            told.write(f"{receipt.state} {document.docnum} {len(receipt.positions)}\\n")
        {then}
"""


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Callable[[str], DrivenTill]]:
    """Makes a till with a listening plugin that goes on like this after it has written down what it was told."""
    made: list[DrivenTill] = []

    def make(then: str) -> DrivenTill:
        shop_folder(tmp_path / "shop")
        folder = tmp_path / "plugins" / f"listener_{tmp_path.name}"
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("", encoding="utf-8")
        (folder / "plugin.py").write_text(MODULE.replace("{then}", then), encoding="utf-8")
        ini = f"[plugins]\n{folder.name} = on\n[Host]\npluginsPath = {folder.parent}\n"
        (tmp_path / "shop/conf/ncash.ini.d/99-listener.ini").write_text(textwrap.dedent(ini), encoding="utf-8")
        outside = Outside(FrozenClock(), SeededRandom(), FencedHttp())
        made.append(DrivenTill(tmp_path / "shop/conf", tmp_path / "shop/data", outside))
        return made[-1]

    yield make
    for one in made:
        one.close()


def sold(till: DrivenTill) -> dict[str, Any]:
    till.send("open")
    plain = next(goods for goods in GOODS if goods.tmctype == 0)
    till.send("scan", data=plain.barcode)
    return till.send("close")


def told(till: DrivenTill) -> list[str]:
    return (till.shop.data / "told").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("then", ["return", "raise ValueError", "raise SystemExit", "__import__('time').sleep(300)"])
def test_a_close_is_told_once_and_stays_whatever_the_plugin_does(till: Callable[[str], DrivenTill], then: str) -> None:
    running = till(then)
    answer = sold(running)
    assert answer["ok"] is True
    assert answer["document"]["number"] == 1
    assert told(running) == ["closed 1 1"]
    shift = running.shop.documents.shift()
    assert [one.docnum for one in running.shop.documents.documents_of_shift(shift or 0)] == [1]
    assert running.send("open")["ok"] is True


def test_a_plugin_that_fails_after_a_close_is_named(till: Callable[[str], DrivenTill]) -> None:
    running = till("raise ValueError")
    sold(running)
    states = {one.name: one.error for one in running.shop.till.room.plugins.loaded if one.error}
    assert list(states.values()) == ["on_closed raised ValueError at plugin.py:14"]

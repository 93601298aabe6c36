"""Tills of real shop folders, each with one evil plugin beside the bundled ones."""

import itertools
import textwrap
from collections.abc import Callable, Iterator
from decimal import Decimal
from inspect import signature
from pathlib import Path
from typing import Any

import pytest

from ncash.hosting.hooks import HOOKS
from ncash.hosting.loaded import LoadedPlugin
from ncash.model.ports import Outside
from ncash.plugin import Category
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom, shop_folder

BREAD = "4600000000015"
WATER = "010469999990001321dEmO-WaTeR001\x1d93aBcD"
WATER_TOO = "010469999990001321dEmO-WaTeR002\x1d93aBcD"
BUDGET = 0.3
"""Seconds, for plugins that hang."""
CALLED = (
    "on_add_item", "on_return", "on_quantity", "on_storno", "on_close", "on_cancel",
    "on_start", "on_stop", "on_notices", "on_scan", "on_unknown_scan", "on_review", "on_price", "on_closed",
    "on_payment", "on_shift", "on_tick",
)  # fmt: skip
"""Hooks that a till calls."""
FIRST, LAST = "aaa", "zzz"
"""Names before and after those of the bundled plugins."""
NUMBERS = itertools.count(1)
HEAD = """
import sys
import threading
import time
from decimal import Decimal

from ncash.model.decision import Decision, Dialog, Effects, Step, Text, Verdict
from ncash.model.mark import Mark
from ncash.plugin import Category, PriceOffer, Started, hookimpl

class Plugin:
    @hookimpl
    def on_start(self, config, world):
        self.world = world
        return Started(budget=BUDGET)
"""


def hook(name: str, *body: str) -> str:
    """An implementation of one hook."""
    head = f"    @hookimpl\n    def {name}({', '.join(signature(HOOKS[name].spec).parameters)}):\n"
    return head + textwrap.indent("\n".join(body), "        ") + "\n"


class Shops:
    """Makes shops with evil plugins and ends their tills."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tills: list[DrivenTill] = []
        self.name = ""
        self.budget = 20.0

    def plugin(self, body: str, order: str = LAST, head: str = HEAD, **more: str) -> Path:
        """A shop folder with a plugin of this source; `more` are further modules of its package."""
        self.name = f"{order}_evil{next(NUMBERS)}"
        shop = shop_folder(self.folder / self.name)
        package = shop / "plugins" / self.name
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("", encoding="utf-8")
        source = head.replace("BUDGET", str(self.budget)) + body
        for module, text in {"plugin": source, **more}.items():
            (package / f"{module}.py").write_text(text, encoding="utf-8")
        ini = f"[plugins]\n{self.name} = on\n[Host]\npluginsPath = ../plugins\n"
        (shop / "conf/ncash.ini.d/99-evil.ini").write_text(ini, encoding="utf-8")
        return shop

    def till(self, body: str, order: str = LAST, **options: str) -> DrivenTill:
        """A running till of such a shop."""
        return self.running(self.plugin(body, order, **options))

    def running(self, shop: Path, safe: bool = False) -> DrivenTill:
        """A running till of this shop folder."""
        outside = Outside(FrozenClock(), SeededRandom(), FencedHttp())
        self.tills.append(DrivenTill(shop / "conf", shop / "data", outside, safe=safe))
        return self.tills[-1]

    def evil(self, till: DrivenTill) -> dict[str, Any]:
        """How the evil plugin fares, as `ncash plugins` and the greeting say it."""
        return next(one.json() for one in till.shop.till.room.plugins.loaded if one.name == self.name)

    def instance(self, till: DrivenTill) -> object:
        """The evil plugin itself."""
        return next(one.instance for one in till.shop.till.room.plugins.loaded if one.name == self.name)

    def named(self, answer: dict[str, Any]) -> bool:
        """Whether a notice names the plugin."""
        return any(self.name in notice["text"] for notice in answer["notices"])

    def blamed(self, answer: dict[str, Any]) -> bool:
        """Whether the screen says that marked goods are not sold because of the plugin."""
        return any(text["key"] == "PluginBroken" and self.name in text["text"] for text in answer["screen"])


def acting() -> str:
    """A plugin whose every hook does what a test tells it."""
    told = [name for name in CALLED if name not in ("on_start", "on_stop")]
    return "    acts = {}\n" + "".join(
        hook(name, f"return self.acts['{name}']({_given(name)}) if '{name}' in self.acts else None") for name in told
    )


def _given(name: str) -> str:
    _self, *given = signature(HOOKS[name].spec).parameters
    return ", ".join(given)


class Stage(Shops):
    """A till that lives through many tests, with an acting plugin."""

    def __init__(self, folder: Path, order: str) -> None:
        super().__init__(folder)
        self.play = self.till(acting(), order)
        (self.loaded,) = [one for one in self.play.shop.till.room.plugins.loaded if one.name == self.name]

    def act(self, name: str, does: Callable[..., Any]) -> DrivenTill:
        """The till, where this hook does so from now on."""
        self._acts({name: does})
        return self.play

    def neighbour(self, till: DrivenTill, name: str, does: Callable[..., Any]) -> None:
        """Another plugin of this till has this hook, until the stage rests."""
        plugins = till.shop.till.room.plugins
        plugins.loaded.append(LoadedPlugin("neighbour", hooks={name: does}))
        plugins._settle()

    @staticmethod
    def quantity(count: int) -> Decimal:
        """So many pieces."""
        return Decimal(count)

    def reading(self) -> None:
        """The plugin is one that reads marks, until it rests: what it says of a mark counts."""
        self.loaded.started = self.loaded.started._replace(categories=(Category("Evil", None, None),))

    def rest(self) -> None:
        """No receipt is open, the plugin behaves and is trusted again."""
        self.play.send("cancel")
        self._acts({})
        self.loaded.started = self.loaded.started._replace(categories=())
        plugins = self.play.shop.till.room.plugins
        plugins.loaded[:] = [one for one in plugins.loaded if one.name != "neighbour"]
        plugins._settle()
        self.loaded.state, self.loaded.error, self.loaded.failing, self.loaded.failures = "ready", "", "", 0

    def _acts(self, acts: dict[str, Callable[..., Any]]) -> None:
        vars(self.loaded.instance)["acts"] = acts


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Stage]]:
    """A stage for a plugin that is called first, and one for the last."""
    made = {order: Stage(tmp_path_factory.mktemp("stage"), order) for order in (FIRST, LAST)}
    yield made
    for one in made.values():
        one.play.close()


@pytest.fixture
def stage(stages: dict[str, Stage]) -> Stage:
    """The plugin is called last."""
    stages[LAST].rest()
    return stages[LAST]


@pytest.fixture
def shops(tmp_path: Path) -> Iterator[Shops]:
    """Shops of this test."""
    made = Shops(tmp_path)
    yield made
    for till in made.tills:
        till.close()


def positions(answer: dict[str, Any]) -> list[str]:
    """Names of the positions."""
    return [position["name"] for position in (answer["receipt"] or {}).get("positions", ())]


def sells(till: DrivenTill, code: str, kind: str = "sale") -> dict[str, Any]:
    """The answer to a scan in a fresh receipt, which is cancelled afterwards."""
    assert till.send("open", kind=kind)["ok"]
    answer = till.send("scan", data=code)
    assert till.send("cancel")["ok"]
    return answer

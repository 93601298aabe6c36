"""Plugins that cannot be started, and plugins that cannot be stopped."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ncash.cli.main import run
from ncash.hosting.loader import Plugins
from ncash.hosting.worlds import world_of
from ncash.model.ports import Outside
from ncash.settings.config import Config
from ncash.shop.shop import configuration, folders_of
from ncash.support.check.check import examine
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom, shop_folder

from .conftest import BREAD, BUDGET, FIRST, HEAD, LAST, WATER, Shops, hook, positions, sells

BARE = "from ncash.plugin import Category, Started, hookimpl\n"
STARTED = "class Plugin:\n    @hookimpl\n    def on_start(self, config, world):\n        "
BROKEN_STARTS = {
    "no class": (BARE, "config-error", "has no class Plugin"),
    "an import that raises": ("raise ValueError('secret')", "config-error", "start raised ValueError at plugin.py:1"),
    "an import that ends the program": ("import sys\nsys.exit(3)", "config-error", "start raised SystemExit"),
    "an import of nothing": ("import no_such_module", "config-error", "start raised ModuleNotFoundError"),
    "not Python": ("def (", "config-error", "start raised SyntaxError"),
    "a misspelt hook": (BARE + "class Plugin:\n    @hookimpl\n    def on_ad_item(self, request): ...", "config-error",
                        "there is no hook on_ad_item; did you mean on_add_item?"),
    "a hook with a wrong argument": (BARE + "class Plugin:\n    @hookimpl\n    def on_scan(self, scam): ...",
                                     "config-error", "scam"),
    "a wrapper": (BARE + "class Plugin:\n    @hookimpl(wrapper=True)\n    def on_add_item(self, request):\n"
                  "        return (yield)", "config-error", "on_add_item is a wrapper"),
    "an old wrapper": (BARE + "class Plugin:\n    @hookimpl(hookwrapper=True)\n    def on_add_item(self, request):\n"
                       "        yield", "config-error", "on_add_item is a wrapper"),
    "an __init__ that raises": ("class Plugin:\n    def __init__(self):\n        raise KeyError", "config-error",
                                "start raised KeyError at plugin.py:3"),
    "an __init__ with arguments": ("class Plugin:\n    def __init__(self, till): ...", "config-error",
                                   "start raised TypeError"),
    "a class that is none": ("Plugin = 5", "config-error", "has no class Plugin"),
    "a hook without its mark": (BARE + "class Plugin:\n    def on_add_item(self, request): ...", "config-error",
                                "on_add_item is not marked with @hookimpl"),
    "a misspelt hook without its mark": (BARE + "class Plugin:\n    def on_add_items(self, request): ...",
                                         "config-error", "on_add_items is not marked with @hookimpl"),
    "an API of tomorrow": (BARE + "class Plugin:\n    api = '2.99'", "config-error", "it needs version 2.99"),
    "an API that is no version": (BARE + "class Plugin:\n    api = 2", "config-error", "not a version"),
    "guards as lists": (BARE.replace("Category", "Guards") + STARTED + "return Started(guards=Guards(['1']))",
                        "config-error", "guards are no Guards"),
    "what it publishes as a tuple": (BARE + STARTED + "return Started(publishes=('a',))", "config-error", "publishes"),
    "prices made again, perhaps": (BARE + STARTED + "return Started(reprices=1)", "config-error", "reprices"),
    "on_start raises": (BARE + STARTED + "raise OSError", "config-error", "start raised OSError"),
    "on_start speaks like the loader": (
        "from ncash.errors import UserError\n" + BARE + STARTED + "raise UserError('gone', code='missing')",
        "config-error", "gone"),
    "on_start interrupts": (BARE + STARTED + "raise KeyboardInterrupt", "config-error", "raised KeyboardInterrupt"),
    "on_start answers a text": (BARE + STARTED + "return 'ready'", "config-error", "answered str, not Started"),
    "a budget as text": (BARE + STARTED + "return Started(budget='1')", "config-error", "budget is not a number"),
    "a budget without end": (BARE + STARTED + "return Started(budget=float('inf'))", "config-error", "budget"),
    "a budget that is no number": (BARE + STARTED + "return Started(budget=float('nan'))", "config-error", "budget"),
    "a negative budget": (BARE + STARTED + "return Started(budget=-1)", "config-error", "budget"),
    "kinds as a list": (BARE + STARTED + "return Started(kinds=[3])", "config-error", "kinds are not a frozenset"),
    "a kind as text": (BARE + STARTED + "return Started(kinds=frozenset('3'))", "config-error", "kinds"),
    "a kind of ordinary goods": (BARE + STARTED + "return Started(kinds=frozenset((0,)))", "config-error", "kinds"),
    "a version as number": (BARE + STARTED + "return Started(1)", "config-error", "version is not text"),
    "categories as texts": (BARE + STARTED + "return Started(categories=('Milk',))", "config-error", "categories"),
    "a category without a name": (BARE + STARTED + "return Started(categories=(Category(1, '', 2),))", "config-error",
                                  "categories"),
    "notices as texts": (BARE + STARTED + "return Started(notices=('x',))", "config-error", "tuple of Text"),
}  # fmt: skip


@pytest.mark.parametrize("order", [FIRST, LAST])
@pytest.mark.parametrize("start", BROKEN_STARTS)
def test_a_plugin_that_cannot_start_is_named_and_only_ordinary_goods_sell(shops: Shops, start: str, order: str) -> None:
    source, state, error = BROKEN_STARTS[start]
    till = shops.till(source, order, head="")
    evil = shops.evil(till)
    assert (evil["state"], error in evil["error"], "secret" in evil["error"]) == (state, True, False)
    assert shops.named(till.greeting)
    refused = sells(till, WATER)
    assert (positions(refused), shops.blamed(refused)) == ([], True)
    assert positions(sells(till, BREAD)) == ["Хлеб дарницкий"]


SETTINGS = {
    "raise ValueError": "start raised ValueError at settings.py:1",
    "import sys\nsys.exit()": "start raised SystemExit at settings.py:2",
    "TABLES = ['x']": "TABLES of NAME.settings is not a tuple of Settings classes",
    "TABLES = 5": "TABLES of NAME.settings is not a tuple of Settings classes",
}


@pytest.mark.parametrize("source", SETTINGS)
def test_settings_that_cannot_be_read_stop_their_plugin(shops: Shops, source: str) -> None:
    till = shops.till("", settings=source)
    evil = shops.evil(till)
    assert (evil["state"], evil["error"]) == ("config-error", SETTINGS[source].replace("NAME", shops.name))
    assert positions(sells(till, BREAD)) == ["Хлеб дарницкий"]


@pytest.mark.parametrize("importing", [True, False])
def test_a_start_that_lasts_is_given_up_and_its_late_end_changes_nothing(
    shops: Shops, tmp_path: Path, importing: bool
) -> None:
    go = tmp_path / "go"
    gate = f"import time, pathlib\n{{}}while not pathlib.Path({str(go)!r}).exists(): time.sleep(0.01)\n"
    lasting = BARE + STARTED + gate.format(" " * 8) + "        return Started('late')"
    shop = shops.plugin(gate.format("") if importing else lasting, head=HEAD if importing else "")
    config: Config = configuration(shop / "conf")
    outside = Outside(FrozenClock(), SeededRandom(), FencedHttp())
    with DrivenTill(shop_folder(shop.parent / "sound") / "conf", shop / "data", outside) as till:
        world = world_of(till.shop.till.room.premises)
        plugins = Plugins.start(config, world, folders_of(config), patience=0.3)
        evil = next(one for one in plugins.loaded if one.name == shops.name)
        go.touch()
        time.sleep(0.3)
        assert (evil.state, evil.error, evil.started.version) == ("broken", "did not start within 0.3 s", "0")
        assert shops.name in plugins.ask("on_add_item", object())[1]
        plugins.stop()


# Names of plugins of the vendor, of packages that are installed and are none, and of modules that act when imported.
STRANGERS = [
    "rsloyalty",
    "loymax",
    "egais",
    "json",
    "email",
    "requests",
    "calendar",
    "this",
    "antigravity",
    "__main__",
    "a-b",
]


@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_plugin_that_nobody_installed_is_missing_owes_no_answer_and_is_not_looked_for_by_an_import(
    shops: Shops, stranger: str
) -> None:
    shop = shops.plugin("")
    ini = shop / "conf/ncash.ini.d/99-evil.ini"
    ini.write_text(ini.read_text(encoding="utf-8").replace(shops.name, stranger), encoding="utf-8")
    imported = {"this", "antigravity"} & sys.modules.keys()
    till = shops.running(shop)
    shops.name = stranger
    assert shops.evil(till)["state"] == "missing"
    assert not shops.named(till.greeting)
    assert positions(sells(till, WATER)) == ["Вода питьевая 0,5 л"]
    assert {"this", "antigravity"} & sys.modules.keys() == imported
    assert [(p.code, p.key, p.level) for p in examine(shop / "conf").problems if p.key == stranger] == [
        ("MG055", stranger, "warning")
    ]


CHECKS = {
    "raise": "def problems(config):\n    raise ValueError('secret')",
    "end the program": "import sys\nsys.exit()",
    "are none": "",
    "answer a text": "def problems(config):\n    return 'xy'",
    "answer an unknown rule": "from ncash.settings.problems import Problem\n"
    "def problems(config):\n    yield Problem('XX001', 'a.ini', 1, 'x')",
    "find an error": "from ncash.settings.problems import Problem\n"
    "def problems(config):\n    yield Problem('MG030', 'a.ini', 1, 'x')",
}


@pytest.mark.parametrize("on", [True, False])
@pytest.mark.parametrize("checks", CHECKS)
def test_the_till_refuses_for_the_checks_of_a_plugin_just_as_check_says(shops: Shops, checks: str, on: bool) -> None:
    shop = shops.plugin("", lint=CHECKS[checks])
    ini = shop / "conf/ncash.ini.d/99-evil.ini"
    if not on:
        ini.write_text(ini.read_text(encoding="utf-8").replace("= on", "= off"), encoding="utf-8")
    found = examine(shop / "conf")
    till = shops.running(shop)
    answer = sells(till, WATER)
    assert any(problem.blocks for problem in found.problems) is on
    assert [text["key"] for text in answer["screen"]] == (["MarkedGoodsBlocked"] if on else [])
    assert ("ConfigProblems" in [notice["key"] for notice in answer["notices"]]) is on
    assert positions(answer) == ([] if on else ["Вода питьевая 0,5 л"])
    assert "secret" not in "".join(map(str, found.problems))
    assert till.send("reload")["ok"] is not on


@pytest.mark.parametrize("part", ["settings", "plugin", "__init__"])
def test_a_plugin_that_is_off_may_be_as_broken_as_it_likes(shops: Shops, part: str) -> None:
    shop = shops.plugin("", **{part: "raise SystemExit"})
    ini = shop / "conf/ncash.ini.d/99-evil.ini"
    ini.write_text(ini.read_text(encoding="utf-8").replace("= on", "= off"), encoding="utf-8")
    found = examine(shop / "conf")
    till = shops.running(shop)
    assert found.errors == 0
    assert positions(sells(till, WATER)) == ["Вода питьевая 0,5 л"]
    assert till.send("reload")["ok"]


@pytest.mark.parametrize(
    "start",
    [
        name
        for name in BROKEN_STARTS
        if not name.startswith(
            (
                "on_start",
                "a budget",
                "a negative",
                "a version",
                "categories",
                "a category",
                "kinds",
                "a kind",
                "notices",
            )
        )
    ],
)
def test_check_names_a_plugin_that_could_not_even_begin_to_start(shops: Shops, start: str) -> None:
    shop = shops.plugin(BROKEN_STARTS[start][0], head="")
    (problem,) = [p for p in examine(shop / "conf").problems if p.level == "error"]
    assert (problem.code, problem.key, problem.file, problem.blocks) == ("MG056", shops.name, "99-evil.ini", True)
    assert "secret" not in str(problem)


def test_a_plugin_that_is_switched_off_is_not_even_imported(shops: Shops) -> None:
    shop = shops.plugin("raise SystemExit", head="")
    ini = shop / "conf/ncash.ini.d/99-evil.ini"
    ini.write_text(ini.read_text(encoding="utf-8").replace("= on", "= off"), encoding="utf-8")
    till = shops.running(shop)
    assert shops.evil(till)["state"] == "disabled"
    assert positions(sells(till, WATER)) == ["Вода питьевая 0,5 л"]


@pytest.mark.parametrize("body", ["time.sleep(300)", "raise ValueError", "raise SystemExit"])
def test_a_plugin_that_does_not_stop_is_left_behind_and_said_to_be(
    shops: Shops, body: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shops.budget = BUDGET
    till = shops.till(hook("on_stop", body))
    till.close()
    shops.tills.clear()
    assert f"plugin {shops.name}: on_stop" in capsys.readouterr().err


PRINTS = "print('{}', flush=True)\nimport os\nos.write(1, b'junk\\n')\n"


def test_what_a_plugin_prints_never_stands_between_the_answers(shops: Shops) -> None:
    loud = "print('not json')", "sys.stdout.write('{}')", "sys.stdout.flush()"
    shop = shops.plugin(hook("on_add_item", *loud) + hook("on_notices", *loud, "return ()"), head=PRINTS + HEAD)
    lines = '{"cmd":"open"}\n{"cmd":"scan","data":"4600000000015"}\n{"cmd":"close"}\n'
    command = [
        sys.executable,
        "-m",
        "ncash.cli.main",
        "till",
        "--conf",
        str(shop / "conf"),
        "--data",
        str(shop / "data"),
    ]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, timeout=60)
    answers = done.stdout.splitlines()
    assert (done.returncode, len(answers), "junk" in done.stdout, "junk" in done.stderr) == (0, 4, False, True)
    assert all(line.startswith(('{"event":"ready"', '{"ok":true')) for line in answers)


def test_the_command_line_names_a_plugin_that_cannot_start(shops: Shops, capsys: pytest.CaptureFixture[str]) -> None:
    shop = shops.plugin("raise ValueError('secret')", head="")
    folders = ["--conf", str(shop / "conf"), "--data", str(shop / "data")]
    assert run(["plugins", *folders]) == 1
    told = capsys.readouterr().out
    (line,) = [line for line in told.splitlines() if line.startswith(shops.name)]
    assert line.endswith("config-error, start raised ValueError at plugin.py:1")
    assert run(["plugins", *folders, "--json"]) == 1
    found = {one["name"]: one["state"] for one in json.loads(capsys.readouterr().out)["plugins"]}
    assert (found[shops.name], found["markedgoods"]) == ("config-error", "ready")

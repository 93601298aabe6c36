"""Whatever a plugin does when it is loaded or asked, every tool names it with the cause, and none ends because of it.

`ncash check`, `ncash plugins`, `ncash doctor` and the till say the same of it; what a till cannot see, a lint module of
a plugin that is off, is named by check alone.
"""

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

from ncash.cli.main import run

from .conftest import BREAD, HEAD, LAST, WATER, Shops, hook, positions, sells
from .test_starting import BROKEN_STARTS

PLAIN = "class Plugin: ...\n"
EXIT = "raise SystemExit(0)\n"
PARTS: dict[str, tuple[dict[str, str], str]] = {
    "a package that ends the program": ({"__init__": EXIT}, "SystemExit at __init__.py:1"),
    "a package that imports nothing": ({"__init__": "import no_such_module"}, "ModuleNotFoundError at __init__.py:1"),
    "settings that end the program": ({"settings": EXIT}, "SystemExit at settings.py:1"),
    "settings that are none": ({"settings": "TABLES = 5"}, "TABLES of"),
    "settings of another plugin": (
        {
            "settings": "from ncash.settings.declare import Settings, number\n"
            "class Sold(Settings, file='markedgoods.ini', section='MarkedGoods'):\n"
            "    title = 'x'\n"
            "    ignoreCrptStatusSold: int = number(1, accepted='x', effect='x', comment='x')\n"
            "TABLES = (Sold,)\n"
        },
        "[MarkedGoods] ignoreCrptStatusSold is a setting of markedgoods",
    ),
    "checks that end the program": ({"lint": EXIT}, "SystemExit at lint.py:1"),
    "checks that raise": ({"lint": "def problems(config): raise SystemExit(0)"}, "SystemExit at lint.py:1"),
    "checks that answer a number": ({"lint": "def problems(config): return 5"}, "answered int"),
    "checks that answer texts": ({"lint": "def problems(config): return ['x']"}, "no Problem: str"),
    "a rule that is nowhere": (
        {"lint": "from ncash.settings.problems import Problem\n"
         "def problems(config): return [Problem('AH001', 'a.ini', 1, 'x')]"},
        "the rule AH001",
    ),
    "a rule of the host": (
        {"lint": "from ncash.settings.problems import Rule\nRULES = (Rule('MG001', 'error', 'x'),)\n"
         "def problems(config): return ()"},
        "the rule MG001",
    ),
    "rules that are none": ({"lint": "RULES = 5\ndef problems(config): return ()"}, "RULES of its lint.py"),
    "kinds that raise": (
        {"lint": "def problems(config): return ()\ndef kinds(config): raise SystemExit(0)"}, "SystemExit at lint.py:2"
    ),
    "kinds that are texts": (
        {"lint": "def problems(config): return ()\ndef kinds(config): return ['7']"}, "no number"
    ),
}  # fmt: skip
"""Modules of a plugin's package beside its plugin.py, and what names the cause."""


CHECKED = (
    "from ncash.settings.declare import Settings, text\n"
    "def end(value): raise {error}\n"
    "class Odd(Settings, file='odd.ini', section='OddValues'):\n"
    "    title = 'x'\n"
    "    word: str = text(effect='x', comment='x', check=end)\n"
    "TABLES = (Odd,)\n"
)


class Told:
    """What a command said and how it ended."""

    def __init__(self, shop: Path, *command: str) -> None:
        out, err = io.StringIO(), io.StringIO()
        folders = ("--conf", str(shop / "conf"), "--data", str(shop / "data"))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            self.code = run([*command, *folders])
        self.text = out.getvalue() + err.getvalue()

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def off(shop: Path, name: str) -> None:
    """Switch the plugin off."""
    (shop / "conf/ncash.ini.d/99-off.ini").write_text(f"[plugins]\n{name} = off\n", encoding="utf-8")


@pytest.mark.parametrize("start", BROKEN_STARTS)
def test_check_plugins_doctor_and_till_say_the_same_of_a_start(shops: Shops, start: str) -> None:
    source, state, error = BROKEN_STARTS[start]
    shop = shops.plugin(source, LAST, head="")
    check, plugins, doctor = (Told(shop, name) for name in ("check", "plugins", "doctor"))
    assert (check.code, plugins.code, doctor.code) == (1, 1, 1)
    assert all(shops.name in told.text and error in told.text for told in (check, plugins, doctor))
    till = shops.running(shop)
    assert (shops.evil(till)["state"], error in shops.evil(till)["error"]) == (state, True)
    assert positions(sells(till, BREAD)) == ["Хлеб дарницкий"]
    journal = [json.loads(line) for (line,) in till.shop.documents.connection.all("SELECT line FROM journal")]
    assert [line["plugin"] for line in journal if line["kind"] == "plugin"] == [shops.name]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("on", [True, False])
def test_whatever_stands_beside_a_plugin_is_named_and_ends_nothing(shops: Shops, part: str, on: bool) -> None:
    modules, cause = PARTS[part]
    shop = shops.plugin(PLAIN, LAST, head="")
    for module, text in modules.items():
        (shop / "plugins" / shops.name / f"{module}.py").write_text(text, encoding="utf-8")
    if not on:
        off(shop, shops.name)
    check = Told(shop, "check")
    assert (check.code, shops.name in check.text, cause in check.text) == (int(on), True, True)
    for command in (
        ("plugins",),
        ("doctor",),
        ("config", "show"),
        ("reconcile",),
        ("explain", WATER),
        ("queue", "status"),
    ):
        told = Told(shop, *command)
        assert ("internal" in told.text, bool(told.text)) == (False, True), command
    till = shops.running(shop)
    assert positions(sells(till, BREAD)) == ["Хлеб дарницкий"]
    assert bool(positions(sells(till, WATER))) == (not on or part.startswith("kinds"))


@pytest.mark.parametrize("error", ["SystemExit(0)", "KeyError('SECRET')", "RuntimeError('SECRET')"])
def test_a_check_of_values_that_raises_is_a_mistake_in_its_line(shops: Shops, error: str) -> None:
    shop = shops.plugin(PLAIN, head="", settings=CHECKED.format(error=error))
    (shop / "conf/ncash.ini.d/70-odd.ini").write_text("[OddValues]\nword = x\n", encoding="utf-8")
    check = Told(shop, "check")
    kind = error.partition("(")[0]
    line = f"70-odd.ini:2: error MG056: [OddValues] word: the check of word raised {kind}"
    assert (check.code, line in check.text) == (1, True)
    assert "SECRET" not in check.text
    assert positions(sells(shops.running(shop), BREAD)) == ["Хлеб дарницкий"]


LOOKING = (("plugins",), ("doctor",), ("config", "show"), ("reconcile",), ("queue", "status"))
ASKED = ("on_explain", "on_advice", "on_doctor", "on_status", "on_receivers", "on_add_item", "on_scan")


@pytest.mark.parametrize("name", ASKED)
def test_a_hook_that_ends_the_program_ends_no_tool(shops: Shops, name: str) -> None:
    shop = shops.plugin(hook(name, "raise SystemExit(0)"))
    for command in (("explain", WATER), ("doctor",), ("crpt", "status"), ("check",), ("queue", "status")):
        told = Told(shop, *command)
        assert ("internal" in told.text, bool(told.text)) == (False, True), (command, told.text)
    if name in ("on_add_item", "on_scan", "on_explain"):
        assert "SystemExit" in Told(shop, "explain", WATER).text


def test_a_hook_that_hangs_is_given_up_by_explain(shops: Shops) -> None:
    shops.budget = 0.3
    shop = shops.plugin(hook("on_add_item", "while True: time.sleep(0.01)"))
    told = Told(shop, "explain", WATER)
    assert "did not answer within 0.3 s" in told.text


def test_the_cause_of_a_failure_is_written_once(shops: Shops) -> None:
    till = shops.till(hook("on_add_item", "raise ValueError('secret')"))
    for _ in range(3):
        sells(till, BREAD)
    rows = till.shop.documents.connection.all("SELECT line FROM journal WHERE kind = 'plugin'")
    (line,) = (json.loads(text) for (text,) in rows)
    assert (line["plugin"], line["hook"], line["verdict"]) == (shops.name, "on_add_item", None)
    assert line["cause"].startswith("on_add_item raised ValueError at plugin.py:")
    assert "secret" not in str(line)


def test_the_doctor_names_the_cause_in_the_running_till(shops: Shops) -> None:
    till = shops.till(hook("on_add_item", "raise ValueError('secret')"))
    till.shop.announce()
    sells(till, BREAD)
    till.shop.announce_changes()
    told = Told(till.shop.conf.parent, "doctor")
    assert f"{shops.name}: failing, on_add_item raised ValueError at plugin.py:" in told.text
    assert "secret" not in told.text


ONCE = (
    "if request.receipt.of(NAME): return None",
    "if request.confirmed: return Decision(Verdict.ABSTAIN, effects=Effects(receipt_extra={'asked': True}))",
    "dialog = Dialog('ask', 'Once', '?', ('continue', 'cancel'))",
    "return Decision(Verdict.ASK, (Step('once', Verdict.ASK),), dialog=dialog, asks=frozenset({'once'}))",
)


def test_what_is_kept_with_a_receipt_is_there_when_its_journal_is_judged_again(shops: Shops) -> None:
    head = "from pathlib import Path\nNAME = Path(__file__).parent.name\n" + HEAD
    till = shops.till(hook("on_add_item", *ONCE), head=head)
    till.send("open")
    till.send("scan", data=BREAD)
    assert positions(till.send("press", button="continue")) == ["Хлеб дарницкий"]
    assert positions(till.send("scan", data=WATER)) == ["Хлеб дарницкий", "Вода питьевая 0,5 л"]
    told = Told(till.shop.conf.parent, "replay", "--json").json
    assert (told["decisions"], told["changed"], told["unknown"]) == (3, 0, 0)


def test_explain_tells_of_a_veto_at_the_close(shops: Shops) -> None:
    steps, screen = "(Step('a_limit_of_ours', Verdict.DENY, 'Limit'),)", "(Text('error', 'Limit', 'Много'),)"
    till = shops.till(hook("on_close", f"return Decision(Verdict.DENY, {steps}, {screen})"))
    till.send("open")
    till.send("scan", data=BREAD)
    assert till.send("close")["receipt"]["state"] == "open"
    told = Told(till.shop.conf.parent, "explain", "--last-refused")
    assert told.code == 1
    assert "  a_limit_of_ours deny        Limit" in told.text


def test_a_rule_of_a_plugin_is_shown_and_explained(shops: Shops) -> None:
    lint = (
        "from ncash.settings.explained import RuleExplanation\nfrom ncash.settings.problems import Problem, Rule\n"
        "RULES = (Rule('AH001', 'warning', 'hours that never begin'),)\n"
        "EXPLAINED = {'AH001': RuleExplanation('Nothing is sold.', 'Put the hours right.')}\n"
        "def problems(config): return (Problem('AH001', 'a.ini', 3, 'begin = 25'),)\n"
    )
    shop = shops.plugin(PLAIN, head="", lint=lint)
    check = Told(shop, "check")
    assert (check.code, "a.ini:3: warning AH001: begin = 25" in check.text) == (0, True)
    (problem,) = Told(shop, "check", "--json").json["problems"]
    assert (problem["code"], problem["level"], problem["blocks"]) == ("AH001", "warning", False)
    rules = Told(shop, "check", "--format", "sarif").json["runs"][0]["tool"]["driver"]["rules"]
    assert rules[-1]["id"] == "AH001"
    told = Told(shop, "rule", "ah001")
    assert (told.code, "Put the hours right." in told.text) == (0, True)


def test_safe_mode_runs_what_comes_with_the_program(shops: Shops) -> None:
    shop = shops.plugin(
        "raise SystemExit(0)\n", head="", settings="raise SystemExit(0)\n", lint="raise SystemExit(0)\n"
    )
    till = shops.running(shop, safe=True)
    assert shops.evil(till)["state"] == "safe-mode"
    answer = sells(till, WATER)
    assert positions(answer) == ["Вода питьевая 0,5 л"]
    assert "SafeMode" in [notice["key"] for notice in answer["notices"]]


def test_the_greeting_says_whose_a_category_is(shops: Shops) -> None:
    till = shops.till("", head=HEAD)
    assert {category["plugin"] for category in till.greeting["categories"]} == {"markedgoods"}

"""The files of a new plugin, as `ncash plugin new` writes them; NAME and Title stand for its name and its class's."""

from typing import Final

PYPROJECT: Final = """\
[build-system]
requires = ["setuptools>=68"]
build-backend = "setuptools.build_meta"

[project]
name = "NAME"
version = "0.1.0"
description = "A plugin of the ncash till"
requires-python = ">=3.11"
dependencies = ["ncash"]

[project.entry-points."ncash.plugins"]
NAME = "NAME.plugin:Plugin"

[tool.setuptools]
packages = ["NAME"]

[tool.pytest.ini_options]
testpaths = ["tests"]
"""
SETTINGS: Final = '''\
"""The settings of NAME: NAME.ini."""

from ncash.settings.declare import Settings, items


class Title(Settings, file="NAME.ini", section="Title"):
    """What NAME refuses."""

    title = "NAME: отделы, которые не торгуют"

    departments: tuple[str, ...] = items(
        effect="Departments whose goods are not sold.", comment="Коды отделов через запятую"
    )


TABLES = (Title,)
'''
MESSAGES: Final = '''\
"""What the cashier reads, each text with what to do about it."""

from ncash.messages import Advice, Message

CLOSED = Message(
    "TitleClosed",
    "{name}: отдел не торгует",
    "error",
    ("ok",),
    shown="goods of a department in [Title] departments",
    own=True,
    advice=Advice(
        "The department stands in [Title] departments; take it out there to sell its goods.",
        "Отложите товар: этот отдел сейчас не торгует.",
    ),
)
MESSAGES = {CLOSED.key: CLOSED}
'''
PLUGIN: Final = '''\
"""NAME: goods of some departments are not sold."""

from ncash.model.decision import Decision, Setting, Step, Verdict
from ncash.model.ports import World
from ncash.model.receipt import Kind
from ncash.model.request import AddItem
from ncash.plugin import Advice, Started, hookimpl
from ncash.settings.config import Config

from NAME.messages import CLOSED, MESSAGES
from NAME.settings import Title


class Plugin:
    """Refuses goods of the listed departments."""

    api = "API"

    def __init__(self) -> None:
        self._rules = Title.defaults()

    @hookimpl
    def on_start(self, config: Config, world: World) -> Started:
        """Read the settings."""
        self._rules = config.section(Title)
        return Started(version="0.1.0")

    @hookimpl
    def on_add_item(self, request: AddItem) -> Decision | None:
        """Refuse goods of a listed department in a sale; None is no opinion."""
        goods = request.goods
        if goods is None or request.kind is not Kind.SALE or goods.dept not in self._rules.departments:
            return None
        step = Step("NAME", Verdict.DENY, CLOSED.key, rule=Setting.of(self._rules, "departments"))
        return Decision(Verdict.DENY, (step,), (CLOSED.fill(name=goods.name),))

    @hookimpl
    def on_advice(self, key: str) -> Advice | None:
        """The next step for a text of ours."""
        return MESSAGES[key].advice if key in MESSAGES else None
'''
TEST: Final = '''\
"""NAME in a till of its own: real databases, the line protocol, a clock and a network in the hands of the test."""

from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[1] / "NAME"
BREAD = "4600000000015"


@pytest.mark.parametrize(("departments", "sold"), [("1", False), ("2", True), ("", True)])
def test_goods_of_a_listed_department_are_not_sold(shop, departments, sold) -> None:
    till = shop(plugins=[HERE], settings={"Title": {"departments": departments}})
    till.send("open")
    answer = till.send("scan", data=BREAD)
    assert [text["key"] for text in answer["screen"]] == ([] if sold else ["TitleClosed"])
    assert len(answer["receipt"]["positions"]) == sold


def test_the_refusal_says_which_setting_decided(shop) -> None:
    till = shop(plugins=[HERE], settings={"Title": {"departments": "1"}})
    till.send("open")
    (step,) = till.send("scan", data=BREAD)["decision"]["checks"]
    assert (step["check"], step["setting"], step["value"]) == ("NAME", "departments", "1")
'''
INI: Final = """\
; Положите рядом с другими файлами настроек, в ncash.ini.d
[plugins]
NAME = on

[Title]
; Коды отделов через запятую
departments = 2
"""
README: Final = """\
# NAME

A plugin of the ncash till: goods of some departments are not sold.

```console
$ pytest
$ ncash plugin check .
```

Install it beside ncash with `pip install .`, put `conf/NAME.ini` into the `ncash.ini.d` of the shop, and look with
`ncash check` and `ncash plugins`.
"""
FILES: Final = {
    "pyproject.toml": PYPROJECT,
    "README.md": README,
    "NAME/__init__.py": '"""NAME: a plugin of the ncash till."""\n',
    "NAME/settings.py": SETTINGS,
    "NAME/messages.py": MESSAGES,
    "NAME/plugin.py": PLUGIN,
    "tests/test_NAME.py": TEST,
    "conf/NAME.ini": INI,
}
"""Texts by path below the folder of the plugin."""

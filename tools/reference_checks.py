"""The checks of marked goods as rows: what each one reads is found in its own source, so that no list can go stale."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType, ModuleType
from typing import Any

from ncash.bundled.markedgoods.checks.policy import CHECKS, Check
from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.bundled.markedgoods.texts.messages import MESSAGES
from ncash.messages import Message

SETTINGS = {row.name for row in MarkedGoods.rows()}


class Reading:
    """The settings and texts that a function names, and the functions of the plugin it calls, in their order."""

    def __init__(self) -> None:
        self.settings: dict[str, None] = {}
        self.texts: dict[str, None] = {}
        self._seen: set[str] = set()

    def read(self, function: Callable[..., Any]) -> None:
        """Follow one function."""
        if not isinstance(function, FunctionType) or function.__qualname__ in self._seen:
            return
        self._seen.add(function.__qualname__)
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
        nodes = [node for node in ast.walk(tree) if isinstance(node, ast.expr)]
        for node in sorted(nodes, key=lambda node: (node.lineno, node.col_offset)):
            self._node(node, function.__globals__)

    def _node(self, node: ast.expr, names: Mapping[str, Any]) -> None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            self._word(node.value)
        elif isinstance(node, ast.Name):
            self._value(names.get(node.id))
        elif isinstance(node, ast.Attribute):
            owner = names.get(node.value.id) if isinstance(node.value, ast.Name) else None
            if isinstance(owner, ModuleType):
                self._value(getattr(owner, node.attr, None))
            elif node.attr in SETTINGS:
                self.settings[node.attr] = None

    def _word(self, word: str) -> None:
        if word in SETTINGS:
            self.settings[word] = None
        elif word in MESSAGES:
            self.texts[word] = None

    def _value(self, value: Any) -> None:
        if isinstance(value, Message):
            self.texts[value.key] = None
        elif isinstance(value, FunctionType) and value.__module__.startswith("ncash.bundled.markedgoods."):
            self.read(value)
        elif value is not MESSAGES:
            for word in words(value):
                self._word(word)


def words(value: Any) -> Iterator[str]:
    """The texts in a table of rows."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from words(one)
    elif isinstance(value, tuple | list | set | frozenset):
        for one in value:
            yield from words(one)


def told(function: Callable[..., Any]) -> str:
    """The docstring on one line."""
    return " ".join((function.__doc__ or "").split())


def row(number: int, check: Check) -> list[str]:
    """Number, name, when it is left out, what it judges, settings, texts."""
    reading = Reading()
    reading.read(check.skipped)
    reading.read(check.judge)
    settings = "<br>".join(f"[{name}](settings.md#{name})" for name in reading.settings)
    texts = "<br>".join(f"[{key}](messages.md#{key})" for key in reading.texts)
    left_out = told(check.skipped) or "Always runs."
    return [str(number), f"`{check.name}`", left_out, told(check.judge), settings or "–", texts or "–"]


def rows() -> list[list[str]]:
    """CHECKS in their order."""
    return [row(number, check) for number, check in enumerate(CHECKS, 1)]

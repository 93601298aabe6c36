"""What the spec cases say about settings and texts: which cases prove a setting, which ones show a text."""

import html
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
SHOWN: Final = 3
"""Cases that are named; the rest is counted."""
ON_SCREEN: Final = ("screen", "dialog", "notices")


@cache
def _cases() -> tuple[Any, ...]:
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    from tests.spec.cases import all_cases

    return all_cases()


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, Iterable):
        for one in value:
            yield from _strings(one)


@cache
def proving() -> dict[str, list[str]]:
    """Names of cases by the setting they prove: without its line they fail."""
    found: dict[str, list[str]] = {}
    for case in _cases():
        for setting in case.proves:
            found.setdefault(setting, []).append(case.id)
    return found


@cache
def showing() -> dict[str, list[str]]:
    """Names of cases by the key of a text that must stand on their screen."""
    found: dict[str, list[str]] = {}
    for case in _cases():
        expected = [step.expected.get(name, ()) for step in case.steps for name in ON_SCREEN]
        for word in dict.fromkeys(_strings(expected)):
            found.setdefault(word, []).append(case.id)
    return found


def _shown(case: str) -> str:
    return html.escape("".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in case), quote=False)


def named(cases: list[str]) -> str:
    """Some cases as a cell of a table."""
    more = [f"and {len(cases) - SHOWN} more"] if len(cases) > SHOWN else []
    return "<br>".join([*map(_shown, cases[:SHOWN]), *more]) or "–"

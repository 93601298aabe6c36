"""Failpoints: named once, documented, and nothing while nobody arms them."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ncash.system import failpoints
from tests.house.source import nodes

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(path for folder in ("ncash", "plugins") for path in (ROOT / folder).rglob("*.py"))
ROW = re.compile(r"^\| `([^`]+)` \| (.+) \| (\S+) \|$", re.MULTILINE)


def documented() -> dict[str, str]:
    """Names in the table, with the source they stand in."""
    return {name: source for name, _, source in ROW.findall((ROOT / "docs/failpoints.md").read_text(encoding="utf-8"))}


def calls(path: Path, function: str) -> list[ast.Call]:
    """Calls of a plain function in a source file."""
    return [node for node in nodes(path, ast.Call) if isinstance(node.func, ast.Name) and node.func.id == function]


def test_the_page_of_failpoints_is_what_the_source_says() -> None:
    ran = subprocess.run(
        [sys.executable, str(ROOT / "tools/make_failpoints.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout


def test_every_failpoint_that_a_running_till_knows_is_documented() -> None:
    code = "import ncash.shop.shop, ncash.shop.upkeep; from ncash.system.failpoints import NAMES; print(*NAMES)"
    known = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert len(known) > 15
    assert set(known) <= documented().keys()


def test_every_declared_failpoint_is_placed_and_named_once() -> None:
    declared = [call for path in SOURCES for call in calls(path, "declare")]
    names = [ast.literal_eval(call.args[0]) for call in declared]
    assert sorted(names) == sorted(documented())
    for path in SOURCES:
        constants = [call.args[0] for call in calls(path, "failpoint")]
        assert all(isinstance(one, ast.Name) for one in constants), path
        assert len({one.id for one in constants if isinstance(one, ast.Name)}) == len(calls(path, "declare")), path


def test_a_name_is_given_once() -> None:
    name = next(iter(failpoints.NAMES), None) or failpoints.declare("test.once", "only here")
    with pytest.raises(ValueError, match="two failpoints"):
        failpoints.declare(name, "again")


def test_what_is_armed_hears_every_step_and_nothing_does_afterwards() -> None:
    heard: list[str] = []
    failpoints.arm(heard.append)
    failpoints.failpoint("a step")
    failpoints.arm(None)
    failpoints.failpoint("another step")
    assert heard == ["a step"]

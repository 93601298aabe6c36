"""What support sees on standard error: every call of a plugin with NCASH_TRACE, where one failed with NCASH_DEBUG."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ncash.testing import shop_folder

SOURCE = """
from ncash.plugin import hookimpl

class Plugin:
    @hookimpl
    def on_add_item(self, request):
        raise ValueError("SECRET")
"""
LINES = '{"cmd":"open"}\n{"cmd":"scan","data":"4600000000015"}\n{"cmd":"cancel"}\n'
CALL = re.compile(r"^ncash: call of (\w+) (on_\w+) [\d.]+ ms (\w+)$", re.MULTILINE)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    package = tmp_path / "plugins" / "tracedx"
    package.mkdir(parents=True)
    (package / "plugin.py").write_text(SOURCE, encoding="utf-8")
    ini = f"[Host]\npluginsPath = {tmp_path / 'plugins'}\n[plugins]\ntracedx = on\n"
    return shop_folder(tmp_path / "shop", files={"60-traced.ini": ini})


def said(shop: Path, **more: str) -> tuple[str, str]:
    """Standard output and standard error of a till that sells bread."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("NCASH")}
    done = subprocess.run(
        [sys.executable, "-m", "ncash.cli.main", "till", "--conf", str(shop / "conf"), "--data", str(shop / "data")],
        input=LINES, env={**known, **more}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout, done.stderr


def test_a_trace_tells_every_call_and_nothing_of_what_was_said(shop: Path) -> None:
    out, err = said(shop, NCASH_TRACE="plugins")
    calls = CALL.findall(err)
    assert ("markedgoods", "on_scan", "NoneType") in calls
    assert {hook for _, hook, _ in calls} >= {"on_scan", "on_add_item", "on_notices"}
    assert "SECRET" not in out + err


def test_the_place_of_a_failure_is_shown_to_whoever_debugs(shop: Path) -> None:
    out, err = said(shop, NCASH_DEBUG="1")
    assert "ncash: tracedx.on_add_item: ValueError" in err
    assert re.search(r'File ".*tracedx/plugin\.py", line 7, in on_add_item', err)
    assert "call of" not in err
    assert '"Хлеб дарницкий"' in out


def test_without_either_nothing_is_said(shop: Path) -> None:
    _, err = said(shop)
    assert err == ""

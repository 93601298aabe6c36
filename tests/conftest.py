"""How much of the random tests is run: the same examples each time in `make test`, very many in `make campaign`.

Where tests write: in memory, if there is enough of it. How a promise about time is held to the program, not to a busy
machine; and that texts are English everywhere.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.sizes import CAMPAIGN

os.environ.pop("LANGUAGE", None)
os.environ["LC_ALL"] = "C.UTF-8"

settings.register_profile("test", derandomize=True, deadline=None)
settings.register_profile("campaign", max_examples=20_000, deadline=None, print_blob=True)
settings.load_profile("campaign" if CAMPAIGN else "test")

IN_MEMORY = Path("/dev/shm")
ROOM = 4 << 30
"""Bytes that must be free there; all tests together leave a tenth of it."""


def writes_in_memory() -> None:
    """Folders of tests lie in memory, where fdatasync costs nothing.

    A killed process and a failing disk look the same there: what was written before a kill is kept, and errors come
    from failpoints. Whoever sets TMPDIR has chosen another place.
    """
    if "TMPDIR" in os.environ or not os.access(IN_MEMORY, os.W_OK | os.X_OK):
        return
    found = os.statvfs(IN_MEMORY)
    if found.f_bavail * found.f_frsize >= ROOM and not found.f_flag & os.ST_NOEXEC:
        os.environ["TMPDIR"] = os.environ["PYTEST_DEBUG_TEMPROOT"] = str(IN_MEMORY)
        tempfile.tempdir = None


writes_in_memory()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests first: no worker is left alone with one at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Iterator[Any]:
    """Folders of plugins leave the import path with the test that made them: every search would go through them."""
    before = set(sys.path)
    ran = yield
    sys.path[:] = [one for one in sys.path if one in before or not one.startswith(tempfile.gettempdir())]
    return ran


@pytest.fixture
def english_again() -> Iterator[None]:
    """Whatever language a test speaks, those after it speak English."""
    from ncash import language

    yield
    language.speak(language.ENGLISH)


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """ncash as `pip install` unpacks it, with what it requires: `tests/installed.py`. Made once for all workers."""
    from tests.installed import made

    own = tmp_path_factory.getbasetemp()
    return made((own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "installed")


PATIENCE = 30.0
"""Seconds for which a busy machine may spoil a measurement."""


@pytest.fixture
def promptly() -> Callable[..., Any]:
    """`promptly(act, 0.5)`: what it came to, within half a second; done again while a busy machine spoils it."""

    def measured(act: Callable[[], Any], limit: float, now: Callable[[], float] = time.monotonic) -> Any:
        until = time.monotonic() + PATIENCE
        while True:
            begun = now()
            found = act()
            took = now() - begun
            if took < limit:
                return found
            assert time.monotonic() < until, f"{took:.3f} s again, {limit:g} s promised"

    return measured

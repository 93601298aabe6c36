"""After every journey: what must never happen did not happen in any shop folder of the test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from ncash.testing import violations

SPOILT: Final = {
    "recovery",
    "doctor",
    "test_folders.py",
    "test_journal.py",
    "test_supervisor.py",
    "test_a_discount_is_a_line_of_its_own",
}
"""Folders, files and tests that damage books, or write into them or into the drive past the till."""
ALLOWED: Final = ("I8",)
"""An INI file that was cut is what some journeys are about."""


@pytest.fixture(autouse=True)
def never(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """Looks when the tills of the test are ended."""
    yield
    if SPOILT & {*request.path.parts, request.node.originalname}:
        return
    for books in sorted(tmp_path.rglob("Documents.sqlite")):
        conf = books.parent.parent / "conf"
        assert violations(books.parent, conf if conf.is_dir() else None, but=ALLOWED) == []

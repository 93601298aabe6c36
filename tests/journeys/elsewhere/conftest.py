"""A fresh shop, and till 1 in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ncash.support.sample.new_shop import make
from ncash.testing import DrivenTill

from .shop import Shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    make(tmp_path / "shop")
    return Shop(tmp_path / "shop")


@pytest.fixture
def till(shop: Shop) -> Iterator[DrivenTill]:
    with shop.till() as till:
        yield till

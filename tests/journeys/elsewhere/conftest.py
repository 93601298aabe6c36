"""A fresh shop, and till 1 in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ncash.testing import DrivenTill, shop_folder

from .shop import Shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop_folder(tmp_path / "shop")
    return Shop(tmp_path / "shop")


@pytest.fixture
def till(shop: Shop) -> Iterator[DrivenTill]:
    with shop.till() as till:
        yield till

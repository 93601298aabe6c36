"""A world for the laws about configurations: whatever is sold there, nobody outside says no."""

from collections.abc import Iterator

import pytest

from ncash.model.ports import World
from ncash.store.documents import SqliteDocuments
from ncash.testing import shop_folder

from .yes import world_of


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A till's world with the sample goods, in which everybody says yes."""
    shop = tmp_path_factory.mktemp("law") / "shop"
    shop_folder(shop)
    made = world_of(shop / "data")
    yield made
    assert isinstance(made.documents, SqliteDocuments)
    made.documents.close()

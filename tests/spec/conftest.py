"""One town for all cases of a test process."""

from collections.abc import Iterator

import pytest

from .stage import Town


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Emulators and database templates."""
    made = Town(tmp_path_factory.mktemp("town"))
    yield made
    made.close()

"""Worlds around a real HTTP client, and emulators of everything a check can go through."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from ncash.emulators.kkmserver import KkmServer
from ncash.emulators.localmodule import Module
from ncash.model.ports import Dictionaries, Documents, World
from ncash.network.http import RequestsHttp
from ncash.testing import FrozenClock, SeededRandom


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def http() -> Iterator[RequestsHttp]:
    client = RequestsHttp()
    yield client
    client.close()


@pytest.fixture
def world(clock: FrozenClock, http: RequestsHttp, tmp_path: Path) -> World:
    return World(clock, SeededRandom(), http, cast(Dictionaries, None), cast(Documents, None), tmp_path / "data")


@pytest.fixture
def module(clock: FrozenClock) -> Iterator[Module]:
    with Module(now=lambda: clock.now().timestamp()) as running:
        yield running


@pytest.fixture
def kkm() -> Iterator[KkmServer]:
    with KkmServer() as running:
        yield running

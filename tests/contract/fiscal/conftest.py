"""The registers that the suite runs on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ncash.emulators.atol import AtolServer
from ncash.emulators.kkmserver import PASSWORD, KkmServer
from ncash.network.http import RequestsHttp

from .stands import AtolStand, EmulatorStand, KkmStand, QuickClock, Stand


@pytest.fixture
def http() -> Iterator[RequestsHttp]:
    client = RequestsHttp()
    yield client
    client.close()


@pytest.fixture
def kkm(tmp_path: Path, http: RequestsHttp) -> Iterator[KkmStand]:
    clock = QuickClock()
    (tmp_path / "kkm.password").write_text(PASSWORD, encoding="utf-8")
    (tmp_path / "kkm.password").chmod(0o600)
    with KkmServer(now=clock.now) as server:
        yield KkmStand(tmp_path, http, server, clock)


@pytest.fixture
def atol(tmp_path: Path, http: RequestsHttp) -> Iterator[AtolStand]:
    clock = QuickClock()
    with AtolServer(now=clock.now) as server:
        yield AtolStand(tmp_path, http, server, clock)


@pytest.fixture
def emulated(tmp_path: Path, http: RequestsHttp) -> EmulatorStand:
    return EmulatorStand(tmp_path, http)


@pytest.fixture(params=["emulated", "kkm", "atol"])
def closed(request: pytest.FixtureRequest) -> Stand:
    """A register whose shift is closed."""
    stand: Stand = request.getfixturevalue(request.param)
    return stand


@pytest.fixture
def stand(closed: Stand) -> Stand:
    """A register that may sell."""
    closed.register.open_shift("Cashier 1")
    return closed

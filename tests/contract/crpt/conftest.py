"""A till's world around a real HTTP client, and CRPT emulators it talks to."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from ncash.bundled.markedgoods.crpt.client import CrptClient, Options
from ncash.bundled.markedgoods.facts.online import Answer
from ncash.bundled.markedgoods.settings.tokens import Tokens, parse_tokens
from ncash.emulators.crpt import TOKEN, Emulator
from ncash.model.ports import Dictionaries, Documents, World
from ncash.network.http import RequestsHttp
from ncash.testing import eventually

DEFAULT_URL = "https://cdn.crpt.ru"
CODE = "0104670540176099215zzzzz\x1d93dGVz"


class MovableClock:
    """Real time that a test can move forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> datetime:
        return datetime.now().astimezone() + timedelta(seconds=self.ahead)

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class EvenChance:
    """Chance that always falls in the middle."""

    def uuid(self) -> str:
        return "00000000-0000-4000-8000-000000000000"

    def uniform(self, low: float, high: float) -> float:
        return (low + high) / 2


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def http() -> Iterator[RequestsHttp]:
    client = RequestsHttp()
    yield client
    client.close()


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def three() -> Iterator[Emulator]:
    """Three sites; the last answers its health check fastest, the first slowest."""
    with Emulator(sites=3) as running:
        for site, seconds in enumerate((0.12, 0.06)):
            running.fault("delay", seconds, site=site, path="health/check")
        yield running


@pytest.fixture
def world(clock: MovableClock, http: RequestsHttp, tmp_path: Path) -> World:
    return World(clock, EvenChance(), http, cast(Dictionaries, None), cast(Documents, None), tmp_path)


Till = Callable[..., CrptClient]


def heard_again(crpt: CrptClient, code: str = CODE, budget: float = 30, seconds: float = 60.0) -> Answer:
    """The first answer that comes of scanning again and again: CRPT is back, and the till finds out by itself."""

    def heard() -> Answer:
        found = crpt.check(code, "1", budget)
        assert isinstance(found, Answer), found
        return found

    return eventually(heard, patience=seconds)


@pytest.fixture
def till(world: World) -> Iterator[Till]:
    """Makes connections to CRPT and stops them in the end."""
    made: list[CrptClient] = []

    def make(*urls: str, tokens: str | None = f"[-1:{TOKEN}]", start: bool = True, **options: Any) -> CrptClient:
        parsed: Tokens | None = parse_tokens(tokens) if tokens else None
        timeouts = (options.pop("info", 20), options.pop("health", 20))
        around, default = options.pop("world", world), options.pop("default_url", DEFAULT_URL)
        crpt = CrptClient(urls, parsed, *timeouts, around, default, Options(**options))
        made.append(crpt)
        if start:
            crpt.start()
            assert crpt.listing.ready.wait(30)
        return crpt

    yield make
    for crpt in made:
        crpt.stop()

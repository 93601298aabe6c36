"""Time and network without waiting: requests take as long as they are said to, and nobody sleeps."""

import json
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from ncash.bundled.markedgoods.crpt.client import CrptClient, Options
from ncash.bundled.markedgoods.facts.online import ALWAYS
from ncash.bundled.markedgoods.settings.tokens import parse_tokens
from ncash.emulators.crpt import HEALTH, INFO, TOKEN
from ncash.model.ports import HttpRequest, World
from ncash.testing import SeededRandom, VirtualClock, VirtualNetwork
from ncash.testing.virtual import Behaviour, Outcome, ways

from .conftest import CODE, DEFAULT_URL

SITES = tuple(f"https://cdn{n}.example.test" for n in range(3))
_LIST = json.dumps({"code": 0, "description": "ok", "hosts": [{"host": site} for site in SITES]}).encode()
_TOP = {"reqId": "6f0b0f0e-3c0e-4d0f-9a55-1d2c3b4a5968", "reqTimestamp": 1_800_000_000_123}
_ELEMENT = {"cis": CODE, **dict.fromkeys(ALWAYS, True)}
_GOOD = json.dumps({"codes": [_ELEMENT], **_TOP}).encode()


def answering(request: HttpRequest, seconds: float = 0.04) -> Outcome:
    """What a site that is well does."""
    path = urlsplit(request.url).path
    body = {INFO: _LIST, HEALTH: b'{"code":0,"description":"ok","avgTimeMs":37}'}.get(path, _GOOD)
    return seconds, 200, body


def site_of(request: HttpRequest) -> int | None:
    """The place of the site that is asked; None for the root."""
    host = f"https://{urlsplit(request.url).hostname}"
    return SITES.index(host) if host in SITES else None


def method_of(request: HttpRequest) -> str:
    """The path that is asked."""
    return urlsplit(request.url).path


class Shop:
    """A till's connection to CRPT in virtual time."""

    def __init__(self, folder: Path, behaviour: Behaviour, hedge: float = 0.0) -> None:
        self.clock = VirtualClock()
        self.network = VirtualNetwork(self.clock, behaviour)
        self._folder = folder
        self._hedge = hedge
        self.crpt = self.started()

    def started(self) -> CrptClient:
        """A fresh start on the same data folder."""
        clock = self.clock
        world = World(clock, SeededRandom(), self.network, cast(Any, None), cast(Any, None), self._folder)
        options = Options(hedge=self._hedge, ways=ways(clock))
        tokens = parse_tokens(f"[-1:{TOKEN}]")
        self.crpt = CrptClient(("https://root.example.test",), tokens, 10, 10, world, DEFAULT_URL, options)
        self.crpt.listing.restore()
        self.crpt.listing.load()
        return self.crpt

    def pass_time(self, seconds: float, step: float = 60.0) -> None:
        """Let time go by, with the background work done in between."""
        until = self.clock.t + seconds
        while self.clock.t < until:
            self.clock.t = min(self.clock.t + step, until)
            self.crpt.listing.tick()

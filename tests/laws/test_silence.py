"""The law of silence: a party of the network that gives no answer costs two of its timeouts in all, however many marks
are scanned; then decisions come at once; and when it is back, it is used again without a restart.

Any set of parties, in time that nobody waits for; tests/contract/sources has a few of them over real sockets.
"""

import json
import logging
import random
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple, cast
from urllib.parse import urlsplit

import pytest

from ncash.bundled.markedgoods.cashserver.client import CashServer
from ncash.bundled.markedgoods.checks.case import Case, Profile
from ncash.bundled.markedgoods.checks.offline import OfflineAnswer
from ncash.bundled.markedgoods.checks.online import CrptFact
from ncash.bundled.markedgoods.checks.policy import decide
from ncash.bundled.markedgoods.checks.ruling import Ruling
from ncash.bundled.markedgoods.facts.online import ALWAYS, Answer
from ncash.bundled.markedgoods.looks import WorldLooks
from ncash.bundled.markedgoods.settings import Crpt as CrptIni
from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.bundled.markedgoods.sources.services import Services
from ncash.model.decision import Decision
from ncash.model.goods import Goods
from ncash.model.mark import Mark, cis
from ncash.model.ports import Dictionaries, Documents, HttpRequest, World
from ncash.model.receipt import Receipt
from ncash.model.request import MARK_FIRST, AddItem
from ncash.settings.config import Config
from ncash.testing import SeededRandom, VirtualClock, VirtualCrew, VirtualNetwork
from ncash.testing.virtual import Outcome, ways
from tests.sizes import sized

CASES: Final = sized(300, 10_000)
PARTS: Final = 4
NEVER: Final = 1e9
QUICK: Final = 0.5
"""Seconds that a scan may take while everybody who is asked answers."""
ANSWERED: Final = 0.2
"""Seconds that it takes on an average while somebody answers and the others are left alone."""
BACK: Final = 150.0
"""Seconds after which a party that is back must have been used again."""
MODULE: Final = 5.0
GOODS: Final = Goods("1", "4670540176099", "Молоко", 10_000, tmctype=7)
STAMP: Final = {"reqId": "6f0b0f0e-3c0e-4d0f-9a55-1d2c3b4a5968", "reqTimestamp": 1_800_000_000_123}
HOSTS: Final = {"root": "roots", "server1": "server1", "server2": "server2", "module": "module", "tspiot": "service",
                "kkm": "service"}  # fmt: skip
WAYS_TO_BE_SILENT: Final[tuple[Outcome, ...]] = (
    (NEVER, "timeout"), (NEVER, "timeout"), (NEVER, "connect"), (0.0, "refused"), (0.0, "connect"), (0.4, "connect"),
    (1.4, "connect"), (4.0, "connect"), (29.0, "connect"), (0.2, "tls"), (12.0, 504, b""),
)  # fmt: skip
"""Accepts and never answers, drips, is not to be connected to, refuses, resets sooner or later."""


class Trouble(NamedTuple):
    """What a party does meanwhile."""

    outcome: Outcome
    half: bool = False
    """Whoever asks for its health is told that it is well."""


class Plan(NamedTuple):
    """One case."""

    service: str
    timeout: int
    server_timeouts: tuple[int, int]
    servers: int
    sites: int
    module: bool
    ignored: bool
    troubles: dict[str, Trouble]
    begins: int
    """Scans before it."""
    lasts: float
    scans: int


def plan(number: int) -> Plan:
    """The case of this number."""
    chance = random.Random(f"silence {number}")
    service = chance.choice(("crpt", "crpt", "crpt", "tspiot", "kkmserver"))
    module, servers = chance.random() < 0.4, chance.choice((0, 1, 1, 2))
    parties = ["sites", "roots"] if service == "crpt" else ["service"]
    parties += ["module"] * module + [f"server{n + 1}" for n in range(servers)]
    silent = chance.sample(parties, chance.randint(1, len(parties)))
    return Plan(
        service, chance.choice((2, 3, 10, 30)), (chance.choice((1, 2, 5, 30)), chance.choice((1, 10, 30))), servers,
        chance.randint(1, 4), module, chance.random() < 0.7,
        {name: Trouble(chance.choice(WAYS_TO_BE_SILENT), chance.random() < 0.25) for name in silent},
        chance.choice((0, 0, 3)), chance.choice((60.0, 600.0, 3_600.0)), chance.choice((6, 20, 60, 120)),
    )  # fmt: skip


class Town:
    """A shop and everybody it may ask."""

    def __init__(self, case: Plan, folder: Path) -> None:
        self.plan = case
        self.clock = VirtualClock()
        self.network = VirtualNetwork(self.clock, self._behave)
        self.asked: Counter[str] = Counter()
        self.troubled = case.begins == 0
        world = World(self.clock, SeededRandom(), self.network, cast(Dictionaries, self), cast(Documents, self), folder)
        profiles = [Profile(MarkedGoods.defaults(**self._settings(n))) for n in (0, 1)]
        self.profiles = profiles
        config = cast(Config, _Settings(profiles[0].settings, folder))
        self.services = Services(config, world, "1", ways(self.clock))
        self.services.start(lambda category: True)
        self.server = CashServer(world, "1", "1", folder, ways(self.clock))
        self.looks = _Looks(world, self.services, self.server)
        self.scanned = 0
        self._crew = VirtualCrew(self.clock)
        self._busy: dict[str, float] = {}

    def _settings(self, category: int) -> dict[str, Any]:
        case = self.plan
        server = min(category, case.servers - 1) + 1
        return {
            "enableMarkVerifyCrpt": True,
            "markVerifyCrptUrl": ("https://root.example.test",),
            "markVerifyCrptTimeout": case.timeout,
            "markVerifyCrptService": case.service,
            "xapikey": "[-1:7e57ab1e-0000-4000-8000-000000000001]",
            "ignoreMarkVerifyCrptConnectionErrors": True,
            "noAnswerPolicy": "allow",
            "localModuleUrl": "https://module.example.test" if case.module else "",
            "tspiotUrl": "https://tspiot.example.test",
            "kkmServerUrl": "https://kkm.example.test",
            "enableMarkVerify": case.servers > 0,
            "markVerifyUrl": f"https://server{server}.example.test/CSrest/rest/sales/exciseMark/status",
            "markVerifyTimeout": case.server_timeouts[category],
            "ignoreMarkVerifyErrors": case.ignored,
        }

    def shift(self) -> None:
        """Documents: no shift is open."""

    def scan(self, receipt: str) -> tuple[float, Decision]:
        """One more mark; how long it took."""
        self.scanned += 1
        code = f"0104670540176099215{self.scanned:05d}\x1d93dGVz"
        profile = self.profiles[self.scanned % 2]
        mark = Mark(code, code, cis(code), "Milk", "04670540176099")
        request = AddItem(Receipt(receipt), MARK_FIRST, GOODS, mark)
        begun = self.clock.t
        decision = decide(Case(request, self.profiles[0], profile), self.looks)
        return self.clock.t - begun, decision

    def pass_time(self, seconds: float) -> None:
        """Let it go by; what is done in the background goes on beside."""
        until = self.clock.t + seconds
        while self.clock.t < until:
            self.clock.t = min(self.clock.t + (1.0 if seconds < 100 else 5.0), until)
            for name, tick in self._background():
                if self._busy.get(name, 0.0) <= self.clock.t:
                    self._crew.run(lambda name=name, tick=tick: self._ticked(name, tick))

    def _ticked(self, name: str, tick: Callable[[], None]) -> None:
        tick()
        self._busy[name] = self.clock.t

    def _background(self) -> Iterator[tuple[str, Callable[[], None]]]:
        verifier: Any = self.services.transport.running(self.plan.service)
        yield "service", verifier.listing.tick if self.plan.service == "crpt" else verifier.party.tick
        if self.services.duty is not None:
            yield "module", self.services.duty.tick
        for own in {profile.settings.markVerifyUrl: profile.settings for profile in self.profiles}.values():
            if self.plan.servers:
                yield own.markVerifyUrl, self.server.party(own).tick

    def _behave(self, request: HttpRequest) -> Outcome:
        parts = urlsplit(request.url)
        host = (parts.hostname or "").partition(".")[0]
        name = HOSTS.get(host, "sites")
        self.asked[name] += 1
        trouble = self.plan.troubles.get(name) if self.troubled else None
        if trouble is not None and not (trouble.half and self._about_health(request)):
            return trouble.outcome
        return 0.03, 200, json.dumps(self._answer(request)).encode()

    @staticmethod
    def _about_health(request: HttpRequest) -> bool:
        """What is asked in the background only, to know whether somebody is there."""
        bare = request.method == "GET" or request.url.endswith("/api/v1/info")
        return bare or b"0000000021doctor" in (request.body or b"")

    def _answer(self, request: HttpRequest) -> dict[str, Any]:
        asked = json.loads(request.body or b"{}")
        path = urlsplit(request.url).path
        if path.endswith("cdn/info"):
            return {"code": 0, "hosts": [{"host": f"https://cdn{n}.example.test"} for n in range(self.plan.sites)]}
        if path.endswith("exciseMark/status"):
            return {"status": "NOT_REGISTERED"}
        if path.endswith("exciseMark/reserve"):
            return {"status": "RESERVED_SALE", "lease": "2027-01-15T12:00:00+03:00"}
        if path.endswith("outCheck"):
            element = {"cis": asked["cis_list"][0]["cis"], "isBlocked": False, "sold": False}
            return {"results": [{"code": 0, "codes": [element], **STAMP, "inst": "i", "version": "v"}]}
        if path.endswith("Execute"):
            code = asked["GoodCodeDatas"][0]["BarCode"]
            return {"Status": 0, "MarkingCodeValidation": [{"BarCode": code, "ValidationResult": 15}]}
        if path.endswith("codes/check"):
            code = asked["codes"][0]
            code = b64decode(code["cis"]).decode() if isinstance(code, dict) else code
            one = {"code": 0, "codes": [{"cis": code, **dict.fromkeys(ALWAYS, True)}], **STAMP}
            return {"codesResponse": [one]} if "tspiot" in request.url else one
        return {"code": 0, "status": "ready", "operationMode": "active", "avgTimeMs": 7}


class _Settings(NamedTuple):
    """Implements what Services asks of a Config."""

    own: MarkedGoods
    folder: Path

    def section(self, table: type) -> Any:
        return self.own if table is MarkedGoods else CrptIni.defaults()


class _Looks(WorldLooks):
    """The network as it is, nothing in the databases."""

    def match(self, case: Case) -> Any:
        return None

    def uniqueness(self, case: Case) -> Any:
        return None

    def whitelist(self, case: Case) -> Any:
        return True


def used(decision: Decision, party: str) -> bool:
    """Whether this scan had its answer from the party."""
    fact: Any = decision.facts.get("crpt")
    if party in ("sites", "service"):
        return isinstance(fact, CrptFact) and isinstance(fact.heard, Answer | Ruling)
    if party == "module":
        return isinstance(fact, CrptFact) and isinstance(fact.offline, OfflineAnswer)
    facts = [decision.facts.get(name) for name in ("server", "reserve")]
    return all(one is not None and one.status is not None for one in facts)


def asks(party: str, category: int, case: Plan) -> bool:
    """Whether goods of this category are a matter of the party."""
    return not party.startswith("server") or min(category, case.servers - 1) + 1 == int(party[-1])


def price(case: Plan) -> float:
    """Two timeouts of each silent party; the list of sites is loaded beside the sales."""
    timeouts = {"sites": case.timeout, "service": case.timeout, "module": min(MODULE, case.timeout)}
    for n in range(case.servers):
        asking = case.server_timeouts if case.servers == 1 else (case.server_timeouts[n],)
        timeouts[f"server{n + 1}"] = max(asking)
    return 2 * sum(timeouts.get(name, 0.0) for name in case.troubles)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    log = logging.getLogger("markedgoods")
    before = log.level
    log.setLevel(logging.CRITICAL)
    yield
    log.setLevel(before)


def most(name: str, case: Plan, lasted: float) -> float:
    """Requests that a party in trouble may get: those of the scans that waited or came back at once, and one look in
    growing pauses, up to a minute, at each of its addresses."""
    looks = 10 + 2 * lasted / 55
    if name in ("sites", "roots"):
        return (case.sites if name == "sites" else 1) * (3 * looks + 12)
    at_once = case.troubles[name].outcome[0] < 1.5
    return 3 * looks + 12 + (2 * case.scans if at_once else 0)


def held(case: Plan, folder: Path) -> None:
    """The whole law about one case."""
    chance = random.Random(f"{case}")
    town = Town(case, folder)
    for _ in range(case.begins):
        assert town.scan("before")[0] <= QUICK
        town.pass_time(3.0)
    town.troubled = True
    town.asked.clear()
    begun, waited = town.clock.t, 0.0
    for number in range(case.scans):
        waited += town.scan(f"receipt {number // 6}")[0]
        if chance.random() < 0.5:
            town.pass_time(chance.choice((0.5, 2.0, 20.0, case.lasts / case.scans)))
    assert waited <= price(case) + ANSWERED * case.scans, f"{waited:.1f} s for {case}"
    lasted = town.clock.t - begun
    for name in case.troubles:
        assert town.asked[name] <= most(name, case, lasted), f"{name}: {town.asked} in {lasted:.0f} s for {case}"
    returns(town)


def returns(town: Town) -> None:
    """Everybody is well again, and everybody is used again."""
    town.troubled, case, healed = False, town.plan, town.clock.t
    missing = set(case.troubles) - {"roots"}
    while missing:
        assert town.clock.t - healed < BACK, f"{missing} after {BACK} s: {case}"
        town.pass_time(2.0)
        _, decision = town.scan("after")
        category = town.scanned % 2
        missing -= {name for name in missing if asks(name, category, case) and used(decision, name)}


@pytest.mark.parametrize("part", range(PARTS))
def test_silence_is_paid_once(part: int, tmp_path: Path) -> None:
    for number in range(part, CASES, PARTS):
        held(plan(number), tmp_path / str(number))

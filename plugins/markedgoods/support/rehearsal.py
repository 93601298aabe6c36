"""Checks that are rehearsed: a fact comes from the request, from what is given, or from the databases; or not at all.

What CRPT or the cash server would say is never guessed: a check without its fact ends the trail as unknown.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from ncash.bundled.markedgoods.cashserver.client import CashServer
from ncash.bundled.markedgoods.checks.case import Case
from ncash.bundled.markedgoods.checks.cash_server import ServerFact
from ncash.bundled.markedgoods.checks.goods_and_mark import look_match
from ncash.bundled.markedgoods.checks.online import EMERGENCY, CrptFact
from ncash.bundled.markedgoods.checks.policy import decide
from ncash.bundled.markedgoods.checks.ruling import Ruling
from ncash.bundled.markedgoods.crpt.emergency import Emergency
from ncash.bundled.markedgoods.facts.online import NotChecked, read_answer
from ncash.bundled.markedgoods.looks import WorldLooks
from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.bundled.markedgoods.settings.plan import CRPT, KKMSERVER
from ncash.bundled.markedgoods.settings.tokens import UNCHECKED, NoToken, tokens_of
from ncash.bundled.markedgoods.sources.inquiry import FINAL
from ncash.bundled.markedgoods.sources.services import plan_in
from ncash.bundled.markedgoods.support.recorded import READERS, MissingFact
from ncash.language import recorded
from ncash.model.decision import NOTHING, Decision, Step, Verdict
from ncash.model.mark import wire
from ncash.model.ports import Rehearsal, World
from ncash.plugin import UNSEEN
from ncash.settings.config import Config

OFFLINE: Final = NotChecked("connection", "nobody is taken to have answered")
RESERVED: Final = ServerFact("RESERVED_SALE", mine=True, trouble="nobody was asked; taken as granted")
_NOT_GIVEN: Final = "nobody was asked; give the answer, or say that nobody answers"
_BY_RULE: Final = frozenset({"catalog", *FINAL})
"""Reasons of a recorded fact that are rules of the shop's own: under other rules somebody would have been asked."""
_NOBODY_ASKED: Final = frozenset({EMERGENCY, *_BY_RULE})
"""Reasons for which the local module is not asked either."""


class RehearsalPolicy:
    """Policy of a rehearsal: decides like the till, and says where a fact is missing."""

    def __init__(self, config: Config, world: World, rehearsal: Rehearsal) -> None:
        common = config.section(MarkedGoods)
        self.world = world
        self.rehearsal = rehearsal
        self.tokens = tokens_of(common.xapikey)
        self.plan = plan_in(common)
        self.module = bool(common.localModuleUrl)
        self.emergency = Emergency(world) if rehearsal.local else None
        self.local = WorldLooks(world, None, CashServer(world, world.shopcode, world.cashcode, config.folder))

    def decide(self, case: Case) -> Decision:
        """The decision, or as much of it as the facts allow: then its last step is skipped as unknown."""
        looks = RehearsalLooks(self, case.request.facts)
        case.request = case.request._replace(facts=NOTHING)
        trail: list[Step] = []
        try:
            return decide(case, looks, trail)
        except MissingFact as missing:
            why = _NOT_GIVEN if self.rehearsal.local else str(missing)
            trail.append(Step(missing.check, skipped=f"{UNSEEN}: {why}"))
            return Decision(Verdict.DENY, tuple(trail))

    def ruled(self, dept: str) -> NotChecked | None:
        """What the settings say before anybody is asked about goods of this department; None: ask."""
        token = self.tokens.for_dept(dept) if self.tokens else None
        if token is UNCHECKED:
            return NotChecked("unchecked", recorded("department {dept} is not checked, says xapikey", dept=dept))
        by_crpt = self.plan.on(self.world.clock.now().date()) == CRPT
        declared = self.emergency.declared() if self.emergency is not None else None
        if declared is not None and (by_crpt or declared.by == "operator"):
            return NotChecked(EMERGENCY, recorded("since {since}: {text}", since=declared.since, text=declared.text))
        if not by_crpt:
            return None
        if token is None:
            return NotChecked("token", "xapikey is empty or cannot be read")
        return (
            NotChecked(token.value, recorded("department {dept} has no token in xapikey", dept=dept))
            if token is NoToken.MISSING
            else None
        )


class RehearsalLooks:
    """Looks of one rehearsed request; `known` are facts that it carries. Raises MissingFact where there is none."""

    def __init__(self, room: RehearsalPolicy, known: Mapping[str, Any]) -> None:
        self._room = room
        self._known = known
        self._given = room.rehearsal.facts
        self._today = room.local if room.rehearsal.local else None

    def match(self, case: Case) -> Any:
        """Catalogs and barcodes of the article; of the recorded ones those that the settings need now."""
        if "match" in self._known:
            return look_match(_Recorded(self._known["match"] or {}), case)
        if self._today is None:
            raise MissingFact("match")
        return self._today.match(case)

    def uniqueness(self, case: Case) -> Any:
        """The last registered operation on the CIS."""
        return self._locally("uniqueness", case)

    def whitelist(self, case: Case) -> Any:
        """Whether the CIS is in Excisemarkwhite."""
        return self._locally("whitelist", case)

    def _locally(self, check: str, case: Case) -> Any:
        if check in self._known:
            return self._known[check]
        if self._today is None:
            raise MissingFact(check)
        return getattr(self._today, check)(case)

    def server(self, case: Case) -> ServerFact:
        """The status at the cash server."""
        return self._server("server", case)

    def reserve(self, case: Case) -> ServerFact:
        """The reservation; after a status that was given it is taken as granted."""
        if isinstance(self._given.get("server"), str) and "reserve" not in self._given:
            status = "RESERVED_SALE" if case.request.kind.value == "sale" else "RESERVED_BACK"
            return ServerFact(status, RESERVED.mine, RESERVED.trouble)
        return self._server("reserve", case)

    def _server(self, check: str, case: Case) -> ServerFact:
        found: Any = self._known.get(check, self._given.get(check))
        if isinstance(found, ServerFact):
            return found
        if isinstance(found, str):
            return ServerFact(found)
        if found is not None:
            read: ServerFact = READERS[check](found)
            return read
        if self._room.rehearsal.offline:
            return ServerFact(None, trouble="nobody is taken to have answered")
        raise MissingFact(check)

    def crpt(self, case: Case) -> CrptFact:
        """CRPT's answer, as far as the settings of now would have asked for it."""
        found = self._heard(case)
        room, now = self._room, self._room.world.clock.now().replace(tzinfo=None).isoformat(timespec="milliseconds")
        moment = now if found is None else found.now
        exempt = case.shared.skipMarkVerifyCrptCatalogs
        catalogs = self._catalogs(case, found) if exempt else None
        if set(exempt) & set(catalogs or ()):
            heard = NotChecked("catalog", "goods of a catalog that is sold without the check")
            return CrptFact(heard, moment, catalogs)
        ruled = room.ruled(case.goods.dept)
        if ruled is not None and not _declared(found, ruled):
            same = found is not None and isinstance(found.heard, NotChecked) and found.heard.reason == ruled.reason
            if not same:
                return CrptFact(ruled, moment, catalogs, self._module(ruled))
        elif ruled is None and (found is None or _rule_of_that_day(found)):
            raise MissingFact("crpt")
        assert found is not None
        return self._fitting(case, found, catalogs)

    def _module(self, ruled: NotChecked) -> NotChecked | None:
        """The local module's answer when CRPT is not asked. Raises MissingFact when it would have been asked."""
        if not self._room.module or ruled.reason in _NOBODY_ASKED:
            return None
        if not self._room.rehearsal.offline:
            raise MissingFact("crpt")
        return OFFLINE

    def _catalogs(self, case: Case, found: CrptFact | None) -> tuple[str, ...]:
        if found is not None and found.catalogs is not None:
            return found.catalogs
        if self._today is None:
            raise MissingFact("crpt")
        return tuple(sorted(self._room.world.dictionaries.catalogs(case.goods.code)))

    def _heard(self, case: Case) -> CrptFact | None:
        """What is known of CRPT: the fact of the request, or what was given."""
        found: Any = self._known.get("crpt", self._given.get("crpt"))
        if isinstance(found, CrptFact):
            return found
        if isinstance(found, Mapping) and "fact" in found:
            return CrptFact.from_json(dict(found))
        now = self._room.world.clock.now().replace(tzinfo=None).isoformat(timespec="milliseconds")
        if found is not None:
            body = json.dumps(found, ensure_ascii=False).encode()
            return CrptFact(read_answer(body, wire(case.mark.raw), "given"), now)
        if self._room.rehearsal.offline:
            return CrptFact(OFFLINE, now, offline=OFFLINE if self._room.module else None)
        return None

    def _fitting(self, case: Case, found: CrptFact, catalogs: tuple[str, ...] | None) -> CrptFact:
        """The recorded fact, if the services of now are those that were asked. Raises MissingFact."""
        heard, offline, room = found.heard, found.offline, self._room
        days = {found.now[:10], case.request.receipt.opened[:10] or found.now[:10]}
        kkm = {room.plan.on(datetime.fromisoformat(day).date()) == KKMSERVER for day in days}
        if not isinstance(heard, NotChecked) and isinstance(heard, Ruling) not in kkm:
            raise MissingFact("crpt")
        behind = isinstance(heard, NotChecked) and heard.reason == "offline"
        silent = isinstance(heard, NotChecked) and heard.reason in _NOBODY_ASKED
        if not room.module and not behind:
            offline = None
        elif room.module and offline is None and not silent and "crpt" in self._known:
            raise MissingFact("crpt")
        return CrptFact(heard, found.now, catalogs, offline)


def _declared(found: CrptFact | None, ruled: NotChecked) -> bool:
    """An emergency of that day goes before a missing token of now, and after a department that is not checked."""
    emergency = found is not None and isinstance(found.heard, NotChecked) and found.heard.reason == EMERGENCY
    return emergency and ruled.reason != "unchecked"


def _rule_of_that_day(found: CrptFact) -> bool:
    """Nobody was asked that day, because the settings of that day said so."""
    heard = found.heard
    if not isinstance(heard, NotChecked):
        return False
    return heard.reason in _BY_RULE or (heard.reason == "token" and heard.status != 401)


class _Recorded:
    """Dictionaries as far as a line of the journal holds them."""

    def __init__(self, fact: Mapping[str, list[str]]) -> None:
        self._fact = fact

    def catalogs(self, code: str) -> frozenset[str]:
        return self._of("catalogs")

    def article_barcodes(self, code: str) -> frozenset[str]:
        return self._of("article")

    def _of(self, name: str) -> frozenset[str]:
        if name not in self._fact:
            raise MissingFact("match")
        return frozenset(self._fact[name])

"""The check in CRPT as the rest of the plugin sees it."""

import threading
from collections.abc import Mapping
from functools import partial
from typing import Any, Final, NamedTuple

from ncash.bundled.markedgoods.crpt.cache import wall
from ncash.bundled.markedgoods.crpt.emergency import Emergency
from ncash.bundled.markedgoods.crpt.listing import DEFAULT_SITES, Listing, ListSource
from ncash.bundled.markedgoods.crpt.node import Node, ReplyKind
from ncash.bundled.markedgoods.crpt.pool import CheckContext, ReplyRecord, Try, Walk, settle
from ncash.bundled.markedgoods.crpt.sites import LATENCY, Site, Sites
from ncash.bundled.markedgoods.facts.online import Answer, NotChecked, trouble_in
from ncash.bundled.markedgoods.settings.tokens import UNCHECKED, NoToken, Token, Tokens
from ncash.language import recorded
from ncash.model.decision import NOTHING
from ncash.model.mark import wire
from ncash.model.ports import Surroundings, World
from ncash.plugin import THREADS, Party, Quiet, Ways

IDLE: Final = 170.0
"""Seconds after which a connection nobody uses is closed by us, before the site does (its own limit is 180)."""
MOST_NOTED: Final = 20
"""Notes that one fact carries."""


class Options(NamedTuple):
    """Options of the client: what the extension settings say, and seams for tests."""

    rank: str = LATENCY
    """crptSiteRank."""
    hedge: float = 0.0
    """Seconds (crptHedgeAfter); 0 is off."""
    fiscal_drive: str = ""
    """16 digits (fiscalDriveNumber); empty takes the fiscal driver's."""
    ways: Ways = THREADS
    """How requests are made."""


DEFAULTS: Final = Options()


class CrptClient:
    """One till's connection to CRPT. `check` may be called from any thread; no list is ever loaded inside it."""

    noted: list[ReplyRecord]
    """Late answers and server errors of this run, the latest hundred."""

    def __init__(
        self,
        urls: tuple[str, ...],
        tokens: Tokens | None,
        info_timeout: int,
        health_timeout: int,
        world: World | Surroundings,
        default_url: str,
        options: Options = DEFAULTS,
        emergency: Emergency | None = None,
    ) -> None:
        """`urls` are the root addresses (markVerifyCrptUrl); timeouts are in seconds (crpt.ini).

        `tokens` is None when xapikey is empty or cannot be parsed; `emergency` may be shared with other services.
        """
        self._tokens = tokens
        self._clock = world.clock
        self._sites = Sites(options.rank)
        self._ways = options.ways
        self._crew = options.ways.crew("crpt")
        self._node = Node(world, options.fiscal_drive or world.fiscal_drive)
        self.emergency = emergency or Emergency(world)
        self._gear = CheckContext(
            sites=self._sites, node=self._node, crew=self._crew, clock=self._clock, note=self._note,
            declare=self.emergency.declare, mailbox=options.ways.mailbox, hedge=options.hedge,
            in_place=options.ways.watch,
        )  # fmt: skip
        self._unheard: list[Try] = []
        self._books = threading.Lock()
        self._receipt: str | None = None
        self._asked_at: dict[str, float] = {}
        self._fresh: list[str] = []
        self.noted = []
        self._party = Party("crpt", self._clock, ways=options.ways._replace(watch=False))
        self.listing = self._listing(urls, default_url, (info_timeout, health_timeout), world)

    def _listing(
        self, urls: tuple[str, ...], default_url: str, timeouts: tuple[float, float], world: World | Surroundings
    ) -> Listing:
        roots = tuple(url.rstrip("/") for url in urls)
        fallback = DEFAULT_SITES if roots == (default_url.rstrip("/"),) else roots
        tokens = self._tokens.all() if self._tokens else ()
        source = ListSource(roots, fallback, tokens, info_timeout=timeouts[0], health_timeout=timeouts[1])
        listing = Listing(self._sites, self._node, self._crew, world, source, self.emergency, self._party)
        listing.shown_tokens = self._shown_tokens
        listing.chores.append(self._tidy)
        return listing

    def start(self) -> None:
        """Begin to load the list of sites in the background, and keep it fresh until stop()."""
        if self._ways.watch:
            self.listing.start()
        else:
            self.listing.restore()
            self.listing.load()

    def stop(self) -> None:
        """End the background work. Requests under way end by themselves."""
        self.listing.stop()
        self._party.stop()
        self._crew.dismiss()

    @property
    def token_error(self) -> bool:
        """There is no usable xapikey, or CRPT refuses every token in it."""
        if self._tokens is None:
            return True
        tokens = self._tokens.all()
        return bool(tokens) and all(self.listing.valid.get(token) is False for token in tokens)

    @property
    def refused(self) -> tuple[str, ...]:
        """Departments whose token CRPT refuses."""
        tokens = self._tokens
        bad = (token for token in tokens.all() if self.listing.valid.get(token) is False) if tokens else ()
        return tuple(sorted((dept for token in bad if tokens for dept in tokens.depts(token)), key=_by_number))

    def serving(self, receipt: str | None) -> None:
        """Which receipt the checks are for: each has its own connection, closed when the receipt is (R17 §1.5.4)."""
        if receipt != self._receipt:
            self._receipt = receipt
            self._hang_up(0.0)

    def check(self, code: str, dept: str, budget: float) -> Answer | NotChecked:
        """Ask about one mark, as scanned, for goods of this department, within `budget` seconds in all."""
        token = self._tokens.for_dept(dept) if self._tokens else None
        emergency = self.emergency.declared()
        if emergency is not None and token is not UNCHECKED:
            return NotChecked(
                "emergency", recorded("since {since}: {text}", since=emergency.since, text=emergency.text)
            )
        if token is None:
            return NotChecked("token", "xapikey is empty or cannot be read")
        if isinstance(token, NoToken):
            return NotChecked(
                token.value, recorded("department {dept}: {value} in xapikey", dept=dept, value=token.value)
            )
        found = self._party.ask(partial(self._asked, code, token), budget, _useless, trouble_in)
        if isinstance(found, Quiet):
            return NotChecked("connection", recorded("Chestny Znak: {found}", found=found))
        return found

    def _asked(self, code: str, token: Token, budget: float) -> Answer | NotChecked:
        """Ask for the time it may take. While every site is left alone nobody is asked: a health check in the
        background says which of them may be asked again (R17 §1.4.3)."""
        deadline = self._clock.monotonic() + budget
        refusal = self._wait(deadline)
        if refusal is not None:
            return refusal
        if self._sites.available():
            found = self._walk(code, token, deadline)
        else:
            found = NotChecked("connection", "every site of Chestny Znak is left alone for a while")
        if isinstance(found, NotChecked) and not self._sites.available():
            self._party.fall_silent(trouble_in(found) or "no site is left to ask")
            self.listing.hurry()
        return found

    def _walk(self, code: str, token: Token, deadline: float) -> Answer | NotChecked:
        walk = Walk(self._gear, wire(code), token, deadline)
        found = walk.check()
        self._learn(token, found)
        with self._books:
            for one in walk.tries:
                self._asked_at[one.site.url] = one.begun
            self._unheard = settle(self._gear, (*self._unheard, *walk.unheard()))
            noted, self._fresh = self._fresh, []
        return found._replace(noted=tuple(noted[-MOST_NOTED:]), sent=walk.sent if walk.tries else NOTHING)

    def _wait(self, deadline: float) -> NotChecked | None:
        """Wait for a list still loading, then a while for its ranking. None: there are sites to ask."""
        listing = self.listing
        if not listing.ready.is_set():
            listing.hurry()
            if not listing.listed.wait(max(deadline - self._clock.monotonic(), 0.0)):
                return NotChecked("timeout", "the list of sites is still loading")
            listing.ready.wait(max(deadline - self._clock.monotonic(), 0.0) / 2)
        if listing.refused:
            return NotChecked("token", "Chestny Znak refuses every token of xapikey", status=401)
        return None

    def _learn(self, token: Token, found: Answer | NotChecked) -> None:
        if isinstance(found, Answer):
            self.listing.valid[token] = True
        elif found.reason == "token":
            self.listing.refuses(token)

    def _note(self, noted: ReplyRecord) -> None:
        import logging

        logging.getLogger(__name__).warning("%s: %s", noted.kind.value, noted.text)
        self.noted = [*self.noted[-99:], noted]
        self._fresh.append(f"{'late' if noted.kind is ReplyKind.SILENT else '5xx'}: {noted.text}")

    def _tidy(self) -> None:
        self._hang_up(IDLE)

    def _hang_up(self, idle: float) -> None:
        """Close the connections that were not used for so many seconds."""
        now = self._clock.monotonic()
        for url, begun in tuple(self._asked_at.items()):
            if now - begun >= idle:
                self._asked_at.pop(url, None)
                self._node.hang_up(url)

    def report(self, ask: bool) -> dict[str, Any]:
        """The status for somebody outside the till: what the last till kept and, with `ask`, what CRPT says now.

        Nothing is written: a till may be running beside.
        """
        kept = self.listing.restore()
        if ask:
            self.listing.load(keep=False)
        shown = self.status()
        kept_tokens = {token.get("token"): token for token in kept.tokens}
        if not ask:
            tokens = [{**token, **kept_tokens.get(token["token"], {})} for token in shown["tokens"]]
            refused = bool(tokens) and all(token["valid"] is False for token in tokens)
            shown |= {"tokens": tokens, "token_error": shown["token_error"] or refused}
        for name in ("next_list_in", "silent_since"):
            del shown[name]
        return {**shown, "asked": ask, "next_list": kept.next_list}

    def status(self) -> dict[str, Any]:
        """Sites, blocks, tokens (masked), the list and the emergency, as JSON values."""
        now = self._clock.monotonic()
        listing = self.listing
        return {
            "source": self._sites.source,
            "fetched": listing.fetched,
            "next_list_in": max(round(listing.next_load - now), 0) if listing.next_load else None,
            "next_list": wall(listing.next_load, self._clock) if listing.next_load else None,
            "trouble": listing.trouble,
            "silent_since": quiet.since if (quiet := self._party.mistrusted) else None,
            "token_error": self.token_error,
            "sites": [_shown(site, now) for site in self._sites.all()],
            "tokens": list(self._shown_tokens()),
            "emergency": self.emergency.status(),
        }

    def _shown_tokens(self) -> tuple[Mapping[str, Any], ...]:
        tokens = self._tokens
        if tokens is None:
            return ()
        return tuple(
            {"token": str(token), "depts": list(tokens.depts(token)), "valid": self.listing.valid.get(token)}
            for token in tokens.all()
        )


def _by_number(dept: str) -> tuple[int, str]:
    return (int(dept), dept) if dept.isdecimal() else (-1, dept)


def _useless(found: Answer | NotChecked) -> bool:
    """Nobody has said anything: the next question would wait for nothing, too."""
    return isinstance(found, NotChecked) and found.reason in ("timeout", "connection", "tls")


def _shown(site: Site, now: float) -> dict[str, Any]:
    return {
        "url": site.url,
        "latency_ms": None if site.latency is None else round(site.latency * 1000, 1),
        "avgTimeMs": site.avg_ms,
        "blocked_for": None if site.blocked_until is None else max(round(site.blocked_until - now), 0),
        "silences": site.silences,
    }

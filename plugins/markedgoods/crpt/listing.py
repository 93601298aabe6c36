"""The list of sites: loaded at start, refreshed in the background, never inside a sale (R17 §1.4.1, §1.4.2)."""

import threading
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from queue import SimpleQueue
from typing import Any, Final, NamedTuple

from ncash.bundled.markedgoods.crpt import cache
from ncash.bundled.markedgoods.crpt.emergency import Emergency
from ncash.bundled.markedgoods.crpt.node import Node, Reply, ReplyKind, avg_time
from ncash.bundled.markedgoods.crpt.sites import Site, Sites
from ncash.bundled.markedgoods.facts import strict_json
from ncash.bundled.markedgoods.settings.tokens import Token
from ncash.language import phrase, recorded
from ncash.model.ports import Surroundings, World
from ncash.plugin import Crew, Party, WorkersBusy

DEFAULT_SITES: Final = tuple(f"https://cdn{n:02}.crpt.ru" for n in range(1, 12))
"""Production sites for a till that never had a list; asked only when markVerifyCrptUrl is the default."""
REFRESH: Final = 6 * 3600.0
JITTER: Final = 600.0
"""Seconds between two lists: six hours and up to ten minutes more."""
RETRY: Final = 60.0
"""Seconds until a list that could not be had is asked for again."""
TOKEN_RETRY: Final = 300.0
"""The same after every token was refused, and for a token that is refused while others are not."""
HEAD_START: Final = 0.1
"""Seconds that a starting till has for its greeting before libraries and the network are looked for."""
TICK: Final = 1.0
"""Seconds between two looks at what is due."""
_DOWN: Final = (ReplyKind.SILENT, ReplyKind.LOST, ReplyKind.TLS, ReplyKind.GARBLED, ReplyKind.FAILED, ReplyKind.LIMIT)
"""Replies to a health check after which a site is left alone."""


def hosts_in(body: bytes) -> tuple[str, ...]:
    """Addresses in an answer of cdn/info. Raises ValueError when it cannot be used or names no site."""
    top = strict_json.parse_object(body)
    listed = top.get("hosts")
    if top.get("code", 0) != 0 or not isinstance(listed, list):
        raise ValueError("the list of sites cannot be used")
    found = [cache.site_url(entry.get("host")) for entry in listed[: cache.MOST_SITES] if isinstance(entry, dict)]
    urls = tuple(dict.fromkeys(url for url in found if url))
    if not urls:
        raise ValueError("the list of sites is empty")
    return urls


class ListSource(NamedTuple):
    """Addresses, tokens and time limits with which the list of CRPT sites is fetched."""

    roots: tuple[str, ...]
    """markVerifyCrptUrl."""
    fallback: tuple[str, ...]
    """Sites for a till that never had a list."""
    tokens: tuple[Token, ...]
    """In the order they are tried."""
    info_timeout: float
    """Seconds."""
    health_timeout: float
    """Seconds."""


class Listing:
    """Keeps `sites` filled and ranked, on a thread of its own once it is started."""

    listed: threading.Event
    """The load has ended, one way or the other: there are sites, or every token was refused."""
    ready: threading.Event
    """Some site has answered its health check, or all have been asked."""
    valid: dict[Token, bool]
    """What CRPT last said about each token."""
    refused: bool = False
    """CRPT refused every token when it was asked for the list."""
    fetched: str | None = None
    """When the list was last had; ISO 8601."""
    next_load: float = 0.0
    """Monotonic seconds."""
    trouble: str | None = None
    """Why the last load came to nothing."""
    shown_tokens: Callable[[], tuple[Mapping[str, Any], ...]] = tuple
    """What is kept about the tokens, masked."""
    chores: list[Callable[[], None]]
    """What else is to be done at every look at what is due."""

    def __init__(
        self,
        sites: Sites,
        node: Node,
        crew: Crew,
        world: World | Surroundings,
        source: ListSource,
        emergency: Emergency,
        party: Party,
    ) -> None:
        """`party`: CRPT as a whole; it is asked whether it is back when it has fallen silent."""
        self._sites = sites
        self._node = node
        self._crew = crew
        self._clock = world.clock
        self._random = world.random
        self._folder = world.data / cache.FOLDER
        self._roots, self._fallback, self._tokens, self._info_timeout, self._health_timeout = source
        self._emergency = emergency
        self._party = party
        self.listed, self.ready = threading.Event(), threading.Event()
        self.valid, self.chores = {}, []
        self._fell_back = False
        self._next_list: str | None = None
        """When an earlier run meant to ask for the next list."""
        self._answering = ""
        """The root that gave the list, the last time; empty when none did."""
        self._lately: set[Token] = set()
        """Tokens that the list was asked for with, the last time."""
        self._next_tokens = 0.0
        self._kept: tuple[int, dict[Token, bool]] = (0, {})
        self._writing = threading.Lock()
        self._stopped = threading.Event()
        self._wake = threading.Event()

    def start(self) -> None:
        """Take the kept list, if there is one, and begin to load a fresh one."""
        self.restore()
        threading.Thread(target=self._serve, name="crpt-list", daemon=True).start()

    def restore(self) -> cache.SavedList:
        """Take what an earlier run kept: its list, and which sites it left alone."""
        kept = cache.read(self._folder, self._roots, self._clock)
        if kept.sites and self._tokens:
            own = kept.source in ("roots", "default")
            self._sites.replace(kept.sites, kept.source if own else "cache")
            self.fetched, self._next_list = kept.fetched, kept.next_list
            if not own:
                self.listed.set()
                self.ready.set()
        self._kept = (self._sites.revision, {})
        return kept

    def stop(self) -> None:
        """Keep the state, and end the thread after what it is doing now; it writes nothing more."""
        self._keep_changes()
        with self._writing:
            self._stopped.set()
        self._wake.set()

    def hurry(self) -> None:
        """A check waits for the list: begin now."""
        self._wake.set()

    def _serve(self) -> None:
        self._wake.wait(HEAD_START)
        if self._stopped.is_set():
            return
        self._wake.clear()
        self.load()
        while not self._stopped.is_set():
            self._wake.wait(TICK)
            self._wake.clear()
            if not self._stopped.is_set():
                self.tick()

    def tick(self) -> None:
        """Do what is due: the next list, the health of sites that have been blocked long enough, the end of an
        emergency; and keep what has changed."""
        now = self._clock.monotonic()
        if self._party.due() and self._tokens:
            self.load(everybody=True)
        elif now >= self.next_load:
            self.load()
        if now >= self._next_tokens:
            self._ask_about_tokens(token for token in self._tokens if self.valid.get(token) is False)
        due = self._sites.due(now)
        if due and self._tokens:
            self._healths(due)
        self._probe(now)
        for chore in self.chores:
            chore()
        self._keep_changes()

    def load(self, keep: bool = True, everybody: bool = False) -> None:
        """Ask the roots for the list and every site for its health; keep what there was when the list cannot be had.

        A blocked site is left alone: its health is asked when its time is over, or with `everybody`, for then all are
        blocked, or none has answered (R17 §1.4.3).
        """
        if self._listed_anew():
            self.listed.set()
        elif not everybody:
            self._settled()
            return
        self._healths(self._sites.all() if everybody else self._sites.available())
        self._settled()
        self._ask_about_tokens(token for token in self._tokens if token not in self._lately)
        if keep:
            with self._writing:
                self._keep()

    def _listed_anew(self) -> bool:
        """Whether there is another list than before, be it CRPT's own or the one to fall back to."""
        urls = self._asked() if self._tokens else ()
        self.next_load = self._clock.monotonic() + self._pause(urls)
        if urls:
            self._sites.replace([Site(url) for url in urls], "crpt")
            self.fetched = self._clock.now().isoformat(timespec="seconds")
            return True
        known = self._sites.source in ("crpt", "cache") or self._fell_back
        if not self._tokens or self.refused or known:
            return False
        own = self._fallback is self._roots
        self._sites.replace([Site(url) for url in self._fallback], "roots" if own else "default")
        self._fell_back = True
        return True

    def _settled(self) -> None:
        self.listed.set()
        self.ready.set()

    def _pause(self, urls: tuple[str, ...]) -> float:
        if urls:
            return REFRESH + self._random.uniform(0.0, JITTER)
        return TOKEN_RETRY if self.refused else RETRY

    def _asked(self) -> tuple[str, ...]:
        refused: set[Token] = set()
        self._lately, self._answering = set(), ""
        for root in self._roots:
            for token in self._tokens:
                self._lately.add(token)
                reply = self._node.info(root, token, self._info_timeout)
                self._judge(token, root, reply)
                if reply.kind is ReplyKind.TOKEN:
                    refused.add(token)
                    continue
                try:
                    urls = hosts_in(reply.body) if reply.kind is ReplyKind.OK else ()
                except ValueError as error:
                    urls, reply = (), Reply(ReplyKind.GARBLED, f"{root}: {error}")
                if urls:
                    self.refused, self.trouble, self._answering = False, None, root
                    return urls
                self.trouble = reply.text
                break
        self.refused = refused == set(self._tokens)
        return ()

    def _ask_about_tokens(self, tokens: Iterable[Token]) -> None:
        """What CRPT thinks of tokens that the list was not asked for with, or that it refused (R17 §1)."""
        self._next_tokens = self._clock.monotonic() + TOKEN_RETRY
        root = self._answering
        for token in tokens if root else ():
            self._judge(token, root, self._node.info(root, token, self._info_timeout))

    def refuses(self, token: Token) -> None:
        """A check was refused because of this token; it is asked about again after a while."""
        if self.valid.get(token) is not False:
            self.valid[token] = False
            self._next_tokens = self._clock.monotonic() + TOKEN_RETRY

    def _judge(self, token: Token, url: str, reply: Reply) -> None:
        """Remember whether CRPT takes this token, and whether it declares an emergency."""
        if reply.kind in (ReplyKind.OK, ReplyKind.TOKEN):
            self.valid[token] = reply.kind is ReplyKind.OK
        if reply.kind is ReplyKind.EMERGENCY:
            self._emergency.declare(url, reply.text)

    def _token(self) -> Token:
        return next((token for token in self._tokens if self.valid.get(token)), self._tokens[0])

    def _healths(self, sites: Iterable[Site]) -> None:
        """Ask all at once; the till may begin to sell with the first that answers."""
        replies: SimpleQueue[tuple[Site, Reply]] = SimpleQueue()
        token = self._token()

        def ask(site: Site) -> None:
            replies.put((site, self._node.health(site.url, token, self._health_timeout)))

        running = 0
        for site in sites:
            try:
                self._crew.run(partial(ask, site))
                running += 1
            except WorkersBusy as error:
                self.trouble = str(error)
        for _ in range(running):
            site, reply = replies.get()
            if reply.kind in _DOWN:
                self._sites.block(site.url, self._clock.monotonic())
                continue
            if reply.kind is ReplyKind.EMERGENCY:
                self._emergency.declare(site.url, reply.text)
            served = reply.kind in (ReplyKind.OK, ReplyKind.EMERGENCY)
            self._sites.healthy(site.url, reply.latency if served else None, avg_time(reply.body))
            self._party.probed(True)
            self.ready.set()

    def _probe(self, now: float) -> None:
        url = self._emergency.due(now, self._sites.available()) if self._tokens else None
        if url is None:
            return
        reply = self._node.health(url, self._token(), self._health_timeout)
        if reply.kind is ReplyKind.OK:
            self._emergency.over(recorded("{url}: health check answered", url=url))

    def _keep_changes(self) -> None:
        with self._writing:
            if self._sites.source is not None and self._kept != (self._sites.revision, dict(self.valid)):
                self._keep()

    def _keep(self) -> None:
        """Write the state, unless the till has ended or reads another configuration; the lock `_writing` is held."""
        if self._stopped.is_set():
            return
        self._kept = (self._sites.revision, dict(self.valid))
        source = "crpt" if self._sites.source == "cache" else self._sites.source or ""
        next_list = cache.wall(self.next_load, self._clock) if self.next_load else self._next_list
        tokens = self.shown_tokens()
        kept = cache.SavedList(self._sites.all(), source, fetched=self.fetched, next_list=next_list, tokens=tokens)
        try:
            cache.write(self._folder, self._roots, kept, self._clock)
        except OSError as error:
            self.trouble = phrase(
                "the list of sites cannot be kept in {folder}: {reason}", folder=self._folder, reason=error.strerror
            )

"""The policy: what follows from each kind of reply, and the walk over the sites for one code (R17 §1.4.3)."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from queue import Empty
from typing import Final, NamedTuple, Protocol

from ncash.bundled.markedgoods.crpt.node import Node, PendingReply, Reply, ReplyKind
from ncash.bundled.markedgoods.crpt.sites import SILENCES, Site, Sites
from ncash.bundled.markedgoods.facts import evidence
from ncash.bundled.markedgoods.facts.online import Answer, NotChecked, read_answer
from ncash.bundled.markedgoods.settings.tokens import Token
from ncash.language import recorded
from ncash.model.ports import Clock
from ncash.plugin import Crew, WorkersBusy

LATE: Final = 1.5
"""Seconds after which an answer is late: the site is silent, and the next step begins (R17 §1.4.3, PP 1944 rule 11)."""


class ReplyRule(NamedTuple):
    """Rule of the retry policy: what the check does after a reply of this kind."""

    tries: int
    """Requests to one site before it is given up; of silences those in a row count, over all checks."""
    block: bool
    """A site given up is left alone for 15 minutes."""
    go_on: bool
    """Whether the next site is asked."""
    reason: str
    """The word of NotChecked when nothing better came."""


POLICY: Final[Mapping[ReplyKind, ReplyRule]] = {
    ReplyKind.WRONG: ReplyRule(1, block=False, go_on=False, reason="http"),
    ReplyKind.TOKEN: ReplyRule(1, block=False, go_on=False, reason="token"),
    ReplyKind.LIMIT: ReplyRule(2, block=True, go_on=True, reason="http"),
    ReplyKind.FAILED: ReplyRule(2, block=True, go_on=True, reason="http"),
    ReplyKind.EXTERNAL: ReplyRule(2, block=False, go_on=False, reason="external"),
    ReplyKind.EMERGENCY: ReplyRule(1, block=False, go_on=False, reason="emergency"),
    ReplyKind.SILENT: ReplyRule(SILENCES, block=True, go_on=True, reason="timeout"),
    ReplyKind.LOST: ReplyRule(2, block=True, go_on=True, reason="connection"),
    ReplyKind.TLS: ReplyRule(2, block=True, go_on=True, reason="tls"),
    ReplyKind.GARBLED: ReplyRule(2, block=False, go_on=True, reason="malformed"),
    # A cut says nothing about a site: none is blocked, none is asked in its place, and nobody falls silent for it.
    ReplyKind.CUT: ReplyRule(1, block=False, go_on=False, reason="external"),
}


class ReplyRecord(NamedTuple):
    """Record of a reply that came late or was a server error (PP 1944 rules 11 and 11(1))."""

    host: str
    kind: ReplyKind
    text: str


class Try:
    """A request under way."""

    __slots__ = ("begun", "counted", "site", "took")

    def __init__(self, site: Site, begun: float) -> None:
        self.site = site
        self.begun = begun
        """Monotonic seconds."""
        self.took: float | None = None
        """Seconds; None while it is under way."""
        self.counted = False
        """Whether the site's silence or answer is on its record."""


Came = tuple[Try, Answer | Reply]


class Mailbox(Protocol):
    """Where replies arrive; queue.SimpleQueue is one."""

    def put(self, came: Came) -> None:
        """A request is through."""
        ...

    def get(self, *, timeout: float) -> Came:
        """The next reply, within so many seconds. Raises queue.Empty."""
        ...


class CheckContext(NamedTuple):
    """The collaborators of one check: sites, sender, threads, clock, and where replies arrive."""

    sites: Sites
    node: Node
    crew: Crew
    clock: Clock
    note: Callable[[ReplyRecord], None]
    declare: Callable[[str, str], None]
    """Takes the address and the text of a reply that declares an emergency."""
    mailbox: Callable[[], Mailbox]
    hedge: float = 0.0
    """Seconds after which a second site is asked too (crptHedgeAfter); 0 never."""
    in_place: bool = False
    """The thread that waits for the answer makes a request itself while nothing else is under way."""


class Walk:
    """One check of one code: sites in their order, repeats as the policy says, all within one deadline.

    A late request is not given up: while the next one runs, whichever answers first is taken.
    """

    def __init__(self, gear: CheckContext, code: str, token: Token, deadline: float) -> None:
        """`deadline` by the monotonic clock."""
        self._gear = gear
        self._sites, self._clock = gear.sites, gear.clock
        self._code, self._token, self._deadline = code, token, deadline
        self.sent = gear.node.sent()
        """What every request of this check tells beside the code."""
        self._replies = gear.mailbox()
        self.tries: list[Try] = []
        """Every request of this check."""
        self._running = 0
        self._spare: Site | None = None
        self._last = NotChecked("connection", "no site of Chestny Znak can be asked")

    def check(self) -> Answer | NotChecked:
        """Ask until there is an answer, nobody is left to ask, or the deadline has come."""
        sites = self._sites.available()
        self._spare = sites[1] if self._gear.hedge and len(sites) > 1 else None
        for place, site in enumerate(sites):
            found = self._site(site, last=place == len(sites) - 1)
            if found is not None:
                return found
        return self._late_answer() or self._last

    def unheard(self) -> tuple[Try, ...]:
        """Requests whose site's silence or answer nobody has counted: another site was faster."""
        return tuple(one for one in self.tries if not one.counted)

    def _site(self, site: Site, last: bool) -> Answer | NotChecked | None:
        """Ask one site until it answers or is given up. None: the next one is to be asked."""
        tries = 0
        while True:
            whose, reply = self._ask(site)
            if isinstance(reply, Answer):
                return reply
            if self._clock.monotonic() >= self._deadline and reply.kind is ReplyKind.SILENT:
                return NotChecked(
                    "timeout", recorded("{host}: no answer within the time for a check", host=site.host), site.host
                )
            if reply.kind is ReplyKind.EMERGENCY:
                self._gear.declare(whose.site.url, reply.text)
            row = POLICY[reply.kind]
            tries = self._sites.silent(site.url) if reply.kind is ReplyKind.SILENT else tries + 1
            said = evidence.shown(reply.body, self._code) if reply.body else ""
            self._last = NotChecked(row.reason, reply.text, host=whose.site.host, status=reply.status, raw=said)
            if not row.go_on and tries >= row.tries:
                return self._last
            if tries >= row.tries and row.block:
                self._sites.block(site.url, self._clock.monotonic())
            if tries >= row.tries or self._hurry(reply.kind, tries, last):
                return None

    def _hurry(self, kind: ReplyKind, silences: int, last: bool) -> bool:
        """Whether repeating at a silent site would leave no time for the next one."""
        needed = (SILENCES - silences + 1) * LATE
        return kind is ReplyKind.SILENT and not last and self._deadline - self._clock.monotonic() < needed

    def _ask(self, site: Site) -> Came:
        """Send one request; the first answer that comes, else this request's reply, else SILENT when it is late."""
        begun = self._clock.monotonic()
        current = Try(site, begun)
        late = min(begun + LATE, self._deadline)
        refused = self._begin(current, (begun + self._gear.hedge if self._hedges(site) else late) - begun)
        if refused is not None:
            return current, refused
        while True:
            second = min(late, begun + self._gear.hedge) if self._hedges(site) else late
            came = self._next(second - self._clock.monotonic())
            if came is None and second < late:
                self._ask_second()
                continue
            if came is None:
                current.counted = True
                reply = Reply(
                    ReplyKind.SILENT,
                    recorded(
                        "{host}: no answer in {seconds:.1f} s",
                        host=site.host,
                        seconds=min(LATE, self._deadline - begun),
                    ),
                )
                self._record(site, reply)
                return current, reply
            whose, reply_or_answer = came
            if isinstance(reply_or_answer, Answer):
                return came
            if whose is current or reply_or_answer.kind is not ReplyKind.SILENT:
                self._record(whose.site, reply_or_answer)
            if whose is current or not POLICY[reply_or_answer.kind].go_on:
                return came

    def _hedges(self, site: Site) -> bool:
        return self._spare is not None and self._spare.url != site.url

    def _ask_second(self) -> None:
        """The first site takes its time: ask another one too, once in a check; the faster answer counts."""
        spare, self._spare = self._spare, None
        if spare is not None:
            self._begin(Try(spare, self._clock.monotonic()))

    def _begin(self, attempt: Try, patience: float = 0.0) -> Reply | None:
        """Make a request: here while there is patience, the rest of it by the crew. A reply when nobody is free."""
        budget = self._deadline - attempt.begun
        ask = partial(self._gear.node.check, attempt.site.url, self._token, self._code, self.sent, budget)
        done = False
        if self._gear.in_place and not self._running and patience > 0:
            try:
                self._make(attempt, partial(ask, patience))
                done = True
            except PendingReply as later:
                ask = partial(later.rest)
        try:
            if not done:
                self._gear.crew.run(partial(self._make, attempt, ask))
        except WorkersBusy as error:
            return Reply(ReplyKind.LOST, str(error))
        self.tries.append(attempt)
        self._running += 1
        return None

    def _make(self, attempt: Try, ask: Callable[[], Reply]) -> None:
        """Have it answered, whatever comes. Raises PendingReply."""
        reply: Answer | Reply
        try:
            reply = _read(attempt.site, ask(), self._code)
        except PendingReply:
            raise
        except Exception as error:
            reply = Reply(
                ReplyKind.GARBLED,
                recorded("{host}: the check broke off, {kind}", host=attempt.site.host, kind=type(error).__name__),
            )
        attempt.took = self._clock.monotonic() - attempt.begun
        self._replies.put((attempt, reply))

    def _next(self, wait: float) -> Came | None:
        try:
            came = self._replies.get(timeout=max(wait, 0.0))
        except Empty:
            return None
        self._running -= 1
        attempt, reply = came
        if (isinstance(reply, Answer) or reply.kind is not ReplyKind.SILENT) and not attempt.counted:
            self._sites.answered(attempt.site.url)
        attempt.counted = True
        return came

    def _late_answer(self) -> Answer | None:
        """Nobody is left to ask: the last chance of the requests that are still under way."""
        while self._running:
            came = self._next(self._deadline - self._clock.monotonic())
            if came is None:
                return None
            if isinstance(came[1], Answer):
                return came[1]
        return None

    def _record(self, site: Site, reply: Reply) -> None:
        if reply.kind in (ReplyKind.SILENT, ReplyKind.FAILED, ReplyKind.EXTERNAL):
            self._gear.note(ReplyRecord(site.host, reply.kind, reply.text))


def settle(gear: CheckContext, unheard: Iterable[Try]) -> list[Try]:
    """Put on record what became of requests that lost against a faster site; what is still running comes back."""
    now = gear.clock.monotonic()
    running: list[Try] = []
    for one in unheard:
        waited = now - one.begun if one.took is None else one.took
        if waited > LATE:
            gear.note(
                ReplyRecord(
                    one.site.host,
                    ReplyKind.SILENT,
                    recorded("{host}: no answer in {seconds:.1f} s", host=one.site.host, seconds=LATE),
                )
            )
            if gear.sites.silent(one.site.url) >= SILENCES:
                gear.sites.block(one.site.url, now)
        elif one.took is None:
            running.append(one)
        else:
            gear.sites.answered(one.site.url)
    return running


def _read(site: Site, reply: Reply, code: str) -> Answer | Reply:
    """The answer in a reply of 200; a reply that cannot be used when there is none."""
    if reply.kind is not ReplyKind.OK:
        return reply
    answer = read_answer(reply.body, code, site.host, round(reply.latency * 1000, 3))
    return answer if isinstance(answer, Answer) else reply._replace(kind=ReplyKind.GARBLED, text=answer.text)

"""The policy: what follows from each kind of reply, and the walk over the sites for one code (R17 §1.4.3)."""

from collections.abc import Callable, Mapping
from queue import Empty, SimpleQueue
from typing import Final, NamedTuple

from markedgoods.crpt.answer import Answer, NotChecked, read_answer
from markedgoods.crpt.node import Kind, Node, Reply
from markedgoods.crpt.sites import SILENCES, Site, Sites
from markedgoods.crpt.tokens import Token
from ncash.model.ports import Clock
from ncash.plugin import Workers, WorkersBusy

LATE: Final = 1.5
"""Seconds after which an answer is late: the site is silent, and the next step begins (R17 §1.4.3, PP 1944 rule 11)."""


class Row(NamedTuple):
    """What a kind of reply leads to."""

    tries: int
    """Requests to one site before it is given up; of silences those in a row count, over all checks."""
    block: bool
    """A site given up is left alone for 15 minutes."""
    go_on: bool
    """Whether the next site is asked."""
    reason: str
    """The word of NotChecked when nothing better came."""


POLICY: Final[Mapping[Kind, Row]] = {
    Kind.WRONG: Row(1, block=False, go_on=False, reason="http"),
    Kind.TOKEN: Row(1, block=False, go_on=False, reason="token"),
    Kind.LIMIT: Row(2, block=True, go_on=True, reason="http"),
    Kind.FAILED: Row(2, block=True, go_on=True, reason="http"),
    Kind.EXTERNAL: Row(2, block=False, go_on=False, reason="external"),
    Kind.EMERGENCY: Row(1, block=False, go_on=False, reason="emergency"),
    Kind.SILENT: Row(SILENCES, block=True, go_on=True, reason="timeout"),
    Kind.LOST: Row(2, block=True, go_on=True, reason="connection"),
    Kind.TLS: Row(2, block=True, go_on=True, reason="tls"),
    Kind.GARBLED: Row(2, block=False, go_on=True, reason="malformed"),
}


class Noted(NamedTuple):
    """A reply that has to be put on record: late, or a server error (PP 1944 rules 11 and 11(1))."""

    host: str
    kind: Kind
    text: str


class _Try:
    """A request under way."""

    __slots__ = ("site",)

    def __init__(self, site: Site) -> None:
        self.site = site


class Walk:
    """One check of one code: sites in their order, repeats as the policy says, all within one deadline.

    A late request is not given up: while the next one runs, whichever answers first is taken.
    """

    def __init__(self, sites: Sites, node: Node, workers: Workers, clock: Clock, note: Callable[[Noted], None]) -> None:
        self._sites = sites
        self._node = node
        self._workers = workers
        self._clock = clock
        self._note = note
        self._replies: SimpleQueue[tuple[_Try, Answer | Reply]] = SimpleQueue()
        self._running = 0
        self._last = NotChecked("connection", "no site of Chestny Znak can be asked")

    def check(self, code: str, token: Token, deadline: float) -> Answer | NotChecked:
        """Ask until there is an answer, nobody is left to ask, or `deadline` (monotonic) has come."""
        sites = self._sites.available()
        for place, site in enumerate(sites):
            found = self._site(site, code, token, deadline, last=place == len(sites) - 1)
            if found is not None:
                return found
        return self._late_answer(deadline) or self._last

    def _site(self, site: Site, code: str, token: Token, deadline: float, last: bool) -> Answer | NotChecked | None:
        """Ask one site until it answers or is given up. None: the next one is to be asked."""
        tries = 0
        while True:
            whose, reply = self._ask(site, code, token, deadline)
            if isinstance(reply, Answer):
                return reply
            if self._clock.monotonic() >= deadline and reply.kind is Kind.SILENT:
                return NotChecked("timeout", f"{site.host}: no answer within the time for a check", site.host)
            row = POLICY[reply.kind]
            tries = self._sites.silent(site.url) if reply.kind is Kind.SILENT else tries + 1
            self._last = NotChecked(row.reason, reply.text, whose.site.host, reply.status)
            if not row.go_on and tries >= row.tries:
                return self._last
            if tries >= row.tries and row.block:
                self._sites.block(site.url, self._clock.monotonic())
            if tries >= row.tries or self._hurry(reply.kind, tries, deadline, last):
                return None

    def _hurry(self, kind: Kind, silences: int, deadline: float, last: bool) -> bool:
        """Whether repeating at a silent site would leave no time for the next one."""
        needed = (SILENCES - silences + 1) * LATE
        return kind is Kind.SILENT and not last and deadline - self._clock.monotonic() < needed

    def _ask(self, site: Site, code: str, token: Token, deadline: float) -> tuple[_Try, Answer | Reply]:
        """Send one request; the first answer that comes, else this request's reply, else SILENT when it is late."""
        current = _Try(site)
        begun = self._clock.monotonic()
        refused = self._begin(current, code, token, deadline - begun)
        if refused is not None:
            return current, refused
        while True:
            now = self._clock.monotonic()
            came = self._next(min(begun + LATE, deadline) - now)
            if came is None:
                reply = Reply(Kind.SILENT, f"{site.host}: no answer in {min(LATE, deadline - begun):.1f} s")
                self._record(site, reply)
                return current, reply
            whose, reply_or_answer = came
            if isinstance(reply_or_answer, Answer):
                return came
            self._record(whose.site, reply_or_answer)
            if whose is current or not POLICY[reply_or_answer.kind].go_on:
                return came

    def _begin(self, attempt: _Try, code: str, token: Token, budget: float) -> Reply | None:
        """Hand a request to a worker; a reply at once when there is none."""

        def job() -> None:
            try:
                reply = self._node.check(attempt.site.url, token, code, budget)
                self._replies.put((attempt, _read(attempt.site, reply, code)))
            except Exception as error:
                text = f"{attempt.site.host}: the check broke off, {type(error).__name__}"
                self._replies.put((attempt, Reply(Kind.GARBLED, text)))

        try:
            self._workers.run(job)
        except WorkersBusy as error:
            return Reply(Kind.LOST, str(error))
        self._running += 1
        return None

    def _next(self, wait: float) -> tuple[_Try, Answer | Reply] | None:
        try:
            came = self._replies.get(timeout=max(wait, 0.0))
        except Empty:
            return None
        self._running -= 1
        if isinstance(came[1], Answer) or came[1].kind is not Kind.SILENT:
            self._sites.answered(came[0].site.url)
        return came

    def _late_answer(self, deadline: float) -> Answer | None:
        """Nobody is left to ask: the last chance of the requests that are still under way."""
        while self._running:
            came = self._next(deadline - self._clock.monotonic())
            if came is None:
                return None
            if isinstance(came[1], Answer):
                return came[1]
        return None

    def _record(self, site: Site, reply: Reply) -> None:
        if reply.kind in (Kind.SILENT, Kind.FAILED, Kind.EXTERNAL):
            self._note(Noted(site.host, reply.kind, reply.text))


def _read(site: Site, reply: Reply, code: str) -> Answer | Reply:
    """The answer in a reply of 200; a reply that cannot be used when there is none."""
    if reply.kind is not Kind.OK:
        return reply
    answer = read_answer(reply.body, code, site.host, round(reply.latency * 1000, 3))
    return answer if isinstance(answer, Answer) else reply._replace(kind=Kind.GARBLED, text=answer.text)

"""The check in CRPT as the rest of the plugin sees it."""

from typing import Any

from markedgoods.crpt.answer import Answer, NotChecked
from markedgoods.crpt.listing import DEFAULT_SITES, Listing
from markedgoods.crpt.node import Node
from markedgoods.crpt.pool import Noted, Walk
from markedgoods.crpt.sites import Site, Sites
from markedgoods.crpt.tokens import NoToken, Token, Tokens
from ncash.model.mark import wire
from ncash.model.ports import World
from ncash.plugin import Workers


class Crpt:
    """One till's connection to CRPT. `check` may be called from any thread; no list is ever loaded inside it."""

    def __init__(
        self,
        urls: tuple[str, ...],
        tokens: Tokens | None,
        info_timeout: int,
        health_timeout: int,
        world: World,
        default_url: str,
    ) -> None:
        """`urls` are the root addresses (markVerifyCrptUrl); timeouts are in seconds (crpt.ini).

        `tokens` is None when xapikey is empty or cannot be parsed.
        """
        self._tokens = tokens
        self._clock = world.clock
        self._sites = Sites()
        self._node = Node(world)
        self._workers = Workers("crpt")
        self.noted: list[Noted] = []
        """Late answers and server errors of this run, the latest hundred."""
        roots = tuple(url.rstrip("/") for url in urls)
        production = roots == (default_url.rstrip("/"),)
        self.listing = Listing(
            self._sites,
            self._node,
            self._workers,
            world,
            roots,
            DEFAULT_SITES if production else roots,
            tokens.all() if tokens else (),
            (float(info_timeout), float(health_timeout)),
        )

    def start(self) -> None:
        """Begin to load the list of sites in the background, and keep it fresh until stop()."""
        self.listing.start()

    def stop(self) -> None:
        """End the background work. Requests under way end by themselves."""
        self.listing.stop()
        self._workers.dismiss()

    @property
    def token_error(self) -> bool:
        """There is no usable xapikey, or CRPT refuses every token in it (CrptTokenError)."""
        if self._tokens is None:
            return True
        tokens = self._tokens.all()
        return bool(tokens) and all(self.listing.valid.get(token) is False for token in tokens)

    def check(self, code: str, dept: str, budget: float) -> Answer | NotChecked:
        """Ask about one mark, as scanned, for goods of this department, within `budget` seconds in all."""
        deadline = self._clock.monotonic() + budget
        token = self._tokens.for_dept(dept) if self._tokens else None
        if token is None:
            return NotChecked("token", "xapikey is empty or cannot be read")
        if isinstance(token, NoToken):
            return NotChecked(token.value, f"department {dept}: {token.value} in xapikey")
        refusal = self._wait(deadline)
        if refusal is not None:
            return refusal
        if not self._sites.available():
            self._sites.unblock_all()
            self.listing.refresh()
        found = Walk(self._sites, self._node, self._workers, self._clock, self._note).check(wire(code), token, deadline)
        self._learn(token, found)
        return found

    def _wait(self, deadline: float) -> NotChecked | None:
        """Wait for a list still loading, then a while for its ranking. None: there are sites to ask."""
        listing = self.listing
        if not listing.ready.is_set():
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
            self.listing.valid[token] = False

    def _note(self, noted: Noted) -> None:
        import logging

        logging.getLogger(__name__).warning("%s: %s", noted.kind.value, noted.text)
        self.noted = [*self.noted[-99:], noted]

    def status(self) -> dict[str, Any]:
        """Sites, blocks, tokens (masked) and the list, as JSON values."""
        now = self._clock.monotonic()
        return {
            "source": self._sites.source,
            "fetched": self.listing.fetched,
            "next_list_in": max(round(self.listing.next_load - now), 0),
            "trouble": self.listing.trouble,
            "token_error": self.token_error,
            "sites": [_shown(site, now) for site in self._sites.all()],
            "tokens": self._shown_tokens(),
        }

    def _shown_tokens(self) -> list[dict[str, Any]]:
        tokens = self._tokens
        if tokens is None:
            return []
        return [
            {"token": str(token), "depts": list(tokens.depts(token)), "valid": self.listing.valid.get(token)}
            for token in tokens.all()
        ]


def _shown(site: Site, now: float) -> dict[str, Any]:
    return {
        "url": site.url,
        "latency_ms": None if site.latency is None else round(site.latency * 1000, 1),
        "blocked_for": None if site.blocked_until is None else max(round(site.blocked_until - now), 0),
        "silences": site.silences,
    }

"""State of the CDN sites: their list, what ranks them, and the ones that are left alone for a while."""

import threading
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

BLOCKED_FOR: Final = 900.0
"""Seconds a site is left alone (R17 §1.4.3)."""
SILENCES: Final = 3
"""Late answers in a row that make a site unavailable."""
LATENCY: Final = "latency"
AVG_TIME: Final = "avgTimeMs"
"""The values of crptSiteRank."""


@lru_cache(256)
def _host(url: str) -> str:
    return urlsplit(url).hostname or url


class Site(NamedTuple):
    """One CDN site; times are those of the monotonic clock."""

    url: str
    latency: float | None = None
    """Seconds from sending a health check to its answer; None before the first."""
    blocked_until: float | None = None
    silences: int = 0
    """Answers in a row that were late or never came."""
    avg_ms: float | None = None
    """What the site itself says about its speed (avgTimeMs); None when it says nothing."""

    @property
    def host(self) -> str:
        """The host name, as screens and journals show it."""
        return _host(self.url)


def _by_latency(site: Site) -> tuple[bool, float]:
    return site.latency is None, site.latency or 0.0


def _by_avg_time(site: Site) -> tuple[bool, float, bool, float]:
    return site.avg_ms is None, site.avg_ms or 0.0, *_by_latency(site)


class Sites:
    """The list with its ranking. Every method is atomic; none of them waits for anything but the lock."""

    def __init__(self, rank: str = LATENCY) -> None:
        """`rank`: the value of crptSiteRank."""
        self._lock = threading.Lock()
        self._sites: dict[str, Site] = {}
        self._key = _by_avg_time if rank == AVG_TIME else _by_latency
        self.source: str | None = None
        """Where the list came from: crpt, cache, default or roots; None before there is one."""
        self.revision = 0
        """Grows with every change, so that whoever keeps the state knows when to write it."""
        self._ranked: tuple[int, tuple[Site, ...]] = (0, ())
        """The ranking, and the revision it was made of."""

    def replace(self, found: Iterable[Site], source: str) -> None:
        """Take a new list; sites that were known keep their state."""
        with self._lock:
            self._sites = {site.url: self._sites.get(site.url, site) for site in found}
            self.source = source
            self.revision += 1

    def all(self) -> tuple[Site, ...]:
        """Every site, the best first."""
        with self._lock:
            if self._ranked[0] != self.revision:
                self._ranked = self.revision, tuple(sorted(self._sites.values(), key=self._key))
            return self._ranked[1]

    def available(self) -> tuple[Site, ...]:
        """Sites that may be asked, the best first."""
        return tuple(site for site in self.all() if site.blocked_until is None)

    def due(self, now: float) -> tuple[Site, ...]:
        """Blocked sites whose time is over: their health is asked before they serve again."""
        return tuple(site for site in self.all() if site.blocked_until is not None and site.blocked_until <= now)

    def _change(self, url: str, **changes: Any) -> None:
        with self._lock:
            site = self._sites.get(url)
            if site is not None and any(getattr(site, name) != value for name, value in changes.items()):
                self._sites[url] = site._replace(**changes)
                self.revision += 1

    def block(self, url: str, now: float) -> None:
        """Leave a site alone for 15 minutes."""
        self._change(url, blocked_until=now + BLOCKED_FOR, silences=0)

    def healthy(self, url: str, latency: float | None, avg_ms: float | None = None) -> None:
        """A site answered its health check: it may be asked, ranked by this latency (None: ranked last)."""
        self._change(url, latency=latency, blocked_until=None, silences=0, avg_ms=avg_ms)

    def answered(self, url: str) -> None:
        """A site answered in time."""
        self._change(url, silences=0)

    def silent(self, url: str) -> int:
        """A site did not answer in time; how often in a row that makes."""
        with self._lock:
            site = self._sites.get(url)
            if site is None:
                return SILENCES
            self._sites[url] = site._replace(silences=site.silences + 1)
            self.revision += 1
            return site.silences + 1

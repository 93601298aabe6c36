"""Emergency at Chestny Znak (R17 §7): goods go unchecked while it lasts. Declared by a 203, or by the shop's operator.

What declares it comes over verified TLS or from this very computer: the network port lets nothing else through, and an
address that is neither is not believed here either.
"""

import json
import threading
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from ncash.bundled.markedgoods.crpt.cache import FOLDER, site_url
from ncash.bundled.markedgoods.crpt.sites import Site
from ncash.bundled.markedgoods.facts import strict_json
from ncash.errors import why_unread
from ncash.language import phrase, recorded
from ncash.model.ports import Clock, Surroundings, World
from ncash.plugin import CRPT_EMERGENCY, Switch, SwitchUnreadable, read_switch, replace_file, switch_signature

FILE: Final = "crpt_emergency.json"
FIRST_PROBE: Final = 5.0
LAST_PROBE: Final = 60.0
"""Seconds to the first look whether the emergency is over, and the longest pause between two; each pause doubles."""
STORY: Final = 500


class Declaration(NamedTuple):
    """Declaration of an emergency that is in force: who declared it, when, in which words."""

    since: str
    """ISO 8601 with offset."""
    by: str
    """crpt or operator."""
    text: str
    """What declared it: a site with its status, or the operator's reason."""
    url: str | None = None
    """The site that answered 203."""


class Emergency:
    """Latched: it holds until a health check of CRPT says otherwise, or the operator does; also over a restart."""

    def __init__(self, world: World | Surroundings) -> None:
        self._clock: Clock = world.clock
        self._data: Path = world.data
        self._folder = world.data / FOLDER
        self._lock = threading.RLock()
        self._crpt: Declaration | None = None
        self._story: list[dict[str, str]] = []
        self._manual: Declaration | None = None
        self._seen: tuple[int, int, int] | None = None
        self._pause = FIRST_PROBE
        self._next_probe = 0.0
        self.trouble: str | None = None
        """Why the state cannot be kept or read."""
        self._restore()

    def declared(self) -> Declaration | None:
        """The emergency in force, the operator's before CRPT's own. Costs one stat."""
        with self._lock:
            self._look_at_switch()
            return self._manual or self._crpt

    def declare(self, url: str, text: str) -> None:
        """CRPT answered 203 or 418."""
        with self._lock:
            if self._crpt is not None or site_url(url) is None:
                return
            self._crpt = Declaration(self._now(), "crpt", text, url)
            self._pause = FIRST_PROBE
            self._next_probe = self._clock.monotonic() + self._pause
            self._record("declared", text)

    def due(self, now: float, sites: tuple[Site, ...]) -> str | None:
        """The site whose health is to be asked now, to see whether CRPT's emergency is over."""
        with self._lock:
            if self._crpt is None or now < self._next_probe:
                return None
            self._pause = min(self._pause * 2, LAST_PROBE)
            self._next_probe = now + self._pause
            known = [site.url for site in sites]
            url = self._crpt.url
            return url if url in known or not known else known[0]

    def over(self, text: str) -> None:
        """CRPT is back: checks are on again."""
        with self._lock:
            if self._crpt is not None:
                self._crpt = None
                self._record("ended", text)

    def status(self) -> dict[str, Any]:
        """JSON values: whether goods go unchecked, since when, why, and what went before."""
        with self._lock:
            found = self.declared()
            shown = found._asdict() if found else {"since": None, "by": None, "text": None, "url": None}
            return {"on": found is not None, **shown, "trouble": self.trouble, "story": list(self._story[-20:])}

    def _now(self) -> str:
        return self._clock.now().isoformat(timespec="seconds")

    def _look_at_switch(self) -> None:
        seen = switch_signature(self._data, CRPT_EMERGENCY)
        if seen == self._seen:
            return
        self._seen = seen
        try:
            switch = read_switch(self._data, CRPT_EMERGENCY)
        except SwitchUnreadable as error:
            self._warn(str(error))
            return
        self._take(switch)

    def _take(self, switch: Switch | None) -> None:
        before = self._manual
        self._manual = None
        if switch is not None and switch.on:
            self._manual = Declaration(switch.time, "operator", switch.reason)
        elif switch is not None and self._crpt is not None and _later(switch.time, self._crpt.since):
            self._crpt = None
            self._record("ended", recorded("operator: {reason}", reason=switch.reason))
        if (before is None) != (self._manual is None):
            _log(
                recorded("emergency switched {position} by the operator", position="on" if self._manual else "off"),
                loud=False,
            )

    def _record(self, event: str, text: str) -> None:
        """Keep the state and its story on disk, loudly."""
        _log(recorded("emergency {event}: {text}", event=event, text=text))
        self._story = [*self._story[1 - STORY :], {"time": self._now(), "event": event, "text": text}]
        kept = {"declared": self._crpt._asdict() if self._crpt else None, "story": self._story}
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            replace_file(self._folder / FILE, json.dumps(kept, ensure_ascii=False, indent=1).encode())
            self.trouble = None
        except OSError as error:
            self._warn(
                phrase("the emergency cannot be kept in {folder}: {reason}", folder=self._folder, reason=error.strerror)
            )

    def _restore(self) -> None:
        try:
            kept = strict_json.parse_object((self._folder / FILE).read_bytes())
            declared = kept["declared"]
            self._story = [entry for entry in kept["story"] if isinstance(entry, dict)]
            if declared is not None:
                self._crpt = _checked(Declaration(**declared))
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError) as error:
            self._warn(
                phrase(
                    "{path} cannot be read, checks are on: {error}", path=self._folder / FILE, error=why_unread(error)
                )
            )

    def _warn(self, text: str) -> None:
        self.trouble = text
        _log(text)


def _log(text: str, loud: bool = True) -> None:
    import logging

    logging.getLogger(__name__).log(logging.WARNING if loud else logging.INFO, "%s", text)


def _checked(declared: Declaration) -> Declaration:
    """Raises ValueError or TypeError for what this module never wrote."""
    if datetime.fromisoformat(declared.since).tzinfo is None or not isinstance(declared.text, str):
        raise ValueError("no emergency")
    return declared._replace(url=site_url(declared.url))


def _later(time: str, other: str) -> bool:
    return datetime.fromisoformat(time) >= datetime.fromisoformat(other)

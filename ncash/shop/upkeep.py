"""What a running till does when nobody scans: durable housekeeping, toggles that run out, a changed configuration.

The configuration is read between receipts only, checked first, and taken whole or not at all.
"""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from ncash.errors import UserError
from ncash.hosting import toggles
from ncash.language import phrase
from ncash.settings import host, last_good
from ncash.settings.tree import paths
from ncash.shop import copies
from ncash.shop.shop import Shop, configuration
from ncash.system import files
from ncash.till.commands import TICK
from ncash.till.supervisor import Supervisor


def outcome_file(data: Path, cashcode: str) -> Path:
    """Where a till says what became of the latest reload."""
    return data / f"reload-{cashcode}.json"


TICK_SECONDS: Final = 1.0
RELOAD: Final[Mapping[str, Any]] = {"cmd": "reload"}


class Upkeep:
    """The idle work of one till. `idle` is called whenever the input has been silent for a moment, and now and then
    while it is not."""

    def __init__(self, shop: Shop, supervisor: Supervisor) -> None:
        self._shop = shop
        self._supervisor = supervisor
        self._seen = self._stamp()
        self._troubles: dict[str, str] = {}
        """What each piece of work could not do the last time."""
        self._ticked = 0.0
        """Monotonic seconds of the latest tick."""
        self.asked = False
        """Somebody asked for a reload from outside (SIGHUP)."""

    def _stamp(self) -> tuple[tuple[str, int, int, int], ...]:
        return last_good.stamp(paths(self._shop.conf))

    def idle(self) -> None:
        """Housekeeping now; the configuration only while no receipt is open.

        A disk that fails while nobody scans ends no till: it is said once, and tried again. A command that was cut and
        is still in work has the books for itself.
        """
        if self._supervisor.busy:
            return
        self._tried("books", self._shop.documents.idle)
        self._tried("copies", self._copy)
        self._tried("configuration", self._configure)
        self._tried("plugins", self._shop.announce_changes)
        if self._shop.till.room.plugins.ticks:
            self._tick()

    def _tried(self, name: str, work: Callable[[], None]) -> None:
        try:
            work()
        except (UserError, OSError) as error:
            text = str(error)
            if text != self._troubles.get(name):
                sys.stderr.write(f"ncash: {text}\n")
            self._troubles[name] = text
        else:
            self._troubles.pop(name, None)

    def _tick(self) -> None:
        """Once a second: what a plugin does meanwhile is bounded like every other answer of it."""
        now = self._shop.outside.clock.monotonic()
        if now - self._ticked >= TICK_SECONDS:
            self._ticked = now
            self._supervisor.handle({"cmd": TICK})

    def _copy(self) -> None:
        self._shop.backups.step(copies.of(self._shop.config, self._shop.data))

    def _configure(self) -> None:
        if self._shop.till.view.receipt is None:
            self._expire()
            if self.asked:
                self.asked = False
                self.reload("asked")
            elif self._shop.config.section(host.Host).watchConfig:
                self._watch()

    def _expire(self) -> None:
        """Take back what has run out; a file that cannot be written is tried again next time."""
        now = self._shop.outside.clock.now()
        if not toggles.run_out(self._shop.config, now):
            return
        try:
            toggles.take_back(configuration(self._shop.conf), now)
        except UserError as error:
            self._tell({"ok": False, "why": "expired", "error": error.json()})
            return
        self.reload("expired")

    def _watch(self) -> None:
        stamp = self._stamp()
        if stamp == self._seen:
            return
        self._seen = stamp
        try:
            half = last_good.shortened(self._shop.data, configuration(self._shop.conf))
        except UserError as error:
            self._tell({"ok": False, "why": "changed", "error": error.json()})
            return
        if half:
            waiting = "; ".join(phrase("{file} may be half-written", file=one.file) for one in half)
            hint = "waiting for the next change, or for ncash reload"
            self._tell({"ok": False, "why": "changed", "error": UserError(waiting, code="half", hint=hint).json()})
            return
        self.reload("changed")

    def reload(self, why: str) -> None:
        """Read the configuration through the till, as the command does, and say what became of it."""
        self._seen = self._stamp()
        answer = self._supervisor.handle(dict(RELOAD))
        told = {"changes": answer["changes"]} if answer["ok"] else {"error": answer["error"]}
        self._tell({"ok": answer["ok"], "why": why, **told})

    def _tell(self, outcome: Mapping[str, Any]) -> None:
        time = self._shop.outside.clock.now().isoformat(timespec="milliseconds")
        text = json.dumps({"time": time, **outcome}, ensure_ascii=False)
        try:
            files.replace(outcome_file(self._shop.data, self._shop.cashcode), text.encode("utf-8"))
        except OSError as error:
            raise UserError(
                phrase("the data folder takes no files: {reason}", reason=error.strerror), code="data"
            ) from error

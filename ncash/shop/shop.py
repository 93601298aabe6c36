"""A shop folder brought to life: configuration, databases, plugins, fiscal drive, and the till among them."""

import json
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ncash import __version__
from ncash.errors import UserError
from ncash.fiscal import open_register, place_of
from ncash.hosting import loader
from ncash.hosting.configuration import Grounds, folders_of, grounds
from ncash.hosting.texts import SAFE_MODE
from ncash.hosting.worlds import Premises, world_of
from ncash.language import phrase, recorded
from ncash.messages import CONFIG_PROBLEMS, CONFIG_SHORTENED, CONFIG_WARNINGS, MARKED_GOODS_BLOCKED
from ncash.model.decision import Step, Text, Verdict
from ncash.model.fiscal.register import FiscalRegister
from ncash.model.ports import Outside
from ncash.network.http import RequestsHttp
from ncash.queue.notices import notices
from ncash.settings import host, last_good
from ncash.settings.config import Config
from ncash.settings.problems import ERROR
from ncash.shop import remembered_guards
from ncash.shop.copies import Backups
from ncash.shop.export import Exporter, exporter
from ncash.shop.health import Health, quick
from ncash.store.dictionaries.dictionaries import SqliteDictionaries, open_dictionaries
from ncash.store.documents import SqliteDocuments, open_documents
from ncash.store.outbox.outgoing import Backlog
from ncash.store.sqlite.backup import finish
from ncash.system import files
from ncash.system.clock import SystemClock, SystemRandom
from ncash.system.locks import TillLock
from ncash.till.goods.kinds import kinds_of, served
from ncash.till.session import Till
from ncash.till.texts import KINDS_ALLOWED
from ncash.till.view import Room

if TYPE_CHECKING:
    from ncash.queue.loop import Loop

__all__ = ["Shop", "changes", "configuration", "folders_of", "real_outside", "running_file"]

LAST_LOOK = 1.0
"""Seconds that the end of a till waits for the check of its database."""


def real_outside(ca: Path | None = None) -> Outside:
    """This machine's clock, chance and network."""
    return Outside(SystemClock(), SystemRandom(), RequestsHttp(ca))


def configuration(conf: Path) -> Config:
    """The files of the conf folder under the tables of the host and of every plugin they speak of."""
    return grounds(conf).config


class Shop:
    """One till of a shop folder with everything it works with."""

    safe = False
    """Without plugins that do not come with the program."""

    def __init__(
        self, conf: Path, data: Path, outside: Outside, cash: str | None = None, *, safe: bool = False
    ) -> None:
        """Open the folder; in safe mode without plugins of others. Raises UserError when it, or a database in it,
        cannot be used."""
        self.safe = safe
        if not data.is_dir():
            hint = "give the folder of the databases with --data, or make a shop: ncash init DIR"
            raise UserError(phrase("the data folder {data} does not exist", data=data), code="data", hint=hint)
        self.conf, self.data, self.outside = conf, data, outside
        found = grounds(conf, safe=safe)
        own = found.config.section(host.Cash)
        self.cashcode, self.shopcode = cash or own.cashcode, own.shopcode
        if wrong := host.wrong_number(self.cashcode):
            raise UserError(wrong, code="cash")
        self._lock = TillLock(data, self.cashcode)
        try:
            self._open(found)
        except BaseException:
            self._lock.release(in_order=not self._lock.unclean)
            raise

    def _open(self, found: Grounds) -> None:
        config = found.config
        data, names = self.data, config.section(host.Databases)
        unclean = self._set_right(data / names.documents)
        self.documents: SqliteDocuments = open_documents(data / names.documents, self.cashcode, self.shopcode)
        try:
            self.dictionaries: SqliteDictionaries = open_dictionaries(data / names.dictionaries)
            self.register = self._opened(config)
        except UserError:
            self.documents.close()
            raise
        self.config, self._grounds = config, found
        self.backups = Backups(self.outside.clock)
        look = quick(data / names.documents)
        self.health = Health(look, unclean, self.outside.clock, self.documents.journal)
        self._half = last_good.shortened(data, config)
        self.till = Till(self._room(found, self.register), self._reload)

    def _set_right(self, documents: Path) -> bool:
        """Finish what was begun on the databases while no till ran; whether this one did not end in order."""
        log = documents.with_name(f"{documents.name}-wal")
        unclean = self._lock.unclean
        if self._lock.alone:
            unclean = unclean or (log.exists() and log.stat().st_size > 0)
            try:
                finish(documents)
            except OSError as error:
                raise UserError(
                    phrase("{documents} cannot be restored: {reason}", documents=documents, reason=error.strerror),
                    code="restore",
                ) from error
        self._lock.share()
        return unclean

    def announce(self) -> None:
        """Say which configuration runs, and keep its files as the accepted ones if they hold no error and are not cut.

        Called after the greeting, which must not wait for disks. A data folder that takes no files is said on standard
        error: the till goes on.
        """
        import hashlib

        config = self.config
        told = {
            "since": self.outside.clock.now().isoformat(timespec="seconds"),
            "conf": str(self.conf),
            "settings": {place: shown for place, (shown, _) in _told(config).items()},
            "plugins": [one.json() for one in self.till.room.plugins.loaded],
            "guards": remembered_guards.told(self.till.room.plugins.loaded),
            "files": {one.name: hashlib.sha256(one.content).hexdigest() for one in config.files},
        }
        self._announced = self._states()
        try:
            files.replace(running_file(self.data, self.cashcode), json.dumps(told, ensure_ascii=False).encode("utf-8"))
            if not self._half and not any(problem.level == ERROR for problem in config.problems):
                last_good.keep(self.data, config)
        except OSError as error:
            sys.stderr.write(
                phrase(
                    "ncash: {data} takes no files, support will not see what runs: {reason}\n",
                    data=self.data,
                    reason=error.strerror,
                )
            )

    def announce_changes(self) -> None:
        """Say again what runs when a plugin fares otherwise than it was said: `ncash doctor` reads it."""
        if self._states() != self._announced:
            self.announce()

    def _states(self) -> list[tuple[str, str, str]]:
        return [(one.name, one.state, one.error) for one in self.till.room.plugins.loaded]

    def _opened(self, config: Config) -> FiscalRegister:
        """The register that `[Fiscal]` names. Raises UserError."""
        outside = self.outside
        return open_register(place_of(config, self.data, outside.clock, outside.http, self.cashcode))

    def _premises(self, register: FiscalRegister) -> Premises:
        outside = self.outside
        return Premises(
            clock=outside.clock,
            random=outside.random,
            http=outside.http,
            dictionaries=self.dictionaries,
            documents=self.documents,
            data=self.data,
            fiscal_drive=register.serial,
            shopcode=self.shopcode,
            cashcode=self.cashcode,
        )

    def _room(self, found: Grounds, register: FiscalRegister) -> Room:
        config, premises = found.config, self._premises(register)
        plugins = loader.Plugins.start(config, world_of(premises), found.installed.folders, safe=self.safe)
        remembered_guards.remember(plugins.loaded, running_file(self.data, self.cashcode))
        kinds = kinds_of(plugins)
        return Room(
            plugins=plugins,
            premises=premises._replace(dictionaries=served(premises.dictionaries, kinds)),
            rules=found.rules,
            register=register,
            fiscal=config.section(host.Fiscal),
            host=config.section(host.Host),
            kinds=kinds,
            cashcode=self.cashcode,
            shopcode=self.shopcode,
            blocked=partial(_blocked, found, self._half),
            notices=(*_notices(found), *_shortened(self._half), *((SAFE_MODE.fill(),) if self.safe else ())),
            alarms=self._alarms,
            doubt=self.health.refusal,
            version=__version__,
            export=exporter(Exporter(self.documents, self.dictionaries, config, self.outside.clock), self.data),
            unexported=self.documents.unexported,
            unsent=self.documents.outgoing.unsent,
        )

    def _reload(self, room: Room) -> tuple[Room, Mapping[str, Any]]:
        """The room of the files as they are now. Raises UserError with the list when they have an error."""
        found = grounds(self.conf, safe=self.safe)
        config, errors = found.config, found.errors
        if errors:
            lines = "; ".join(f"{p.file}:{p.line}: {p.code}: {p.text}" for p in errors[:20])
            raise UserError(
                phrase("{count} errors, nothing was changed: {lines}", count=len(errors), lines=lines),
                code="config",
                hint="ncash check",
            )
        changed = changes(self.config, config)
        self._half = []
        another = any(one.startswith("[Fiscal]") for one in changed["changed"])
        register = self._opened(config) if another else self.register
        fresh = self._room(found, register)
        if fresh.plugins.broken and not room.plugins.broken:
            fresh.plugins.stop()
            named = "; ".join(f"{one.name}: {one.error}" for one in fresh.plugins.broken)
            raise UserError(
                phrase("a plugin would not start, nothing was changed: {named}", named=named), code="plugin"
            )
        room.plugins.stop()
        self.config, self._grounds, self.register = config, found, register
        self.announce()
        return fresh, changed

    def _alarms(self) -> tuple[Text, ...]:
        backlog = self.documents.outgoing.backlog
        waiting = notices(backlog, self.config, self.outside.clock) if backlog != Backlog() else ()
        late = self._grounds.refused and CONFIG_PROBLEMS.fill() not in self.till.room.notices
        wrong = (CONFIG_PROBLEMS.fill(),) if late else ()
        return (*wrong, *self.health.notices(), *self.backups.notices(), *waiting)

    def sender(self) -> "Loop":
        """What sends the messages of this database, while no other program does; not started yet."""
        from ncash.queue.loop import Loop
        from ncash.shop import sending

        documents, outside = self.data / self.config.section(host.Databases).documents, self.outside
        loop = Loop(sending.desks(documents, lambda: self.config, outside.http, outside.clock, outside.random))
        self.documents.outgoing.wake = loop.wake
        return loop

    def close(self) -> None:
        """Stop the plugins, close the databases and the network."""
        self.till.room.plugins.stop()
        self.health.finish(LAST_LOOK)
        self.outside.http.close()
        self.documents.close()
        self.dictionaries.close()
        self._lock.release()


def _blocked(found: Grounds, half: Sequence[last_good.ShortenedFile]) -> Step | None:
    """Why marked goods are refused as the files stand."""
    cut = next((one for one in half if one.lost), None)
    if cut is None:
        return found.refusal
    fact = recorded("the file is cut; gone are {lost}", lost=", ".join(cut.lost))
    return Step("settings", Verdict.DENY, MARKED_GOODS_BLOCKED.key, source=cut.file, fact=fact)


def _notices(found: Grounds) -> tuple[Text, ...]:
    notices = [CONFIG_PROBLEMS.fill()] if any(problem.blocks for problem in found.known) else []
    warnings = sum(1 for problem in found.config.problems if not problem.blocks)
    if warnings:
        notices.append(CONFIG_WARNINGS.fill(count=str(warnings)))
    if found.config.section(host.Host).unservedMarks == "allow":
        notices.append(KINDS_ALLOWED.fill())
    return tuple(notices)


def _shortened(half: Sequence[last_good.ShortenedFile]) -> tuple[Text, ...]:
    return tuple(CONFIG_SHORTENED.fill(file=one.file, lost=", ".join(one.lost) or "-") for one in half)


def running_file(data: Path, cashcode: str) -> Path:
    """Where a till says which configuration it runs."""
    return data / f"running-{cashcode}.json"


def changes(before: Config, after: Config) -> dict[str, list[str]]:
    """What a reload changes, as `[section] key: old → new`, secrets masked."""
    old, new = _told(before), _told(after)
    nothing = ("default", None)
    told = [
        f"{place}: {old.get(place, nothing)[0]} → {new.get(place, nothing)[0]}"
        for place in dict.fromkeys((*old, *new))
        if old.get(place, nothing) != new.get(place, nothing)
    ]
    return {"changed": told}


def _told(config: Config) -> dict[str, tuple[str, Any]]:
    """Every written setting by its place: as it is shown, and as it is."""
    told: dict[str, tuple[str, Any]] = {
        f"[plugins] {n}": ("on" if on else "off", on) for n, on in config.plugins.items()
    }
    for table in config.tables:
        for one in (config.section(table), *config.categories(table)):
            section = f"{table.section}.{one.category}" if one.category else table.section
            for row in table.rows():
                origin = one.origin(row.name)
                if origin and (not one.category or origin.section.endswith(f".{one.category}")):
                    told[f"[{section}] {row.name}"] = (one.raw(row.name), getattr(one, row.name))
    return told

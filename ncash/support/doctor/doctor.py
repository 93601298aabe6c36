"""Everything a shop folder works with, looked at in turn: what is well, what somebody should look at, what is broken.

Nothing is changed. One thing that cannot be looked at is a finding, and the others are looked at all the same.
"""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from ncash.errors import UserError, raised
from ncash.fiscal import place_of
from ncash.hosting import toggles
from ncash.hosting.loaded import DISABLED, SERVED
from ncash.language import phrase, retold
from ncash.model.finding import FAIL, OK, WARN, Finding
from ncash.model.ports import Outside, Surroundings
from ncash.settings import host, last_good
from ncash.settings.config import Config
from ncash.settings.installed import NotInstalled
from ncash.shop.shop import running_file
from ncash.store.dictionaries import kinds_there, wrong_goods
from ncash.store.dictionaries.schema import DICTIONARIES
from ncash.store.documents_schema import DOCUMENTS
from ncash.store.journal.journal import Journal
from ncash.store.rescue.checkup import Checkup, examined, waiting
from ncash.store.sqlite.connection import Connection
from ncash.store.sqlite.migrations import Schema, opened
from ncash.support.check.check import examine
from ncash.support.configure import config_desk
from ncash.support.doctor import plugins, queue_findings, registers
from ncash.support.doctor.status import answered
from ncash.support.explain.scanner import usage
from ncash.system.locks import holder

MEGABYTE: Final = 1_000_000
SPACE_FAIL: Final = 100 * MEGABYTE
SPACE_WARN: Final = 1_000 * MEGABYTE
WAL_WARN: Final = 64 * MEGABYTE
"""A log of this size was not moved into its file for a whole busy day."""
FEW_SCANS: Final = 100
"""So many scans before a scanner is judged."""


Books = tuple[tuple[Path, Schema], ...]
"""Database files and what they should be."""


class Examination(NamedTuple):
    """What is looked at, and how thoroughly."""

    conf: Path
    data: Path
    outside: Outside
    config: Config
    cash: str
    whole: bool
    """Compare every index of the databases with its table."""
    ask: bool
    """The network may be asked."""
    books: Books
    ready: Callable[[], bool]
    """Whether both databases can be worked with as they are; looked at once."""


def diagnosis(
    conf: Path, data: Path, outside: Outside, cash: str | None = None, whole: bool = False, ask: bool = True
) -> tuple[Finding, ...]:
    """Look at everything. Raises UserError when there is no conf folder or no data folder."""
    config = examine(conf).config
    if not data.is_dir():
        hint = "give the folder of the databases with --data, or make a shop: ncash init DIR"
        raise UserError(phrase("the data folder {data} does not exist", data=data), code="data", hint=hint)
    names = config.section(host.Databases)
    books = (data / names.documents, DOCUMENTS), (data / names.dictionaries, DICTIONARIES)
    ready = cache(partial(_ready, books))
    shop = Examination(
        conf=conf,
        data=data,
        outside=outside,
        config=config,
        cash=cash or config.section(host.Cash).cashcode,
        whole=whole,
        ask=ask,
        books=books,
        ready=ready,
    )
    return tuple(finding for name, look in LOOKS for finding in _contained(name, partial(look, shop)))


def _contained(name: str, look: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except UserError as error:
        yield Finding(name, FAIL, str(error), error.hint)
    except Exception as error:
        yield Finding(name, FAIL, raised("looking at it", error), "send this to the developers")


def _configuration(shop: Examination) -> Iterator[Finding]:
    found = examine(shop.conf)
    warnings = len(found.problems) - found.errors
    text = phrase("{errors} errors, {warnings} warnings", errors=found.errors, warnings=warnings)
    if any(problem.blocks for problem in found.problems):
        text += "; marked goods are refused"
    level = FAIL if found.errors else WARN if found.problems else OK
    yield Finding("configuration", level, text, "ncash check" if found.problems else "")
    for half in last_good.shortened(shop.data, shop.config):
        lost = ", ".join(half.lost) or "no live setting"
        hint = "put the whole file back, or let the till take it as it is: ncash reload"
        text = phrase("{file} is the beginning of the file before; gone: {lost}", file=half.file, lost=lost)
        yield Finding("configuration", FAIL, text, hint)


def _switched(shop: Examination) -> Iterator[Finding]:
    now = shop.outside.clock.now()
    for one in toggles.toggles(shop.config):
        who, at = one.who or phrase("somebody"), one.at or phrase("some time")
        text = phrase("[{one.section}] {one.key} = {one.value}, switched by {who} at {at}", one=one, who=who, at=at)
        if not one.until:
            hint = phrase("ncash config unset {key}, when it is over", key=one.key)
            yield Finding("switched", WARN, phrase("{text}, with no end", text=text), hint)
        elif datetime.fromisoformat(one.until) <= now:
            hint = "a running till takes it back when no receipt is open"
            yield Finding("switched", WARN, phrase("{text}, ran out at {until}", text=text, until=one.until), hint)
        else:
            yield Finding("switched", OK, phrase("{text}, until {until}", text=text, until=one.until))


def _till(shop: Examination) -> Iterator[Finding]:
    pid = holder(shop.data, shop.cash)
    if pid is None:
        yield Finding("till", OK, phrase("till {cash} is not running", cash=shop.cash))
        return
    yield Finding("till", OK, phrase("till {cash} runs as process {pid}", cash=shop.cash, pid=pid))
    told = config_desk.diff(shop.config, shop.data, shop.cash)
    text = "; ".join(told.text.splitlines())
    yield Finding("till", WARN if told.code else OK, text, "ncash reload" if told.code else "")


def _databases(shop: Examination) -> Iterator[Finding]:
    for path, schema in shop.books:
        yield from _contained("databases", partial(_database, shop, path, schema))
    free = shutil.disk_usage(shop.data).free
    level = FAIL if free < SPACE_FAIL else WARN if free < SPACE_WARN else OK
    text = phrase("{free} MB are free where {data} lies", free=free // MEGABYTE, data=shop.data)
    yield Finding("space", level, text, "" if level == OK else "make room: without it nothing can be sold")


def _database(shop: Examination, path: Path, schema: Schema) -> Iterator[Finding]:
    if not path.is_file():
        hint = "a till makes an empty one when it starts; [Databases] in ncash.ini names the file"
        yield Finding("databases", FAIL, phrase("there is no {name} in {data}", name=path.name, data=shop.data), hint)
        return
    seen = examined(path, schema, shop.whole)
    yield from _sound(path.name, seen)
    if seen.wal > WAL_WARN:
        text = phrase("the write-ahead log of {name} has {wal} MB", name=path.name, wal=seen.wal // MEGABYTE)
        yield Finding("databases", WARN, text, "end the programs that keep the database open; a till tidies it up")


def _sound(name: str, seen: Checkup) -> Iterator[Finding]:
    if seen.faults:
        hint = "end the till, put the file aside and restore a copy; it is not changed"
        text = phrase("{name} is damaged: {faults}", name=name, faults="; ".join(map(retold, seen.faults[:3])))
        yield Finding("databases", FAIL, text, hint)
    elif seen.version < seen.newest:
        text = phrase("{name} has version {version} of {newest}", name=name, version=seen.version, newest=seen.newest)
        yield Finding("databases", WARN, text, "make a copy; the next start of a till brings it up to date")
    else:
        size = seen.size / MEGABYTE
        text = phrase("{name} is sound, version {version}, {size:.1f} MB", name=name, version=seen.version, size=size)
        yield Finding("databases", OK, text)


def _ready(books: Books) -> bool:
    """Whether all of them can be worked with as they are; nothing is brought up to date by looking at it."""
    try:
        seen = [examined(path, schema, False) for path, schema in books if path.is_file()]
    except UserError:
        return False
    return len(seen) == len(books) and all(not one.faults and one.version == one.newest for one in seen)


def _of_books(
    name: str, look: Callable[[Examination], Iterator[Finding]]
) -> Callable[[Examination], Iterator[Finding]]:
    """A look that needs both databases."""

    def looked(shop: Examination) -> Iterator[Finding]:
        if shop.ready():
            yield from look(shop)
        else:
            yield Finding(name, WARN, "not looked at, for the state of the databases")

    return looked


def _receipts(shop: Examination) -> Iterator[Finding]:
    wait = waiting(shop.books[0][0])
    opened = ", ".join(phrase("till {cash}", cash=cash) for cash, _ in wait.open) or phrase("none")
    since = phrase(", the oldest since {oldest}", oldest=wait.oldest) if wait.oldest else ""
    text = phrase("open: {opened}; deferred: {deferred}{since}", opened=opened, deferred=wait.deferred, since=since)
    yield Finding("receipts", OK, text)
    if wait.unexported:
        text = phrase("{count} closed shifts are not exported", count=wait.unexported)
        yield Finding("receipts", WARN, text, "ncash sales export")


def _goods(shop: Examination) -> Iterator[Finding]:
    with closing(opened(*shop.books[1], read_only=True)) as dictionaries:
        count, barcode = wrong_goods.counted(dictionaries)
    if count:
        text = phrase(
            "{count} goods have no price, or a unit that is nowhere, as {barcode}: a till refuses those without price",
            count=count,
            barcode=barcode,
        )
        yield Finding("goods", WARN, text, "bring prices and units: ncash dict import")
    else:
        yield Finding("goods", OK, "all goods have a price and a known unit, or need none")


def _queue(shop: Examination) -> Iterator[Finding]:
    yield from queue_findings.findings(shop.books[0][0], shop.config, shop.outside.clock, shop.ask)


def _journal(shop: Examination) -> Iterator[Finding]:
    journal = Journal(shop.books[0][0])
    try:
        count, faults = journal.verify()
    finally:
        journal.close()
    if faults:
        hint = "ncash journal verify shows all; keep the file as it is"
        first = faults[0].text
        text = phrase("{faults} faults in {lines} lines: {first}", faults=len(faults), lines=count, first=first)
        yield Finding("journal", FAIL, text, hint)
    else:
        yield Finding("journal", OK, phrase("{lines} lines, the chain holds", lines=count))


def _scanners(shop: Examination) -> Iterator[Finding]:
    """A scanner that damages more than one scan in twenty wants other settings."""
    connection = Connection(shop.books[0][0])
    try:
        tills = usage(connection)
    finally:
        connection.close()
    for one in tills:
        scans = "till {one.till}: {one.scans} scans of marks, {one.repaired} repaired, {one.refused} refused"
        damaged = one.scans >= FEW_SCANS and (one.repaired + one.refused) * 20 > one.scans
        yield Finding(
            "scanners", WARN if damaged else OK, phrase(scans, one=one), "ncash scanner test" if damaged else ""
        )
    if not tills:
        yield Finding("scanners", OK, "no mark was scanned yet")


def _fiscal(shop: Examination) -> Iterator[Finding]:
    outside = shop.outside
    place = place_of(shop.config, shop.data, outside.clock, outside.http, shop.cash)
    yield from registers.findings(place, shop.ask)


def _kinds(shop: Examination) -> Iterator[Finding]:
    """Goods that carry marks which nobody here reads."""
    kinds = frozenset(kind for one in _states(shop) for kind in one.get("kinds", ()))
    with closing(opened(*shop.books[1], read_only=True)) as dictionaries:
        there = kinds_there.unread(dictionaries, kinds)
    allowed = shop.config.section(host.Host).unservedMarks == "allow"
    outcome = "sold as ordinary ones, without their marks" if allowed else "refused"
    for one in there:
        hint = "let a category serve them (goodsTypes), or mend the cards; [Host] unservedMarks decides meanwhile"
        yield Finding("kinds", WARN, one.told(outcome), hint)
    if not there:
        yield Finding("kinds", OK, "no goods carry marks that nobody reads")


_PLUGIN: Final = {
    "ready": (OK, ""),
    "missing": (WARN, "install the plugin, or take its switch out of [plugins]: nothing is done by it"),
}
"""How a plugin's state is judged, and what to do about it; any other is a failure."""


def _plugins(shop: Examination) -> Iterator[Finding]:
    for one in _states(shop):
        if one["state"] in (DISABLED, SERVED):
            continue
        level, hint = _PLUGIN.get(one["state"], (FAIL, "ncash plugins; tell the plugin's author"))
        how = retold(one["error"] or "")
        if level == OK:
            how = phrase("version {one[version]}, started in {one[start_ms]:.0f} ms", one=one)
        yield Finding("plugins", level, f"{one['name']}: {phrase(one['state'])}, {how}", hint)


def _states(shop: Examination) -> list[dict[str, Any]]:
    """Of the running till as it said them, else of a start of their own."""
    if holder(shop.data, shop.cash) is not None:
        states: list[dict[str, Any]] = json.loads(running_file(shop.data, shop.cash).read_bytes()).get("plugins", [])
        return states
    if not shop.ready():
        raise UserError("the plugins were not started, for the state of the databases", code="plugins")
    return [one.json() for one in plugins.told(shop.conf, shop.data, shop.outside)]


def _of_plugins(shop: Examination) -> Iterator[Finding]:
    """What the plugins that are switched on find."""
    outside = shop.outside
    around = Surroundings(outside.clock, outside.random, outside.http, shop.data)
    for name, on in shop.config.plugins.items():
        if on:
            yield from _contained(name, partial(_found_by, name, shop.config, around, shop.ask))


def _found_by(name: str, config: Config, around: Surroundings, ask: bool) -> tuple[Finding, ...]:
    try:
        found: tuple[Finding, ...] = answered(name, "on_doctor", config, around, ask) or ()
    except NotInstalled:
        return ()
    return found


LOOKS: Final[tuple[tuple[str, Callable[[Examination], Iterator[Finding]]], ...]] = (
    ("configuration", _configuration),
    ("switched", _switched),
    ("till", _till),
    ("databases", _databases),
    ("receipts", _of_books("receipts", _receipts)),
    ("goods", _of_books("goods", _goods)),
    ("queue", _of_books("queue", _queue)),
    ("journal", _of_books("journal", _journal)),
    ("scanners", _of_books("scanners", _scanners)),
    ("fiscal", _fiscal),
    ("plugins", _plugins),
    ("kinds", _of_books("kinds", _kinds)),
    ("plugins", _of_plugins),
)
"""What is looked at, in this order."""

"""A till in memory for a conf folder in memory: judged as `ncash check` judges it, and scanned at."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from ncash.errors import UserError
from ncash.fiscal import open_register, place_of
from ncash.hosting.configuration import Grounds, grounds_of
from ncash.hosting.loader import Plugins
from ncash.model.decision import Verdict
from ncash.model.ports import World
from ncash.model.receipt import Receipt
from ncash.model.scan import Scan
from ncash.settings import host, ini
from ncash.settings.config import Config
from ncash.settings.problems import Problem
from ncash.settings.tree import DROP_INS, FIRST, rank
from ncash.till.scans.scanning import scan
from ncash.till.view import Outcome, Room, View

from .yes import YesRegister

CONF: Final = Path("conf")
BARCODE: Final = "4670540176099"
MARK: Final = "0104670540176099215Demo1\x1d93dGVz"
HOSTS_OWN: Final = frozenset({"MarkedGoodsBlocked", "PluginBroken", "MarkDataMissing"})
"""Refusals of the host's own: nothing in the vendor's rules leads to them while markedgoods is on."""


class Seen(NamedTuple):
    """What became of one unit: the keys of all texts, whether it was sold, and why not."""

    keys: frozenset[str]
    sold: bool
    decided: tuple[str, str | None, str | None] | None
    """Check, setting and key of the step of the last scan that did not allow."""

    @property
    def refused_by_host(self) -> bool:
        """Whether the host refused on its own."""
        return bool(self.keys & HOSTS_OWN)


def read(folder: Mapping[str, bytes], conf: Path = CONF) -> Config:
    """The folder as the host reads it first."""
    paths = {(conf / name if name == FIRST else conf / DROP_INS / name): content for name, content in folder.items()}
    return Config(conf, [ini.scan(path, paths[path]) for path in sorted(paths, key=rank)], host.TABLES)


def checked(found: Grounds) -> tuple[Grounds, tuple[Problem, ...]]:
    """The files of these grounds as `ncash check` reads them, and what it finds; that the bundled plugins can start is
    known.
    """
    whole = found if found.names == found.installed.names else grounds_of(found.config, every=True)
    return whole, (*whole.known, *whole.linted(whole.names))


@contextmanager
def opened(found: Grounds, world: World) -> Iterator[Room]:
    """The room of a till with these grounds, without plugins when nobody will ask them. Raises UserError when no till
    would start."""
    config = found.config
    wrong = host.wrong_number(config.section(host.Cash).cashcode)
    if wrong:
        raise UserError(wrong)
    open_register(place_of(config, world.data, world.clock, world.http, "1"))
    on = found if found.refusal is None else None
    plugins = Plugins.start(config, world, found.installed.folders) if on else Plugins((), world.clock)
    try:
        fiscal = config.section(host.Fiscal)
        yield Room(plugins, world, found.rules, YesRegister(), blocked=lambda: found.refusal, fiscal=fiscal)
    finally:
        plugins.stop()


def scanned(room: Room, *scans: str) -> Seen:
    """What becomes of these scans in a receipt of their own."""
    view, keys, decided = View(Receipt("00000000-0000-4000-8000-000000000001")), set(), None
    for data in scans:
        outcome = scan(room, view, Scan(data))
        view = outcome.view
        keys |= {text.key for text in outcome.screen} | ({view.dialog.key} if view.dialog else set())
        decided = _decided(outcome)
    assert view.receipt is not None
    return Seen(frozenset(keys), bool(view.receipt.positions), decided)


def _decided(outcome: Outcome) -> tuple[str, str | None, str | None] | None:
    steps = outcome.decision.steps if outcome.decision else ()
    last: Any = next((step for step in reversed(steps) if step.verdict > Verdict.ALLOW), None)
    return (last.check, last.setting, last.key) if last else None

"""The public face for plugins. What a plugin's `NAME/plugin.py` and `NAME/settings.py` import from the host."""

import warnings
from collections.abc import Mapping
from typing import Final, NamedTuple

import pluggy

from ncash import __version__
from ncash.language import recorded
from ncash.messages import Advice
from ncash.model.decision import NOTHING, Text
from ncash.network.silence import THREADS, Crew, Party, Quiet, Ways
from ncash.system.files import replace as replace_file
from ncash.system.switches import CRPT_EMERGENCY, Switch, SwitchUnreadable, read_switch
from ncash.system.switches import signature as switch_signature
from ncash.system.threads import Workers, WorkersBusy

VERSION: Final = __version__
"""Version of the host; bundled plugins share it."""
API: Final = "2.0"
"""Version of what plugins are promised: `api = "2.0"` in the class Plugin says for which one it was written
(docs/adr/0047). The minor number grows with what is added, the major one with what is gone or means something else."""
hookimpl: Final = pluggy.HookimplMarker("ncash")


__all__ = [
    "API",
    "CRPT_EMERGENCY",
    "LONGEST_BUDGET",
    "MOST_CATEGORIES",
    "THREADS",
    "UNSEEN",
    "VERSION",
    "Account",
    "Advice",
    "Candidate",
    "Category",
    "Crew",
    "DeliveryResult",
    "Deprecation",
    "Guards",
    "Party",
    "PriceOffer",
    "Quiet",
    "Reading",
    "Shift",
    "Started",
    "Switch",
    "SwitchUnreadable",
    "Ways",
    "Workers",
    "WorkersBusy",
    "deprecated",
    "hookimpl",
    "read_switch",
    "replace_file",
    "switch_signature",
]


class Deprecation(FutureWarning):
    """Something of the plugin interface is used that will be gone: Python and pytest show it without being asked."""


NOTICE_RELEASES: Final = 2
"""Minor versions of API in which what is deprecated still works, after the one that says so first."""


def deprecated(what: str, instead: str, since: str, depth: int = 2) -> None:
    """Say loudly that something is used that will be gone, once for each line that uses it.

    `since` is the version of API that says so first; `depth` is how many calls lie between here and the line to name.
    """
    major, minor = (int(part) for part in since.split("."))
    text = recorded(
        "ncash.plugin {since}: {what} is deprecated, use {instead}; it works up to {last} and may be gone after that",
        since=since,
        what=what,
        instead=instead,
        last=f"{major}.{minor + NOTICE_RELEASES}",
    )
    warnings.warn(text, Deprecation, stacklevel=depth + 1)


LONGEST_BUDGET: Final = 3_600.0
"""Seconds of the longest budget of a plugin."""
MOST_CATEGORIES: Final = 500
"""Categories of one plugin."""


class Category(NamedTuple):
    """A goods category the plugin reads, with the place of its section."""

    name: str
    file: str | None
    line: int | None


class Guards(NamedTuple):
    """Goods that a plugin stands guard over: those in one of the catalogs, of one of the departments, of one of the
    kinds. They are refused while the plugin fails, or cannot be started after it did once."""

    catalogs: frozenset[str] = frozenset()
    """Codes of catalogs."""
    departments: frozenset[str] = frozenset()
    """Codes of departments, `dept`."""
    kinds: frozenset[int] = frozenset()
    """Values of `tmctype`."""


class Started(NamedTuple):
    """A plugin's answer to on_start."""

    version: str = "0"
    categories: tuple[Category, ...] = ()
    budget: float = 1.0
    """Seconds any hook of this plugin may take, LONGEST_BUDGET at most; past it the plugin is abandoned and broken
    until restart."""
    notices: tuple[Text, ...] = ()
    kinds: frozenset[int] = frozenset()
    """Values of `tmctype`, beside 7, whose goods need a mark that you read: they are marked goods in every respect."""
    publishes: Mapping[str, str] = NOTHING
    """Facts about a unit that you publish for other plugins (`Effects.published`), by name, each with what it says."""
    guards: Guards | None = None
    """Ordinary goods that are not sold while you cannot be asked; marked goods never are."""
    reprices: bool = False
    """Your prices depend on the rest of the receipt: `on_price` is asked again for every position when it changes."""


UNSEEN: Final = "unknown"
"""How the `skipped` of a step begins whose fact a rehearsal has not got: the decision is none from there on."""


class Candidate(NamedTuple):
    """A category that a scan was compared with."""

    name: str
    place: str | None
    """`markedgoods.ini:14`, where its section begins."""
    fits: bool
    chosen: bool
    why: str


class Reading(NamedTuple):
    """How a scan was read: what was done to the text, which category was taken, and why no other."""

    notes: tuple[str, ...]
    """Separators found and taken out, repairs, what is stored."""
    candidates: tuple[Candidate, ...]


class PriceOffer(NamedTuple):
    """A lower price with its reason, proposed by on_price."""

    price: int
    """Kopecks."""
    reason: str


class DeliveryResult(NamedTuple):
    """What became of a message that a plugin delivers itself (on_deliver)."""

    result: str
    """`delivered`; `retry`: it is tried again after a while; `refused`: the receiver does not want it, and it stays
    among the refused messages of `ncash queue`."""
    text: str = ""
    """Why it was not delivered, without secrets."""


class Shift(NamedTuple):
    """A shift of the register that was opened or closed (on_shift)."""

    number: int
    opened: bool
    """False: it was closed."""


class Account(NamedTuple):
    """How the queue presents itself at a receiver of messages, and how long it waits there."""

    headers: Mapping[str, str]
    """As they are sent, the authorization among them."""
    secrets: tuple[str, ...] = ()
    """Values that no error text may show."""
    budget: float = 30.0
    """Seconds, for one call."""
    plain: bool = False
    """The shop allows by name that this goes over plain http to another computer."""

    def __repr__(self) -> str:
        return f"Account(budget={self.budget:g})"

"""How each plugin would start, as far as that can be seen without a shop: for `ncash check`.

A plugin that is on is started in a rehearsal in which nobody is on the network and every book is empty, and stopped
again; of one that is off the hooks are looked at, so that whoever switches it on is warned.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from ncash.errors import UserError
from ncash.fiscal import DRIVERS, brought, installed
from ncash.hookspecs import hooks_of
from ncash.hosting import lint, starting
from ncash.hosting.configuration import BROKEN as RULE
from ncash.hosting.configuration import Grounds, broken_part
from ncash.hosting.loaded import BROKEN, CONFIG_ERROR, LoadedPlugin
from ncash.language import phrase
from ncash.model.ports import Rehearsal, World
from ncash.settings.host import Fiscal
from ncash.settings.problems import Problem
from ncash.support.explain.rehearsal import SealedHttp
from ncash.system.clock import SystemClock, SystemRandom
from ncash.system.threads import bounded

_EMPTY: Final[dict[str, Any]] = {
    "article_barcodes": frozenset(), "catalogs": frozenset(), "catalog_exists": True, "whitelisted": False,
    "role_exists": True, "documents_of_shift": (),
}  # fmt: skip
"""What empty books and dictionaries answer, where that is not None."""


class EmptyBooks:
    """Implements ports.BookReader and ports.Dictionaries: nothing is known."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *given, **named: _EMPTY.get(name)


def unstartable(found: Grounds, data: Path | None = None) -> Iterator[Problem]:
    """Plugins that cannot be started, with the cause; what stands against their settings was said before."""
    named = {problem.key for problem in found.known if problem.code == RULE}
    world = empty_world(data or Path())
    for name in found.names:
        if name in named:
            continue
        why = _trouble(found, name, world) if found.config.plugins.get(name) else _unmade(found, name)
        if why is not None:
            yield broken_part(found.config, name, "module", why)
        done, kinds = lint.kinds(found.config, found.installed, name)
        if not done or isinstance(kinds, BaseException):
            yield broken_part(found.config, name, "kinds", kinds)._replace(overridden=True)


def unloadable_driver(found: Grounds) -> Iterator[Problem]:
    """A fiscal driver of others that is installed and cannot be loaded: the till would not start."""
    own = found.config.section(Fiscal)
    if own.driver in DRIVERS or own.driver not in installed():
        return
    try:
        brought(own.driver)
    except UserError as error:
        origin = own.origin("driver")
        file, line = (origin.file, origin.line) if origin else ("ncash.ini", 1)
        text = phrase("{error}: the till does not start", error=error)
        yield Problem("MG074", file, line, text, section=Fiscal.section, key="driver")


def empty_world(data: Path) -> World:
    """The rehearsal in which nobody is on the network and every book is empty; `data` is the plugins' data folder."""
    empty: Any = EmptyBooks()
    return World(
        clock=SystemClock(), random=SystemRandom(), http=SealedHttp(), dictionaries=empty, documents=empty, data=data,
        rehearsal=Rehearsal(offline=True, local=False),
    )  # fmt: skip


def _trouble(found: Grounds, name: str, world: World) -> UserError | None:
    """Why it does not start."""
    one = LoadedPlugin(name)
    starting.bring_up(one, found.config, world, found.installed)
    if "on_stop" in one.hooks:
        bounded(one.hooks["on_stop"], one.started.budget)
    one.end()
    return UserError(one.error, code="plugin") if one.state in (BROKEN, CONFIG_ERROR) else None


def _unmade(found: Grounds, name: str) -> BaseException | None:
    """Why its class cannot be made, or its hooks cannot be used."""
    done, outcome = bounded(partial(_hooks, found, name), starting.START_SECONDS)
    if not done:
        return TimeoutError()
    return outcome if isinstance(outcome, BaseException) else None


def _hooks(found: Grounds, name: str) -> Any:
    return hooks_of(starting.made_by(found.installed, name)(), name)

"""How a plugin is found, made and started, within a time; whatever goes wrong is its state, with the cause."""

from collections.abc import Callable
from typing import Any, Final

from ncash.errors import UserError, raised
from ncash.hookspecs import hooks_of
from ncash.hosting import api_version
from ncash.hosting.hooks import fault_in
from ncash.hosting.incidents import traced, tracing
from ncash.hosting.loaded import BROKEN, CONFIG_ERROR, MISSING, SERVED, LoadedPlugin
from ncash.language import recorded
from ncash.model.ports import World
from ncash.plugin import Started
from ncash.settings.config import Config
from ncash.settings.installed import Installed, NotInstalled, plugin_of
from ncash.settings.layout import PLUGINS
from ncash.store.plugin_store import SqliteStore
from ncash.system.threads import bounded

START_SECONDS: Final = 15.0


def bring_up(
    one: LoadedPlugin, config: Config, world: World, installed: Installed, patience: float = START_SECONDS
) -> None:
    """Load and start a plugin, and note how that went; nothing that it does is raised."""
    begun = world.clock.monotonic()
    store = SqliteStore(world.data, one.name, world.clock, read_only=world.rehearsal is not None)
    one.end = store.close
    own = world._replace(store=store)
    done, outcome = bounded(lambda: _made(one.name, config, own, installed), patience)
    outcome = api_version.cause(one.name, installed, outcome)
    one.start_ms = (world.clock.monotonic() - begun) * 1000
    if not done:
        one.state, one.error = BROKEN, recorded("did not start within {patience:g} s", patience=patience)
    elif isinstance(outcome, UserError):
        one.state, one.error = MISSING if type(outcome) is NotInstalled else CONFIG_ERROR, str(outcome)
        if one.state == MISSING and owned(one.name, config):
            one.state, one.error = SERVED, ""
    elif isinstance(outcome, BaseException):
        one.state, one.error = CONFIG_ERROR, raised("start", outcome)
    else:
        one.instance, one.hooks, one.started = outcome


def owned(name: str, config: Config) -> bool:
    """Whether a plugin that is on declares this switch beside its own."""
    owners = [plugin_of(table.__module__) for table in config.tables if table.section == PLUGINS and table.row(name)]
    return any(config.plugins.get(owner) for owner in owners)


def _made(
    name: str, config: Config, world: World, installed: Installed
) -> tuple[object, dict[str, Callable[..., Any]], Started]:
    """The instance, its hooks and what it says of itself. Nothing is kept of a start that was given up."""
    strange = [table for table in installed.tables([name]) if table not in config.tables]
    if strange:
        raise UserError("its settings are not read: ncash check says why", code="plugin")
    make = made_by(installed, name)
    api_version.hold(make)
    instance = make()
    hooks = hooks_of(instance, name)
    start = hooks.get("on_start")
    if start is not None and tracing():
        start = traced(name, "on_start", start, world.clock.monotonic)
    answer = start(config, world) if start else None
    if fault := fault_in("on_start", answer):
        raise UserError(fault, code="plugin")
    return instance, hooks, answer or Started()


def made_by(installed: Installed, name: str) -> Callable[[], object]:
    """What makes an instance of the plugin. Raises NotInstalled, UserError, and whatever its import raises."""
    module = installed.plugin(name)
    if module is None:
        raise NotInstalled(name)
    made: Callable[[], object] | None = getattr(module, "Plugin", None)
    if not callable(made):
        raise UserError(recorded("{kind} has no class Plugin", kind=module.__name__), code="plugin")
    return made

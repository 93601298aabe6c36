"""Plugins: found, switched, started, called one by one, and contained.

A plugin is a package NAME with a module `NAME/plugin.py` that holds a class `Plugin`; its settings stand in
`NAME/settings.py` as TABLES. It is found in a folder of `[Host] pluginsPath`, on the import path, or by an entry point
of the group `ncash.plugins`. Entry points are scanned only for a name that the first two do not know: a scan costs
three times a bare start of the interpreter.
"""

import importlib
import importlib.util
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pluggy

from ncash.errors import UserError
from ncash.hookspecs import PROJECT, Hooks
from ncash.model.decision import Decision, Text
from ncash.model.mark import Mark
from ncash.model.ports import Clock, Closed, World
from ncash.model.receipt import Position, Receipt
from ncash.model.scan import Scan
from ncash.plugin import PriceOffer, Started
from ncash.settings.config import Config
from ncash.settings.declare import Settings
from ncash.sound import sound

GROUP: Final = "ncash.plugins"
START_SECONDS: Final = 15.0
READY, FAILING, BROKEN, MISSING, CONFIG_ERROR, DISABLED = (
    "ready",
    "failing",
    "broken",
    "missing",
    "config-error",
    "disabled",
)


class Abandoned(BaseException):
    """Raised in a thread whose plugin took too long: another one has taken its place, this one must change nothing."""


@dataclass(slots=True)
class Loaded:
    """One plugin and how it fares."""

    name: str
    instance: object | None = None
    state: str = READY
    error: str = ""
    started: Started = field(default_factory=Started)
    start_ms: float = 0.0
    failures: int = 0
    hooks: dict[str, Callable[..., Any]] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        """The plugin as `ncash plugins` and the greeting show it."""
        return {
            "name": self.name,
            "version": self.started.version,
            "state": self.state,
            "error": self.error or None,
            "failures": self.failures,
            "start_ms": round(self.start_ms, 1),
        }


def module_of(name: str, part: str, folders: Sequence[Path] = ()) -> Any | None:
    """The module `NAME.part` of a plugin, or None when there is no such plugin or no such part."""
    for folder in folders:
        if str(folder) not in sys.path:
            sys.path.append(str(folder))
    if not name.isidentifier():
        return None
    try:
        if importlib.util.find_spec(f"{name}.{part}") is not None:
            return importlib.import_module(f"{name}.{part}")
    except ModuleNotFoundError as error:
        if error.name not in (name, f"{name}.{part}"):
            raise
    return None


def _entry_module(name: str) -> str | None:
    from importlib.metadata import entry_points

    found = entry_points(group=GROUP, name=name)
    return next((point.module for point in found), None)


def plugin_class(name: str, folders: Sequence[Path] = ()) -> Callable[[], object] | None:
    """What makes an instance of the plugin, or None when nothing of that name is installed."""
    module = module_of(name, "plugin", folders)
    if module is None and (entry := _entry_module(name)):
        module = importlib.import_module(entry)
    made: Callable[[], object] | None = getattr(module, "Plugin", None)
    return made


def known(folders: Sequence[Path] = ()) -> tuple[str, ...]:
    """Names of all plugins that are installed, on or off."""
    from importlib.metadata import entry_points

    names = {point.name for point in entry_points(group=GROUP)}
    for folder in folders:
        names |= {place.parent.name for place in folder.glob("*/plugin.py")}
    return tuple(sorted(names))


def settings_tables(names: Iterable[str], folders: Sequence[Path] = ()) -> tuple[type[Settings], ...]:
    """The settings tables of these plugins; a plugin without a settings module has none."""
    tables: list[type[Settings]] = []
    for name in names:
        module = module_of(name, "settings", folders)
        tables += getattr(module, "TABLES", ())
    return tuple(tables)


class Plugins:
    """The switched-on plugins of one configuration. Each is called alone; an answer that is none is a failure."""

    def __init__(self, loaded: Iterable[Loaded], clock: Clock) -> None:
        self.loaded = sorted(loaded, key=lambda one: one.name)
        self._clock = clock
        self._running: tuple[Loaded, float] | None = None
        self._turn: object | None = None
        self._lock = threading.Lock()
        self._own = threading.local()

    @classmethod
    def start(cls, config: Config, world: World, folders: Sequence[Path] = ()) -> "Plugins":
        """Load and start every plugin that `[plugins]` switches on."""
        loaded = []
        for name, on in config.plugins.items():
            one = Loaded(name, state=READY if on else DISABLED)
            if on:
                _bring_up(one, config, world, folders)
            loaded.append(one)
        return cls(loaded, world.clock)

    def stop(self) -> None:
        """Tell every plugin that its time is over; one that does not listen is left behind."""
        for one in self.loaded:
            if "on_stop" in one.hooks:
                _bounded(one.hooks["on_stop"], one.started.budget)

    def read(self, scan: Scan) -> Mark | None:
        """The first plugin's reading of a scan, in the order of names."""
        for _, answer in self._answers("on_scan", scan):
            mark: Mark = answer
            return mark
        return None

    def ask(self, hook: str, request: object) -> tuple[list[Decision], tuple[str, ...]]:
        """Every plugin's decision, and the names of those that owe one."""
        failed: list[str] = []
        decisions = [answer for _, answer in self._answers(hook, request, failed)]
        return decisions, tuple(failed)

    def prices(self, position: Position) -> list[PriceOffer]:
        """Every plugin's lower price."""
        return [answer for _, answer in self._answers("on_price", position)]

    def closed(self, receipt: Receipt, document: Closed) -> None:
        """Tell every plugin that a receipt was closed; one that fails is named and changes nothing."""
        self._answers("on_closed", {"receipt": receipt, "document": document})

    def notices(self) -> list[Text]:
        """What the plugins want to stay on the screen."""
        return [text for _, texts in self._answers("on_notices") for text in texts]

    @property
    def broken(self) -> tuple[Loaded, ...]:
        """Plugins that are switched on and cannot be asked."""
        return tuple(one for one in self.loaded if one.state in (BROKEN, MISSING, CONFIG_ERROR))

    def _answers(self, hook: str, request: object = None, failed: list[str] | None = None) -> list[tuple[Loaded, Any]]:
        answers = []
        for one in self.loaded:
            if one.state in (BROKEN, MISSING, CONFIG_ERROR):
                if failed is not None:
                    failed.append(one.name)
                continue
            function = one.hooks.get(hook)
            if function is None:
                continue
            ok, answer = self._call(one, hook, function, request)
            if not ok:
                if failed is not None:
                    failed.append(one.name)
            elif answer is not None:
                answers.append((one, answer))
        return answers

    def _call(self, one: Loaded, hook: str, function: Callable[..., Any], request: object) -> tuple[bool, Any]:
        turn = getattr(self._own, "turn", None)
        self._running = (one, self._clock.monotonic())
        answer, error = None, ""
        try:
            answer = function() if request is None else function(request)
            error = sound(hook, answer)
        except BaseException as raised:
            error = f"{hook} raised {type(raised).__name__}"
        with self._lock:
            if self._turn is not turn:
                raise Abandoned
            self._running = None
        if error:
            one.failures += 1
            one.state, one.error = FAILING, error
            return False, None
        return True, answer

    def take_turn(self, turn: object) -> None:
        """The calling thread serves commands from now on; what an earlier thread still runs is void."""
        with self._lock:
            self._own.turn = turn
            self._turn = turn

    def abandon_overdue(self) -> Loaded | None:
        """Give up, until restart, on a plugin that is running past its budget; what its thread still does is void."""
        with self._lock:
            running = self._running
            if running is None or self._clock.monotonic() - running[1] <= running[0].started.budget:
                return None
            one = running[0]
            one.failures += 1
            one.state, one.error = BROKEN, f"did not answer within {one.started.budget:g} s"
            self._running, self._turn = None, object()
            return one


def _bring_up(one: Loaded, config: Config, world: World, folders: Sequence[Path]) -> None:
    begun = world.clock.monotonic()
    done, outcome = _bounded(lambda: _made(one, config, world, folders), START_SECONDS)
    one.start_ms = (world.clock.monotonic() - begun) * 1000
    if not done:
        one.state, one.error = BROKEN, f"did not start within {START_SECONDS:g} s"
    elif isinstance(outcome, BaseException):
        one.state = MISSING if isinstance(outcome, UserError) else CONFIG_ERROR
        one.error = str(outcome) if isinstance(outcome, UserError) else f"start raised {type(outcome).__name__}"


def _made(one: Loaded, config: Config, world: World, folders: Sequence[Path]) -> None:
    made = plugin_class(one.name, folders)
    if made is None:
        raise UserError(f"no plugin named {one.name} is installed", code="plugin")
    one.instance = made()
    one.hooks = hooks_of(one.instance, one.name)
    start = one.hooks.get("on_start")
    if start is None:
        return
    answer = start(config=config, world=world)
    if answer is not None and not isinstance(answer, Started):
        raise UserError(f"on_start answered {type(answer).__name__}, not Started", code="plugin")
    one.started = answer or one.started


def hooks_of(instance: object, name: str) -> dict[str, Callable[..., Any]]:
    """The hooks of a plugin by name, checked by pluggy. Raises UserError for a misspelt hook or a wrapper."""
    pm = pluggy.PluginManager(PROJECT)
    pm.add_hookspecs(Hooks)
    try:
        pm.register(instance, name)
        pm.check_pending()
    except pluggy.PluginValidationError as error:
        raise UserError(f"plugin {name}: {error}", code="plugin") from error
    hooks: dict[str, Callable[..., Any]] = {}
    for caller in pm.get_hookcallers(instance) or ():
        for implementation in caller.get_hookimpls():
            if implementation.wrapper or implementation.hookwrapper:
                raise UserError(
                    f"plugin {name}: {caller.name} is a wrapper; a plugin answers for itself", code="plugin"
                )
            hooks[caller.name] = _adapted(implementation.function, implementation.argnames, caller.name)
    return hooks


_ARGUMENT: Final[Mapping[str, str]] = {"on_scan": "scan", "on_price": "position"}


def _adapted(function: Callable[..., Any], argnames: Sequence[str], hook: str) -> Callable[..., Any]:
    """An implementation may leave out arguments it does not need."""
    if hook == "on_start":
        return lambda **given: function(**{name: given[name] for name in argnames})
    if hook == "on_closed":
        return lambda given: function(**{name: given[name] for name in argnames})
    wanted = _ARGUMENT.get(hook, "request")
    if hook in ("on_stop", "on_notices") or wanted in argnames:
        return function
    return lambda _request: function()


def _bounded(function: Callable[[], object], seconds: float) -> tuple[bool, object]:
    """Run it in a thread of its own and wait at most so long: done?, and what came of it or was raised."""
    outcome: list[object] = []

    def body() -> None:
        try:
            outcome.append(function())
        except BaseException as error:
            outcome.append(error)

    thread = threading.Thread(target=body, daemon=True)
    thread.start()
    thread.join(seconds)
    return (True, outcome[0]) if outcome else (False, None)

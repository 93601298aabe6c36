"""Plugins: pluggy checks the signatures of their hooks, and this module starts, calls and contains each one alone.

A plugin is a package NAME with a module `NAME/plugin.py` that holds a class `Plugin`; its settings stand in
`NAME/settings.py` as TABLES (ncash.settings.installed finds it).
"""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final

from ncash.errors import debugging, raised
from ncash.hosting.hooks import HOOKS, Hook, Silence
from ncash.hosting.incidents import IncidentBook, show_frames, traced, tracing
from ncash.hosting.loaded import BROKEN, CONFIG_ERROR, DISABLED, FAILING, MISSING, READY, SAFE_MODE, LoadedPlugin
from ncash.hosting.ownership import Respondent, addressed, claimed, is_bare
from ncash.hosting.starting import START_SECONDS, bring_up
from ncash.language import english, phrase, recorded
from ncash.model.decision import NOTHING, Decision, Text, Verdict
from ncash.model.mark import Mark
from ncash.model.ports import Clock, Closed, World
from ncash.model.receipt import Receipt
from ncash.model.request import Pricing, UnknownScan
from ncash.model.scan import Scan
from ncash.plugin import Guards, PriceOffer, Shift
from ncash.settings.config import Config
from ncash.settings.installed import Installed, comes_along
from ncash.system.threads import bounded

_ABSTAIN: Final = Verdict.ABSTAIN
_OWING: Final = frozenset({BROKEN, CONFIG_ERROR})
"""States in which a plugin owes every answer: it is there, and cannot be asked."""
_MUTE: Final = frozenset({*_OWING, MISSING})
"""States in which a plugin cannot be asked."""


class Abandoned(BaseException):
    """Raised in a thread whose plugin took too long: another one has taken its place, this one must change nothing."""


Address = Callable[[Respondent, Any], Any] | None
HeardAnswers = list[tuple[LoadedPlugin, Any]]
Having = tuple[Callable[[Any], str], tuple[tuple[LoadedPlugin, Callable[..., Any]], ...]]


def _heard_of(told: set[str], one: LoadedPlugin) -> bool:
    """Whether a plugin was told before; from now on it was."""
    before = one.name in told
    told.add(one.name)
    return before


class Plugins:
    """The switched-on plugins of one configuration. Each is called alone; an answer that is none is a failure."""

    def __init__(
        self, loaded: Iterable[LoadedPlugin], clock: Clock, hooks: Mapping[str, Hook] = HOOKS, *, bounds: bool = False
    ) -> None:
        """`bounds`: nobody watches from outside (`abandon_overdue`), so that each call is bounded by itself."""
        self._hooks = hooks
        self._bounds = bounds
        self.loaded = sorted(loaded, key=lambda one: one.name)
        self._now = clock.monotonic
        self._calls = count()
        self._under_way: dict[int, list[Any]] = {}
        """Calls that run, by number: the plugin, and since when. Whoever takes a call out decides what became of it."""
        self.incidents = IncidentBook()
        self._debug, self._trace = debugging(), tracing()
        self._stumbled: dict[str, None] = {}
        self._faltered = False
        """Some call failed since the start."""
        for one in self.loaded:
            if one.state in _OWING:
                self.incidents.add(one.name, "on_start", english(one.error))
            elif one.state == SAFE_MODE:
                self.incidents.add(one.name, "on_start", "not started: safe mode")
        self._settle()

    def _settle(self) -> None:
        """Who can be asked stays as it is until a plugin breaks."""
        self._asked: dict[str, Having] = {}
        self.broken = tuple([one for one in self.loaded if one.state in _OWING])
        """Plugins that are installed and switched on, and cannot be asked. One that is not installed owes nothing."""
        whole = [one for one in self.loaded if one.state != BROKEN]
        self._standing = [text for one in whole for text in one.started.notices]
        self.reviews = any("on_review" in one.hooks for one in self.loaded)
        """Some plugin looks at what was allowed."""
        self.takes_scans = any("on_unknown_scan" in one.hooks for one in self.loaded)
        """Some plugin looks at scans that nobody else knows."""
        self.takes_payments, self.ticks, self.hears_shifts = (
            any(hook in one.hooks for one in self.loaded) for hook in ("on_payment", "on_tick", "on_shift")
        )
        self.reprices = any(one.started.reprices for one in whole)
        """The prices of some plugin depend on the whole receipt."""

    @classmethod
    def start(
        cls,
        config: Config,
        world: World,
        folders: Sequence[Path] = (),
        patience: float = START_SECONDS,
        *,
        bounds: bool = False,
        safe: bool = False,
    ) -> "Plugins":
        """Load and start every plugin that `[plugins]` switches on, and wait so many seconds for each; in safe mode
        only those that come with the program."""
        loaded, installed = [], Installed(folders)
        for name, on in config.plugins.items():
            one = LoadedPlugin(name, state=READY if on else DISABLED)
            if on and safe and not comes_along(name):
                one.state = SAFE_MODE
            elif on:
                bring_up(one, config, world, installed, patience)
            loaded.append(one)
        return cls(loaded, world.clock, bounds=bounds)

    def stop(self) -> None:
        """Tell every plugin that its time is over; one that does not listen is left behind, and said to be."""
        for one in self.loaded:
            if "on_stop" not in one.hooks:
                one.end()
                continue
            done, outcome = bounded(one.hooks["on_stop"], one.started.budget)
            if not done or isinstance(outcome, BaseException):
                trouble = raised("on_stop", outcome) if isinstance(outcome, BaseException) else "on_stop does not end"
                sys.stderr.write(phrase("ncash: plugin {name}: {trouble}\n", name=one.name, trouble=trouble))
            one.end()

    def begin(self) -> None:
        """A command begins: what failed in an earlier one may do better now."""
        self._stumbled.clear()
        if NOTHING:
            dict.clear(NOTHING)  # type: ignore[arg-type]
            sys.stderr.write(phrase("ncash: a plugin wrote into the constant NOTHING; it is empty again\n"))

    def read(self, scan: Scan) -> Mark | None:
        """The reading of a scan by the one plugin that knows it; the mark says whose it is.

        Several readers of one scan have failed, all of them, and so has one that never said that it reads marks.
        """
        heard: list[tuple[LoadedPlugin, Mark]] = self._heard("on_scan", (scan,))
        if not heard:
            return None
        one, mark = heard[0]
        if len(heard) > 1:
            error = recorded("on_scan: {names} read the same scan", names=", ".join(reader.name for reader, _ in heard))
            for reader, _ in heard:
                self._failed(reader, "on_scan", error)
            return None
        if not one.started.categories:
            self._failed(one, "on_scan", "on_scan: it reads a mark, and named no category at its start")
            return None
        return mark if mark.reader == one.name else mark._replace(reader=one.name)

    def ask(self, hook: str, request: object, *more: object) -> tuple[list[Decision], tuple[str, ...]]:
        """Every plugin's decision, and the names of those that owe one, where the row of the hook says that it is owed.

        A plugin owes one that failed in this hook, or in another one since the command began, or that cannot be asked
        at all, unless it is known to have no such hook.
        """
        decisions = [answer for _, answer in self._heard(hook, (request, *more), addressed)]
        if not (self.broken or self._stumbled):
            return decisions, ()
        silence = self._hooks[hook].silence
        if silence is Silence.NOTHING:
            return decisions, ()
        by_all = silence is Silence.OWED_BY_ALL
        mute = {one.name: None for one in self.broken if by_all or hook in one.hooks or not one.hooks}
        return decisions, tuple(sorted(self._stumbled | mute))

    def claim(self, request: UnknownScan) -> Decision | None:
        """The answer of the one plugin that takes a scan which is none of the host's; None when nobody does.

        A scan that several take is taken by nobody, and all of them have failed.
        """
        heard = [
            (one, said)
            for one, said in self._heard("on_unknown_scan", (request,), addressed)
            if said.verdict is not _ABSTAIN
        ]
        if len(heard) == 1:
            only: Decision = heard[0][1]
            return only
        names = ", ".join(one.name for one, _ in heard)
        for one, _ in heard:
            self._failed(one, "on_unknown_scan", recorded("on_unknown_scan: {names} take the same scan", names=names))
        return None

    def blame(self, name: str, hook: str, error: str) -> None:
        """Note that a plugin's answer, which looked like one, is none; it is asked again."""
        for one in self.loaded:
            if one.name == name:
                self._failed(one, hook, error)

    def guards(self, name: str) -> Guards | None:
        """The ordinary goods that this plugin stands guard over."""
        return next((one.started.guards for one in self.loaded if one.name == name), None)

    def prices(self, pricing: Pricing) -> list[PriceOffer]:
        """Every plugin's lower price."""
        return self.answers("on_price", pricing.position, pricing)

    def shift(self, shift: Shift, told: set[str]) -> None:
        """Tell every plugin that a shift was opened or closed, each one once; `told` grows by each that is called."""
        self.answers("on_shift", shift, told=told)

    def tick(self) -> None:
        """Let the plugins work that have something to do while nobody scans."""
        self.answers("on_tick")

    def closed(self, receipt: Receipt, document: Closed, told: set[str]) -> None:
        """Tell every plugin that a receipt was closed, each one once; one that fails is named and changes nothing.

        `told` grows by each that is called: after one that hung, the next ones are told.
        """
        self.answers("on_closed", receipt, document, told=told)

    def notices(self) -> list[Text]:
        """What the plugins want to stay on the screen."""
        told = self._standing.copy()
        for texts in self.answers("on_notices"):
            told += texts
        return told

    @property
    def failing(self) -> tuple[LoadedPlugin, ...]:
        """Plugins whose latest answer to some hook was none; they are asked again."""
        return tuple([one for one in self.loaded if one.state == FAILING]) if self._faltered else ()

    def answers(self, hook: str, *given: object, told: set[str] | None = None) -> list[Any]:
        """What the plugins answer that do; each is called with the arguments of the hook, in their order.

        Raises Abandoned in a thread that was given up meanwhile.
        """
        return [answer for _, answer in self._heard(hook, given, told=told)]

    def _heard(
        self, hook: str, given: tuple[object, ...], address: Address = None, told: set[str] | None = None
    ) -> HeardAnswers:
        """The answers with the plugins that gave them. `address` makes of the first argument what a plugin gets, or
        None for a plugin that is not asked."""
        answers: HeardAnswers = []
        judge, asked = self._asked.get(hook) or self._having(hook)
        now, under_way, calls = self._now, self._under_way, self._calls
        request: Any = given[0] if given else None
        keeping = address is not None
        asking = keeping and not is_bare(request)
        marked = keeping and not asking and request.mark is not None
        for one, function in asked:
            if told is not None and _heard_of(told, one):
                continue
            if address is not None and (asking or (marked and one.started.categories)):
                own = address(one, request)
                if own is None:
                    continue
                given = (own, *given[1:])
            number = next(calls)
            under_way[number] = [one, now()]
            try:
                answer = function(*given)
                error = "" if answer is None else judge(answer)
            except BaseException as trouble:
                answer, error = None, self._raised(one, hook, trouble)
            if under_way.pop(number, None) is None:
                raise Abandoned
            if keeping and answer is not None and not error:
                answer = claimed(one, hook, request, answer)
                error = answer if isinstance(answer, str) else ""
            if error:
                self._failed(one, hook, error)
                continue
            if answer is not None:
                answers.append((one, answer))
            if one.failing == hook:
                one.recover()
        return answers

    def _raised(self, one: LoadedPlugin, hook: str, trouble: BaseException) -> str:
        """What a plugin raised, by type and place."""
        if self._debug:
            show_frames(one.name, hook, trouble)
        return raised(hook, trouble)

    def _callable(self, one: LoadedPlugin, hook: str) -> Callable[..., Any]:
        """The hook as it is called: bounded by itself where nobody watches, traced where support wants that."""
        function = one.hooks[hook]
        if self._bounds:
            function = partial(self._within, one, function)
        return traced(one.name, hook, function, self._now) if self._trace else function

    def _within(self, one: LoadedPlugin, function: Callable[..., Any], *given: Any) -> Any:
        """The answer of a call that is bounded by itself. Raises what the plugin raises; one that hangs is broken."""
        done, outcome = bounded(partial(function, *given), one.started.budget)
        if not done:
            self._hung(one)
            return None
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    def _hung(self, one: LoadedPlugin) -> None:
        one.failures += 1
        one.state, one.error = BROKEN, recorded("did not answer within {budget:g} s", budget=one.started.budget)
        self.incidents.add(one.name, one.failing or "-", english(one.error))
        self._settle()

    def _having(self, hook: str) -> Having:
        """How an answer to this hook is judged, and the plugins that have it and can be asked."""
        able = (one for one in self.loaded if hook in one.hooks and one.state not in _MUTE)
        found = [(one, self._callable(one, hook)) for one in able]
        having = self._asked[hook] = (self._hooks[hook].judge, tuple(found))
        return having

    def _failed(self, one: LoadedPlugin, hook: str, error: str) -> None:
        error = error if error.startswith(hook) else f"{hook}: {error}"
        one.failures += 1
        one.state, one.error, one.failing = FAILING, error, hook
        self.incidents.add(one.name, hook, english(error))
        self._stumbled[one.name] = None
        self._faltered = True

    def abandon_overdue(self, stood: float = 0.0) -> LoadedPlugin | None:
        """Give up, until restart, on a plugin past its budget; `stood`: seconds in which nobody got the processor."""
        for number, call in tuple(self._under_way.items()):
            one: LoadedPlugin = call[0]
            call[1] += stood
            if self._now() - call[1] <= one.started.budget or self._under_way.pop(number, None) is None:
                continue
            self._hung(one)
            return one
        return None

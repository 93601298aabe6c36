"""What stands against a configuration: one judgement, made for `ncash check` and for the till that sells by it.

The till's start must not wait for proofs: what the files say by themselves is known at once, what the checks of the
plugins find is asked for when the first marked goods come, and before a changed configuration is taken.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, partial
from itertools import chain
from pathlib import Path
from typing import Any, Final

from ncash.errors import UserError, place
from ncash.hosting import api_version, lint, register_rules, starting
from ncash.language import english, phrase
from ncash.messages import MARKED_GOODS_BLOCKED
from ncash.model.codes import label
from ncash.model.decision import Step, Verdict
from ncash.settings import host
from ncash.settings.config import Config
from ncash.settings.declare import Settings
from ncash.settings.installed import Installed, comes_along, is_folder, plugin_of
from ncash.settings.layout import PLUGINS, UNKNOWN_PLUGIN, Sections
from ncash.settings.problems import ERROR, Problem
from ncash.system.threads import bounded

BROKEN: Final = "MG056"
_LABELS: Final = host.BarcodeRules.section
_NAMES: Final = frozenset({UNKNOWN_PLUGIN, "MG020", "MG021", "MG022"})
"""Rules about keys that nobody reads: a plugin that the files do not name may still read them."""


def folders_of(config: Config) -> tuple[Path, ...]:
    """The folders of `[Host] pluginsPath`; relative ones begin at the conf folder."""
    return tuple(Path(config.folder, folder) for folder in config.section(host.Host).pluginsPath)


class Grounds:
    """A configuration under the tables of the host and of its plugins, and what stands against it."""

    def __init__(self, config: Config, installed: Installed, names: Iterable[str], broken: Iterable[Problem]) -> None:
        """`names` are those of the plugins whose tables are read; `broken` says which tables cannot be had."""
        self.config = config
        self.installed = installed
        self.names = tuple(names)
        self._broken = tuple(broken)
        self._linted: dict[str, tuple[Problem, ...]] = {}

    @cached_property
    def rules(self) -> tuple[label.LabelRule, ...]:
        """The rules of bcode.ini that can be used."""
        return label.rules_from(f"{line.key}={line.value}" for line in self.config.lines(_LABELS))[0]

    @cached_property
    def known(self) -> tuple[Problem, ...]:
        """What the files say by themselves."""
        rules = (_till_number, _label_rules, _plugin_folders, _unserved_goods, register_rules.problems)
        own = chain(*(rule(self.config) for rule in rules), _namesakes(self.config, self.installed))
        return self.config.sorted((*self.config.problems, *own, *self._broken))

    @cached_property
    def proved(self) -> tuple[Problem, ...]:
        """What the checks of the plugins find that are switched on. It takes time when it is asked for first."""
        on = [name for name in self.names if self.config.plugins.get(name)]
        return self.config.sorted(self.linted(on))

    def linted(self, names: Iterable[str]) -> Iterator[Problem]:
        """What the checks of these plugins find; that of one which is switched off stops nothing."""
        unusable = {problem.key for problem in self._broken}
        for name in names:
            if name in unusable:
                continue
            on = self.config.plugins.get(name, False)
            if name not in self._linted:
                done, found = lint.problems(self.config, self.installed, name)
                whole = done and isinstance(found, tuple)
                self._linted[name] = found if whole else (broken_part(self.config, name, "checks", found),)
            for problem in self._linted[name]:
                yield problem if on else problem._replace(overridden=True)

    @cached_property
    def kinds(self) -> frozenset[int]:
        """Values of `tmctype`, beside 7, whose marks the plugins that are on read, as their `lint` modules say."""
        found: set[int] = set()
        for name in self.names:
            if self.config.plugins.get(name):
                done, kinds = lint.kinds(self.config, self.installed, name)
                found |= kinds if done and isinstance(kinds, frozenset) else frozenset()
        return frozenset(found)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Every error that the till can see; a configuration with one is not taken at a reload."""
        return tuple(problem for problem in (*self.known, *self.proved) if problem.level == ERROR)

    @cached_property
    def refusal(self) -> Step | None:
        """Why marked goods are refused, or None; the checks of the plugins are asked only if nothing else stands."""
        wrong = _blocking(self.known) or _blocking(self.proved)
        if wrong is None:
            return None
        return Step(
            "settings", Verdict.DENY, MARKED_GOODS_BLOCKED.key, setting=wrong.key or wrong.section or None,
            value=wrong.code, source=f"{wrong.file}:{wrong.line}", fact=english(wrong.text),
        )  # fmt: skip

    @property
    def refused(self) -> bool:
        """Whether somebody was told by now that marked goods are refused; nothing is asked to find out."""
        return self.__dict__.get("refusal") is not None


def _blocking(problems: Iterable[Problem]) -> Problem | None:
    return next((problem for problem in problems if problem.blocks), None)


def grounds_of(config: Config, every: bool = False, *, safe: bool = False) -> Grounds:
    """The judgement of these files, under whatever tables they were read before; in safe mode nothing of a plugin is
    looked at that does not come with the program.

    `every` reads them for all plugins there are. Without it they are read for those that `[plugins]` names, and for
    the others too only when something is written that none of these knows.
    """
    first = config if config.tables == host.TABLES else Config(config.folder, config.files, host.TABLES)
    installed = Installed(folders_of(first))
    written = [name for name in first.plugins if _holds(installed, name)]
    written = [name for name in written if comes_along(name) or not safe]
    every = not safe and (every or len(written) < len(first.plugins))
    names = sorted({*installed.names, *written} if every else written)
    tables: list[type[Settings]] = []
    broken = []
    for name in sorted(names, key=lambda name: (not comes_along(name), name)):
        done, found = bounded(partial(installed.tables, [name]), starting.START_SECONDS)
        if done and not isinstance(found, BaseException):
            found = redeclared(tables, name, found)
        if done and not isinstance(found, BaseException):
            tables += found
        else:
            broken.append(broken_part(first, name, "settings", found))
    layout = Sections((*host.TABLES, *tables))
    if not (every or safe) and any(layout.find(section) is None for section in first.written_sections):
        return grounds_of(first, every=True)
    config = first.extended(tables, {*names, *installed.names} if every else names)
    if not (every or safe) and any(problem.code in _NAMES for problem in config.problems):
        return grounds_of(first, every=True)
    return Grounds(config, installed, names, broken)


def redeclared(
    tables: Sequence[type[Settings]], name: str, own: Sequence[type[Settings]]
) -> Sequence[type[Settings]] | UserError:
    """The tables of a plugin; an error when one declares a setting that is the host's, or another plugin's."""
    taken = {(table.section, row.name): table for table in (*host.TABLES, *tables) for row in table.rows()}
    for table in own:
        for row in table.rows():
            other = taken.get((table.section, row.name))
            if other is not None and other is not table:
                owner = plugin_of(other.__module__)
                text = phrase(
                    "[{section}] {key} is a setting of {owner}", section=table.section, key=row.name, owner=owner
                )
                return UserError(text, code="plugin")
    return own


def grounds(conf: Path, every: bool = False, *, safe: bool = False) -> Grounds:
    """The judgement of a conf folder as it is now. Raises UserError when there is no such folder."""
    return grounds_of(Config.load(conf, host.TABLES), every, safe=safe)


def _holds(installed: Installed, name: str) -> bool:
    """A package whose import fails is there, and broken."""
    done, found = bounded(partial(installed.holds, name), starting.START_SECONDS)
    return not done or isinstance(found, BaseException) or bool(found)


def _till_number(config: Config) -> Iterator[Problem]:
    """The number of the till is no value that a default could stand for."""
    own = config.section(host.Cash)
    wrong, origin = host.wrong_number(own.cashcode), own.origin("cashcode")
    if wrong and origin:
        text = phrase("cashcode: {wrong}; the till does not start", wrong=wrong)
        accepted = "letters and digits, 32 at most"
        yield Problem(
            code="MG030",
            file=origin.file,
            line=origin.line,
            text=text,
            section=origin.section,
            key="cashcode",
            accepted=accepted,
        )


def _label_rules(config: Config) -> Iterator[Problem]:
    lines = config.lines(_LABELS)
    for fault in label.rules_from(f"{line.key}={line.value}" for line in lines)[1]:
        line = lines[fault.at]
        yield Problem(
            "MG036", line.origin.file, line.origin.line, fault.text, section=_LABELS, key=line.key,
            accepted="mask=template with B, Q, X and .",
        )  # fmt: skip


def _plugin_folders(config: Config) -> Iterator[Problem]:
    """Which plugins lay in a folder that is gone is not known: none of them may be taken for one that was not there."""
    origin = config.section(host.Host).origin("pluginsPath")
    for folder in folders_of(config):
        if origin and not is_folder(folder):
            text = phrase(
                "pluginsPath: there is no folder {folder}, so that the plugins in it do not start", folder=folder
            )
            yield Problem("MG059", origin.file, origin.line, text, section=origin.section, key="pluginsPath")


def _namesakes(config: Config, installed: Installed) -> Iterator[Problem]:
    """Whoever put a plugin somewhere takes it for the one that runs."""
    for name, on in config.plugins.items():
        for other in installed.passed_over(name) if on else ():
            origin = config.plugin_origin(name)
            file, line = (origin.file, origin.line) if origin else ("ncash.ini", 1)
            text = phrase("the plugin {name} in {folder} is not loaded: its name is taken", name=name, folder=other)
            yield Problem("MG085", file, line, text, section=PLUGINS, key=name)


def _unserved_goods(config: Config) -> Iterator[Problem]:
    own = config.section(host.Host)
    origin = own.origin("unservedMarks")
    if origin is not None and own.unservedMarks == "allow":
        text = "goods whose tmctype no category serves (alcohol, tobacco …) are sold as ordinary ones, without a mark"
        yield Problem("MG080", origin.file, origin.line, text, section=origin.section, key="unservedMarks")


def broken_part(config: Config, name: str, part: str, outcome: Any) -> Problem:
    """A plugin that cannot be used; while it is switched off nobody uses it."""
    outcome = api_version.cause(name, Installed(folders_of(config)), outcome)
    why = phrase("it does not answer within {start_seconds:g} s", start_seconds=starting.START_SECONDS)
    if isinstance(outcome, UserError):
        why = str(outcome)
    elif isinstance(outcome, BaseException):
        why = phrase("{kind} at {place}", kind=type(outcome).__name__, place=place(outcome))
    origin = config.plugin_origin(name)
    file, line = (origin.file, origin.line) if origin else ("ncash.ini", 1)
    text = phrase("the {part} of plugin {name} cannot be used: {why}", part=part, name=name, why=why)
    return Problem(BROKEN, file, line, text, section=PLUGINS, key=name, unread=not config.plugins.get(name))

"""One hook of a plugin that is not started: its answer within a limit, or an error that names the plugin."""

from collections.abc import Callable, Sequence
from typing import Any

from ncash.errors import UserError, raised
from ncash.hookspecs import hooks_of
from ncash.hosting import api_version, starting
from ncash.hosting.configuration import folders_of
from ncash.hosting.hooks import fault_in
from ncash.language import phrase
from ncash.settings.config import Config
from ncash.settings.installed import Installed
from ncash.system.threads import bounded


def asked_each(
    name: str, config: Config, hook: str, given: Sequence[Sequence[object]], patience: float
) -> list[Any] | None:
    """What the plugin answers to each of these, one instance after the other; None when it has no such hook.

    Raises UserError as `asked`.
    """

    def work() -> Any:
        function = _function(name, config, hook)
        return None if function is None else [_answer(name, hook, function, one) for one in given]

    found: list[Any] | None = _bounded(
        work, patience, config=config, name=name, hook=hook, what=phrase("answer {hook}", hook=hook)
    )
    return found


def asked(name: str, config: Config, hook: str, given: Sequence[object], patience: float, what: str) -> Any:
    """What the plugin answers; None when it has no such hook. `given` are the arguments of the hook in their order,
    `what` it does, for the text about one that hangs.

    Raises UserError for one that fails, does not answer within `patience` seconds, or answers nonsense;
    NotInstalled for one that is not there.
    """

    def work() -> Any:
        function = _function(name, config, hook)
        return None if function is None else _answer(name, hook, function, given)

    return _bounded(work, patience, config=config, name=name, hook=hook, what=what)


def _function(name: str, config: Config, hook: str) -> Callable[..., Any] | None:
    """The hook of a fresh instance. Raises NotInstalled, UserError, and whatever the plugin raises."""
    installed = Installed(folders_of(config))
    if not installed.holds(name) and starting.owned(name, config):
        return None
    return hooks_of(starting.made_by(installed, name)(), name).get(hook)


def _answer(name: str, hook: str, function: Callable[..., Any], given: Sequence[object]) -> Any:
    answer = function(*given)
    if fault := fault_in(hook, answer):
        raise UserError(phrase("plugin {name}: {trouble}", name=name, trouble=fault), code="plugin")
    return answer


def _bounded(work: Callable[[], Any], patience: float, *, config: Config, name: str, hook: str, what: str) -> Any:
    done, outcome = bounded(work, patience)
    if not done:
        raise UserError(
            phrase("plugin {name} did not {what} within {patience:g} s", name=name, what=what, patience=patience),
            code="plugin",
        )
    outcome = api_version.cause(name, Installed(folders_of(config)), outcome)
    if isinstance(outcome, UserError):
        raise outcome
    if isinstance(outcome, BaseException):
        raise UserError(phrase("plugin {name}: {trouble}", name=name, trouble=raised(hook, outcome)), code="plugin")
    return outcome

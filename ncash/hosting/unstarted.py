"""One hook of a plugin that is not started: its answer within a limit, or an error that names the plugin."""

from collections.abc import Sequence
from typing import Any

from ncash.errors import UserError, raised
from ncash.hookspecs import hooks_of
from ncash.hosting import loader
from ncash.hosting.configuration import folders_of
from ncash.hosting.hooks import fault_in
from ncash.language import phrase
from ncash.settings.config import Config
from ncash.settings.installed import Installed
from ncash.system.threads import bounded


def asked(name: str, config: Config, hook: str, given: Sequence[object], patience: float, what: str) -> Any:
    """What the plugin answers; None when it has no such hook. `given` are the arguments of the hook in their order,
    `what` it does, for the text about one that hangs.

    Raises UserError for one that fails, does not answer within `patience` seconds, or answers nonsense;
    NotInstalled for one that is not there.
    """

    def work() -> Any:
        installed = Installed(folders_of(config))
        if not installed.holds(name) and loader.owned(name, config):
            return None
        function = hooks_of(loader.made_by(installed, name)(), name).get(hook)
        answer = function(*given) if function else None
        if fault := fault_in(hook, answer):
            raise UserError(phrase("plugin {name}: {trouble}", name=name, trouble=fault), code="plugin")
        return answer

    done, outcome = bounded(work, patience)
    if not done:
        raise UserError(
            phrase("plugin {name} did not {what} within {patience:g} s", name=name, what=what, patience=patience),
            code="plugin",
        )
    if isinstance(outcome, UserError):
        raise outcome
    if isinstance(outcome, BaseException):
        raise UserError(phrase("plugin {name}: {trouble}", name=name, trouble=raised(hook, outcome)), code="plugin")
    return outcome

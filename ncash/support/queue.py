"""The queue as a shop runs it: its sender, and how it presents itself at the receivers."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from ncash import loader
from ncash.errors import UserError, raised
from ncash.model.ports import Clock, Http, Random
from ncash.plugin import Account
from ncash.queue.loop import Desk
from ncash.queue.opening import transport_of
from ncash.settings.config import Config
from ncash.settings.host import Host
from ncash.sound import sound
from ncash.workers import bounded

PATIENCE: Final = 20.0
"""Seconds a plugin may take to name an account."""
ConfigOf = Callable[[], Config]


def desks(documents: Path, config_of: ConfigOf, http: Http, clock: Clock, random: Random) -> Callable[[], Desk]:
    """Makes the sender of a database under the configuration of that moment. It raises SenderBusy or UserError."""
    transport = partial(_transport, config_of, http)
    return lambda: Desk(documents, transport, clock, random)


def _transport(config_of: ConfigOf, http: Http) -> Any:
    return transport_of(config_of(), http, lambda route: account_of(config_of(), route))


def account_of(config: Config, route: str) -> Account | None:
    """How the queue presents itself at a receiver: the first answer of a plugin that is switched on.

    Raises UserError when a plugin cannot say.
    """
    for _, found in _answers(config, "on_send", {"config": config, "route": route}):
        account: Account = found
        return account
    return None


def receivers(config: Config) -> tuple[str, ...]:
    """Status addresses of the cash servers that the plugins know. Raises UserError when a plugin cannot say."""
    return tuple(
        dict.fromkeys(one for _, found in _answers(config, "on_receivers", {"config": config}) for one in found)
    )


def _answers(config: Config, hook: str, given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, on in config.plugins.items():
        answer = _asked(name, config, hook, given) if on else None
        if answer is not None:
            yield name, answer


def _asked(name: str, config: Config, hook: str, given: Mapping[str, Any]) -> Any:
    folders = tuple(Path(config.folder, folder) for folder in config.section(Host).pluginsPath)

    def work() -> Any:
        made = loader.plugin_class(name, folders)
        function = loader.hooks_of(made(), name).get(hook) if made is not None else None
        answer = function(**given) if function else None
        if wrong := sound(hook, answer):
            raise UserError(f"plugin {name}: {wrong}", code="plugin")
        return answer

    done, outcome = bounded(work, PATIENCE)
    if not done:
        raise UserError(f"plugin {name} did not answer {hook} within {PATIENCE:g} s", code="plugin")
    if isinstance(outcome, UserError):
        raise outcome
    if isinstance(outcome, BaseException):
        raise UserError(f"plugin {name}: {raised(hook, outcome)}", code="plugin")
    return outcome

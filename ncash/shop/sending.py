"""The queue as a shop runs it: its sender, and how it presents itself at the receivers."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from ncash.hosting.unstarted import asked
from ncash.language import phrase
from ncash.model.outbox import Message
from ncash.model.ports import Clock, Http, Random, Surroundings
from ncash.plugin import Account, DeliveryResult
from ncash.queue.loop import Desk
from ncash.queue.opening import transport_of
from ncash.queue.plugin_routes import PluginRoutes
from ncash.settings.config import Config
from ncash.settings.installed import NotInstalled

PATIENCE: Final = 20.0
"""Seconds a plugin may take to name an account."""
DELIVERING: Final = 60.0
"""Seconds a plugin may take to deliver a message."""
ConfigOf = Callable[[], Config]


def desks(documents: Path, config_of: ConfigOf, http: Http, clock: Clock, random: Random) -> Callable[[], Desk]:
    """Makes the sender of a database under the configuration of that moment. It raises SenderBusy or UserError."""
    around = Surroundings(clock, random, http, data=documents.parent)
    transport = partial(_transport, config_of, around)
    return lambda: Desk(documents, transport, clock, random)


def _transport(config_of: ConfigOf, around: Surroundings) -> Any:
    inner = transport_of(config_of(), around.http, lambda route: account_of(config_of(), route))
    return PluginRoutes(inner, partial(_delivered, config_of, around))


def _delivered(config_of: ConfigOf, around: Surroundings, name: str, message: Message) -> DeliveryResult | None:
    """What the plugin of this name made of a message; None when none of this name is switched on and delivers."""
    config = config_of()
    if not config.plugins.get(name):
        return None
    answer: DeliveryResult | None = asked(
        name, config, "on_deliver", (config, around, message), DELIVERING, phrase("answer {hook}", hook="on_deliver")
    )
    return answer


def account_of(config: Config, route: str) -> Account | None:
    """How the queue presents itself at a receiver: the first answer of a plugin that is switched on.

    Raises UserError when a plugin cannot say.
    """
    for _, found in _answers(config, "on_send", config, route):
        account: Account = found
        return account
    return None


def receivers(config: Config) -> tuple[str, ...]:
    """Status addresses of the cash servers that the plugins know. Raises UserError when a plugin cannot say."""
    return tuple(dict.fromkeys(one for _, found in _answers(config, "on_receivers", config) for one in found))


def _answers(config: Config, hook: str, *given: object) -> Iterator[tuple[str, Any]]:
    for name, on in config.plugins.items():
        try:
            answer = asked(name, config, hook, given, PATIENCE, phrase("answer {hook}", hook=hook)) if on else None
        except NotInstalled:
            continue
        if answer is not None:
            yield name, answer

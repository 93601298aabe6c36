"""The hooks a plugin may have. Plugins propose, the host disposes: an answer changes nothing by itself.

Every answering hook may return None: no answer. Goods with tmctype 7 need an allow from some plugin.
"""

from collections.abc import Callable, Mapping, Sequence
from inspect import getattr_static, signature
from typing import Any, Final

import pluggy

from ncash.errors import UserError
from ncash.language import recorded
from ncash.model.decision import Decision, Text
from ncash.model.finding import Finding
from ncash.model.mark import Mark
from ncash.model.outbox import Message
from ncash.model.ports import Closed, Document, Surroundings, World
from ncash.model.receipt import Payment, Position, Receipt
from ncash.model.request import AddItem, Cancel, ChangeQuantity, Close, Pricing, Storno, UnknownScan
from ncash.model.scan import Scan
from ncash.plugin import Account, Advice, DeliveryResult, PriceOffer, Reading, Shift, Started
from ncash.settings.config import Config

PROJECT = "ncash"
hookspec = pluggy.HookspecMarker(PROJECT)


class Hooks:
    """The specification; `ncash.hookimpl` marks an implementation."""

    @hookspec
    def on_start(self, config: Config, world: World) -> Started | None:
        """The till starts, or reloads its configuration. Say what you read and how long your hooks may take."""

    @hookspec
    def on_stop(self) -> None:
        """The till ends or reloads: stop your threads, close what you opened."""

    @hookspec
    def on_notices(self) -> tuple[Text, ...]:  # type: ignore[empty-body]
        """What must stay on the screen as long as its cause lasts. Called after every command: answer from memory."""

    @hookspec
    def on_scan(self, scan: Scan) -> Mark | None:
        """Read a scan as a marking code, or None when it is none of yours."""

    @hookspec
    def on_unknown_scan(self, request: UnknownScan) -> Decision | None:
        """Is this scan yours: a loyalty card, a coupon? It is no mark, no goods and no order.

        ALLOW takes it, DENY takes it and says why it is no good, ASK takes it with a question; what the till waits for
        meanwhile goes on waiting. ABSTAIN, or None: it is none of yours. A scan that two take is taken by nobody."""

    @hookspec
    def on_add_item(self, request: AddItem) -> Decision | None:
        """May these goods join a sale or an inventory?"""

    @hookspec
    def on_return(self, request: AddItem) -> Decision | None:
        """May these goods join a return, or a return by sale?"""

    @hookspec
    def on_review(self, request: AddItem, decision: Decision) -> Decision | None:
        """The goods would be allowed: is there anything against it, now that every check has spoken?

        `decision.effects.published` are the facts of the unit, of CRPT's answer among them. An answer may refuse or
        ask, and add texts, steps and effects of its own; it can allow nothing."""

    @hookspec
    def on_quantity(self, request: ChangeQuantity) -> Decision | None:
        """May the quantity of this position be changed?"""

    @hookspec
    def on_storno(self, request: Storno) -> Decision | None:
        """May this position, or the whole receipt, be taken out; and which position is it?"""

    @hookspec
    def on_price(self, position: Position, pricing: Pricing) -> PriceOffer | None:
        """A lower price for a position that is about to join a sale, or stands in one that has changed
        (`Started.reprices`)."""

    @hookspec
    def on_close(self, request: Close) -> Decision | None:
        """May this receipt be closed?"""

    @hookspec
    def on_payment(self, request: Close, payment: Payment) -> Decision | None:
        """May this be taken as a payment? Asked for each payment of a receipt that is about to be closed."""

    @hookspec
    def on_closed(self, receipt: Receipt, document: Closed) -> None:
        """The receipt is closed: the fiscal document is made and the books are written. Called once, whatever comes
        of it; nothing that happens here undoes the close, so keep on disk what must not be lost."""

    @hookspec
    def on_cancel(self, request: Cancel) -> Decision | None:
        """Goods end without being sold: a storno, an annulled or deferred receipt, goods that somebody else refused.

        Nothing can be refused here, and a plugin that fails stops nothing: of the answer only the messages count."""

    @hookspec
    def on_shift(self, shift: Shift) -> None:
        """The shift was opened, or closed. Told once, after it is in the books."""

    @hookspec
    def on_tick(self) -> None:
        """Nobody scans: time for work of yours, within your budget. Called about once a second."""

    @hookspec
    def on_receivers(self, config: Config) -> tuple[str, ...]:  # type: ignore[empty-body]
        """Addresses of the cash servers of these settings, as `route` of a message names them. Nothing was started."""

    @hookspec
    def on_send(self, config: Config, route: str) -> Account | None:
        """How the queue presents itself at this receiver, when the messages for it are yours.

        As with on_status the plugin was not started; called again when the receiver no longer knows the account."""

    @hookspec
    def on_deliver(self, config: Config, around: Surroundings, message: Message) -> DeliveryResult | None:
        """Deliver a message of yours: its `route` is your name, or begins with it and a slash.

        It was written with its receipt, and comes again until you say `delivered` or `refused`; its `id` is the same
        every time, and the receiver knows it again by that. As with on_status the plugin was not started; calls of the
        network say `uncut`, since nobody waits for them."""

    @hookspec
    def on_export(self, config: Config, document: Document) -> Mapping[str, Any] | None:
        """Fields of yours in a document of the sales export: JSON values, which stand there under your name.

        As with on_status the plugin was not started."""

    @hookspec
    def on_status(self, config: Config, around: Surroundings, ask: bool) -> Mapping[str, Any] | None:
        """How you fare in this shop, as named sections of JSON values without secrets (`ncash crpt status`).

        The plugin was not started, and a till may be running beside: read what it keeps, write nothing. The network is
        to be asked only with `ask`."""

    @hookspec
    def on_doctor(self, config: Config, around: Surroundings, ask: bool) -> tuple[Finding, ...]:  # type: ignore[empty-body]
        """What you found when you looked at everything you work with (`ncash doctor`), without secrets.

        As with on_status the plugin was not started, and a till may be running beside: write nothing, and bound every
        call of the network, which is to be asked only with `ask`."""

    @hookspec
    def on_explain(self, scan: Scan) -> Reading | None:
        """How on_scan reads this scan, and why; None when it is none of yours and never could be."""

    @hookspec
    def on_recall(self, line: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The facts of your checks in a line of the journal, for the `facts` of a request that is rehearsed."""

    @hookspec
    def on_advice(self, key: str) -> Advice | None:
        """What to do when your text of this key stands on the screen."""


def hooks_of(instance: object, name: str, specs: type[Hooks] = Hooks) -> dict[str, Callable[..., Any]]:
    """The hooks of a plugin by name; pluggy checks their signatures. Each takes the arguments of its specification in
    their order. Raises UserError for a misspelt hook, one without its mark, strange arguments or a wrapper."""
    fault = next(filter(None, (_fault(instance, attribute, specs) for attribute in dir(type(instance)))), "")
    if fault:
        raise UserError(recorded("plugin {name}: {fault}", name=name, fault=fault), code="plugin")
    pm = pluggy.PluginManager(PROJECT)
    pm.add_hookspecs(specs)
    try:
        pm.register(instance, name)
        pm.check_pending()
    except pluggy.PluginValidationError as error:
        told = str(error).splitlines()[-1]
        raise UserError(recorded("plugin {name}: {error}", name=name, error=told), code="plugin") from error
    hooks: dict[str, Callable[..., Any]] = {}
    for caller in pm.get_hookcallers(instance) or ():
        for implementation in caller.get_hookimpls():
            given = caller.spec.argnames if caller.spec else ()
            hooks[caller.name] = _adapted(implementation.function, implementation.argnames, given)
    return hooks


def _fault(instance: object, attribute: str, specs: type[Hooks]) -> str:
    """What is wrong with a method that is a hook, or looks like one."""
    function = getattr_static(type(instance), attribute)
    function = getattr(function, "__func__", function)
    marked = getattr(function, f"{PROJECT}_impl", None)
    hook = (marked or {}).get("specname") or attribute
    if marked is None and not hook.startswith("on_"):
        return ""
    spec = getattr(specs, hook, None)
    if marked is None:
        near = hook if spec is not None else nearest_hook(hook, specs, ALIKE)
        if not near or not callable(function):
            return ""
        return recorded("{hook} is not marked with @hookimpl, so that nobody calls it", hook=hook)
    if spec is None or not hook.startswith("on_"):
        near = nearest_hook(hook, specs)
        if near:
            return recorded("there is no hook {hook}; did you mean {near}?", hook=hook, near=near)
        return recorded("there is no hook {hook}", hook=hook)
    if marked.get("wrapper") or marked.get("hookwrapper"):
        return recorded("{hook} is a wrapper; a plugin answers for itself", hook=hook)
    return _strange_arguments(function, hook, spec)


def _strange_arguments(function: Callable[..., Any], hook: str, spec: Callable[..., Any]) -> str:
    given = tuple(signature(spec).parameters)[1:]
    taken = pluggy._hooks.varnames(function)[0]
    strange = [argument for argument in taken if argument != "self" and argument not in given]
    if not strange:
        return ""
    accepted = ", ".join(given) or "-"
    return recorded(
        "{hook} has no argument {strange}; its arguments are {accepted}",
        hook=hook,
        strange=strange[0],
        accepted=accepted,
    )


ALIKE: Final = 0.9
"""How like a hook's name that of a method without @hookimpl must be to be taken for one."""


def nearest_hook(name: str, specs: type[Hooks] = Hooks, alike: float = 0.6) -> str:
    """The hook whose name is most like this one, or an empty text."""
    from difflib import get_close_matches

    hooks = [hook for hook in dir(specs) if hook.startswith("on_")]
    return next(iter(get_close_matches(name, hooks, 1, alike)), "")


def _adapted(function: Callable[..., Any], taken: Sequence[str], given: Sequence[str]) -> Callable[..., Any]:
    """The implementation, called with all arguments in the order of the specification: it may leave some out."""
    if taken == given:
        return function
    places = {name: given.index(name) for name in taken}
    return lambda *values: function(**{name: values[place] for name, place in places.items()})

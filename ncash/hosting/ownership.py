"""What a plugin may answer with: what is its own. The host checks each decision here before it is folded.

The fields of a mark, and the allow of marked goods, are those of the plugin that read the mark, or, where nobody read
one, of a plugin that reads marks (`Started.categories` is not empty). Questions, what was fetched and what is kept with
a position are signed with the plugin's name (ncash.model.owned), so that nobody answers for another.
"""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, Final, Protocol

from ncash.hosting.texts import PLUGIN_REFUSED
from ncash.language import recorded
from ncash.model.decision import NO_EFFECTS, NOTHING, Decision, Effects, Verdict
from ncash.model.owned import PLUGINS, PUBLISHED, all_signed, keeping, own_names, own_values, signed
from ncash.model.receipt import Kind
from ncash.model.request import AddItem, Cancel, Question
from ncash.plugin import UNSEEN, Started

_ABSTAIN, _ALLOW, _ASK, _DENY = Verdict.ABSTAIN, Verdict.ALLOW, Verdict.ASK, Verdict.DENY
OF_A_MARK: Final = (
    "marked", "category", "excisemark", "additionalbarcode", "cis", "markingcode", "tags", "unchecked", "unique", "keg",
    "published",
)  # fmt: skip
"""Fields of the effects that say something about a unit: its reader's."""
_OF_A_MARK: Final = attrgetter(*OF_A_MARK)
_SILENT: Final = _OF_A_MARK(NO_EFFECTS)
OF_THE_HOST: Final = frozenset(
    {
        "agreed", "awaiting", "discount", "label", "order", PLUGINS, PUBLISHED, "rebuilt", "repairs", "scanned",
        "unserved", "zeroprice", "2106",
    }
)  # fmt: skip
"""Members of a position's `extra` that no plugin writes."""
_RULED: Final = frozenset({"on_add_item", "on_return", "on_review", "on_quantity", "on_storno"})
"""Hooks whose allow lets marked goods go: only that of a reader of marks counts."""


class Respondent(Protocol):
    """A plugin that is asked: its name, what it said at its start, its hooks."""

    name: str
    started: Started
    hooks: dict[str, Callable[..., Any]]


def is_bare(request: Any) -> bool:
    """Whether nothing in goods on their way in belongs to one plugin alone: no answers, nothing fetched."""
    return type(request) is AddItem and not (request.facts or request.confirmed or request.asked)


def is_anothers(one: Respondent, request: AddItem) -> bool:
    """Whether the mark is another reader's: then a plugin that reads marks itself may not see it."""
    mark = request.mark
    return mark is not None and mark.reader not in ("", one.name) and bool(one.started.categories)


def addressed(one: Respondent, request: Any) -> Any:
    """The request as this plugin gets it: with its own answers and facts; None when a mark in it is another reader's,
    which judges it alone. Plugins that read no marks are asked about every mark."""
    if type(request) is AddItem and is_anothers(one, request):
        return None
    if type(request) is Cancel:
        if not request.refused:
            return request
        return request._replace(refused=tuple([_own(one.name, refused) for refused in request.refused]))
    return request if is_bare(request) else _own(one.name, request)


def _own(name: str, request: Any) -> Any:
    if not isinstance(request, Question):
        return request
    if not (request.facts or request.confirmed or request.asked):
        return request
    return request._replace(
        facts=own_values(name, request.facts),
        confirmed=own_names(name, request.confirmed),
        asked=own_names(name, request.asked),
        entered=own_values(name, request.entered),
    )


def claimed(one: Respondent, hook: str, request: Any, answer: Decision) -> Decision | str:
    """The decision as the host keeps it, signed; or what it claims that is not this plugin's, in words.

    An allow of whoever reads no marks weighs nothing: ordinary goods are the host's own to allow, marked ones a
    reader's. What the reader of the mark fetched is not signed: by the names of its checks it is handed in from outside
    too (explain, replay, the mark service).
    """
    effects, verdict, reads = answer.effects, answer.verdict, bool(one.started.categories)
    mark = request.mark if type(request) is AddItem else None
    own = reads and mark is not None and mark.reader == one.name
    held = answer.messages or answer.asks or answer.position or effects.extra or effects.published
    if own and verdict is _ALLOW and not (held or effects.receipt_extra):
        return answer
    if effects is not NO_EFFECTS:
        found = _effects(one, request, effects)
        if isinstance(found, str):
            return found
        effects = found
    if answer.messages and (strange := _strange_route(one, answer)):
        return recorded(
            "a message goes to {route}; routes of this plugin begin with its name, {name}", route=strange, name=one.name
        )
    if answer.position is not None and not reads and answer.position != request.position:
        return "it names another position than the selected one, which only a reader of marks may"
    if verdict is _ALLOW and mark is None and reads and hook == "on_add_item" and _unmarked(request, effects):
        return "it allows marked goods without a mark, and offered no way without one"
    if verdict is _ALLOW and not reads and hook in _RULED:
        verdict = _ABSTAIN
    if verdict is _DENY and not answer.screen and answer.dialog is None and not _unseen(answer):
        # A refusal without a word would leave the cashier before a silent screen.
        answer = answer._replace(screen=(PLUGIN_REFUSED.fill(plugin=one.name),))
    signing = answer.facts and not own
    if verdict is answer.verdict and effects is answer.effects and not (answer.asks or signing):
        return answer
    return answer._replace(
        verdict=verdict,
        effects=effects,
        asks=all_signed(one.name, answer.asks) if verdict is _ASK else frozenset(),
        facts=_signed_facts(one.name, answer.facts) if signing else answer.facts,
    )


def _unmarked(request: Any, effects: Effects) -> bool:
    """Whether a sale would let marked goods go of which no mark was scanned, and nobody pressed "without_mark"."""
    if type(request) is not AddItem or request.mark is not None or request.without_mark:
        return False
    goods = request.goods
    return goods is not None and goods.marked and request.kind is Kind.SALE and effects.marked is not False


def _unseen(answer: Decision) -> bool:
    """Whether it is no decision: a rehearsal lacks a fact."""
    return any((step.skipped or "").startswith(UNSEEN) for step in answer.steps)


def _signed_facts(name: str, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    return {signed(name, check): fact for check, fact in facts.items()} if facts else NOTHING


def _strange_route(one: Respondent, answer: Decision) -> str | None:
    """The first route that is neither named after this plugin nor an address of a receiver that it knows."""
    if "on_receivers" in one.hooks or "on_send" in one.hooks:
        return None
    routes = (message.route for message in answer.messages)
    return next((route for route in routes if route.partition("/")[0] != one.name), None)


def _effects(one: Respondent, request: Any, effects: Effects) -> Effects | str:
    """The effects with what is kept under the name of this plugin; or what they claim."""
    mark = getattr(request, "mark", None)
    owner = bool(one.started.categories) and (mark is None or mark.reader in ("", one.name))
    extra = effects.extra
    if owner:
        if extra and (taken := OF_THE_HOST.intersection(extra)):
            return recorded("extra in the effects holds {name}, which is the host's", name=min(taken))
        if effects.published and (strange := set(effects.published) - set(one.started.publishes)):
            return recorded("it publishes {name}, which Started.publishes does not name", name=min(strange))
    else:
        wrong = _of_a_mark(request, effects)
        if wrong is not None:
            return recorded("{field} in the effects is said by the plugin that read the mark alone", field=wrong)
        extra = keeping(one.name, extra)
    if extra is effects.extra and not effects.receipt_extra:
        return effects
    return effects._replace(extra=extra, receipt_extra=keeping(one.name, effects.receipt_extra))


def _of_a_mark(request: Any, effects: Effects) -> str | None:
    said = _OF_A_MARK(effects)
    if said != _SILENT:
        return next(name for name, value, silent in zip(OF_A_MARK, said, _SILENT, strict=True) if value != silent)
    goods = getattr(request, "goods", None)
    marked = getattr(request, "mark", None) is not None or goods is None or goods.marked
    return "quantity" if effects.quantity is not None and marked else None

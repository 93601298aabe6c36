"""What plugins answer, and how several answers become one.

Plugins propose, the host disposes: a decision carries texts, questions and effects, and does nothing by itself.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import IntEnum
from functools import lru_cache
from typing import Any, Final, NamedTuple

from ncash.model.fixed import NOTHING as NOTHING
from ncash.model.fixed import Fixed as Fixed
from ncash.model.fixed import fixed as fixed
from ncash.model.fixed import loose as loose
from ncash.model.keg import Keg
from ncash.model.legible import legible_lines
from ncash.model.outbox import Message


class Verdict(IntEnum):
    """Ordered by strength: the strongest of several answers holds; abstaining is no answer at all."""

    ABSTAIN = 0
    ALLOW = 1
    ASK = 2
    NEED_SCAN = 3
    DENY = 4

    @property
    def word(self) -> str:
        """The spelling of the line protocol and the journal."""
        return _WORDS[self]


_WORDS: Final = tuple(verdict.name.lower() for verdict in Verdict)


class Step(NamedTuple):
    """One check of the trail: what it said, and which setting decided it, written where."""

    check: str
    verdict: Verdict = Verdict.ALLOW
    key: str | None = None
    """Key of the screen text, when there is one."""
    setting: str | None = None
    value: str | None = None
    source: str | None = None
    """`markedgoods.ini:14`; None for a default."""
    skipped: str | None = None
    """Why the check did not run; None when it ran."""
    fact: Any = None
    """What the check saw, as JSON values; shown by explain, kept in the journal."""

    def json(self) -> dict[str, Any]:
        """The object of the line protocol (till.md §10)."""
        return self.told.copy()

    @property
    def told(self) -> Fixed:
        """The same, fixed; steps that say the same share it."""
        check, verdict, key, setting, value, source, skipped, _ = self
        return _told(check, None if skipped else _WORDS[verdict], key, setting, value, source, skipped)

    @property
    def recorded(self) -> Mapping[str, Any]:
        """The same with its fact, for the journal; steps without a fact that say the same share it."""
        told = self.told
        return _recorded(*told.values()) if self.fact is None else {**told, "fact": self.fact}


@lru_cache(maxsize=1024)
def _told(*values: str | None) -> Fixed:
    return Fixed(zip(_TOLD, values, strict=True))


@lru_cache(maxsize=1024)
def _recorded(*values: str | None) -> Fixed:
    return Fixed({**_told(*values), "fact": None})


_TOLD: Final = ("check", "verdict", "key", "setting", "value", "source", "skipped")
_MOST_TRAILS: Final = 256
_Trail = tuple[tuple[Step, ...], tuple[Fixed, ...], tuple[Mapping[str, Any], ...]]
_trails: dict[int, _Trail] = {}
"""Trails without facts and how they are told, by identity: a plugin that finds nothing wrong answers with the same."""


def _of(steps: tuple[Step, ...]) -> _Trail:
    known = _trails.get(id(steps))
    if known is not None and known[0] is steps:
        return known
    made = (steps, tuple([step.told for step in steps]), tuple([step.recorded for step in steps]))
    if all(step.fact is None for step in steps):
        if len(_trails) >= _MOST_TRAILS:
            _trails.clear()
        _trails[id(steps)] = made
    return made


def told(steps: tuple[Step, ...]) -> tuple[Fixed, ...]:
    """A trail as objects of the line protocol, fixed."""
    return _of(steps)[1]


def recorded(steps: tuple[Step, ...]) -> tuple[Mapping[str, Any], ...]:
    """A trail as the journal keeps it, with the facts."""
    return _of(steps)[2]


class Text(NamedTuple):
    """A text on the screen: `kind` is error, warning, info or notice."""

    kind: str
    key: str
    text: str

    def json(self) -> dict[str, str]:
        """The object of the line protocol."""
        return {"kind": self.kind, "key": self.key, "text": legible_lines(self.text)}


class Dialog(NamedTuple):
    """What the till waits for: `kind` is scan_mark, scan_barcode, quantity, ask, error or choose."""

    kind: str
    key: str
    text: str
    buttons: tuple[str, ...] = ("cancel",)
    image: str | None = None

    def json(self) -> dict[str, Any]:
        """The object of the line protocol."""
        return {**self._asdict(), "text": legible_lines(self.text), "buttons": list(self.buttons)}


class Effects(NamedTuple):
    """What an allowed position gets from the plugin that allowed it. None leaves the host's value."""

    quantity: Decimal | None = None
    marked: bool | None = None
    """False: sold as ordinary goods although a mark was scanned (allowUnmarked)."""
    category: str | None = None
    excisemark: str | None = None
    additionalbarcode: str | None = None
    cis: str | None = None
    markingcode: str | None = None
    """The code itself; the store writes it as base64 of UTF-8."""
    tags: Mapping[str, str] = NOTHING
    unchecked: str | None = None
    """Why no check in CRPT stands behind the position; None when one does, or none is asked for."""
    unique: bool = False
    """The mark must not stand in any other receipt of this database (checkLocalUniqueness)."""
    extra: Mapping[str, Any] = NOTHING
    """JSON values kept with the position: expiry date, answer's price limits …"""
    keg: Keg | None = None
    """`cis` is that of a keg: the position is a portion, bounded by its content and by no uniqueness.

    Goods that are not measured by volume are sold as a whole all the same.
    """


NO_EFFECTS: Final = Effects()


class Decision(NamedTuple):
    """One plugin's answer to one hook call, or the fold of all of them."""

    verdict: Verdict
    steps: tuple[Step, ...] = ()
    screen: tuple[Text, ...] = ()
    dialog: Dialog | None = None
    """With NEED_SCAN and ASK: what the till shows. With DENY: a dialog to return to, or None to forget the goods."""
    effects: Effects = NO_EFFECTS
    facts: Mapping[str, Any] = NOTHING
    """Carried back in the next request about the same goods, so that nothing is fetched twice."""
    withdraw: frozenset[str] = frozenset()
    """Buttons that another plugin's dialog must not offer."""
    position: int | None = None
    """Storno: the number of the position to remove."""
    asks: frozenset[str] = frozenset()
    """ASK: names of the checks that the dialog is about; "continue" confirms just these."""
    messages: "tuple[Message, ...]" = ()
    """What is owed to the cash server when the decision is carried out; written with what it changes."""


ABSTAIN: Final = Decision(Verdict.ABSTAIN)


def merged(base: Effects, more: Effects) -> Effects:
    """Both effects; where both say something, the second one holds."""
    changes = {
        name: getattr(more, name)
        for name in ("quantity", "marked", "category", "excisemark", "additionalbarcode", "cis", "markingcode", "keg")
        if getattr(more, name) is not None
    }
    return base._replace(
        **changes,
        tags={**base.tags, **more.tags},
        unchecked=more.unchecked or base.unchecked,
        unique=base.unique or more.unique,
        extra={**base.extra, **more.extra},
    )


def fold(answers: Iterable[Decision]) -> Decision:
    """One decision out of several, whatever order they came in: deny > need a scan > ask > allow.

    Steps and texts of all answers are kept; the dialog is the strongest answer's, without withdrawn buttons.
    Ties are broken by the order of names the caller brings, which the loader sorts.
    """
    given = list(answers)
    if len(given) == 1 and not given[0].withdraw:
        return given[0]
    heard = [a for a in given if a.verdict is not Verdict.ABSTAIN]
    withdrawn = frozenset().union(*(a.withdraw for a in given)) if given else frozenset()
    if not heard:
        return ABSTAIN._replace(withdraw=withdrawn)
    strongest = max(heard, key=lambda a: a.verdict)
    dialog = strongest.dialog
    if dialog and withdrawn:
        dialog = dialog._replace(buttons=tuple(b for b in dialog.buttons if b not in withdrawn))
    effects = NO_EFFECTS
    facts: dict[str, Any] = {}
    for answer in heard:
        effects = merged(effects, answer.effects)
        facts.update(answer.facts)
    decisive = [a for a in heard if a.verdict is strongest.verdict or a.verdict is Verdict.ALLOW]
    return Decision(
        strongest.verdict,
        steps=tuple(step for a in heard for step in a.steps),
        screen=tuple(text for a in decisive for text in a.screen),
        dialog=dialog,
        effects=effects,
        facts=facts,
        withdraw=withdrawn,
        position=strongest.position,
        asks=strongest.asks,
        messages=tuple(message for a in heard for message in a.messages),
    )

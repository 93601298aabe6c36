"""What plugins answer, and how several answers become one.

Plugins propose, the host disposes: a decision carries texts, questions and effects, and does nothing by itself.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from ncash.model.fixed import NOTHING as NOTHING
from ncash.model.fixed import Fixed as Fixed
from ncash.model.fixed import fixed as fixed
from ncash.model.fixed import loose as loose
from ncash.model.keg import Keg
from ncash.model.legible import legible_lines
from ncash.model.outbox import Message
from ncash.model.owned import joined
from ncash.model.trail import Setting as Setting
from ncash.model.trail import Step as Step
from ncash.model.trail import StepObject as StepObject
from ncash.model.trail import Trail as Trail
from ncash.model.trail import Verdict as Verdict
from ncash.model.trail import followed as followed
from ncash.model.trail import recorded as recorded
from ncash.model.trail import told as told


class Text(NamedTuple):
    """A text on the screen: `kind` is error, warning, info or notice."""

    kind: str
    key: str
    text: str

    def json(self) -> dict[str, str]:
        """The object of the line protocol."""
        return {"kind": self.kind, "key": self.key, "text": legible_lines(self.text)}


class Choice(NamedTuple):
    """A button of a plugin's own under its question: `name` is what the plugin hears, `text` what the cashier reads."""

    name: str
    text: str

    def json(self) -> dict[str, str]:
        """The object of the line protocol."""
        return {"name": self.name, "text": legible_lines(self.text)}


class InputField(NamedTuple):
    """A field of a plugin's question that the cashier fills in: `kind` is digits or text."""

    text: str
    kind: str = "text"
    most: int = 64
    """Characters of the longest answer."""

    def json(self) -> dict[str, Any]:
        """The object of the line protocol."""
        return {"text": legible_lines(self.text), "kind": self.kind, "most": self.most}


class Dialog(NamedTuple):
    """What the till waits for: `kind` is scan_mark, scan_barcode, quantity, ask, error or choose."""

    kind: str
    key: str
    text: str
    buttons: tuple[str, ...] = ("cancel",)
    image: str | None = None
    choices: tuple[Choice, ...] = ()
    """With `ask`: further buttons. Whoever presses one goes on, and `entered` of the next request says which."""
    field: InputField | None = None
    """With `ask`: what is filled in before "continue"; `entered` of the next request holds it."""

    def json(self) -> dict[str, Any]:
        """The object of the line protocol; `choices` and `field` stand in it where there are some."""
        told: dict[str, Any] = {
            "kind": self.kind,
            "key": self.key,
            "text": legible_lines(self.text),
            "buttons": list(self.buttons),
            "image": self.image,
        }
        if self.choices:
            told["choices"] = [choice.json() for choice in self.choices]
        if self.field is not None:
            told["field"] = self.field.json()
        return told


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
    """JSON values of your own kept with the position: `position.of(NAME)` has them, in a return too. Those of the
    plugin that read the mark stand in `position.extra` itself."""
    keg: Keg | None = None
    """`cis` is that of a keg: the position is a portion, bounded by its content and by no uniqueness.

    Goods that are not measured by volume are sold as a whole all the same.
    """
    published: Mapping[str, Any] = NOTHING
    """Facts about the unit for other plugins, of the names in `Started.publishes`: `position.published`."""
    receipt_extra: Mapping[str, Any] = NOTHING
    """JSON values of your own kept with the receipt: `receipt.of(NAME)`."""


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
    """What is owed to a server when the decision is carried out; written with what it changes."""
    slip: tuple[str, ...] = ()
    """on_close: lines that the register prints under the receipt."""


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
        extra=joined(base.extra, more.extra),
        published={**base.published, **more.published},
        receipt_extra=joined(base.receipt_extra, more.receipt_extra),
    )


def fold(answers: Iterable[Decision]) -> Decision:
    """One decision out of several, whatever order they came in: deny > need a scan > ask > allow.

    Whoever abstains has no verdict, and everything else of the answer counts. Steps and texts of all answers are kept;
    the dialog is the strongest answer's, without withdrawn buttons. Ties are broken by the order of names the caller
    brings, which the loader sorts.
    """
    given = list(answers)
    if len(given) == 1 and not given[0].withdraw:
        return given[0]
    if not given:
        return ABSTAIN
    withdrawn = frozenset().union(*(a.withdraw for a in given))
    strongest = max(given, key=lambda a: a.verdict)
    dialog = strongest.dialog
    if dialog and withdrawn:
        dialog = dialog._replace(buttons=tuple(b for b in dialog.buttons if b not in withdrawn))
    effects = NO_EFFECTS
    facts: dict[str, Any] = {}
    for answer in given:
        effects = merged(effects, answer.effects)
        facts.update(answer.facts)
    decisive = [a for a in given if a.verdict is strongest.verdict or a.verdict <= Verdict.ALLOW]
    first, *others = [a.steps for a in given if a.steps] or [()]
    return Decision(
        strongest.verdict,
        steps=followed(first, *(step for steps in others for step in steps)) if others else first,
        screen=tuple(text for a in decisive for text in a.screen),
        dialog=dialog,
        effects=effects,
        facts=facts,
        withdraw=withdrawn,
        position=strongest.position,
        asks=strongest.asks,
        messages=tuple(message for a in given for message in a.messages),
        slip=tuple(line for a in given for line in a.slip),
    )

"""The trail of a decision: a step for each check, what it said, and the setting that decided it."""

from collections.abc import Mapping
from enum import IntEnum
from functools import cached_property
from typing import Any, Final, NamedTuple, Protocol

from ncash.model.fixed import Fixed


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


class WrittenSettings(Protocol):
    """Settings that know how each of them is written, and where."""

    def raw(self, name: str) -> str:
        """The value as written; a secret is masked."""

    def source(self, name: str) -> str | None:
        """`markedgoods.ini:14`; None for a default."""


class Setting(NamedTuple):
    """A setting as a trail tells of it: its name, its value as written, and the place where it is written."""

    name: str | None
    value: str | None
    source: str | None = None
    """`markedgoods.ini:14`; None for a default."""

    @classmethod
    def of(cls, settings: WrittenSettings, name: str) -> "Setting":
        """The setting of that name."""
        return cls(name, settings.raw(name), settings.source(name))


class StepObject(Fixed):
    """A step as a JSON object that nobody can write into. It keeps its JSON texts, one for each way of spelling."""

    __slots__ = ("texts",)

    def __init__(self, members: Mapping[str, Any]) -> None:
        super().__init__(members)
        self.texts: dict[object, str] = {}


class _StepFields(NamedTuple):
    check: str
    verdict: Verdict
    key: str | None
    """Key of the screen text, when there is one."""
    rule: Setting | None
    """The setting that decided."""
    skipped: str | None
    """Why the check did not run; None when it ran."""
    fact: Any
    """What the check saw, as JSON values; shown by explain, kept in the journal."""


class Step(_StepFields):
    """One check of the trail: what it said, and which setting decided it, written where."""

    __slots__ = ()

    def __new__(
        cls,
        check: str,
        verdict: Verdict = Verdict.ALLOW,
        key: str | None = None,
        setting: str | None = None,
        value: str | None = None,
        source: str | None = None,
        skipped: str | None = None,
        fact: Any = None,
        *,
        rule: Setting | None = None,
    ) -> "Step":
        """`setting`, `value` and `source` are the members of `rule`, for plugins that name them one by one."""
        if rule is None and not (setting is value is source is None):
            rule = Setting(setting, value, source)
        return tuple.__new__(cls, (check, verdict, key, rule, skipped, fact))

    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]:
        """What a copy is made of: the fields by name, they do not stand in the order of `__new__`."""
        return (), self._asdict()

    @property
    def setting(self) -> str | None:
        """Name of the setting that decided."""
        return self.rule.name if self.rule else None

    @property
    def value(self) -> str | None:
        """The value of that setting, as written."""
        return self.rule.value if self.rule else None

    @property
    def source(self) -> str | None:
        """Where that value is written; None for a default."""
        return self.rule.source if self.rule else None

    def json(self) -> dict[str, Any]:
        """The object of the line protocol (till.md §10)."""
        check, verdict, key, rule, skipped, _ = self
        setting, value, source = rule or _NO_SETTING
        return {
            "check": check, "verdict": None if skipped else _WORDS[verdict], "key": key, "setting": setting,
            "value": value, "source": source, "skipped": skipped,
        }  # fmt: skip

    @property
    def told(self) -> StepObject:
        """The same, fixed."""
        return StepObject(self.json())

    @property
    def recorded(self) -> Mapping[str, Any]:
        """The same with its fact, for the journal; fixed when there is none."""
        line = {**self.json(), "fact": self.fact}
        return StepObject(line) if self.fact is None else line


_NO_SETTING: Final = Setting(None, None)


class Trail(tuple[Step, ...]):
    """Steps that are answered again and again: what is made of them is made once, and kept with them.

    A trail may go on from another one: what is made of that one is used again then, and only the rest is made.
    """

    begun: "Trail | None" = None
    """The trail that this one goes on from."""
    sound: bool = False
    """The host looked at every step and found it sound; none has a fact, which whoever made it could change."""

    def followed_by(self, steps: tuple[Step, ...]) -> "Trail":
        """This trail with more steps behind it."""
        longer = Trail((*self, *steps))
        longer.begun = self
        return longer

    @property
    def rest(self) -> tuple[Step, ...]:
        """The steps behind the trail that this one goes on from."""
        return self if self.begun is None else self[len(self.begun) :]

    @cached_property
    def told(self) -> tuple[StepObject, ...]:
        """The steps as objects of the line protocol."""
        made = tuple([step.told for step in self.rest])
        return made if self.begun is None else self.begun.told + made

    @cached_property
    def recorded(self) -> tuple[Mapping[str, Any], ...]:
        """The steps as the journal keeps them."""
        made = tuple([step.recorded for step in self.rest])
        return made if self.begun is None else self.begun.recorded + made


def told(steps: tuple[Step, ...]) -> tuple[StepObject, ...]:
    """A trail as objects of the line protocol, fixed."""
    return steps.told if type(steps) is Trail else tuple([step.told for step in steps])


def recorded(steps: tuple[Step, ...]) -> tuple[Mapping[str, Any], ...]:
    """A trail as the journal keeps it, with the facts."""
    return steps.recorded if type(steps) is Trail else tuple([step.recorded for step in steps])


def followed(steps: tuple[Step, ...], *more: Step) -> tuple[Step, ...]:
    """A trail with more steps behind it; what was made of the first ones is not made again."""
    return steps.followed_by(more) if type(steps) is Trail else (*steps, *more)

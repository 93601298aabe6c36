"""Settings as rows: a class per section, an attribute per setting, spelt as in the INI file."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar, Final, NamedTuple, Self, TypedDict, Unpack

from ncash.errors import raised
from ncash.language import recorded
from ncash.model.address import without_passwords
from ncash.settings import kinds
from ncash.settings.kinds import MASKED, Check, SettingType, ValueRefusal


class Scope(StrEnum):
    """Whether a category's section may override a setting."""

    COMMON = "common"
    CATEGORY = "category"


class Origin(NamedTuple):
    """Where a value is written. `str()` gives `markedgoods.ini:14`."""

    file: str
    line: int
    section: str
    raw: str = ""
    """The text as written; may be a secret."""
    overrode: tuple["Origin", ...] = ()
    """Earlier places of the same key in the same section, in reading order."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    def __repr__(self) -> str:
        return f"Origin({self} [{self.section}])"


class Row(NamedTuple):
    """One setting, as the references, the sample files, check and the faces show it."""

    name: str
    kind: SettingType
    default: Any
    default_text: str
    scope: Scope
    file: str
    section: str
    accepted: str
    effect: str
    """English, for the reference."""
    comment: str
    """Russian, for the sample file."""
    extension: bool = False
    """Ours, not the vendor's."""
    enforced: bool = True
    """False: read, and said by check to have no effect yet."""
    required: bool = False
    """Has a meaning only in a category's section, and must stand there."""
    only: tuple[tuple[str, Any], ...] = ()
    """Settings of the same class and the values without which this one has no effect."""
    check: Check | None = None

    @property
    def secret(self) -> bool:
        """Whether the value must be masked wherever it is shown."""
        return self.kind.secret

    def read(self, text: str) -> Any:
        """Text to value. Raises ValueError with a text that holds no secret, whatever the check of a plugin raises."""
        value = self.kind.value(text)
        if self.check and text.strip():
            for item in value if isinstance(value, tuple) else (text,):
                self._checked(item)
        return value

    def _checked(self, item: str) -> None:
        """Hold one value against the check of its setting, which may be somebody else's code. Raises ValueError."""
        assert self.check is not None
        try:
            self.check(item)
        except ValueError:
            raise
        except (Exception, SystemExit) as error:
            where = recorded("the check of {name}", name=self.name)
            raise ValueRefusal("MG056", raised(where, error)) from error

    def shown(self, text: str) -> str:
        """A text of this setting as anybody may see it."""
        return MASKED if self.secret and text else without_passwords(text)


class Sample(NamedTuple):
    """A category section of the sample file."""

    name: str
    title: str
    mask: str
    comment: str


class More(TypedDict, total=False):
    """The optional properties of a row; see `Row`."""

    effect: str
    comment: str
    accepted: str
    extension: bool
    enforced: bool
    required: bool
    only: tuple[tuple[str, Any], ...]
    check: Callable[[str], None]


class _Declared(NamedTuple):
    kind: SettingType
    default: Any
    scope: Scope
    more: More


COMMON: Final = Scope.COMMON


def switch(default: bool = False, scope: Scope = COMMON, **more: Unpack[More]) -> Any:
    """`on` or `off`, a bool."""
    return _Declared(kinds.SWITCH, default, scope, more)


def flag(default: bool, scope: Scope = COMMON, **more: Unpack[More]) -> Any:
    """`true` or `false`, a bool."""
    return _Declared(kinds.FLAG, default, scope, more)


def policy(default: str, scope: Scope = COMMON, **more: Unpack[More]) -> Any:
    """`deny`, `ask` or `allow`, a str."""
    return _Declared(kinds.POLICY, default, scope, more)


def choice(default: str, *words: str, scope: Scope = COMMON, **more: Unpack[More]) -> Any:
    """One of the words, a str."""
    return _Declared(kinds.words("choice", *words), default, scope, more)


def text(default: str = "", scope: Scope = COMMON, **more: Unpack[More]) -> Any:
    """Any text, a str."""
    return _Declared(kinds.TEXT, default, scope, more)


def name(default: str, scope: Scope = COMMON, **more: Unpack[More]) -> Any:
    """A text that is not empty, a str."""
    return _Declared(kinds.NAME, default, scope, more)


def path(default: str = "", scope: Scope = COMMON, **more: Unpack[More]) -> Any:
    """A file, a str as written."""
    return _Declared(kinds.PATH, default, scope, more)


def items(default: tuple[str, ...] = (), scope: Scope = COMMON, **more: Unpack[More]) -> Any:
    """Texts separated by commas, a tuple of str; `check` is applied to each."""
    return _Declared(kinds.LIST, default, scope, more)


def mask(default: str = "", scope: Scope = COMMON, **more: Unpack[More]) -> Any:
    """A regular expression, a str; the dialect is the `check` the plugin brings."""
    return _Declared(kinds.MASK, default, scope, more)


def url(default: str = "", scope: Scope = COMMON, **more: Unpack[More]) -> Any:
    """An http or https address, a str; may be empty when the default is."""
    return _Declared(kinds.URL if default else kinds.OPTIONAL_URL, default, scope, more)


def seconds(default: int, least: int = 1, scope: Scope = COMMON, **more: Unpack[More]) -> Any:
    """Whole seconds, an int."""
    return _Declared(kinds.whole("seconds", least), default, scope, more)


def milliseconds(default: int, scope: Scope = COMMON, **more: Unpack[More]) -> Any:
    """Whole milliseconds, an int; 0 is off."""
    return _Declared(kinds.whole("milliseconds", 0, "integer, 0 = off"), default, scope, more)


def number(default: int, least: int = 0, scope: Scope = COMMON, most: int = 999_999_999, **more: Unpack[More]) -> Any:
    """A whole number, an int."""
    return _Declared(kinds.whole("number", least, most=most), default, scope, more)


def day(default: str = "", scope: Scope = COMMON, **more: Unpack[More]) -> Any:
    """A date DD.MM.YYYY or nothing, a str."""
    return _Declared(kinds.DATE, default, scope, more)


def bitmask(default: int | None = None, scope: Scope = COMMON, **more: Unpack[More]) -> Any:
    """0 to 3, an int; empty is None: all."""
    return _Declared(kinds.BITMASK, default, scope, more)


def tokens(default: str = "", scope: Scope = COMMON, **more: Unpack[More]) -> Any:
    """Secret tokens, a str as written; never shown."""
    return _Declared(kinds.TOKENS, default, scope, more)


def _row(name: str, given: _Declared, file: str, section: str) -> Row:
    more: More = {"accepted": given.kind.accepted, "effect": "", "comment": "", **given.more}
    shown = "on" if given.default else "off"
    default_text = shown if given.kind is kinds.SWITCH else kinds.written(given.default)
    return Row(
        name=name,
        kind=given.kind,
        default=given.default,
        default_text=default_text,
        scope=given.scope,
        file=file,
        section=section,
        **more,
    )


_NOWHERE: Final[Mapping[str, Origin]] = MappingProxyType({})


_TAKEN: Final = frozenset(
    {
        "aliases", "categories", "category", "defaults", "file", "free", "free_children", "origin", "place", "raw",
        "row", "rows", "section", "source", "title",
    }
)  # fmt: skip
"""Names of what settings have of their own: a setting of one of these names could not be read."""


class Settings:
    """Base of the classes that declare settings; an instance holds the values of one section, typed and fixed.

    A long section may be put together from plain classes that declare some of its settings each.

    class keywords: `file` and `section` say where the rows are written, `aliases` are other accepted spellings of
    the section, `categories` makes `[section.NAME]` inherit, `free` means that the section holds lines without
    declared names, `free_children` the same for its subsections.
    """

    file: ClassVar[str]
    section: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]]
    categories: ClassVar[bool]
    free: ClassVar[bool]
    free_children: ClassVar[bool]
    switch: ClassVar[str] = ""
    """The key of `[plugins]` without which nobody reads the section: mistakes in it stop nothing then."""
    sampled: ClassVar[bool] = True
    """False: a section of somebody else's files, read where it stands and written into no sample."""
    title: ClassVar[str] = ""
    """Russian heading of the section in the sample file."""
    samples: ClassVar[tuple[Sample, ...]] = ()
    sample_lines: ClassVar[tuple[str, ...]] = ()
    """Lines of a free section in the sample file."""
    _rows: ClassVar[dict[str, Row]]

    category: str | None
    """Name of the category, None for the common section."""
    place: Origin | None
    """Where the section's header stands."""

    def __init_subclass__(
        cls,
        *,
        file: str,
        section: str,
        aliases: tuple[str, ...] = (),
        categories: bool = False,
        free: bool = False,
        free_children: bool = False,
    ) -> None:
        super().__init_subclass__()
        cls.file, cls.section, cls.aliases, cls.categories = file, section, aliases, categories
        cls.free, cls.free_children = free, free_children
        given = [pair for base in cls.__mro__ for pair in vars(base).items() if isinstance(pair[1], _Declared)]
        taken = next((name for name, _ in given if name in _TAKEN), None)
        if taken is not None:
            raise TypeError(f"{cls.__name__}: no setting can be named {taken}, settings themselves have it")
        cls._rows = {name: _row(name, value, file, section) for name, value in given}

    def __init__(
        self,
        values: Mapping[str, Any],
        origins: Mapping[str, Origin] = _NOWHERE,
        category: str | None = None,
        place: Origin | None = None,
    ) -> None:
        """`values` may leave settings out: they get their defaults."""
        mine = self.__dict__
        for name, row in self._rows.items():
            mine[name] = row.default
        mine.update(values)
        mine["category"], mine["place"] = category, place
        mine["_origins"] = dict(origins)
        mine["_sources"] = {name: str(origin) for name, origin in origins.items()}

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"settings are fixed; {name} cannot be set")

    def __repr__(self) -> str:
        return f"{type(self).__name__}(category={self.category!r})"

    @classmethod
    def rows(cls) -> tuple[Row, ...]:
        """All settings of the section in the order they were declared."""
        return tuple(cls._rows.values())

    @classmethod
    def row(cls, name: str) -> Row | None:
        """The setting of this name."""
        return cls._rows.get(name)

    @classmethod
    def defaults(cls, category: str | None = None, **overrides: Any) -> Self:
        """The section with every setting at its default, save those given as values."""
        unknown = overrides.keys() - cls._rows.keys()
        if unknown:
            raise TypeError(f"[{cls.section}] has no setting {', '.join(sorted(unknown))}")
        return cls(overrides, category=category)

    def origin(self, name: str) -> Origin | None:
        """Where the value in force is written; None for a default."""
        found: Origin | None = self.__dict__["_origins"].get(name)
        return found

    def source(self, name: str) -> str | None:
        """`markedgoods.ini:14`; None for a default."""
        found: str | None = self.__dict__["_sources"].get(name)
        return found

    def raw(self, name: str) -> str:
        """The value as text, masked when it is a secret."""
        row = self._rows[name]
        value = self.__dict__[name]
        if row.kind is kinds.SWITCH:
            return "on" if value else "off"
        return row.shown(kinds.written(value))

"""Objects in the files of others, declared by their fields: reading and the reference page come from the rows.

A field is found whatever the case of its name, and by its other spellings. What no row knows is named, so is a field
that is known and does nothing here.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from ncash.language import phrase
from ncash.store.imports.kinds import KEPT, LIST, FieldKind

Named = Callable[[str], None]
"""Is told of what is passed over, by its place."""
NO_EFFECT: Final = "no effect here: "
UNKNOWN: Final = "unknown field "
_NOTHING: Final = ("0", "false")
"""Texts of a field that say nothing, like 0 and false, so that nothing is passed over with them."""


class Malformed(ValueError):
    """A record cannot be read; the text names the field and what is accepted."""


class Field(NamedTuple):
    """One field of a JSON object: name, kind, meaning, and the column it fills."""

    name: str
    """As most files spell it; its case does not matter."""
    kind: FieldKind
    meaning: str
    column: str = ""
    """`table.column` that it fills; empty when it fills none by itself."""
    default: str = ""
    """For the reference: what an absent one stands for."""
    spelled: tuple[str, ...] = ()
    """Other names that writers use."""
    required: bool = False
    inner: "Shape | None" = None
    """Fields of the object that it is, or of each object of the list; of the kind KEPT, what is read is a pair of the
    fields and the JSON of the whole object."""
    used: bool = True
    """False: it is known, and does nothing here."""


def idle(meaning: str, *names: str) -> tuple[Field, ...]:
    """Fields that writers send and that do nothing here."""
    return tuple(Field(name, KEPT, meaning, used=False) for name in names)


class Shape:
    """The fields of one kind of object."""

    def __init__(self, name: str, *fields: Field) -> None:
        self.name = name
        self.fields = fields
        named = [(spelling, field) for field in fields for spelling in (field.name, *field.spelled)]
        self._known = dict(named) | {spelling.lower(): field for spelling, field in named}
        self._absent: dict[str, Any] = {
            field.name: [] if field.kind is LIST else None for field in fields if field.used
        }
        self._required = tuple(field for field in fields if field.required)

    def field(self, spelling: str) -> Field | None:
        """The field of this name, in any case."""
        return self._known.get(spelling) or self._known.get(spelling.lower())

    def read(self, given: Mapping[str, Any], place: str, named: Named) -> dict[str, Any]:
        """The values by the fields' names; None for an absent or empty one. Raises Malformed."""
        found = dict(self._absent)
        seen: dict[str, str] = {}
        known = self._known
        for spelling, value in given.items():
            field = known.get(spelling) or known.get(spelling.lower())
            if field is None:
                named(f"{UNKNOWN}{_joined(place, spelling)}")
            elif not field.used:
                if value and value not in _NOTHING:
                    named(f"{NO_EFFECT}{_joined(place, spelling)}")
            elif value is not None and value != "":
                name = field.name
                try:
                    read = (
                        field.kind.read(value) if field.inner is None else _inner(field, spelling, value, place, named)
                    )
                except Malformed:
                    raise
                except (ValueError, ArithmeticError) as error:
                    accepted = str(error) or field.kind.accepted
                    raise refusal(_joined(place, spelling), value, accepted) from error
                if name in seen and found[name] != read:
                    both = phrase("{one} and {other}", one=_joined(place, seen[name]), other=spelling)
                    raise Malformed(
                        phrase("{both} are one field and have different values: accepted is one of them", both=both)
                    )
                seen[name], found[name] = spelling, read
        for field in self._required:
            if found[field.name] is None:
                raise Malformed(phrase("{place} is missing", place=_joined(place, field.name)))
        return found


def _joined(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _inner(field: Field, spelling: str, value: Any, place: str, named: Named) -> Any:
    """The fields of an object, or of each object of a list. Raises Malformed."""
    shape, where = field.inner, _joined(place, spelling)
    assert shape is not None
    if field.kind is not LIST:
        if not isinstance(value, dict):
            raise refusal(where, value, "an object")
        read = shape.read(value, where, named)
        return (read, KEPT.read(value)) if field.kind is KEPT else read
    if not isinstance(value, list):
        raise refusal(where, value, LIST.accepted)
    rows = []
    for one in value:
        if not isinstance(one, dict):
            raise refusal(where, one, LIST.accepted)
        rows.append(shape.read(one, where, named))
    return rows


def refusal(place: str, value: Any, accepted: str) -> Malformed:
    """A value that is not accepted, and what is."""
    return Malformed(
        phrase("{place} is {value}: accepted is {accepted}", place=place, value=shown(value), accepted=accepted)
    )


def shown(value: Any) -> str:
    """A value as a person may see it: cut, without control characters."""
    return (str(value) if type(value) in (int, Decimal) else repr(value))[:60]

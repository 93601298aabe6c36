"""The page of the dictionary file: its commands and the fields of their objects, read off the rows of the loader."""

from collections.abc import Iterator

from ncash.store.dictionaries.aif_commands import ADDS, CLEARS, DELETES, IDLE, CommandRow
from ncash.store.dictionaries.aif_goods import INVENT, ITEM_OPTIONS, LISTED, OPTIONS, PRICE_OPTIONS, QUANTITY_OPTIONS
from ncash.store.dictionaries.aif_others import PERSON, ROLE
from ncash.store.imports.shapes import Field, Shape

Lines = Iterator[list[str]]
INSIDE = {
    INVENT.name: (LISTED, OPTIONS, ITEM_OPTIONS, PRICE_OPTIONS, QUANTITY_OPTIONS),
    PERSON.name: (ROLE,),
}
"""Objects inside an object, described behind it."""


def commands() -> Lines:
    """Every command that does something, by name."""
    for row in (*ADDS, *DELETES, *CLEARS):
        others = ", ".join(f"`{name}`" for name in row.spelled)
        yield [f"`{row.name}`" + (f", also {others}" if others else ""), _object(row), row.does]


def _object(row: CommandRow) -> str:
    if not row.place or row.shape is None:
        return "–"
    if not row.takes_away:
        return f"[`{row.place}`](#{anchor(row.shape)})"
    keys = ", ".join(f"`{field.name}`" for field in row.shape.fields if field.used)
    return f"`{row.place}`, or beside the command: {keys}"


def anchor(shape: Shape) -> str:
    """The heading of an object as a link."""
    return shape.name.lower().removesuffix("[]")


def idle() -> str:
    """Commands that are known and do nothing here."""
    return ", ".join(f"`{row.name}`" for row in IDLE)


def shapes() -> Iterator[Shape]:
    """Every object, those inside another behind it."""
    seen: dict[str, Shape] = {}
    for row in ADDS:
        if row.shape is not None:
            seen.setdefault(row.shape.name, row.shape)
            for inner in INSIDE.get(row.shape.name, ()):
                seen.setdefault(inner.name, inner)
    yield from seen.values()


def fields(shape: Shape) -> Lines:
    """The fields of an object that count."""
    for field in shape.fields:
        if field.used:
            yield [_name(field), field.kind.name, _accepted(field), field.default or "–", _filled(field), field.meaning]


def passed(shape: Shape) -> str:
    """The fields of an object that are known and do nothing here."""
    return ", ".join(f"`{field.name}`" for field in shape.fields if not field.used)


def _name(field: Field) -> str:
    others = ", ".join(f"`{name}`" for name in field.spelled)
    needed = ", needed" if field.required else ""
    return f"`{field.name}`{needed}" + (f"; also {others}" if others else "")


def _accepted(field: Field) -> str:
    return f"[{field.inner.name}](#{anchor(field.inner)})" if field.inner else field.kind.accepted


def _filled(field: Field) -> str:
    return f"`{field.column}`" if field.column else "–"

"""The files of a conf folder, written from the settings tables: commented out at their defaults, or live for a shop."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ncash.settings import kinds
from ncash.settings.declare import Row, Sample, Scope, Settings
from ncash.settings.layout import Sections
from ncash.settings.tree import DROP_INS, FIRST


@dataclass(frozen=True, slots=True)
class Choices:
    """What stands live in the files; the default is nothing."""

    values: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Texts by section and key; a category is `MarkedGoods.Milk`."""
    categories: bool = False
    """The sample categories with their masks."""
    lines: bool = False
    """The sample lines of free sections."""


NOTHING_LIVE = Choices()


def shop_choices(plugins: Iterable[str], values: Mapping[tuple[str, str], str] | None = None) -> Choices:
    """A working shop: these plugins switched on, the sample categories and label rules live."""
    switches = {("plugins", name): "on" for name in plugins}
    return Choices({**switches, **(values or {})}, categories=True, lines=True)


def files(tables: Sequence[type[Settings]], choices: Choices = NOTHING_LIVE) -> dict[str, str]:
    """Text by path below the conf folder. Raises ValueError for a choice no table knows, or whose value is no good."""
    layout = Sections(tables)
    for (section, key), value in choices.values.items():
        known = layout.find(section)
        if known is None or key not in known.rows or (known.category and known.rows[key].scope is Scope.COMMON):
            raise ValueError(f"[{section}] has no setting {key}")
        known.rows[key].read(value)
    by_file: dict[str, list[type[Settings]]] = {}
    for table in (one for one in tables if one.sampled):
        by_file.setdefault(table.file, []).append(table)
    return {
        name if name == FIRST else f"{DROP_INS}/{name}": "\n".join(_file(mine, choices)) + "\n"
        for name, mine in by_file.items()
    }


def _file(tables: Sequence[type[Settings]], choices: Choices) -> Iterator[str]:
    for number, table in enumerate(tables):
        if number:
            yield ""
        yield f"[{table.section}]"
        if table.title:
            yield from _comment(table.title)
        yield from _rows([row for row in table.rows() if not row.extension and not row.required], choices)
        extensions = [row for row in table.rows() if row.extension]
        if extensions:
            yield from ("", "; Расширения ncash: этих настроек нет у поставщика")
            yield from _rows(extensions, choices)
        for line in table.sample_lines:
            yield line if choices.lines else f";{line}"
        for sample in table.samples:
            yield from _category(table, sample, choices)


def _rows(rows: Iterable[Row], choices: Choices) -> Iterator[str]:
    for row in rows:
        yield ""
        yield from _comment(row.comment)
        yield f"; По умолчанию {_written(row, row.default_text) or 'пусто'}"
        value = choices.values.get((row.section, row.name))
        if value is None:
            yield f";{row.name} = {_written(row, row.default_text)}".rstrip()
        else:
            yield f"{row.name} = {_written(row, value)}"


def _category(table: type[Settings], sample: Sample, choices: Choices) -> Iterator[str]:
    off = "" if choices.categories else ";"
    yield ""
    yield f"{off}[{table.section}.{sample.name}]"
    yield from _comment(sample.title)
    yield from _comment(sample.comment)
    if sample.mask:
        yield f'{off}mask = "{sample.mask}"'
    for (section, key), value in choices.values.items():
        row = table.row(key)
        if row and section == f"{table.section}.{sample.name}":
            yield f"{key} = {_written(row, value)}"


def _comment(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        yield f"; {line}"


def _written(row: Row, value: str) -> str:
    """A value with quotes when its kind may hold blanks, brackets or semicolons."""
    return f'"{value}"' if value and row.kind in (kinds.MASK, kinds.TEXT) and not value.isalnum() else value

"""SQL statements of the server for each engine: a query by many keys, and the write of a change.

PostgreSQL takes arrays: all rows of a change are one statement in a transaction of its own. Other engines get one
statement for each table and execute it row by row, in a transaction that the caller begins and ends.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from sqlalchemy import Column, Dialect, Integer, String, Table, any_, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from ncash.server.database.tables import CONFLICT, HISTORY, MARK, OPERATION
from ncash.server.marks import MarkRow

if TYPE_CHECKING:
    from ncash.server.database.prepared import PreparedStatement

_SLICE: Final = 512
"""Most keys in one statement, since engines limit the number of its values."""
JUDGED: Final = "judged"
"""Name of the extra value of an UPDATE: the version of the mark that was judged."""
Row = tuple[Any, ...]
Rows = Mapping[str, Sequence[Row]]
"""Rows of a change by the name of their statement (a key of `COLUMNS`)."""


def columns_of(table: Table) -> tuple[str, ...]:
    """Columns that are written; the database itself counts `number`."""
    return tuple(column.name for column in table.c if column.name != "number")


_TABLES: Final = {"history": HISTORY, "known": MARK, "fresh": MARK, "operation": OPERATION, "conflict": CONFLICT}
COLUMNS: Final = {
    name: (*columns_of(table), JUDGED) if name == "known" else columns_of(table) for name, table in _TABLES.items()
}
"""Columns of a row of each statement."""
_CHANGED: Final = tuple(name for name in MarkRow._fields if name != "cis")


class CompiledStatement(NamedTuple):
    """Statement compiled for the driver, and the order of its values."""

    text: str
    order: tuple[str, ...]


def _compiled(dialect: Dialect, statement: Any) -> CompiledStatement:
    made = statement.compile(dialect=dialect)
    return CompiledStatement(str(made), tuple(made.positiontup))


class KeyQuery(NamedTuple):
    """Query of some columns by many keys."""

    name: str
    columns: tuple[Column[Any], ...]
    key: Column[str]


class Statements(Protocol):
    """Statements of an engine, run on the driver's own cursor."""

    def select_rows(self, cursor: Any, query: KeyQuery, keys: Collection[str]) -> Iterator[Any]:
        """Select the rows with these keys."""
        ...

    def write_rows(self, cursor: Any, rows: Rows) -> None:
        """Write the rows of a change."""
        ...


def by_arrays(dialect: Dialect) -> bool:
    """Whether the engine takes arrays, so that a whole change is one statement."""
    return dialect.name == "postgresql" and dialect.driver == "psycopg"


def statements(dialect: Dialect) -> Statements:
    """Statements for an engine."""
    return ArrayStatements(dialect) if by_arrays(dialect) else RowStatements(dialect)


class RowStatements:
    """Implements Statements row by row, for any engine."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._queries: dict[tuple[str, int], CompiledStatement] = {}
        self._writes = {name: self._compiled_write(name) for name in COLUMNS}

    def select_rows(self, cursor: Any, query: KeyQuery, keys: Collection[str]) -> Iterator[Any]:
        """Implements Statements."""
        given = sorted(keys)
        for start in range(0, len(given), _SLICE):
            part = given[start : start + _SLICE]
            size = 1 << (len(part) - 1).bit_length()
            padded = (*part, *part[-1:] * (size - len(part)))
            cursor.execute(self._compiled_query(query, size).text, padded)
            yield from cursor.fetchall()

    def _compiled_query(self, query: KeyQuery, size: int) -> CompiledStatement:
        """Query by `size` keys, a power of two, so that an engine sees few different texts."""
        found = self._queries.get((query.name, size))
        if found is None:
            keys: list[Any] = [bindparam(f"key{number}") for number in range(size)]
            statement = select(*query.columns).where(query.key.in_(keys))
            found = self._queries[query.name, size] = _compiled(self._dialect, statement)
        return found

    def write_rows(self, cursor: Any, rows: Rows) -> None:
        """Implements Statements."""
        for name, given in rows.items():
            text, ordered = self._writes[name]
            cursor.executemany(text, [ordered(row) for row in given])

    def _compiled_write(self, name: str) -> tuple[str, "itemgetter[Any]"]:
        if name == "known":
            which = (MARK.c.cis == bindparam("key"), MARK.c.version == bindparam(JUDGED))
            statement: Any = update(MARK).where(*which).values({one: bindparam(one) for one in _CHANGED})
        else:
            statement = insert(_TABLES[name]).values({one: bindparam(one) for one in COLUMNS[name]})
        made = _compiled(self._dialect, statement)
        columns = COLUMNS[name]
        return made.text, itemgetter(*(columns.index("cis" if one == "key" else one) for one in made.order))


Order = tuple[tuple[str, int, Callable[[Iterable[Any]], str]], ...]
"""For each value of a statement: the name of its rows, its column, and the function that makes it an array."""


class ArrayStatements:
    """Implements Statements by arrays, for PostgreSQL: a column is one value, so that each text is planned once."""

    def __init__(self, dialect: Dialect) -> None:
        kind: Any = type(dialect)
        self._dialect: Dialect = kind(paramstyle="numeric_dollar")
        self._queries: dict[str, PreparedStatement] = {}
        self._writes: dict[tuple[str, ...], tuple[PreparedStatement, Order]] = {}

    def select_rows(self, cursor: Any, query: KeyQuery, keys: Collection[str]) -> Iterator[Any]:
        """Implements Statements."""
        asked = self._queries.get(query.name) or self._compiled_query(query)
        return iter(asked.execute(cursor.connection, (texts(sorted(keys)),)))

    def _compiled_query(self, query: KeyQuery) -> "PreparedStatement":
        wanted = query.key == any_(bindparam("keys", type_=ARRAY(String)))
        made = _compiled(self._dialect, select(*query.columns).where(wanted))
        kinds = tuple(isinstance(column.type, Integer) for column in query.columns)
        self._queries[query.name] = _named(made, kinds)
        return self._queries[query.name]

    def write_rows(self, cursor: Any, rows: Rows) -> None:
        """Implements Statements."""
        names = tuple(rows)
        whole, order = self._writes.get(names) or self._compiled_write(names)
        columns = {name: tuple(zip(*given, strict=True)) for name, given in rows.items()}
        whole.execute(cursor.connection, [array(columns[name][at]) for name, at, array in order])

    def _compiled_write(self, names: tuple[str, ...]) -> "tuple[PreparedStatement, Order]":
        """Combine the statements into one: the first, with the others as its common table expressions."""
        whole, *others = (_from_arrays(name) for name in names)
        for name, other in zip(names[1:], others, strict=True):
            whole = whole.add_cte(other.cte(name))
        made = _compiled(self._dialect, whole)
        places = [one.partition(".") for one in made.order]
        order = tuple((name, int(at), _array_of(name, int(at))) for name, _, at in places)
        self._writes[names] = _named(made, ()), order
        return self._writes[names]


def _named(made: CompiledStatement, numbers: tuple[bool, ...]) -> "PreparedStatement":
    from ncash.server.database.prepared import PreparedStatement

    return PreparedStatement(
        b"ncash_" + blake2b(made.text.encode(), digest_size=16).hexdigest().encode(), made.text, numbers
    )


def _type_of(name: str, column: str) -> type[TypeEngine[Any]]:
    """Type to cast to, text of any length: the column's own type would cut a long text instead of refusing it."""
    kind = _TABLES[name].c["version" if column == JUDGED else column].type
    return type(kind) if isinstance(kind, Integer) else String


def _array_of(name: str, at: int) -> Callable[[Iterable[Any]], str]:
    return texts if _type_of(name, COLUMNS[name][at]) is String else whole_numbers


def _from_arrays(name: str) -> Any:
    table, columns = _TABLES[name], COLUMNS[name]
    arrays = [
        func.unnest(bindparam(f"{name}.{at}", type_=ARRAY(_type_of(name, one)))).label(one)
        for at, one in enumerate(columns)
    ]
    if name != "known":
        return insert(table).from_select(columns, select(*arrays))
    given = select(*arrays).subquery("given")
    which = (MARK.c.cis == given.c.cis, MARK.c.version == given.c[JUDGED])
    return update(MARK).where(*which).values({one: given.c[one] for one in _CHANGED})


def texts(values: Iterable[str]) -> str:
    """PostgreSQL literal of an array of texts, each in quotes, quotes and backslashes escaped."""
    joined = "\0".join(values).replace("\\", "\\\\").replace('"', '\\"')
    return '{"' + joined.replace("\0", '","') + '"}'


def whole_numbers(values: Iterable[int]) -> str:
    """PostgreSQL literal of an array of whole numbers."""
    return "{" + ",".join(map(str, values)) + "}"

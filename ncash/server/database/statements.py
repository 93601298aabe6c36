"""What the server's statements read and write, in the words of one engine: a question about many keys, and a change.

PostgreSQL takes arrays: all rows of a change are one statement, which is a transaction of its own. Other engines get a
statement for each table with its rows one after the other, in a transaction that somebody else begins and ends.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from sqlalchemy import Column, Dialect, Integer, String, Table, any_, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from ncash.server.database.tables import CONFLICT, HISTORY, MARK, OPERATION
from ncash.server.marks import Kept

if TYPE_CHECKING:
    from ncash.server.database.prepared import Prepared

_SLICE: Final = 512
"""Keys in one statement; engines bound the number of values."""
JUDGED: Final = "judged"
"""The version of a mark for which a change holds."""
Row = tuple[Any, ...]
Rows = Mapping[str, Sequence[Row]]
"""Rows of a change by the name of what is to be done with them (`COLUMNS`)."""


def columns_of(table: Table) -> tuple[str, ...]:
    """The columns that are written; `number` is counted by the database."""
    return tuple(column.name for column in table.c if column.name != "number")


_TABLES: Final = {"history": HISTORY, "known": MARK, "fresh": MARK, "operation": OPERATION, "conflict": CONFLICT}
COLUMNS: Final = {
    name: (*columns_of(table), JUDGED) if name == "known" else columns_of(table) for name, table in _TABLES.items()
}
"""What a row of each kind holds."""
_CHANGED: Final = tuple(name for name in Kept._fields if name != "cis")


class Text(NamedTuple):
    """A statement as the driver takes it, compiled once, and the order of its values."""

    text: str
    order: tuple[str, ...]


def _compiled(dialect: Dialect, statement: Any) -> Text:
    made = statement.compile(dialect=dialect)
    return Text(str(made), tuple(made.positiontup))


class Question(NamedTuple):
    """Columns of the rows with certain keys."""

    name: str
    columns: tuple[Column[Any], ...]
    key: Column[str]


class Statements(Protocol):
    """The statements of an engine, on the driver's own cursor."""

    def rows(self, cursor: Any, question: Question, keys: Collection[str]) -> Iterator[Any]:
        """The rows with these keys."""
        ...

    def write(self, cursor: Any, rows: Rows) -> None:
        """Write all of it."""
        ...


def by_arrays(dialect: Dialect) -> bool:
    """Whether a whole change is one statement there."""
    return dialect.name == "postgresql" and dialect.driver == "psycopg"


def statements(dialect: Dialect) -> Statements:
    """The statements for an engine."""
    return Arrays(dialect) if by_arrays(dialect) else Singles(dialect)


class Singles:
    """Implements Statements for any engine."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._asked: dict[tuple[str, int], Text] = {}
        self._written = {name: self._writing(name) for name in COLUMNS}

    def rows(self, cursor: Any, question: Question, keys: Collection[str]) -> Iterator[Any]:
        """Implements Statements."""
        given = sorted(keys)
        for start in range(0, len(given), _SLICE):
            part = given[start : start + _SLICE]
            size = 1 << (len(part) - 1).bit_length()
            padded = (*part, *part[-1:] * (size - len(part)))
            cursor.execute(self._asking(question, size).text, padded)
            yield from cursor.fetchall()

    def _asking(self, question: Question, size: int) -> Text:
        """A question about so many keys, a power of two, so that an engine sees few different texts."""
        found = self._asked.get((question.name, size))
        if found is None:
            keys: list[Any] = [bindparam(f"key{number}") for number in range(size)]
            statement = select(*question.columns).where(question.key.in_(keys))
            found = self._asked[question.name, size] = _compiled(self._dialect, statement)
        return found

    def write(self, cursor: Any, rows: Rows) -> None:
        """Implements Statements."""
        for name, given in rows.items():
            text, ordered = self._written[name]
            cursor.executemany(text, [ordered(row) for row in given])

    def _writing(self, name: str) -> tuple[str, "itemgetter[Any]"]:
        if name == "known":
            which = (MARK.c.cis == bindparam("key"), MARK.c.version == bindparam(JUDGED))
            statement: Any = update(MARK).where(*which).values({one: bindparam(one) for one in _CHANGED})
        else:
            statement = insert(_TABLES[name]).values({one: bindparam(one) for one in COLUMNS[name]})
        made = _compiled(self._dialect, statement)
        columns = COLUMNS[name]
        return made.text, itemgetter(*(columns.index("cis" if one == "key" else one) for one in made.order))


Order = tuple[tuple[str, int, Callable[[Iterable[Any]], str]], ...]
"""For each value of a statement: whose column it is, the how manieth, and how it becomes an array."""


class Arrays:
    """Implements Statements for PostgreSQL: a column is one value, so that each text is planned once."""

    def __init__(self, dialect: Dialect) -> None:
        kind: Any = type(dialect)
        self._dialect: Dialect = kind(paramstyle="numeric_dollar")
        self._asked: dict[str, Prepared] = {}
        self._written: dict[tuple[str, ...], tuple[Prepared, Order]] = {}

    def rows(self, cursor: Any, question: Question, keys: Collection[str]) -> Iterator[Any]:
        """Implements Statements."""
        asked = self._asked.get(question.name) or self._asking(question)
        return iter(asked.run(cursor.connection, (texts(sorted(keys)),)))

    def _asking(self, question: Question) -> "Prepared":
        wanted = question.key == any_(bindparam("keys", type_=ARRAY(String)))
        made = _compiled(self._dialect, select(*question.columns).where(wanted))
        kinds = tuple(isinstance(column.type, Integer) for column in question.columns)
        self._asked[question.name] = _prepared(made, kinds)
        return self._asked[question.name]

    def write(self, cursor: Any, rows: Rows) -> None:
        """Implements Statements."""
        names = tuple(rows)
        whole, order = self._written.get(names) or self._writing(names)
        columns = {name: tuple(zip(*given, strict=True)) for name, given in rows.items()}
        whole.run(cursor.connection, [array(columns[name][at]) for name, at, array in order])

    def _writing(self, names: tuple[str, ...]) -> "tuple[Prepared, Order]":
        """One statement for all of them: the first, with the others as its common table expressions."""
        whole, *others = (_from_arrays(name) for name in names)
        for name, other in zip(names[1:], others, strict=True):
            whole = whole.add_cte(other.cte(name))
        made = _compiled(self._dialect, whole)
        places = [one.partition(".") for one in made.order]
        order = tuple((name, int(at), _array_of(name, int(at))) for name, _, at in places)
        self._written[names] = _prepared(made, ()), order
        return self._written[names]


def _prepared(made: Text, numbers: tuple[bool, ...]) -> "Prepared":
    from ncash.server.database.prepared import Prepared

    return Prepared(b"ncash_" + blake2b(made.text.encode(), digest_size=16).hexdigest().encode(), made.text, numbers)


def _type_of(name: str, column: str) -> type[TypeEngine[Any]]:
    """Texts of any length: a cast to the column's own type would cut one that is too long instead of refusing it."""
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
    """An array of texts as PostgreSQL reads one: each in quotes, a quote and a backslash after a backslash."""
    joined = "\0".join(values).replace("\\", "\\\\").replace('"', '\\"')
    return '{"' + joined.replace("\0", '","') + '"}'


def whole_numbers(values: Iterable[int]) -> str:
    """An array of numbers as PostgreSQL reads one."""
    return "{" + ",".join(map(str, values)) + "}"

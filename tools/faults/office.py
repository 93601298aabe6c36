"""What others do to a shop between two receipts: settings are switched, books copied, put back and put together."""

import os
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from faults.scenarios import BACKUP, PUT_BACK, PUT_TOGETHER, SWITCH, Command
from sqlite_utils import Database

from ncash.errors import UserError
from ncash.hosting import toggles
from ncash.model.ports import Clock
from ncash.shop.copies import known, make, places
from ncash.shop.shop import configuration
from ncash.store.documents_schema import DOCUMENTS
from ncash.store.sqlite.migrations import opened
from ncash.support.books.rebuild import rebuild
from ncash.support.books.restore import restore

BEFORE_INTENTS: Final = 5
"""The version of books that know nothing of fiscal intents yet."""
OWN: Final = ("1", "1")


def switch(conf: Path, data: Path, clock: Clock, command: Command) -> None:
    """`ncash config set`, or without a value `unset` of what is still set. Raises UserError."""
    config = configuration(conf)
    section, row = toggles.find(config.tables, command["key"], None)
    value = command["value"]
    if value is None and not any(one.key == row.name for one in toggles.toggles(config)):
        return
    if value is None:
        content = toggles.unset(config, section, row.name)
    else:
        content = toggles.switch(config, section, row, value, clock.now())
    toggles.store(config, content)


def backup(conf: Path, data: Path, clock: Clock, command: Command) -> None:
    """`ncash backup`. Raises UserError."""
    make(places(conf, data), clock.now())


def put_back(conf: Path, data: Path, clock: Clock, command: Command) -> None:
    """`ncash restore --yes` with the newest copy. Raises UserError."""
    where = places(conf, data)
    restore(known(where)[0].path, where.documents, data, OWN[0], clock.now())


def put_together(conf: Path, data: Path, clock: Clock, command: Command) -> None:
    """`ncash rebuild --yes`. Raises UserError, too when it says that something is missing: then it is repeated."""
    done = rebuild(places(conf, data), data, OWN, clock.now(), (), do=True)
    if done.missing or done.notes:
        raise UserError(f"not entered: {done.missing}; {done.notes}", code="rebuild")


DO: Final[Mapping[str, Callable[[Path, Path, Clock, Command], None]]] = {
    SWITCH: switch,
    BACKUP: backup,
    PUT_BACK: put_back,
    PUT_TOGETHER: put_together,
}


def switched(conf: Path) -> tuple[str, ...]:
    """The lines of support's drop-in without who switched them and when."""
    path = toggles.place(conf)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return tuple(line for line in lines if line and not line.startswith((";", "#")))


def aged(documents: Path) -> None:
    """Books as an older ncash left them: the same rows in the tables of its version."""
    older = documents.with_name("older.sqlite")
    opened(older, DOCUMENTS._replace(steps=DOCUMENTS.steps[:BEFORE_INTENTS])).close()
    with closing(sqlite3.connect(documents)) as newer, closing(sqlite3.connect(older)) as target:
        old: Any = Database(target)
        new: Any = Database(newer)
        for name in old.table_names():
            columns = old[name].columns_dict.keys() & new[name].columns_dict.keys()
            rows = ({column: row[column] for column in columns} for row in new[name].rows)
            old[name].insert_all(rows, replace=name == "journalhead")
        target.commit()
    with closing(sqlite3.connect(older)) as target:
        target.execute("PRAGMA journal_mode = DELETE")
    os.replace(older, documents)

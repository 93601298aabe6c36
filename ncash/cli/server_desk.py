"""What the operator of a cash server does on its database: accounts, the white list, conflicts, a mark's history."""

from itertools import islice
from pathlib import Path
from typing import Any, Final, Self

from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from ncash.errors import UserError, why_unread
from ncash.language import phrase
from ncash.model.ports import Clock, Random
from ncash.server import history, whitelist
from ncash.server.database import accounts
from ncash.server.database.connection import DatabaseRefusal, DatabaseUnavailable, address, engine_of
from ncash.server.database.ledger import Ledger
from ncash.server.database.migrations import upgrade
from ncash.server.database.reasons import reason_of, shown
from ncash.server.database.tables import LONGEST_REASON
from ncash.server.whitelist import FaultyRow
from ncash.server.writer import Writer, iso, moment
from ncash.store.imports.charset import must_be_text

_PAGE: Final = 1000


class ServerDesk:
    """The database of a server, whether the server runs or not. Raises UserError when it cannot be used."""

    def __init__(self, data: Path, database: str, clock: Clock, random: Random) -> None:
        url = address(database, data)
        if url.get_backend_name() == "sqlite" and not data.is_dir():
            raise UserError(
                phrase("the data folder {data} does not exist", data=data), code="data", hint="give it with --data"
            )
        self._engine = engine_of(url)
        upgrade(self._engine)
        self._clock, self._random = clock, random

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trail: object) -> None:
        self._engine.dispose()
        if isinstance(error, SQLAlchemyError | DatabaseUnavailable | DatabaseRefusal):
            why = reason_of(error, self._engine.url)
            text = phrase("the database {url} did not do it: {why}", url=shown(self._engine.url), why=why)
            raise UserError(text, code="database", hint="look at the log of the database") from error

    def add(self, name: str, role: str, key: bool, password_file: Path | None) -> dict[str, Any]:
        """Make an account; its secret is told here and nowhere else."""
        secret = _first_line(password_file) if password_file else accounts.fresh_secret(self._random)
        kind = accounts.KEY if key else accounts.PASSWORD
        with self._engine.begin() as connection:
            accounts.add(connection, name, role=role, kind=kind, secret=secret, now=moment(self._clock)[0])
        shown = {"key": f"{name}.{secret}"} if key else {} if password_file else {"password": secret}
        return {"user": name, "role": role, **shown}

    def users(self) -> dict[str, Any]:
        """Accounts by name."""
        with self._engine.begin() as connection:
            rows = accounts.list_accounts(connection)
        return {"users": [{**row, "created": iso(row["created"])} for row in rows]}

    def remove(self, name: str) -> dict[str, Any]:
        """Take an account away."""
        with self._engine.begin() as connection:
            accounts.remove(connection, name)
        return {"removed": name}

    def history(self, mark: str) -> dict[str, Any]:
        """State and history of a mark."""
        with self._engine.begin() as connection:
            return history.story(Ledger(self._engine), connection, mark, moment(self._clock)[0])

    def conflicts(self, every: bool = False) -> dict[str, Any]:
        """The open conflicts, or all of them and how many are open."""
        found: list[dict[str, Any]] = []
        with self._engine.begin() as connection:
            while page := history.conflicts(connection, found[-1]["number"] if found else 0, _PAGE, every):
                found += page
        return {"conflicts": found, **({"open": sum("settled" not in one for one in found)} if every else {})}

    def settle(self, number: str, who: str, reason: str | None) -> dict[str, Any]:
        """Write down that a conflict was looked into, by whom, when and why; it is kept with both receipts."""
        why = (reason or "").strip()
        if not why or len(why) > LONGEST_REASON or not why.isprintable():
            text = phrase(
                "a settled conflict needs its reason, one line of up to {longest_reason} characters",
                longest_reason=LONGEST_REASON,
            )
            raise UserError(text, code="usage", hint='add --reason "what became of both receipts"')
        if not (number.isascii() and number.isdigit() and len(number) < 18):
            hint = "ncash server conflicts shows the open ones"
            raise UserError(phrase("{number!a} is no number of a conflict", number=number), code="conflict", hint=hint)
        try:
            with self._engine.begin() as connection:
                return history.settle(connection, int(number), who, why, moment(self._clock)[0])
        except IntegrityError:
            with self._engine.begin() as connection:
                return history.settle(connection, int(number), who, why, moment(self._clock)[0])

    def enlist(self, file: str) -> dict[str, Any]:
        """List the marks of a CSV file that are not listed yet."""
        source = Path(file)
        writer = Writer(self._engine, self._clock, whitelist.OFF, 0)
        read = added = faulty = 0
        faults: list[dict[str, Any]] = []
        table = whitelist.CsvLines()
        try:
            with source.open("rb") as content:
                must_be_text(content, str(source))
            with source.open(encoding="utf-8-sig") as lines:
                rows = (row for line in lines if (row := table.parse_line(line.rstrip("\r\n"))) is not None)
                while chunk := list(islice(rows, _PAGE)):
                    bad = [row for row in chunk if isinstance(row, FaultyRow)]
                    read, faulty = read + len(chunk), faulty + len(bad)
                    faults += [row._asdict() for row in bad[: whitelist.SHOWN - len(faults)]]
                    added += writer.enlist([row for row in chunk if not isinstance(row, FaultyRow)])
        except UnicodeDecodeError as error:
            raise UserError(
                phrase("{source} is not UTF-8", source=source), code="encoding", hint="save it in UTF-8"
            ) from error
        except OSError as error:
            hint = "name a CSV file, as in marks.csv"
            raise UserError(
                phrase("{source} cannot be read: {reason}", source=source, reason=error.strerror),
                code="file_missing",
                hint=hint,
            ) from error
        finally:
            writer.close()
        known = read - faulty - added
        return {"read": read, "added": added, "known": known, "faulty": faulty, "faults": faults}


def _first_line(file: Path) -> str:
    try:
        secret = file.read_text(encoding="utf-8").split("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        hint = "a text file whose first line is the password"
        raise UserError(
            phrase("{file} cannot be read: {error}", file=file, error=why_unread(error)), code="password", hint=hint
        ) from error
    if len(secret) < 12:
        text = phrase("the password in {file} is too short", file=file)
        raise UserError(text, code="password", hint="12 characters or more, or leave it to ncash server user add")
    return secret

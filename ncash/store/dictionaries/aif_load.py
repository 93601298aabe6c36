"""Loading an AIF file into Dictionaries: one transaction, so that a running till sees the old goods or the new ones."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

from ncash.errors import UserError
from ncash.language import phrase
from ncash.store.dictionaries import kinds_there
from ncash.store.dictionaries.aif import CORRECT, AifCommand, BrokenCommand, CutFile, Read, commands
from ncash.store.dictionaries.aif_articles import article, barcode
from ncash.store.dictionaries.aif_commands import COMMANDS, CommandRow
from ncash.store.dictionaries.delivery import Delivery
from ncash.store.dictionaries.schema import DICTIONARIES
from ncash.store.dictionaries.wrong_goods import settle
from ncash.store.imports.charset import CP1251, encoding_of
from ncash.store.imports.report import Fault, RecordPlace, Report
from ncash.store.imports.shapes import UNKNOWN, Malformed, refusal
from ncash.store.sqlite.connection import Connection
from ncash.store.sqlite.migrations import opened

Progress = Callable[[int], None]
"""Called with the bytes read so far."""
STRICT: Final = "because of --strict"
CUT: Final = "because the file was cut"
_PERSON: Final = "INSERT OR REPLACE INTO mol (code, name, login, rank) VALUES (?, ?, ?, ?)"
_ROLE: Final = "INSERT OR REPLACE INTO roleuser (usercode, rolecode, rule) VALUES (?, ?, ?)"
_NAMES: Final = {"inventcode": "code", "tmccode": "code", "code": "code", "barcode": "barcode"}
Values = Mapping[str, Any]


class ImportRefusal(Exception):
    """Everything is taken back; the text says why."""


class _Loader:
    """Applies commands one by one inside an open transaction."""

    def __init__(self, connection: Connection, report: Report, now: datetime | None) -> None:
        self._connection = connection
        self._report = report
        self._now = now
        self.delivery = Delivery(connection, report)
        self._special: dict[str, Callable[[Values, RecordPlace], bool | None]] = {
            "addInventItem": lambda values, place: self.delivery.article(article(values), place),
            "deleteInventItem": lambda values, place: self.delivery.delete_article(values["inventcode"], place),
            "addBarcode": lambda values, place: self.delivery.barcode(barcode(values, values["code"]), place),
            "deleteBarcode": lambda values, place: self.delivery.delete_barcode(
                values["barcode"], values["code"], place
            ),
            "addPrice": self._price,
            "deletePrice": self._delete_price,
            "addMCashUser": self._person,
        }

    def apply(self, command: AifCommand) -> None:
        """Load one command. Raises Malformed, and then nothing of it is loaded."""
        row = COMMANDS.get(command.name.lower())
        place = RecordPlace(command.number, command.line)
        if row is None or row.idle:
            passed = (
                phrase("unknown command {name}", name=_shown(command.name))
                if row is None
                else phrase("no effect here: {name}", name=row.name)
            )
            self._report.note(passed, place)
            return
        values = self._values(command, row, place)
        if row.name in self._special:
            done = self._special[row.name](values, place)
        elif row.wide or not row.values:
            done = self._cleared(row, values, place)
        else:
            done = self._changed(row, values)
        if done is False:
            self._report.note(phrase("{name} names what is not there", name=row.name), place)
        self._report.loaded[row.name] += 1

    def _values(self, command: AifCommand, row: CommandRow, place: RecordPlace) -> Values:
        """The fields of its object, or for a command that takes away, of what stands beside its name."""
        own = [key for key in command.fields if key.lower() == row.place.lower()] if row.place else []
        beside = {key: value for key, value in command.fields.items() if key not in own}
        if len(own) > 1:
            raise Malformed(
                phrase(
                    "{name} has {one} and {other}: accepted is one of them", name=command.name, one=own[0], other=own[1]
                )
            )
        given = command.fields[own[0]] if own else None
        where = f"{command.name}.{own[0] if own else row.place}"
        if row.takes_away:
            where = where if own else command.name
            if row.bare and own and not isinstance(given, dict):
                given = {row.bare: given}
            given, beside = {**beside, **(given or {})}, {}
        for name in beside:
            self._report.note(f"{UNKNOWN}{_shown(f'{command.name}.{name}')}", place)
        if row.shape is None:
            return {}
        if not isinstance(given, dict):
            raise (
                Malformed(phrase("{where} is missing", where=where))
                if given is None
                else refusal(where, given, "an object")
            )
        return row.shape.read(given, where, lambda text: self._passed(text, row, place))

    def _passed(self, text: str, row: CommandRow, place: RecordPlace) -> None:
        if not row.takes_away or text.startswith(UNKNOWN):
            self._report.note(_shown(text), place)

    def _cleared(self, row: CommandRow, values: Values, place: RecordPlace) -> bool:
        """Empty tables, or take a row away that goods may need."""
        if row.values:
            changed = self._changed(row, values)
            self.delivery.wide = place
            return changed
        self.delivery.clear(row.statements, place, row.wide)
        return True

    def _changed(self, row: CommandRow, values: Values) -> bool:
        given = tuple(values[name] for name in row.values)
        return sum([self._connection.change(statement, given) for statement in row.statements]) > 0

    def _price(self, values: Values, place: RecordPlace) -> None:
        name, code, begins = values["barcode"], values["inventcode"], values["effectivedate"]
        if (name or code) is None or values["price"] is None:
            lack = "price" if values["price"] is None else "barcode"
            raise Malformed(phrase("addPrice.price.{lack} is missing", lack=lack))
        if not values["price"]:
            raise Malformed(
                "addPrice.price.price is 0: accepted is a price above 0; deletePrice takes a price back, zeroprice in "
                "the card lets goods go at 0.00"
            )
        if self._now is not None and begins is not None and _later(begins, self._now):
            raise Malformed(
                phrase(
                    "addPrice.price.effectivedate is {begins!r}, which has not come: accepted is a price "
                    "that counts now, since it would count at once",
                    begins=begins[:40],
                )
            )
        money = (values["price"], values["minprice"], values["minretailprice"])
        self.delivery.price((name or code, int(name is None), *money), place)

    def _delete_price(self, values: Values, place: RecordPlace) -> bool:
        if values["barcode"] is None and values["inventcode"] is None:
            raise Malformed("deletePrice.price.barcode is missing")
        return self.delivery.delete_price(values["barcode"], values["inventcode"], place)

    def _person(self, values: Values, place: RecordPlace) -> None:
        code = values["code"]
        self._connection.change(_PERSON, (code, values["name"], values["login"], values["rank"]))
        self._connection.change("DELETE FROM roleuser WHERE usercode = ?", (code,))
        roles = [(code, role["rolecode"], role["rule"] or 0) for role in values["roleusers"]]
        self._connection.change_many(_ROLE, roles)
        if values["password"] is not None:
            self._report.note("password not kept", place)


def _later(begins: str, now: datetime) -> bool:
    try:
        return datetime.fromisoformat(begins).replace(tzinfo=None) > now.replace(tzinfo=None)
    except ValueError:
        return False


def _shown(name: str) -> str:
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in name[:100])


def load(
    source: Path,
    dictionaries: Path,
    strict: bool = False,
    progress: Progress | None = None,
    now: datetime | None = None,
) -> Report:
    """Load a file in one transaction; a file that was cut leaves everything as it was, with `strict` so does a fault.

    With `now`, a price that begins later is a fault. Raises UserError when the file cannot be read, or Dictionaries
    cannot be opened or written.
    """
    report = Report(str(source))
    try:
        file = source.open("rb")
    except OSError as error:
        raise UserError(
            phrase("{source} cannot be read: {reason}", source=source, reason=error.strerror),
            code="file_missing",
            hint="name an AIF file, as in pos.aif",
        ) from error
    with file:
        _load(file, report, dictionaries, strict, progress, now)
    return report


def _load(
    file: IO[bytes], report: Report, target: Path, strict: bool, progress: Progress | None, now: datetime | None
) -> None:
    encoding = encoding_of(file, report.source)
    if encoding == CP1251:
        report.note("read as CP1251; UTF-8 is the encoding of AIF")
    connection = opened(target, DICTIONARIES)
    try:
        with connection.write():
            loader = _Loader(connection, report, now)
            _load_all(loader, commands(file, encoding), report, progress, file.tell)
            settle(loader.delivery)
            for text, count in kinds_there.notes(connection):
                report.note(text, count=count)
            if strict and report.faulty:
                raise ImportRefusal(STRICT)
        report.written = True
        connection.checkpoint(truncate=True)
    except ImportRefusal as why:
        report.refuse(str(why))
    finally:
        connection.close()


def _load_all(
    loader: _Loader, stream: Iterable[Read], report: Report, progress: Progress | None, tell: Callable[[], int]
) -> None:
    """Raises ImportRefusal for a file that was cut."""
    for command in stream:
        report.read += 1
        if isinstance(command, CutFile):
            report.fault(command.fault)
            raise ImportRefusal(CUT)
        if isinstance(command, BrokenCommand):
            _owe(loader.delivery, command.code, command.fault.barcode or None, command.fault)
            report.fault(command.fault)
            continue
        try:
            loader.apply(command)
        except (Malformed, RecursionError) as error:
            code, barcode = _named(command)
            fault = Fault(command.number, command.line, str(error), barcode or "", next=CORRECT)
            if command.name.lower() in ("addinventitem", "addbarcode"):
                _owe(loader.delivery, code if command.name.lower() == "addinventitem" else None, barcode, fault)
            report.fault(fault)
        if progress:
            progress(tell())


def _owe(delivery: Delivery, code: str | None, barcode: str | None, fault: Fault) -> None:
    delivery.owe(code, barcode, RecordPlace(fault.number, fault.line))


def _named(command: AifCommand) -> tuple[str | None, str | None]:
    """The card and the barcode that a command is about, as far as that can be told."""
    found: dict[str, str] = {}
    inner = (value for value in command.fields.values() if isinstance(value, dict))
    for values in (command.fields, *inner):
        for key, value in values.items():
            if type(value) in (str, int) and (name := _NAMES.get(key.lower())):
                found.setdefault(name, str(value)[:100])
    return found.get("code"), found.get("barcode")

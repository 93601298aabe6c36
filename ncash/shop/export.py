"""Sales of a shift for the back office: a file in the vendor's layout (docs/exchange.md says what each key holds).

Closed and annulled documents are written: an annulled one has docType 7 or 8 and `closed` 0. Receipts that wait are not
among them.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from ncash.errors import UserError, place
from ncash.language import phrase
from ncash.model.ports import Clock, Dictionaries, Document
from ncash.settings.config import Config
from ncash.shop.export_fields import Fields, fields_of
from ncash.shop.sale_json import document_json, shift_json
from ncash.store.documents import SqliteDocuments
from ncash.system import files

NO_FIELDS: Final[Fields] = {}
FOLDER: Final = "exchange"
"""Below the data folder."""
SECTIONS: Final = ("sales data", "shift info", "securitylog info")
PATTERN: Final = "sale%Y.%m.%d_%H-%M-%S.json"
_MISREAD: Final = re.compile("-(?=--)|#(?=##)|[\u0085\u2028\u2029]")
"""Characters that readers would take for the end of a document, a section or a line: they are written as \\uXXXX."""
TRIES: Final = 600
"""Seconds ahead of now in which a name that nothing has is looked for."""


def _section(name: str, documents: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield f"### {name} begin ###\n"
    for document in documents:
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        yield _MISREAD.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "---\n"
    yield f"### {name} end ###\n"


def written(documents: Iterable[Document], shift: Mapping[str, Any], fields: Fields = NO_FIELDS) -> bytes:
    """A whole file: readers part it at `---`, which stands nowhere inside a value."""
    sales, info, security = SECTIONS
    sections = (
        *_section(sales, (document_json(one, fields.get(one.documentid, {})) for one in documents)),
        *_section(info, [shift]),
        *_section(security, []),
    )
    return "".join(sections).encode("utf-8")


class Exporter(NamedTuple):
    """What the export of a till works with."""

    documents: SqliteDocuments
    dictionaries: Dictionaries
    config: Config
    clock: Clock


def export(till: Exporter, shift: int, folder: Path) -> Path:
    """Write the sales of a shift of this till; the new file. Raises UserError, and then there is no new file.

    A crash between the file and its entry in the books makes the shift come twice: documents are known by `uuid`.
    """
    documents, dictionaries, config, clock = till
    told = documents.shift_told(shift)
    if told is None:
        hint = "ncash sales export without --shift writes the latest one"
        raise UserError(
            phrase("till {cashcode} has no shift {shift}", cashcode=documents.cashcode, shift=shift),
            code="shift",
            hint=hint,
        )

    def name_of(code: str) -> str | None:
        cashier = dictionaries.cashier(code)
        return cashier.name if cashier else None

    sold = documents.documents_of_shift(shift)
    content = written(sold, shift_json(told, sold, documents.sold_before(shift), name_of), fields_of(config, sold))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = _placed(folder, content, clock)
    except OSError as error:
        text = phrase(
            "shift {shift} cannot be exported to {folder}: {reason}", shift=shift, folder=folder, reason=error.strerror
        )
        hint = phrase("mend it and write the file by hand: ncash sales export --shift {shift}", shift=shift)
        raise UserError(text, code="export", hint=hint) from error
    documents.exported(shift, clock.now().isoformat(timespec="seconds"))
    return path


def _placed(folder: Path, content: bytes, clock: Clock) -> Path:
    """The file under the first free name from this second on: an earlier one is never written over."""
    now = clock.now()
    for ahead in range(TRIES):
        path = folder / (now + timedelta(seconds=ahead)).strftime(PATTERN)
        try:
            files.create(path, content)
        except FileExistsError:
            continue
        return path
    raise FileExistsError(17, f"the names of the next {TRIES} seconds are taken")


def exporter(till: Exporter, data: Path) -> Callable[[], tuple[str, ...]]:
    """What a till calls when it has closed a shift: writes every closed shift that was not written, oldest first.

    It raises nothing but UserError: the shift is closed whatever happens here.
    """

    def every() -> tuple[str, ...]:
        try:
            return tuple(str(export(till, shift, data / FOLDER)) for shift in till.documents.unexported())
        except UserError:
            raise
        except Exception as error:
            text = phrase("the export failed, {kind} at {place}", kind=type(error).__name__, place=place(error))
            raise UserError(text, code="internal", hint="send this line to the developers") from error

    return every

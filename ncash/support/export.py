"""Sales of a shift for the back office, in the vendor's JSON layout (docs/exchange.md says what each key holds).

Closed and annulled documents are written: an annulled one has docType 7 or 8 and `closed` 0. Positions taken out of a
receipt before it was closed, and receipts that wait, are not among them.
"""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, Final

from ncash import files
from ncash.errors import UserError, place
from ncash.model.keg import KEG
from ncash.model.money import amount
from ncash.model.ports import Clock, Document
from ncash.model.receipt import PAYMENT_OPCODE, Payment, Position, State
from ncash.store.documents import SqliteDocuments
from ncash.store.receipts import EXCISETYPE, code_text

FOLDER: Final = "exchange"
"""Below the data folder."""
SECTIONS: Final = ("sales data", "shift info", "securitylog info")
PATTERN: Final = "sale%Y.%m.%d_%H-%M-%S.json"
TRIES: Final = 600
"""Seconds ahead of now in which a name that nothing has is looked for."""


def _rubles(kopecks: int) -> float:
    return kopecks / 100


def position_json(position: Position, opcode: int) -> dict[str, Any]:
    """An inventPosition. Ordinary goods sold by their mark have excisemark, but no excisetype and no markingcode."""
    code = code_text(position)
    base = amount(position.baseprice, position.quantity)
    discount = position.extra.get("discount")
    return {
        "posNum": position.n,
        "opCode": opcode,
        "inventCode": position.code,
        "barCode": position.bcode,
        "name": position.name,
        "deptCode": position.dept,
        "quant": float(position.quantity),
        "price": _rubles(position.price),
        "posSum": _rubles(position.amount),
        "baseSum": _rubles(base),
        "discountPositions": [{"name": discount, "sum": _rubles(base - position.amount)}] if discount else [],
        "tmctype": position.tmctype,
        "marked": position.marked,
        "excisemark": position.excisemark,
        "excisetype": EXCISETYPE if position.marked and position.excisemark else None,
        "additionalbarcode": position.additionalbarcode,
        "markingcode": None if code is None else base64.b64encode(code.encode("utf-8")).decode("ascii"),
        "cis": position.cis,
        "category": position.category,
        "tags": dict(position.tags),
        "unchecked": position.unchecked,
        "keg": dict(position.extra[KEG]) if KEG in position.extra else None,
        "salePosNum": position.sale_position,
    }


def _sums(payments: Iterable[Payment]) -> dict[str, float]:
    sums = {"sumcash": 0, "sumnoncash": 0, "sumother": 0}
    keys = {"cash": "sumcash", "card": "sumnoncash"}
    for payment in payments:
        sums[keys.get(payment.type, "sumother")] += payment.amount
    return {key: _rubles(kopecks) for key, kopecks in sums.items()}


def document_json(document: Document) -> dict[str, Any]:
    """A document of the section `sales data`."""
    receipt = document.receipt
    base = sum(amount(p.baseprice, p.quantity) for p in receipt.positions)
    saved = base - receipt.total
    percent = (Decimal(saved) * 100 / base).quantize(Decimal("0.01"), ROUND_HALF_UP) if base else Decimal(0)
    return {
        "documentid": document.documentid,
        "uuid": receipt.id,
        "docNum": document.docnum,
        "docType": document.doctype,
        "shift": document.shift,
        "cashCode": document.cashcode,
        "shopCode": document.shopcode,
        "userCode": receipt.cashier,
        "channel": receipt.channel.value,
        "timeBeg": receipt.opened,
        "timeEnd": document.time,
        "closed": int(receipt.state is State.CLOSED),
        "docSum": _rubles(receipt.total),
        "baseSum": _rubles(base),
        "disc_abs": _rubles(saved),
        "disc_perc": float(percent),
        **_sums(document.payments),
        "identifier": receipt.extra.get("identifier"),
        "sourceidentifier": receipt.extra.get("sourceidentifier"),
        "linkeddocumentid": int(receipt.sale) if receipt.sale else None,
        "frdocnum": document.fiscal.get("number"),
        "fiscalIdentifier": document.fiscal.get("sign"),
        "inventPositions": [position_json(p, receipt.kind.opcode) for p in receipt.positions],
        "moneyPositions": [
            {"posNum": n, "opCode": PAYMENT_OPCODE, "type": p.type, "sum": _rubles(p.amount)}
            for n, p in enumerate(document.payments, 1)
        ],
    }


def _section(name: str, documents: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield f"### {name} begin ###\n"
    for document in documents:
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        yield text.replace("}---", "\\u007d---") + "---\n"
    yield f"### {name} end ###\n"


def written(documents: Iterable[Document], shift: Mapping[str, Any]) -> bytes:
    """A whole file: readers part it at `}---`, which stands nowhere inside a value."""
    sales, info, security = SECTIONS
    sections = (
        *_section(sales, map(document_json, documents)),
        *_section(info, [shift]),
        *_section(security, []),
    )
    return "".join(sections).encode("utf-8")


def export(documents: SqliteDocuments, shift: int, folder: Path, clock: Clock) -> Path:
    """Write the sales of a shift of this till; the new file. Raises UserError, and then there is no new file.

    A crash between the file and its entry in the books makes the shift come twice: documents are known by `uuid`.
    """
    told = documents.shift_told(shift)
    if told is None:
        hint = "ncash sales export without --shift writes the latest one"
        raise UserError(f"till {documents.cashcode} has no shift {shift}", code="shift", hint=hint)
    content = written(documents.documents_of_shift(shift), told)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = _placed(folder, content, clock)
    except OSError as error:
        text = f"shift {shift} cannot be exported to {folder}: {error.strerror}"
        hint = f"mend it and write the file by hand: ncash sales export --shift {shift}"
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


def exporter(documents: SqliteDocuments, data: Path, clock: Clock) -> Callable[[], tuple[str, ...]]:
    """What a till calls when it has closed a shift: writes every closed shift that was not written, oldest first.

    It raises nothing but UserError: the shift is closed whatever happens here.
    """

    def every() -> tuple[str, ...]:
        try:
            return tuple(str(export(documents, shift, data / FOLDER, clock)) for shift in documents.unexported())
        except UserError:
            raise
        except Exception as error:
            text = f"the export failed, {type(error).__name__} at {place(error)}"
            raise UserError(text, code="internal", hint="send this line to the developers") from error

    return every

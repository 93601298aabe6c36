"""Receipts made elsewhere, in the vendor's onlinechecks JSON, and what becomes of them: deferred receipts, or orders.

docs/exchange.md says which fields count. Goods, departments, units and kinds of goods are those of Dictionaries; name,
price and quantity are those that were agreed elsewhere.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

from ncash.errors import UserError
from ncash.language import phrase
from ncash.model.goods import Goods
from ncash.model.mark import cis, trimmed
from ncash.model.money import amount, rubles
from ncash.model.ports import Clock, Dictionaries, Random
from ncash.model.receipt import Position, Receipt, State
from ncash.shop.open_books import Books
from ncash.store.dictionaries.aif import no_number
from ncash.store.imports.shapes import NO_EFFECT, UNKNOWN, Malformed
from ncash.store.receipts import decimal_of, kopecks_of
from ncash.support.exchange.check_fields import CHECK, DOCUMENT, POSITION
from ncash.till.goods.pricing import ZERO
from ncash.till.receipts.orders import apart

LONGEST: Final = 4 << 20
"""Bytes of the longest file that is read."""
MOST: Final = 1000
"""Positions of the longest receipt."""
IDENTIFIER: Final = 64
"""Characters of the longest name: it must fit a scan and a line of the receipt."""
UNPAID: Final = "NOT_PAID"
Values = Mapping[str, Any]


class ImportedReceipt(NamedTuple):
    """A receipt from elsewhere, and what its reader should know."""

    receipt: Receipt
    notes: tuple[str, ...] = ()

    @property
    def identifier(self) -> str:
        """Its name there."""
        return str(self.receipt.extra["identifier"])


def bring(path: Path, books: Books, clock: Clock, random: Random, order: bool = False) -> ImportedReceipt:
    """Read the file and put its receipt among the deferred ones. Raises UserError, and then nothing is written."""
    brought = read(path, books, order)
    if books.documents.identifier_known(brought.identifier):
        hint = "a receipt is brought once; cancel the first one at a till to bring it again"
        raise UserError(
            phrase("{path}: {identifier} was brought here before", path=path, identifier=brought.identifier),
            code="known",
            hint=hint,
        )
    if order and books.dictionaries.goods(brought.identifier) is not None:
        hint = "let the orders be named otherwise: a till that scans this name sells the goods"
        raise UserError(
            phrase("{path}: {identifier} is the barcode of goods", path=path, identifier=brought.identifier),
            code="identifier",
            hint=hint,
        )
    now = clock.now().isoformat(timespec="seconds")
    receipt = brought.receipt._replace(id=random.uuid(), opened=now)
    books.documents.defer_receipt(receipt, now, brought.identifier)
    return brought._replace(receipt=receipt)


def read(path: Path, books: Books, order: bool = False) -> ImportedReceipt:
    """The receipt of a file, without an id. Raises UserError naming every fault."""
    try:
        passed: Counter[str] = Counter()
        outer = CHECK.read(_object(_text(path), str(path)), "", lambda text: passed.update((text,)))
        _ours(outer, books)
        given = _object(outer["document"], "document")
        listed = _listed(given)
        inner = DOCUMENT.read(given, "document", lambda text: passed.update((text,)))
        identifier = inner["identifier"]
        if len(identifier) > IDENTIFIER or not identifier.isprintable():
            raise Malformed(
                phrase("document.identifier has at most {identifier} printable characters", identifier=IDENTIFIER)
            )
        positions = _positions(listed, inner["sum"], books.dictionaries, passed)
        notes = tuple(_notes(inner, passed))
    except Malformed as error:
        hint = "ncash docs exchange shows the fields; nothing was written"
        raise UserError(f"{path}: {error}", code="malformed", hint=hint) from error
    extra: dict[str, Any] = {"identifier": identifier}
    if outer["documentid"] is not None:
        extra["sourceidentifier"] = outer["documentid"]
    if order:
        extra["order"] = True
    return ImportedReceipt(
        Receipt("", state=State.DEFERRED, positions=positions, last_n=len(positions), extra=extra), notes
    )


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LONGEST + 1)
    except OSError as error:
        raise UserError(
            phrase("{path} cannot be read: {reason}", path=path, reason=error.strerror),
            code="file",
            hint="name a readable file",
        ) from error
    if len(content) > LONGEST:
        raise Malformed(phrase("the file is longer than {longest} bytes", longest=LONGEST))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed(phrase("byte {start} is not UTF-8", start=error.start + 1)) from error


def _object(text: str, place: str) -> dict[str, Any]:
    """A JSON object; a GS that its writer did not escape in a text stays a GS. Raises Malformed."""
    try:
        found = json.loads(text, parse_float=Decimal, parse_constant=no_number, strict=False)
    except json.JSONDecodeError as error:
        raise Malformed(
            phrase(
                "{place}, line {lineno}, column {colno} is not JSON: {msg}",
                place=place,
                lineno=error.lineno,
                colno=error.colno,
                msg=error.msg,
            )
        ) from error
    except (ValueError, RecursionError) as error:
        raise Malformed(phrase("{place} is not JSON: {error}", place=place, error=error)) from error
    if not isinstance(found, dict):
        raise Malformed(phrase("{place} is not a JSON object", place=place))
    return found


def _ours(outer: Values, books: Books) -> None:
    shop = outer["shopcode"]
    if shop != books.shopcode:
        raise Malformed(
            phrase("the receipt is for shop {shop}; this is shop {shopcode}", shop=shop, shopcode=books.shopcode)
        )
    state = outer["state"] or UNPAID
    if state != UNPAID:
        raise Malformed(
            phrase("the state is {state}; a receipt to be paid here is {unpaid}", state=state[:40], unpaid=UNPAID)
        )


def _listed(given: dict[str, Any]) -> list[Any]:
    """The positions, taken out of the document so that each is read by itself. Raises Malformed."""
    names = [name for name in given if name.lower() == "positions"]
    if len(names) > 1:
        raise Malformed(
            phrase("document.{one} and {other} are one field: accepted is one of them", one=names[0], other=names[1])
        )
    found = given.pop(names[0]) if names else None
    if found is not None and not isinstance(found, list):
        raise Malformed("document.positions is no list: accepted is a list of objects")
    return found or []


def _notes(inner: Values, passed: Counter[str]) -> Iterator[str]:
    if inner["payments"]:
        yield "payments are not taken over: the receipt is paid at the till"
    if inner["dontChange"]:
        yield "dontChange is not enforced: positions may be taken out at the till"
    for text, times in passed.items():
        name, often = (
            text.removeprefix(UNKNOWN).removeprefix(NO_EFFECT),
            phrase(", {times} times", times=times) if times > 1 else "",
        )
        if text.startswith(UNKNOWN):
            yield phrase("the field {name} is not known and was passed over{often}", name=name, often=often)
        elif text.startswith(NO_EFFECT) and "payments" not in name:
            yield phrase("the field {name} has no effect here{often}", name=name, often=often)
        elif not text.startswith(NO_EFFECT):
            yield text


def _positions(
    listed: list[Any], stated: float | None, dictionaries: Dictionaries, passed: Counter[str]
) -> tuple[Position, ...]:
    """The positions, numbered from 1, marked pieces apart. Raises Malformed naming every fault."""
    found: list[Position] = []
    faults: list[str] = []
    total = 0
    for number, one in enumerate(listed, 1):
        try:
            if not isinstance(one, dict):
                raise Malformed("it is no object: accepted is a list of objects")
            values = POSITION.read(one, "document.positions", lambda text: passed.update((text,)))
            position = _position(values, dictionaries)
            passed.update(
                phrase("position {number}: {text}", number=number, text=text)
                for text in _otherwise(values, position, dictionaries)
            )
        except Malformed as error:
            faults.append(phrase("position {number}: {error}", number=number, error=error))
            continue
        total += position.amount
        found += apart(position, dictionaries.goods, MOST + 1)
    faults += _twice(found)
    if not found and not faults:
        faults.append("the receipt has no positions")
    if len(found) > MOST:
        faults.append(
            phrase("the receipt has {count} positions; at most {most} are taken", count=len(found), most=MOST)
        )
    if not faults and stated is not None and kopecks_of(stated) != total:
        faults.append(
            phrase("sum is {sum}, the positions make {total}", sum=rubles(kopecks_of(stated)), total=rubles(total))
        )
    if faults:
        more = [phrase("and {count} more", count=len(faults) - 20)] if len(faults) > 20 else []
        raise Malformed("; ".join(faults[:20] + more))
    return tuple(position._replace(n=n) for n, position in enumerate(found, 1))


def _otherwise(one: Values, position: Position, dictionaries: Dictionaries) -> Iterator[str]:
    """What the file says otherwise than Dictionaries, whose word counts."""
    goods = dictionaries.goods(position.bcode)
    fractional = one["isfractionalmeasure"]
    said = (
        ("dept", one["dept"], position.dept),
        ("measure", one["measure"], goods.unit if goods else ""),
        ("isfractionalmeasure", None if fractional is None else bool(fractional), position.fractional),
    )
    for name, theirs, ours in said:
        if theirs is not None and theirs != ours:
            yield phrase(
                "{name} is {theirs} in the file and {ours} in Dictionaries, which counts",
                name=name,
                theirs=theirs,
                ours=ours or "absent",
            )


def _position(one: Values, dictionaries: Dictionaries) -> Position:
    barcode, price, pieces = one["barcode"], one["price"], one["quant"]
    goods = dictionaries.goods(barcode)
    if goods is None:
        raise Malformed(phrase("no goods with the barcode {barcode} in Dictionaries", barcode=barcode[:64]))
    code = one["code"]
    if code is not None and code != goods.code:
        raise Malformed(
            phrase(
                "the barcode {barcode} is of article {code}, the file says {named}",
                barcode=barcode,
                code=goods.code,
                named=code,
            )
        )
    if price is None or pieces is None:
        raise Malformed(
            phrase(
                "barcode {barcode}: {field} is missing or 0",
                barcode=barcode,
                field="price" if price is None else "quant",
            )
        )
    if not price and not goods.zeroprice:
        raise Malformed(
            phrase(
                "barcode {barcode}: price is 0: accepted is a price above 0, or goods with zeroprice", barcode=barcode
            )
        )
    quantity = decimal_of(pieces)
    if not goods.fractional and quantity != quantity.to_integral_value():
        raise Malformed(phrase("quant is {quantity}; {name} is sold by the piece", quantity=quantity, name=goods.name))
    if amount(kopecks_of(price), quantity) == 0 and price:
        raise Malformed(
            phrase("{quantity} at {price} come to 0.00", quantity=quantity, price=rubles(kopecks_of(price)))
        )
    mark = trimmed(one["excisemark"] or "")
    return _made(goods, one["name"], kopecks_of(price), quantity, mark)


def _made(goods: Goods, name: str | None, price: int, quantity: Decimal, mark: str) -> Position:
    whole = goods.cquant if goods.pack else decimal_of(1)
    if mark and not goods.fractional and quantity != whole:
        unit = "one piece" if whole == 1 else phrase("a pack of {whole}", whole=whole)
        raise Malformed(
            phrase("quant is {quantity}; a position with an excisemark is {unit}", quantity=quantity, unit=unit)
        )
    if goods.marked and not goods.fractional and whole != whole.to_integral_value():
        raise Malformed(
            phrase(
                "the barcode {barcode} stands for {whole} of goods that are sold by the piece",
                barcode=goods.barcode,
                whole=whole,
            )
        )
    if goods.marked and not goods.fractional and quantity % whole:
        raise Malformed(
            phrase(
                "quant is {quantity}; the barcode {barcode} stands for packs of {whole}",
                quantity=quantity,
                barcode=goods.barcode,
                whole=whole,
            )
        )
    marked = goods.marked or bool(mark)
    extra = {"agreed": True, **({"awaiting": True} if marked and not mark else {}), **({} if price else {ZERO: True})}
    return Position(
        0, goods.code, name or goods.name, goods.barcode, quantity=quantity, price=price,
        dept=goods.dept, tmctype=goods.tmctype, marked=marked, excisemark=mark or None, cis=cis(mark) if mark else None,
        fractional=goods.fractional, frunit=goods.frunit, baseprice=price, extra=extra,
    )  # fmt: skip


def _twice(positions: list[Position]) -> Iterator[str]:
    seen: set[str] = set()
    for position in positions:
        if position.cis in seen:
            yield phrase("the mark of {name} stands twice", name=position.name)
        elif position.cis:
            seen.add(position.cis)

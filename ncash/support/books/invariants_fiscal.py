"""What must hold between the books, the fiscal drives and the cash server: I2, I3."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Final, NamedTuple

from ncash.language import phrase
from ncash.model.mark import plain
from ncash.model.money import rubles
from ncash.support.books.evidence import DriveDocument, Evidence, Violation

_DOCUMENTS: Final = (
    "SELECT uuid, doctype, docnum, cashcode, CAST(ROUND(docsum * 100) AS INTEGER), fiscal FROM document "
    "WHERE doctype <> 16 ORDER BY documentid"
)
_MARKS: Final = (
    "SELECT d.uuid, g.excisemark FROM document d JOIN Goodsitem g ON g.documentid = d.documentid "
    "WHERE d.doctype IN (1, 2, 25) AND g.marked = 1 AND g.cis IS NOT NULL ORDER BY g.goodsitemid"
)
_UNSETTLED: Final = "SELECT uuid FROM fiscalintent WHERE dropped = 0 UNION SELECT uuid FROM openreceipt"
_REFUSED: Final = "SELECT uuid, op, key, json_extract(body, '$.documentid') FROM outbox WHERE result = 'refused'"
_ANNULLED: Final = (7, 8)


class BookDocument(NamedTuple):
    """One document as the books have it, to be compared with the fiscal drive."""

    uuid: str
    doctype: int
    docnum: int
    cashcode: str
    total: int
    fiscal: Mapping[str, Any]

    @property
    def closed(self) -> bool:
        """It went over the counter."""
        return self.doctype not in _ANNULLED

    @property
    def place(self) -> str:
        """Where it stands."""
        return phrase("Documents, document {docnum} of till {cashcode}", docnum=self.docnum, cashcode=self.cashcode)

    @property
    def number(self) -> tuple[str, int] | None:
        """Drive and number of its fiscal document."""
        if "number" not in self.fiscal:
            return None
        return str(self.fiscal.get("drive", "")), int(self.fiscal["number"])


def entries(seen: Evidence) -> list[BookDocument]:
    """Documents of the books but inventories."""
    return [
        BookDocument(uuid, doctype, docnum, cashcode, total=total, fiscal=json.loads(fiscal or "{}"))
        for uuid, doctype, docnum, cashcode, total, fiscal in seen.rows(_DOCUMENTS)
    ]


def no_lost_receipt(seen: Evidence) -> Iterator[Violation]:
    """I2. What the drive made a document of is in the books once, and nothing that is owed was refused."""
    books = {entry.uuid: entry for entry in entries(seen)}
    unsettled = {uuid for (uuid,) in seen.rows(_UNSETTLED)}
    for file, made in seen.drives():
        for one in made:
            if one.receipt is None or one.type != "receipt":
                continue
            entry = books.get(one.receipt)
            if entry is None and one.receipt not in unsettled:
                yield _lost(one, file, "is not in the books")
            elif entry is not None and not entry.closed:
                yield _lost(one, file, phrase("is annulled in the books (document {docnum})", docnum=entry.docnum))
    yield from _last_of_the_register(seen, books, unsettled)
    for uuid, op, key, receipt in seen.rows(_REFUSED):
        yield Violation(
            "I2", phrase("the cash server did not take the message {uuid} ({op} {key})", uuid=uuid, op=op, key=key),
            receipt or "", "Documents, outbox",
            next="ncash queue shows why; settle the mark with the support of the cash server",
        )  # fmt: skip


def _last_of_the_register(
    seen: Evidence, books: Mapping[str, BookDocument], unsettled: set[str]
) -> Iterator[Violation]:
    """The document made last by a register that does not give its documents out."""
    made = seen.last() if seen.last else None
    if made is None:
        return
    if made.receipt is not None and (made.receipt in books or made.receipt in unsettled):
        return
    numbers = {entry.number for entry in books.values() if entry.closed}
    if (made.drive, made.number) not in numbers and not unsettled:
        text = phrase(
            "fiscal document {number} of {total}, the last one of drive {drive}, is in no book",
            number=made.number,
            total=rubles(made.total),
            drive=made.drive,
        )
        hint = "a supervisor compares the paper with the books; another program may have used the register"
        yield Violation(
            "I2", text, made.receipt or "", phrase("the register, document {number}", number=made.number), next=hint
        )


def _lost(one: DriveDocument, file: str, text: str) -> Violation:
    return Violation(
        "I2",
        phrase("fiscal document {number} of {total} {text}", number=one.number, total=rubles(one.total), text=text),
        one.receipt or "",
        phrase("{file}, document {number}", file=file, number=one.number),
        next="end the tills and run ncash rebuild: it enters what the journal still knows of it",
    )


def no_phantom(seen: Evidence) -> Iterator[Violation]:
    """I3. A closed document of the books is one fiscal document, numbers have no gaps, shifts add up."""
    books = entries(seen)
    yield from _numbers(books)
    drives = list(seen.drives())
    made = {(one.drive, one.number): one for _, documents in drives for one in documents}
    known = {drive for drive, _ in made}
    marks = _marks(seen) if known else {}
    for entry in books:
        if entry.closed and entry.number and entry.number[0] in known:
            yield from _compared(entry, made.get(entry.number), marks.get(entry.uuid, ()))
    for file, documents in drives:
        yield from _gaps(file, documents)
        yield from _twice(file, documents)
        yield from _shifts(file, documents, books)


def _numbers(books: list[BookDocument]) -> Iterator[Violation]:
    hint = "compare with the documents of the fiscal drive; tell the developers"
    first: dict[tuple[str, int], BookDocument] = {}
    for entry in books:
        if not entry.closed:
            continue
        if entry.number is None:
            yield Violation("I3", "a closed document has no fiscal document", entry.uuid, entry.place, next=hint)
        elif entry.number in first:
            other = first[entry.number].docnum
            text = phrase(
                "fiscal document {number} stands in document {other} too", number=entry.number[1], other=other
            )
            yield Violation("I3", text, entry.uuid, entry.place, next=hint)
        else:
            first[entry.number] = entry


def _marks(seen: Evidence) -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for uuid, mark in seen.rows(_MARKS):
        if mark is not None:
            found[uuid].append(mark)
    return {uuid: tuple(marks) for uuid, marks in found.items()}


def _compared(entry: BookDocument, made: DriveDocument | None, marks: tuple[str, ...]) -> Iterator[Violation]:
    number = entry.number[1] if entry.number else 0
    hint = "call the supervisor and the developers: what was printed is not what is in the books"
    if made is None or made.type != "receipt":
        text = phrase("fiscal document {number} is not in the drive", number=number)
        yield Violation(
            "I3", text, entry.uuid, entry.place, next="is it the file of this drive? It may have been restored"
        )
        return
    differs = [
        what
        for what, wrong in (
            ("receipt", made.receipt not in (None, entry.uuid)),
            ("sum", made.total != entry.total),
            ("direction", made.returned != (entry.doctype != 1)),
            ("marks", Counter(map(plain, made.marks)) != Counter(map(plain, marks))),
        )
        if wrong
    ]
    if differs:
        text = phrase(
            "fiscal document {number} differs from the books in: {differs}", number=number, differs=", ".join(differs)
        )
        yield Violation("I3", text, entry.uuid, entry.place, next=hint)


def _gaps(file: str, documents: list[DriveDocument]) -> Iterator[Violation]:
    for before, after in pairwise(documents):
        if after.number != before.number + 1:
            text = phrase(
                "after fiscal document {number} comes {following}", number=before.number, following=after.number
            )
            yield Violation("I3", text, after.receipt or "", file, next="the memory of the drive is not whole")


def _twice(file: str, documents: list[DriveDocument]) -> Iterator[Violation]:
    seen: dict[str, int] = {}
    for one in documents:
        if one.type != "receipt" or one.receipt is None:
            continue
        if one.receipt in seen:
            text = phrase(
                "one receipt became two fiscal documents, {first} and {second}",
                first=seen[one.receipt],
                second=one.number,
            )
            hint = "return the second one at the register: a correction receipt"
            yield Violation(
                "I3", text, one.receipt, phrase("{file}, document {number}", file=file, number=one.number), next=hint
            )
        seen.setdefault(one.receipt, one.number)


def _shifts(file: str, documents: list[DriveDocument], books: list[BookDocument]) -> Iterator[Violation]:
    """The drive's own counters against the sums of the documents it made in the shift, as the books have them."""
    latest = {(one.drive, one.shift): one for one in documents if one.counts and one.shift}
    sums: defaultdict[tuple[str, int, bool], list[int]] = defaultdict(lambda: [0, 0])
    shift_of = {(one.drive, one.number): one.shift for one in documents}
    for entry in books:
        shift = shift_of.get(entry.number) if entry.number and entry.closed else None
        if entry.number and shift:
            entered_sums = sums[entry.number[0], shift, entry.doctype == 1]
            entered_sums[0] += 1
            entered_sums[1] += entry.total
    entered = {entry.number for entry in books if entry.closed}
    unentered = {(one.drive, one.shift) for one in documents if one.receipt and (one.drive, one.number) not in entered}
    for (drive, shift), one in latest.items():
        for side, sold in (("sales", True), ("returns", False)):
            count, total = sums[drive, shift, sold]
            told = one.counts.get(side, {"count": 0, "sum": 0})
            if (told["count"], told["sum"]) != (count, total) and (drive, shift) not in unentered:
                text = phrase(
                    "shift {shift}: the drive counts {drive_count} {side} of {drive_sum}, the books "
                    "{books_count} of {books_sum}",
                    shift=shift,
                    drive_count=told["count"],
                    side=side,
                    drive_sum=rubles(told["sum"]),
                    books_count=count,
                    books_sum=rubles(total),
                )
                place = phrase("{file}, shift {shift}", file=file, shift=shift)
                yield Violation("I3", text, "", place, next="compare the shift's documents one by one")

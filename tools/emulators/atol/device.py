"""A register for the emulators of services in front of one: a drive, a shift, paper and a check of codes, in memory.

Written apart from the emulated register of ncash, so that the drivers are not tested against their own reading.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

SERIAL: Final = "9999078900000055"
DAY: Final = timedelta(hours=24)
NO_PAPER, SHIFT_EXPIRED, SHIFT_CLOSED, SHIFT_OPEN, WRONG, NOT_FOUND, CODE_REFUSED = 44, 68, 73, 74, 16, 101, 451


class Trouble(Exception):
    """The register refuses; `code` is the ATOL driver's number where it has one."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class Document(NamedTuple):
    """A document of the drive."""

    number: int
    kind: str
    """`receipt`, `open` or `close`."""
    time: str
    shift: int
    total: int = 0
    returned: bool = False
    in_shift: int = 0
    operator: str = ""
    marks: tuple[str, ...] = ()
    lines: tuple[Mapping[str, Any], ...] = ()

    @property
    def sign(self) -> str:
        """Tag 1077."""
        return str(1_000_000_000 + self.number * 7919)

    @property
    def qr(self) -> str:
        """The QR code of a receipt."""
        at = datetime.fromisoformat(self.time).strftime("%Y%m%dT%H%M%S")
        total = f"{self.total // 100}.{self.total % 100:02d}"
        return f"t={at}&s={total}&fn={SERIAL}&i={self.number}&fp={self.sign}&n={1 + self.returned}"


class Device:
    """The register. Attributes are switches for tests."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.documents: list[Document] = []
        self.printed: list[str] = []
        self.paper = True
        self.paper_ends = False
        """The next document is made and not printed."""
        self.unprinted = False
        self.unsent = 0
        self.unsent_since = ""
        self.bits: dict[str, int] = {}
        """Tag 2106 by code; every other code is right."""
        self.refused: dict[str, str] = {}
        """Codes whose check is refused, with the text."""
        self._opened: datetime | None = None

    @property
    def number(self) -> int:
        """Tag 1040 of the last document."""
        return len(self.documents)

    @property
    def shift(self) -> str:
        """`closed`, `opened` or `expired`."""
        if self._opened is None:
            return "closed"
        return "expired" if self._now() - self._opened > DAY else "opened"

    @property
    def shift_number(self) -> int:
        """Tag 1038."""
        return sum(document.kind == "open" for document in self.documents)

    @property
    def receipts(self) -> list[Document]:
        """Receipts alone."""
        return [document for document in self.documents if document.kind == "receipt"]

    def document(self, number: int) -> Document:
        """One by its number. Raises Trouble."""
        if not 1 <= number <= self.number:
            raise Trouble(NOT_FOUND, "Документ не найден в ФН")
        return self.documents[number - 1]

    def receipt(
        self, returned: bool, total: int, operator: str, marks: Sequence[str], lines: Sequence[Mapping[str, Any]]
    ) -> Document:
        """Make a receipt. Raises Trouble."""
        if not self.paper:
            raise Trouble(NO_PAPER, "Нет бумаги")
        if self.shift != "opened":
            expired = self.shift == "expired"
            code = SHIFT_EXPIRED if expired else SHIFT_CLOSED
            raise Trouble(code, "Смена превысила 24 часа" if expired else "Смена закрыта")
        for mark in marks:
            if mark in self.refused:
                raise Trouble(CODE_REFUSED, self.refused[mark])
        in_shift = 1
        for one in reversed(self.documents):
            if one.kind == "open":
                break
            in_shift += 1
        return self._made(
            Document(
                number=0,
                kind="receipt",
                time="",
                shift=0,
                total=total,
                returned=returned,
                in_shift=in_shift,
                operator=operator,
                marks=tuple(marks),
                lines=tuple(lines),
            )
        )

    def open(self, operator: str) -> Document:
        """Open the shift. Raises Trouble."""
        if self._opened is not None:
            raise Trouble(SHIFT_OPEN, "Смена открыта")
        self._opened = self._now()
        return self._made(Document(0, "open", "", 0, operator=operator))

    def close(self, operator: str) -> Document:
        """Close the shift. Raises Trouble."""
        if self._opened is None:
            raise Trouble(SHIFT_CLOSED, "Смена закрыта")
        made = self._made(Document(0, "close", "", 0, operator=operator))
        self._opened = None
        return made

    def check(self, mark: str) -> int:
        """Tag 2106 of a code. Raises Trouble."""
        if mark in self.refused:
            raise Trouble(CODE_REFUSED, self.refused[mark])
        return self.bits.get(mark, 15)

    def print(self, text: str) -> None:
        """Put a line on paper. Raises Trouble."""
        if not self.paper:
            raise Trouble(NO_PAPER, "Нет бумаги")
        self.printed.append(text)

    def go_on(self) -> None:
        """Print what was left unprinted. Raises Trouble."""
        self.print(f"ФД {self.number}")
        self.unprinted = False

    def _made(self, document: Document) -> Document:
        number, opens = self.number + 1, document.kind == "open"
        time = self._now().isoformat(timespec="seconds")
        made = document._replace(number=number, time=time, shift=self.shift_number + opens)
        self.documents.append(made)
        if self.paper_ends:
            self.paper, self.paper_ends, self.unprinted = False, False, True
        else:
            self.printed.append(f"ФД {number}")
        return made

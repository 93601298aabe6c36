"""The INI dialect: a file becomes lines, and live lines become entries that know their places."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from ncash.language import phrase, said

MAX_LINE: Final = 8192
MAX_FILE: Final = 1_000_000
UTF8_BOM: Final = b"\xef\xbb\xbf"

BLANKS: Final = " \t"
QUOTES: Final = ("'", '"')

_LINES: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_HEADER: Final = re.compile(r"\[([^\[\]\"']+)\][ \t]*(?:[;#].*)?")
_COMMENTED_HEADER: Final = re.compile(
    r"[;#][;# \t]*\[[ \t]*([^\W\d][^\s.\[\]\"']*(?:\.[^\[\]\"']*)?)[ \t]*\][ \t]*(?:[;#].*)?"
)
"""Names as live headers have them, but that a section's own name is one word: words in brackets may be a remark."""
_DISABLED: Final = re.compile(r";([^\W\d]\w*)[ \t]*=")
_INLINE: Final = re.compile(r"[ \t]+;")
_AFTER_QUOTE: Final = re.compile(r"[ \t]*(?:[ \t];.*)?")
_LEFT_OUT: Final = re.compile(r"(?:\.[ \t]*){2,}|\u2026[\u2026. \t]*")
_NO_SETTING: Final = "the line is neither a comment, a [Section] nor key = value (a name takes no quotes)"


class IniFault(NamedTuple):
    """What is wrong with a line, whatever the settings are; `code` is a rule of `problems.RULES`."""

    code: str
    line: int
    text: str
    section: str = ""
    key: str = ""


class Heading(NamedTuple):
    """A section header, live or commented out."""

    name: str
    line: int


class Assignment(NamedTuple):
    """One live `key = value` line."""

    file: str
    line: int
    section: str
    key: str
    value: str
    """Without the quotes that enclose it; may be a secret."""
    span: tuple[int, int]
    """Where the value with its quotes stands in the line."""
    unfinished: bool = False
    """The last line of its file, without a line end: it may be cut."""
    under: Heading | None = None
    """A commented-out header between the section's header and this line."""

    def __repr__(self) -> str:
        return f"Entry({self.file}:{self.line} [{self.section}] {self.key})"


@dataclass(slots=True)
class IniFile:
    """One file as read, with the side table of its live lines."""

    path: Path
    content: bytes = b""
    encoding: str = "utf-8"
    lines: tuple[str, ...] = ()
    """With their line ends."""
    entries: list[Assignment] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    disabled: list[tuple[str, Heading]] = field(default_factory=list)
    """Keys of disabled settings with the section and line they stand in."""
    faults: list[IniFault] = field(default_factory=list)

    name: str = field(init=False)
    """The file's name as it can be printed; a drop-in that is called like the first file keeps its folder's."""

    def __post_init__(self) -> None:
        name = self.path.name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        again = name == "ncash.ini" and self.path.parent.name == "ncash.ini.d"
        self.name = f"ncash.ini.d/{name}" if again else name


def decoded(content: bytes) -> tuple[str, str]:
    """Text and encoding of a file. Raises ValueError for what is neither UTF-8 nor CP1251."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValueError("the file is written in UTF-16 (or UTF-32)")
    if b"\0" in content:
        raise ValueError("the file holds zero bytes: it is not text, or it is written in UTF-16")
    body = content.removeprefix(UTF8_BOM)
    bom = len(body) != len(content)
    try:
        return body.decode("utf-8"), "utf-8-sig" if bom else "utf-8"
    except UnicodeDecodeError as error:
        if bom or (error.reason == "unexpected end of data" and error.end == len(body)):
            raise ValueError(
                phrase("the file is not whole UTF-8: byte {start} begins a character that is cut", start=error.start)
            ) from None
    try:
        return body.decode("cp1251"), "cp1251"
    except UnicodeDecodeError as error:
        raise ValueError(phrase("the file is neither UTF-8 nor CP1251 (byte {start})", start=error.start)) from None


class Value(NamedTuple):
    """The right side of a line: the value, where it is written, whether more follows, and how it is quoted."""

    text: str
    begin: int
    end: int
    ended: bool
    """A closing quote or a comment shows that nothing of the value is missing."""
    fault: str = ""
    """`open` for a quote that does not close, `mixed` for text after the closing one."""


def split_value(rest: str) -> Value:
    """Take comment and enclosing quotes off what follows the equals sign."""
    text = rest.lstrip(BLANKS)
    begin = len(rest) - len(text)
    quote, fault = text[:1], ""
    if quote in QUOTES:
        at = text.find(quote, 1)
        fault = "mixed" if at > 0 else "open"
        while at > 0:
            if _AFTER_QUOTE.fullmatch(text, at + 1):
                return Value(text[1:at], begin, begin + at + 1, True)
            at = text.find(quote, at + 1)
    comment = _INLINE.search(rest)
    bare = (rest[: comment.start()] if comment else rest).strip(BLANKS)
    return Value(bare, begin, begin + len(bare), comment is not None, fault=fault)


class _Reader:
    def __init__(self, document: IniFile) -> None:
        self.document = document
        self.section: str | None = None
        self.broken = False
        """Under a header that cannot be read: its keys belong nowhere."""
        self.under: Heading | None = None
        self.first: dict[str, int] = {}

    def fault(self, code: str, line: int, text: str, key: str = "") -> None:
        self.document.faults.append(IniFault(code, line, text, self.section or "", key=key))

    def line(self, number: int, written: str) -> None:
        body = written.rstrip("\r\n")
        text = body.strip(BLANKS)
        if text[:1] in (";", "#"):
            self.comment(number, text)
        elif len(body) > MAX_LINE:
            self.fault(
                "MG012",
                number,
                phrase(
                    "the line has {count} characters; at most {max_line} are read", count=len(body), max_line=MAX_LINE
                ),
            )
        elif text.startswith("[") or ("]" in text and "=" not in text):
            self.header(number, text)
        elif _LEFT_OUT.fullmatch(text):
            self.fault("MG078", number, "left-out lines of the manual: '...' is no setting")
        elif text:
            self.setting(number, body, finished=len(body) != len(written))

    def comment(self, number: int, text: str) -> None:
        header = _COMMENTED_HEADER.fullmatch(text)
        if header:
            name = header[1].strip(BLANKS)
            self.under = Heading(name, number) if name != self.section else None
            return
        disabled = _DISABLED.match(text)
        if disabled:
            place = self.under.name if self.under else self.section or ""
            self.document.disabled.append((disabled[1], Heading(place, number)))

    def header(self, number: int, text: str) -> None:
        found = _HEADER.fullmatch(text)
        name = found[1].strip(BLANKS) if found else ""
        self.broken, self.under, self.section = not name, None, name or None
        if not name:
            self.fault(
                "MG005",
                number,
                phrase("{text!r} is not a section header; the keys below it are not read", text=text[:80]),
            )
            return
        first = self.first.setdefault(name, number)
        if first != number:
            self.fault(
                "MG010",
                number,
                phrase("[{name}] already begins at line {first}; the keys are joined", name=name, first=first),
            )
        self.document.headings.append(Heading(name, number))

    def setting(self, number: int, body: str, finished: bool) -> None:
        text = body.strip(BLANKS)
        at = len(body) - len(body.lstrip(BLANKS))
        whole = text[0] in QUOTES and text[-1] == text[0] and text.count(text[0]) == 2
        if whole:
            text, at = text[1:-1], at + 1
        key, equals, rest = text.partition("=")
        key = key.strip(BLANKS)
        if not equals or not key or key[0] in QUOTES or all(quote in key for quote in QUOTES):
            self.fault("MG003", number, _NO_SETTING)
            return
        value = split_value(rest)
        at += len(text) - len(rest)
        span = (at + value.begin, at + value.end)
        if self.accepted(number, key, value):
            cut = not (finished or whole or value.ended)
            own = Assignment(
                self.document.name, number, section=self.section or "", key=key, value=value.text,
                span=span, unfinished=cut, under=self.under,
            )  # fmt: skip
            self.document.entries.append(own)

    def accepted(self, number: int, key: str, value: Value) -> bool:
        """Whether the line is a setting of a section; says what is wrong otherwise."""
        if value.fault == "open":
            self.fault("MG006", number, phrase("the quote that opens the value of {key} is not closed", key=key), key)
        elif value.fault == "mixed":
            self.fault(
                "MG013",
                number,
                phrase("{key}: text follows the closing quote, so the quotes stay in the value", key=key),
                key,
            )
        if self.section is None and not self.broken:
            self.fault("MG004", number, phrase("{key} stands before any section", key=key), key)
        return self.section is not None and value.fault != "open"


def scan(path: Path, content: bytes) -> IniFile:
    """Read a file's content; what is wrong stands in `faults`, nothing is raised."""
    document = IniFile(path, content)
    if len(content) > MAX_FILE:
        text = phrase("the file has {count} bytes; at most {max_file} are read", count=len(content), max_file=MAX_FILE)
        document.faults.append(IniFault("MG001", 1, text))
        return document
    try:
        text, document.encoding = decoded(content)
    except ValueError as error:
        document.faults.append(IniFault("MG002", 1, said(error)))
        return document
    document.lines = tuple(_LINES.findall(text))
    reader = _Reader(document)
    for number, line in enumerate(document.lines, 1):
        reader.line(number, line)
    return document


def read(path: Path) -> IniFile:
    """Read a file; one that cannot be read has a fault and no entries."""
    try:
        content = path.read_bytes()
    except OSError as error:
        document = IniFile(path)
        document.faults.append(IniFault("MG001", 1, phrase("the file cannot be read: {reason}", reason=error.strerror)))
        return document
    return scan(path, content)

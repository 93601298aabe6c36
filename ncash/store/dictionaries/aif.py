"""Reading an AIF file (aif.md): JSON objects, a line `---` after each, or arrays of them; a stream of constant size.

A file that ends inside a command, or between the vendor's begin and end lines, was cut: the last thing that comes of it
is a CutFile, and whoever loads it loads nothing.
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import IO, Any, Final, NamedTuple, NoReturn

from ncash.language import phrase
from ncash.store.dictionaries.aif_array import Elements
from ncash.store.imports.charset import BOM, CP1251, UTF8
from ncash.store.imports.report import Fault

LONGEST: Final = 1 << 20
"""Bytes of the longest command that is read."""
_LINE: Final = 1 << 16
_MARK: Final = re.compile(rb"#+\s*data\s*(begin|end)\s*#+", re.IGNORECASE)
"""The vendor's lines around the commands."""
_NAMED: Final = tuple(
    re.compile(rf"""["'](?:{names})["']\s*:\s*["']?([^"',}}\s]{{1,64}})""", re.IGNORECASE)
    for names in ("inventcode|tmccode|code", "barcode")
)
_GLUED: Final = re.compile(rb"\}\s*\{")
_PLAIN: Final = json.JSONDecoder()
CORRECT: Final = "correct the record in the back office and import the file again"
WHOLE: Final = "take the whole file from the back office again; nothing was loaded"


class AifCommand(NamedTuple):
    """One command as it was written. Numbers and lines count from 1."""

    number: int
    line: int
    name: str
    fields: dict[str, Any]


class BrokenCommand(NamedTuple):
    """A command that cannot be read."""

    fault: Fault
    code: str | None = None
    """The card that it seems to be about."""


class CutFile(NamedTuple):
    """Raised for a dictionary file that ends before its last command does."""

    fault: Fault


Read = AifCommand | BrokenCommand | CutFile


def commands(file: IO[bytes], encoding: str) -> Iterator[Read]:
    """Every command of the file, malformed ones as faults with their number and reason; last a CutFile, if cut."""
    return _File(file, encoding).read()


class _File:
    """One file while it is read."""

    def __init__(self, file: IO[bytes], encoding: str) -> None:
        self._file = file
        self._encoding = encoding
        self._number = self._line = 0
        self._begun = self._ended = False
        self._parts: list[bytes] = []
        self._size = self._from = 0
        self._again = b""
        """A line that was read too early."""

    def read(self) -> Iterator[Read]:
        """Every command."""
        for text in self._lines():
            bare = text.strip()
            if mark := _MARK.fullmatch(bare):
                yield from self._block(last=False)
                begins = mark[1].lower() == b"begin"
                self._begun, self._ended = self._begun or begins, self._ended or not begins
            elif not self._size and bare.startswith(b"["):
                yield from self._array(text)
            else:
                last = bare == b"---" or bare.endswith(b"}---")
                self._add(text.rstrip()[:-3] if last else text)
                if last:
                    yield from self._block(last=False)
        yield from self._block(last=True)
        if self._begun != self._ended:
            missing, end = ("end", "its end") if self._begun else ("begin", "its beginning")
            reason = phrase("the file has no line ### data {missing} ###: {end} was cut off", missing=missing, end=end)
            yield CutFile(Fault(self._number + 1, self._line, reason, next=WHOLE))

    def _lines(self) -> Iterator[bytes]:
        while text := self._again or self._file.readline(_LINE):
            self._line, self._again = self._line + (not self._again), b""
            yield text.removeprefix(BOM) if self._line == 1 else text

    def _add(self, text: bytes) -> None:
        if not self._size:
            if not text.strip():
                return
            self._from = self._line
        self._size += len(text)
        if self._size <= LONGEST:
            self._parts.append(text)

    def _block(self, last: bool) -> Iterator[Read]:
        """The lines that were gathered, as commands; `last`: nothing ends them but the file."""
        if not self._size:
            return
        text, size, self._parts, self._size = b"".join(self._parts), self._size, [], 0
        line = self._from
        for part in [text] if size > LONGEST else _apart(text):
            self._number += 1
            read = self._command(part, size, line)
            line += part.count(b"\n")
            if last and isinstance(read, BrokenCommand):
                reason = phrase("the file ends inside a command, it was cut: {reason}", reason=read.fault.reason)
                yield CutFile(read.fault._replace(reason=reason, next=WHOLE))
            else:
                yield read

    def _array(self, text: bytes) -> Iterator[Read]:
        """The commands of an array; what stands behind it is read as lines again."""
        elements, self._from = Elements(LONGEST), self._line
        for found in elements.feed(text):
            yield from self._element(found.text, found.size, self._from + found.line)
        while not elements.ended:
            more = self._file.readline(_LINE)
            if not more:
                reason = "the file ends inside the array of commands, it was cut"
                yield CutFile(Fault(self._number + 1, self._line, reason, next=WHOLE))
                return
            self._line += 1
            if more.strip() == b"---" or _MARK.fullmatch(more.strip()):
                self._number, self._again = self._number + 1, more
                yield BrokenCommand(Fault(self._number, self._from, "not JSON: the array has no end", next=CORRECT))
                return
            for found in elements.feed(more):
                yield from self._element(found.text, found.size, self._from + found.line)
        rest = elements.rest.strip()
        if rest and rest != b"---":
            self._add(elements.rest)

    def _element(self, text: bytes, size: int, line: int) -> Iterator[Read]:
        self._number += 1
        yield self._command(text, size, line)

    def _command(self, text: bytes, size: int, line: int) -> AifCommand | BrokenCommand:
        number = self._number
        if size > LONGEST:
            return self._broken(text, line, phrase("the command is longer than {longest} bytes", longest=LONGEST))
        try:
            read = json.loads(
                text.decode(self._encoding), parse_float=Decimal, parse_constant=no_number, object_pairs_hook=_once
            )
        except UnicodeDecodeError as error:
            encoding = {UTF8: "UTF-8", CP1251: "CP1251"}[self._encoding]
            reason = phrase(
                "byte {start} of the command is not {encoding}: accepted is UTF-8",
                start=error.start + 1,
                encoding=encoding,
            )
            return self._broken(text, line, reason)
        except json.JSONDecodeError as error:
            at = line + error.doc.rstrip().count("\n", 0, error.pos)
            return self._broken(text, at, _explained(text, error))
        except (ValueError, RecursionError) as error:
            return self._broken(text, line, phrase("not JSON: {error}", error=error))
        if isinstance(read, dict):
            name = next((key for key in read if key.lower() == "command"), None)
            if name is not None and isinstance(read[name], str):
                return AifCommand(number, line, read.pop(name), read)
        return self._broken(text, line, 'not an object with a text "command"')

    def _broken(self, text: bytes, line: int, reason: str) -> BrokenCommand:
        readable = text[:4096].decode(self._encoding, "replace")
        code, barcode = (found[1] if (found := pattern.search(readable)) else None for pattern in _NAMED)
        return BrokenCommand(Fault(self._number, line, reason, barcode or "", next=CORRECT), code)


def _apart(text: bytes) -> list[bytes]:
    """Commands between which the line `---` was left out; a text that is one command, or none, stays whole."""
    if not _GLUED.search(text):
        return [text]
    ends, latin = [0], text.decode("latin-1")  # a character for each byte; JSON's own signs are the same
    at = len(latin) - len(latin.lstrip())
    while at < len(latin):
        try:
            at = _PLAIN.raw_decode(latin, at)[1]
        except (ValueError, RecursionError):
            break
        while latin[at : at + 1].isspace():
            at += 1
        if latin[at : at + 1] == "{":
            ends.append(at)
    return [text[start:end] for start, end in zip(ends, [*ends[1:], len(text)], strict=True)]


def no_number(text: str) -> NoReturn:
    """Refuse what JSON has no word for: NaN and Infinity. Raises ValueError."""
    raise ValueError(phrase("{text} is no number", text=text))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        for key, value in pairs:
            if found[key] != value:
                raise ValueError(phrase("{key} stands twice in one object, with different values", key=key))
    return found


def _explained(text: bytes, error: json.JSONDecodeError) -> str:
    if text.lstrip().startswith((b"{'", b"['")):
        return "names and texts must stand in double quotes, this command has single ones"
    if error.pos >= len(error.doc.rstrip()):
        return "the command ends in the middle"
    return phrase("not JSON: {msg} at column {colno}", msg=error.msg, colno=error.colno)

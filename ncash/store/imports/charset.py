"""In which encoding a text file of others is written: UTF-8, or CP1251 like the INI files of old."""

import codecs
import re
from typing import IO, Final

from ncash.errors import UserError
from ncash.language import phrase

UTF8, CP1251 = "utf-8", "cp1251"
BOM: Final = codecs.BOM_UTF8
_CHUNK: Final = 1 << 16
_NOT_ASCII: Final = re.compile(rb"[\x80-\xff]")
_CYRILLIC: Final = re.compile(rb"[\xd0\xd1][\x80-\xbf]")
_BINARY: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1c\x7f]")
"""Bytes that stand in no text; GS, RS and US stand in marks."""


def encoding_of(file: IO[bytes], name: str) -> str:
    """UTF-8 when the whole file is UTF-8, or is so but for some damage; else CP1251. The file is at its beginning.

    Raises UserError for UTF-16.
    """
    first = file.read(4)
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UserError(
            phrase("{name} is written in UTF-16", name=name),
            code="encoding",
            hint="let the back office write it in UTF-8",
        )
    file.seek(0)
    found = UTF8 if first.startswith(BOM) or _whole(file) or _damaged(file) else CP1251
    file.seek(0)
    return found


def _whole(file: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder(UTF8)()
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _damaged(file: IO[bytes]) -> bool:
    """Whether most of what is not ASCII are Cyrillic letters in UTF-8: in CP1251 hardly two bytes look like one."""
    file.seek(0)
    others = letters = 0
    while chunk := file.read(_CHUNK):
        others += len(_NOT_ASCII.findall(chunk))
        letters += len(_CYRILLIC.findall(chunk))
    return letters > others / 4


def must_be_text(file: IO[bytes], name: str) -> None:
    """Raises UserError for a file that holds bytes which no text has. The file is at its beginning."""
    at = 0
    while chunk := file.read(_CHUNK):
        found = _BINARY.search(chunk)
        if found is not None:
            hint = "save the table as CSV, with columns apart by commas or semicolons"
            text = phrase(
                "{name} is no text file: byte {at} is {code:#04x}",
                name=name,
                at=at + found.start() + 1,
                code=found[0][0],
            )
            raise UserError(text, code="binary", hint=hint)
        at += len(chunk)
    file.seek(0)

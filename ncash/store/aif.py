"""Reading an AIF file (aif.md): JSON objects, a line `---` after each, as a stream of constant size."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import IO, Any, Final, NamedTuple, NoReturn

from ncash.errors import UserError
from ncash.store.report import Fault

LONGEST: Final = 1 << 20
"""Bytes of the longest command that is read."""
_LINE: Final = 1 << 16
_BEGIN: Final = b"### data begin ###"
_END: Final = b"### data end ###"


class Command(NamedTuple):
    """One command as it was written. Numbers and lines count from 1."""

    number: int
    line: int
    name: str
    fields: dict[str, Any]


class _Block:
    """The lines of one command."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size = 0
        self.line = 0

    def add(self, text: bytes, line: int) -> None:
        if not self.size:
            self.line = line
        self.size += len(text)
        if self.size <= LONGEST:
            self.parts.append(text)

    def command(self, number: int) -> Command | Fault:
        text, size, line = b"".join(self.parts), self.size, self.line
        self.parts, self.size = [], 0
        if size > LONGEST:
            return Fault(number, line, f"the command is longer than {LONGEST} bytes")
        try:
            read = json.loads(text.decode("utf-8"), parse_float=Decimal, parse_constant=_no_number)
        except UnicodeDecodeError as error:
            return Fault(number, line, f"byte {error.start + 1} of the command is not UTF-8")
        except json.JSONDecodeError as error:
            return Fault(number, line + error.doc.rstrip().count("\n", 0, error.pos), _explained(text, error))
        except (ValueError, RecursionError) as error:
            return Fault(number, line, f"not JSON: {error}")
        name = read.pop("command", None) if isinstance(read, dict) else None
        if not isinstance(name, str):
            return Fault(number, line, 'not an object with a text "command"')
        return Command(number, line, name, read)


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


def _explained(text: bytes, error: json.JSONDecodeError) -> str:
    if text.lstrip().startswith((b"{'", b"['")):
        return "names and texts must stand in double quotes, this command has single ones"
    if error.pos >= len(error.doc.rstrip()):
        return "the command ends in the middle, it was cut"
    return f"not JSON: {error.msg} at column {error.colno}"


def commands(file: IO[bytes]) -> Iterator[Command | Fault]:
    """Every command of the file, malformed ones as faults with their number and reason.

    A file that begins with the vendor's begin line and lacks the end line gets one fault more: it was cut. Raises
    UserError for a file in UTF-16.
    """
    block, number, begun, ended = _Block(), 0, False, False
    for line, text in enumerate(_lines(file), 1):
        bare = text.strip()
        marker = bare in (_BEGIN, _END)
        begun, ended = begun or bare == _BEGIN, ended or bare == _END
        last = bare == b"---" or bare.endswith(b"}---")
        if not marker and (bare if not last else bare != b"---"):
            block.add(text.rstrip()[:-3] if last else text, line)
        if block.size and (marker or last):
            number += 1
            yield block.command(number)
    if block.size:
        number += 1
        yield block.command(number)
    if begun and not ended:
        yield Fault(number + 1, line, "the file has no line ### data end ###: it was cut")


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    first = file.readline(_LINE)
    if first.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UserError(
            f"{file.name} is written in UTF-16", code="encoding", hint="let the back office write it in UTF-8"
        )
    yield first.removeprefix(b"\xef\xbb\xbf")
    while text := file.readline(_LINE):
        yield text

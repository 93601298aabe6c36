"""The chain over the journal: each line's hash covers the hash before it, its own columns and its text.

hash = SHA-256(previous hash, columns as a JSON array, line feed, line); before the first line stand 32 zero bytes.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from ncash.language import phrase

START: Final = bytes(32)
_COLUMNS: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True, check_circular=False)
_FEW: Final = 12
"""So many broken links are compared with each other, to tell a moved line from a changed one."""
_MANY: Final = 1000
"""Broken links that are told one by one."""


class JournalLine(NamedTuple):
    """A row of the journal without its hash."""

    seq: int
    time: str | None
    cashcode: str
    workshiftid: int | None
    uuid: str | None
    kind: str
    verdict: str | None
    key: str | None
    line: str
    """The object of the line as JSON text."""


class Head(NamedTuple):
    """The last line that was written, kept apart from the lines."""

    seq: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash.hex()}"

    @classmethod
    def read(cls, text: str) -> "Head":
        """The head that `str` wrote. Raises ValueError."""
        seq, _, digits = text.strip().partition(":")
        hashed = bytes.fromhex(digits)
        if not (seq.isascii() and seq.isdigit()) or len(hashed) != len(START):
            raise ValueError(phrase("{text!r} is not written SEQ:HASH with 64 hexadecimal digits", text=text[:80]))
        return cls(int(seq), hashed)


EMPTY: Final = Head(0, START)


class BrokenLink(NamedTuple):
    """One thing wrong with the journal and where: `kind` is changed, missing, moved, added or head."""

    seq: int
    kind: str
    text: str

    def json(self) -> dict[str, Any]:
        """JSON values."""
        return self._asdict()


@cache
def _sha256() -> Callable[[bytes], Any]:
    """Loaded with the first line."""
    from hashlib import sha256

    return sha256


def link(before: bytes, line: JournalLine) -> bytes:
    """The hash of a line after one with the hash `before`."""
    hashed = _sha256()(before)
    hashed.update(_COLUMNS.encode(line[:-1]).encode("ascii"))
    hashed.update(b"\n")
    hashed.update(line.line.encode("utf-8", "surrogatepass"))
    digest: bytes = hashed.digest()
    return digest


def faults(
    rows: Iterable[tuple[JournalLine, bytes | None]], head: Head | None, known: Sequence[Head] = ()
) -> list[BrokenLink]:
    """Everything wrong with these lines, in order of seq; `known` are heads that were written down elsewhere."""
    walk = _Walk({one.seq: one.hash for one in known})
    for line, hashed in rows:
        walk.step(line, hashed or b"")
    found = [*walk.settled(), *_ends(walk.last, head, known)]
    return sorted(found, key=lambda fault: fault.seq)


class _Walk:
    """The way along the lines. Broken links are judged together at the end: one moved line breaks several."""

    def __init__(self, known: dict[int, bytes]) -> None:
        self._known = known
        self.last = EMPTY
        self._found: list[BrokenLink] = []
        self._broken: list[tuple[JournalLine, bytes, bytes]] = []
        """A line whose link does not hold, its stored hash, the stored hash before it."""
        self._more = 0

    def step(self, line: JournalLine, hashed: bytes) -> None:
        """The next line with its stored hash."""
        expected = self.last.seq + 1
        if line.seq != expected:
            self._found.append(_missing(expected, line.seq - 1))
        elif link(self.last.hash, line) != hashed:
            self._more += len(self._broken) >= _MANY
            if len(self._broken) < _MANY:
                self._broken.append((line, hashed, self.last.hash))
        if self._known.get(line.seq, hashed) != hashed:
            self._found.append(
                BrokenLink(
                    line.seq, "head", phrase("line {seq} is not the one whose head was written down", seq=line.seq)
                )
            )
        self.last = Head(line.seq, hashed)

    def settled(self) -> Iterator[BrokenLink]:
        """The faults."""
        yield from self._found
        hashes = [one for line, hashed, before in self._broken for one in (hashed, before, link(before, line))]
        for line, hashed, _ in self._broken:
            written = self._place(line, hashed, hashes) if len(self._broken) <= _FEW else None
            if written is None:
                text = phrase("line {seq}, or its link to the line before, is not what was written", seq=line.seq)
                yield BrokenLink(line.seq, "changed", text)
            elif written != line.seq:
                yield BrokenLink(
                    line.seq, "moved", phrase("line {seq} was written as line {written}", seq=line.seq, written=written)
                )
        if self._more:
            last = self._broken[-1][0].seq
            yield BrokenLink(
                last + 1,
                "changed",
                phrase("after line {last} {more} more lines are not what was written", last=last, more=self._more),
            )

    def _place(self, line: JournalLine, hashed: bytes, hashes: Sequence[bytes]) -> int | None:
        """The place at which this line was written, if its hash says so."""
        for seq in (line.seq, *(other.seq for other, _, _ in self._broken)):
            if any(link(earlier, line._replace(seq=seq)) == hashed for earlier in hashes):
                return seq
        return None


def _missing(first: int, last: int) -> BrokenLink:
    text = "line {first} is missing" if first == last else "lines {first} to {last} are missing"
    return BrokenLink(first, "missing", phrase(text, first=first, last=last))


def _ends(last: Head, head: Head | None, known: Sequence[Head]) -> Iterator[BrokenLink]:
    if head is None:
        yield BrokenLink(last.seq, "head", "the stored head is missing")
        head = last
    longest = max([head, *known], key=lambda one: one.seq)
    if longest.seq > last.seq:
        yield _missing(last.seq + 1, longest.seq)
    elif head.seq < last.seq:
        first = head.seq + 1
        yield BrokenLink(first, "added", phrase("lines after {seq} were not written by the till", seq=head.seq))
    elif head.hash != last.hash:
        yield BrokenLink(last.seq, "head", phrase("line {seq} is not the one that the stored head names", seq=last.seq))

"""The elements of a JSON array as it streams in: each as its own bytes, so that a faulty one spoils no other."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(rb'"(?>[^"\\]++|\\.)*+"|"|[\[\]{},]', re.DOTALL)
_QUOTE, _COMMA = 0x22, 0x2C
_OPEN: Final = b"[{"
_CLOSE: Final = b"]}"


class ArrayElement(NamedTuple):
    """One element."""

    text: bytes
    """Its beginning, when it is longer than what is kept."""
    size: int
    line: int
    """Lines between the beginning of the array and it."""


class Elements:
    """Splits an array; `feed` takes its bytes as they come, the first ones with the bracket that opens it."""

    def __init__(self, longest: int) -> None:
        self.ended = False
        """The bracket that closes the array was seen."""
        self.rest = b""
        """What stood behind it."""
        self._longest = longest
        self._depth = 0
        self._waiting = b""
        """A string that has not ended yet, with its quote."""
        self._parts: list[bytes] = []
        self._size = self._lines = self._from = 0

    def feed(self, text: bytes) -> Iterator[ArrayElement]:
        """The elements that end here."""
        text, self._waiting = self._waiting + text, b""
        at = 0
        for token in _TOKEN.finditer(text):
            first = text[token.start()]
            if first == _QUOTE:
                if len(token[0]) == 1:
                    self._put(text[at : token.start()])
                    self._waiting = text[token.start() :]
                    self._must_be_short()
                    return
                continue
            if first in _OPEN:
                self._depth += 1
                at = token.end() if self._depth == 1 else at
            elif first in _CLOSE:
                self._depth -= 1
            if self._depth == 0 or (self._depth == 1 and first == _COMMA):
                self._put(text[at : token.start()])
                at = token.end()
                yield from self._element(last=self._depth == 0)
            if self._depth == 0:
                self.ended, self.rest = True, text[at:]
                return
        self._put(text[at:])

    def _must_be_short(self) -> None:
        """A string that never ends is not kept beyond what a command may have."""
        if len(self._waiting) > self._longest:
            self._size += len(self._waiting)
            self._waiting = b'"'

    def _put(self, text: bytes) -> None:
        if not self._size and text.strip():
            blank = len(text) - len(text.lstrip())
            self._from = self._lines + text.count(b"\n", 0, blank)
        self._lines += text.count(b"\n")
        if self._size or text.strip():
            self._size += len(text)
            if self._size <= self._longest:
                self._parts.append(text)

    def _element(self, last: bool) -> Iterator[ArrayElement]:
        text, size, self._parts, self._size = b"".join(self._parts), self._size, [], 0
        if size or not last:
            yield ArrayElement(text, size, self._from)

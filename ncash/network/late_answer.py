"""What a connection says while somebody waits for it: kept, so that another thread can go on listening."""

import io
from typing import TYPE_CHECKING, Final

from ncash.system.clock import SystemClock

if TYPE_CHECKING:
    import socket

    from _typeshed import WriteableBuffer

_CLOCK: Final = SystemClock()


class PatienceEnd(BaseException):
    """Patience is over before the answer was whole. Not an Exception: no library on the way up may explain it away."""


class Tape:
    """Stands for the socket an answer is read from. Every read waits until `until` at most, however slowly it drips."""

    def __init__(self, sock: "socket.socket", until: float) -> None:
        """`until` by the monotonic clock."""
        self.until = until
        self.late = False
        """Patience is over; the connection is still open."""
        self._sock = sock
        self._heard = bytearray()

    def makefile(self, mode: str) -> io.BufferedReader:
        """The answer from its first byte; may be asked for again."""
        return io.BufferedReader(_Reel(self))

    def go_on(self, until: float) -> None:
        """Somebody else has so much patience."""
        self.late, self.until = False, until

    def fill(self, place: "WriteableBuffer", at: int) -> int:
        """Bytes of the answer from this one on; how many. Raises Late."""
        known = self._heard[at : at + len(memoryview(place))]
        if known:
            memoryview(place)[: len(known)] = known
            return len(known)
        left = self.until - _CLOCK.monotonic()
        try:
            if left <= 0:
                raise TimeoutError
            self._sock.settimeout(left)
            count = self._sock.recv_into(place)
        except TimeoutError:
            self.late = True
            raise PatienceEnd from None
        self._heard += memoryview(place)[:count]
        return count


class _Reel(io.RawIOBase):
    """One reading of the tape."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self._at = 0

    def readable(self) -> bool:
        return True

    def readinto(self, place: "WriteableBuffer") -> int:
        count = self._tape.fill(place, self._at)
        self._at += count
        return count

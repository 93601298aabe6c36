"""The QR code of a fiscal receipt: the one form in which every register and service tells a document alike."""

from datetime import datetime, tzinfo
from typing import NamedTuple
from urllib.parse import parse_qsl

from ncash.model.fiscal.register import Made
from ncash.model.money import kopecks


class QrContent(NamedTuple):
    """Parts of a QR code."""

    number: int
    drive: str
    sign: str
    time: str
    total: int
    returned: bool

    def made(self, shift: int = 0, in_shift: int = 0) -> Made:
        """The document without what a QR code does not hold."""
        return Made(*self, shift=shift, in_shift=in_shift)


def read(text: object, zone: tzinfo | None) -> QrContent | None:
    """`t=20261122T1015&s=89.90&fn=…&i=…&fp=…&n=1` (n 1 sale, 2 return of one); None for anything else.

    The time is that of the register's place; `zone` gives it its offset.
    """
    if not isinstance(text, str):
        return None
    parts = dict(parse_qsl(text))
    try:
        at = datetime.fromisoformat(parts["t"]).replace(tzinfo=zone)
        number, kind = int(parts["i"]), int(parts["n"])
        if kind not in (1, 2) or number < 1:
            return None
        time = at.isoformat(timespec="seconds")
        return QrContent(number, parts["fn"], parts["fp"], time, kopecks(parts["s"]), kind == 2)
    except (KeyError, ValueError):
        return None


def written(made: Made) -> str:
    """The QR code of a document."""
    time = datetime.fromisoformat(made.time).strftime("%Y%m%dT%H%M%S")
    total = f"{made.total // 100}.{made.total % 100:02d}"
    return f"t={time}&s={total}&fn={made.drive}&i={made.number}&fp={made.sign}&n={2 if made.returned else 1}"

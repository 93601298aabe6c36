"""A till in a process of its own that races others for marks, over a line that loses answers and doubles deliveries.

`python -m server.racing_till NUMBER PORTS KEY BASKET JOURNAL`: a number of a round on each line of standard input,
and the same on standard output when it is done. The journal holds what was promised to this till and what it owes, so
that a till that was killed goes on where it was.
"""

import json
import socket
import sys
import time
from pathlib import Path
from random import Random
from typing import Any, Final

ROOT: Final = "/CSrest/rest/sales/exciseMark"
PATIENCE: Final = 60.0
LOST, DOUBLED, LATE = 0.06, 0.1, 0.15
"""Shares of calls whose answer is lost, that come twice, and that are followed by a batch of before."""


class Line:
    """A connection to one of the servers, made anew whenever it breaks."""

    def __init__(self, ports: list[int], key: str, chance: Random) -> None:
        self._ports, self._key, self._chance = ports, key, chance
        self._socket: socket.socket | None = None

    def post(self, call: str, body: Any) -> Any:
        """The answer, whatever happens on the way; None for a refused reservation."""
        fate = self._chance.random()
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                if fate < DOUBLED:
                    self._sent(call, body)
                    if fate < LOST:
                        self._drop()
                    else:
                        self._read()
                    fate = 1.0
                self._sent(call, body)
                return self._read()
            except (OSError, ValueError):
                self._drop()
                time.sleep(0.005)
        raise TimeoutError(call)

    def _sent(self, call: str, body: Any) -> None:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._chance.choice(self._ports)), timeout=PATIENCE)
        raw = json.dumps(body).encode()
        head = (
            f"POST {ROOT}/{call} HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer {self._key}\r\nContent-Length: {len(raw)}"
        )
        self._socket.sendall(head.encode() + b"\r\n\r\n" + raw)

    def _read(self) -> Any:
        assert self._socket is not None
        told = b""
        while b"\r\n\r\n" not in told:
            told += self._more()
        head, _, body = told.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += self._more()
        if head[9:12] not in (b"200", b"409"):
            raise ValueError(head)
        return json.loads(body)

    def _more(self) -> bytes:
        assert self._socket is not None
        piece = self._socket.recv(1_000_000)
        if not piece:
            raise ConnectionError
        return piece

    def _drop(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


class Till:
    """One till: reserves the marks of a round in an order of its own, and tells what became of those it got."""

    def __init__(self, number: int, line: Line, basket: int, journal: Path) -> None:
        self._number, self._line, self._basket = number, line, basket
        known = journal.read_text(encoding="utf-8").splitlines() if journal.exists() else []
        entries = [json.loads(one) for one in known if one.endswith("]")]
        self._journal = journal.open("a", encoding="utf-8", buffering=1)
        if known and not known[-1].endswith("]"):
            self._journal.write("\n")
        told = {one["id"] for word, content in entries if word == "told" for one in content}
        self._owed = [one for word, content in entries if word == "owes" for one in content if one["id"] not in told]
        self._before: list[Any] = []

    def _note(self, word: str, content: Any) -> None:
        self._journal.write(json.dumps([word, content]) + "\n")

    def round(self, number: int) -> None:
        """Reserve, tell, and sometimes tell once more what was told before."""
        self._tell()
        document = f"r{number}t{self._number}"
        chance = Random(document)
        serials = [f"{number}n{one}" for one in range(self._basket)]
        chance.shuffle(serials)
        got = self._reserved(document, serials, chance)
        self._note("granted", [document, got])
        self._owed = [one for serial in serials for one in self._fate(document, serial, serial in got)]
        self._note("owes", self._owed)
        self._tell()
        if self._before and chance.random() < LATE:
            self._line.post("operations", {"operations": chance.choice(self._before)})

    def _reserved(self, document: str, serials: list[str], chance: Random) -> list[str]:
        alone = serials[: chance.choice((0, 0, 1, 3))]
        got = [
            one for one in alone if "lease" in self._line.post("reserve", {**self._receipt(document), **marked(one)})
        ]
        rest = serials[len(alone) :]
        told = self._line.post("reserve", {**self._receipt(document), "marks": [marked(one) for one in rest]})
        return got + [serial for serial, one in zip(rest, told["results"], strict=True) if one["granted"]]

    def _receipt(self, document: str) -> dict[str, str]:
        return {"shopcode": "1", "cashcode": str(self._number), "doctype": "sale", "documentid": document}

    def _fate(self, document: str, serial: str, got: bool) -> list[dict[str, str]]:
        """What becomes of a mark depends on till and mark alone, so that a killed till says the same again."""
        fate = Random(f"{document} {serial}").random()
        words: tuple[str, ...] = ("sold",) if fate < 0.02 else ()
        if got:
            words = (
                ("sold",)
                if fate < 0.7
                else ("sold", "returned")
                if fate < 0.8
                else ("unreserve",)
                if fate < 0.95
                else ()
            )
        return [
            {**self._receipt(document), **marked(serial), "id": f"{document} {serial} {op}", "op": op, "docnum": "7",
             "time": "2027-01-15T12:00:00+03:00"}
            for op in words
        ]  # fmt: skip

    def _tell(self) -> None:
        if not self._owed:
            return
        results = self._line.post("operations", {"operations": self._owed})["results"]
        self._note("told", [{"id": one["id"], "result": one["result"]} for one in results])
        self._before = [*self._before[-20:], self._owed]
        self._owed = []


def marked(serial: str) -> dict[str, str]:
    """The mark of a serial, as a member of a body."""
    return {"mark": f"0104607042439162215{serial:0>12}\x1d93dGVz", "barcode": "4607042439162"}


def main() -> None:
    """Rounds until the input ends."""
    number, ports, key, basket, journal = sys.argv[1:6]
    line = Line([int(one) for one in ports.split(",")], key, Random(f"{number} {time.monotonic_ns()}"))
    till = Till(int(number), line, int(basket), Path(journal))
    for text in sys.stdin:
        till.round(int(text))
        sys.stdout.write(text)
        sys.stdout.flush()


if __name__ == "__main__":
    main()

"""A load generator in a process of its own: keep-alive connections that each wait for their answer.

`python tools/bench/load.py PORTS CLIENTS SECONDS MARKS TOKEN BASE`; prints one JSON object. The clients are spread over
the ports.
"""

import asyncio
import json
import sys
import time
from functools import partial
from typing import cast

_STATUS = b"/CSrest/rest/sales/exciseMark/reserve"


class Client(asyncio.Protocol):
    """One connection; the next request leaves when the answer is there."""

    def __init__(self, number: int, marks: int, token: str, until: float, over: "asyncio.Future[None]") -> None:
        self._number, self._marks, self._until, self._over = number, marks, until, over
        self._head = b"POST %s HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer %s\r\nContent-Length: " % (
            _STATUS,
            token.encode(),
        )
        self._asked = 0
        self._held = b""
        self.times: list[float] = []
        self.refused = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._line = cast(asyncio.Transport, transport)
        self._ask()

    def _ask(self) -> None:
        self._asked += 1
        first = self._number * 100_000_000 + self._asked * 20
        body = single(first) if self._marks == 1 else many(first, self._marks)
        self._begun = time.perf_counter()
        self._line.write(self._head + b"%d\r\n\r\n" % len(body) + body)

    def data_received(self, data: bytes) -> None:
        """Count an answer and ask again."""
        self._held += data
        head, end, rest = self._held.partition(b"\r\n\r\n")
        if not end or len(rest) < int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]):
            return
        self._held = b""
        now = time.perf_counter()
        self.times.append(now - self._begun)
        self.refused += not head.startswith(b"HTTP/1.1 200") or rest.count(b'"lease"') != self._marks
        if now < self._until:
            self._ask()
        else:
            self._line.close()

    def connection_lost(self, error: Exception | None) -> None:
        """The end of this client."""
        if not self._over.done():
            self._over.set_result(None)


def mark_of(number: int) -> str:
    """A mark that no other number has, GS as it travels in JSON."""
    return f"0104607042439162215{number:012d}\\u001d93dGVz"


def single(number: int) -> bytes:
    """The body of one reservation."""
    return (
        f'{{"mark":"{mark_of(number)}","barcode":"4607042439162","excisetype":"MARKEDGOODS","shopcode":"1",'
        f'"cashcode":"2","doctype":"sale","documentid":"bench-{number}"}}'
    ).encode()


def many(number: int, marks: int) -> bytes:
    """The body of a receipt of so many marks."""
    each = ",".join(f'{{"mark":"{mark_of(number + one)}","barcode":"4607042439162"}}' for one in range(marks))
    return (
        f'{{"marks":[{each}],"excisetype":"MARKEDGOODS","shopcode":"1","cashcode":"2","doctype":"sale",'
        f'"documentid":"bench-{number}"}}'
    ).encode()


def _same(client: Client) -> Client:
    return client


async def load(ports: list[int], clients: int, seconds: float, marks: int, token: str, base: int) -> dict[str, float]:
    """Run all clients."""
    loop = asyncio.get_running_loop()
    until = time.perf_counter() + seconds
    overs = [loop.create_future() for _ in range(clients)]
    begun = time.perf_counter()
    made = [Client(base + number, marks, token, until, overs[number]) for number in range(clients)]
    for number, client in enumerate(made):
        await loop.create_connection(partial(_same, client), "127.0.0.1", ports[number % len(ports)])
    await asyncio.gather(*overs)
    took = time.perf_counter() - begun
    times = sorted(one for client in made for one in client.times)
    return {
        "rate": len(times) * marks / took,
        "p50": times[len(times) // 2],
        "p99": times[min(len(times) * 99 // 100, len(times) - 1)],
        "refused": sum(client.refused for client in made),
    }


def main() -> None:
    """The command line."""
    import uvloop

    given, clients, seconds, marks, token, base = sys.argv[1:7]
    ports = [int(one) for one in given.split(",")]
    print(json.dumps(uvloop.run(load(ports, int(clients), float(seconds), int(marks), token, int(base)))))


if __name__ == "__main__":
    main()

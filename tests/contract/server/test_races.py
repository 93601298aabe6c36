"""One mark, many clients, two server processes' worth of writers on one database: it is reserved, and sold, once."""

import asyncio
import json
from collections import Counter
from pathlib import Path
from random import Random
from typing import Final

from ncash.server.http.routes import ROOT
from ncash.server.service import Options
from tests.sizes import sized

from .town import KEYS, Running, asked, mark, operation, running

RACES: Final = sized(250, 100_000)
"""On each engine."""
BASKETS: Final = sized(50, 10_000)
"""Receipts of `BASKET` marks that all clients want at once, on each engine."""
BASKET: Final = 50
CLIENTS: Final = 8


class Line:
    """A kept connection for many small calls."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def post(self, call: str, body: object) -> tuple[int, str]:
        """Status and body of the answer."""
        raw = json.dumps(body).encode()
        head = f"POST {ROOT}/{call} HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer {KEYS['till']}\r\n"
        self._writer.write(head.encode() + b"Content-Length: %d\r\n\r\n" % len(raw) + raw)
        told = await self._reader.readuntil(b"\r\n\r\n")
        length = int(told.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        return int(told[9:12]), (await self._reader.readexactly(length)).decode()

    def close(self) -> None:
        self._writer.close()


async def raced(ports: list[int], races: int) -> list[tuple[int, int]]:
    """For each mark how many got it, and how many sales of it were clean."""
    lines = [Line(*await asyncio.open_connection("127.0.0.1", ports[n % len(ports)])) for n in range(CLIENTS)]
    found = []
    for race in range(races):
        code = mark(str(race))
        got = await asyncio.gather(*(line.post("reserve", asked(code, f"d{n}")) for n, line in enumerate(lines)))
        assert {status for status, _ in got} <= {200, 409}
        sold = []
        if race % 10 == 0:
            sales = [{"operations": [operation(f"{race}-{n}", "sold", code, f"d{n}")]} for n in range(CLIENTS)]
            sold = await asyncio.gather(*(line.post("operations", one) for line, one in zip(lines, sales, strict=True)))
        clean = sum('"applied"' in body for _, body in sold)
        found.append((sum(status == 200 for status, _ in got), clean if sold else 1))
    for line in lines:
        line.close()
    return found


def test_of_many_clients_one_gets_the_mark(database: str, tmp_path: Path) -> None:
    options = Options(rate=0)
    with running(database, tmp_path, options=options) as one, running(database, tmp_path, options=options) as two:
        found = asyncio.run(raced([one.port, two.port], RACES))
        assert {got for got, _ in found} == {1}
        assert {clean for _, clean in found} <= {0, 1}
        assert_each_conflict_is_kept(one, RACES)


def assert_each_conflict_is_kept(town: Running, races: int) -> None:
    """Eight sales of one mark are eight fiscal receipts: all but the clean one are conflicts, none is lost."""
    with town.caller("admin") as admin:
        for race in range(0, races, max(10, races // 100 * 10)):
            told = admin.call("GET", f"marks?mark={mark(str(race))[:31]}").body
            sold = [step["documentid"] for step in told["history"] if step["operation"] == "sold"]
            assert sorted(sold) == sorted(f"d{n}" for n in range(CLIENTS))
            assert len(told["conflicts"]) in (CLIENTS - 1, CLIENTS)
            assert told["history"][0]["operation"] == "reserve sale"


def test_one_delivery_many_times_at_once_takes_effect_once(database: str, tmp_path: Path) -> None:
    async def delivered(ports: list[int]) -> list[str]:
        lines = [Line(*await asyncio.open_connection("127.0.0.1", ports[n % len(ports)])) for n in range(CLIENTS)]
        words = []
        for number in range(50):
            body = {"operations": [operation(str(number), "sold", mark(str(number)))]}
            told = await asyncio.gather(*(line.post("operations", body) for line in lines))
            words.append("".join(sorted("a" if '"applied"' in text else "d" for _, text in told)))
        for line in lines:
            line.close()
        return words

    options = Options(rate=0)
    with running(database, tmp_path, options=options) as one, running(database, tmp_path, options=options) as two:
        assert set(asyncio.run(delivered([one.port, two.port]))) == {"a" + "d" * (CLIENTS - 1)}


async def basket_raced(ports: list[int], codes: list[str], chance: Random) -> Counter[str]:
    """How many clients got each mark, when all ask for all of them, each in an order of its own."""
    lines = [Line(*await asyncio.open_connection("127.0.0.1", ports[n % len(ports)])) for n in range(CLIENTS)]
    orders = [chance.sample(codes, len(codes)) for _ in lines]
    bodies = [
        {**{name: value for name, value in asked("", f"{codes[0]} {n}").items() if name not in ("mark", "barcode")},
         "marks": [{"mark": code, "barcode": ""} for code in order]}
        for n, order in enumerate(orders)
    ]  # fmt: skip
    told = await asyncio.gather(*(line.post("reserve", body) for line, body in zip(lines, bodies, strict=True)))
    for line in lines:
        line.close()
    assert {status for status, _ in told} == {200}
    got: Counter[str] = Counter()
    for order, (_, body) in zip(orders, told, strict=True):
        got.update(code for code, one in zip(order, json.loads(body)["results"], strict=True) if "lease" in one)
    return got


def test_of_receipts_with_the_same_marks_each_mark_stands_in_one(database: str, tmp_path: Path) -> None:
    options, chance = Options(rate=0), Random(7)
    with running(database, tmp_path, options=options) as one, running(database, tmp_path, options=options) as two:
        for basket in range(BASKETS):
            codes = [mark(f"b{basket}n{number}") for number in range(BASKET)]
            got = asyncio.run(basket_raced([one.port, two.port], codes, chance))
            assert got == Counter(codes)

"""The check at CRPT: what our client adds to a bare connection, health checks side by side, a second site when late."""

import json
import random
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final, cast

from bench.figures import Promise, best_in_turns, percentile, ratio, seconds

from ncash.bundled.markedgoods.crpt.client import CrptClient, Options
from ncash.bundled.markedgoods.crpt.sites import AVG_TIME
from ncash.bundled.markedgoods.facts.online import Answer
from ncash.bundled.markedgoods.settings.tokens import parse_tokens
from ncash.emulators.crpt import CHECK, HEALTH, TOKEN
from ncash.model.ports import HttpRequest, World
from ncash.network.http import RequestsHttp
from ncash.system.clock import SystemClock, SystemRandom

CODE: Final = "0104670540176099215zzzzz\x1d93dGVz"
HEADERS: Final = {"X-API-KEY": TOKEN, "Content-Type": "application/json"}
BODY: Final = json.dumps({"codes": [CODE], "timeZone": 2}, separators=(",", ":")).encode()
DELAYS: Final = (0.1, 0.2, 0.3, 0.4)
SLOW: Final = 0.5
HEDGE: Final = 0.06
TOOLS: Final = Path(__file__).resolve().parents[1]


@contextmanager
def served(*command: str) -> Iterator[tuple[int, ...]]:
    """A server in a process of its own; the ports that its first lines name."""
    lines = 2 if command[0] == "crpt_emulator" else 1
    process = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=TOOLS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield tuple(int(process.stdout.readline().split()[1]) for _ in range(lines))
    finally:
        process.communicate()


@contextmanager
def client(folder: Path, url: str, options: Options) -> Iterator[CrptClient]:
    """Our client, its list loaded and its sites ranked."""
    folder.mkdir(parents=True)
    http = RequestsHttp()
    world = World(SystemClock(), SystemRandom(), http, cast(Any, None), cast(Any, None), folder)
    crpt = CrptClient((url,), parse_tokens(f"[-1:{TOKEN}]"), 10, 10, world, "https://cdn.crpt.ru", options)
    crpt.listing.load()
    yield crpt
    crpt.stop()
    http.close()


def checked(crpt: CrptClient, code: str = CODE) -> None:
    """One check that must succeed."""
    found = crpt.check(code, "1", 10.0)
    if not isinstance(found, Answer):
        raise AssertionError(found.text)


class Bare:
    """The same request over one socket, with nothing around it."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = [f"POST {CHECK} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(BODY)}"]
        self._request = "\r\n".join([*head, *(f"{k}: {v}" for k, v in HEADERS.items()), "", ""]).encode() + BODY

    def __call__(self) -> None:
        """Send, and read the whole answer."""
        self._socket.sendall(self._request)
        got = self._socket.recv(65_536)
        head, _, body = got.partition(b"\r\n\r\n")
        length = int(head.partition(b"Content-Length: ")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += self._socket.recv(65_536)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def overhead(folder: Path, quick: bool) -> Promise:
    """What our client adds to a bare socket, against what `requests` adds with a prepared request."""
    import requests

    with served("bench.canned", CODE) as (port,), client(folder, f"http://127.0.0.1:{port}", Options()) as crpt:
        bare, session = Bare(port), requests.Session()
        session.trust_env = False
        prepared = requests.Request("POST", f"http://127.0.0.1:{port}{CHECK}", HEADERS, data=BODY).prepare()

        def plain() -> None:
            session.send(prepared).json()

        works = (lambda: checked(crpt), plain, bare)
        ours, theirs, least = best_in_turns(works, 40 if quick else 200, repeat=10)
        bare.close()
        session.close()
    added = [one - base for one, base in zip(ours, least, strict=True)]
    allowed = [one - base for one, base in zip(theirs, least, strict=True)]
    what = "Check at CRPT, added to a bare keep-alive socket"
    return Promise(what, 1.2, ratio(added, allowed), median(added), "added by requests, prepared", median(allowed))


def healths(folder: Path, quick: bool) -> Promise:
    """List and health of all sites, against the slowest of them alone."""
    faults = [{"kind": "delay", "value": delay, "site": n, "path": "health/check"} for n, delay in enumerate(DELAYS)]
    http = RequestsHttp()

    def alone(url: str) -> float:
        return seconds(lambda: http.send(HttpRequest("GET", url + HEALTH, HEADERS, keep_alive=False), 5))

    with ExitStack() as stack:
        port, control = stack.enter_context(served("crpt_emulator", "--sites", str(len(DELAYS))))
        crpt = stack.enter_context(client(folder, f"http://127.0.0.1:{port}", Options()))
        scripted(control, {"faults": faults})
        slowest = max(alone(site["url"]) for site in crpt.status()["sites"])
        every = [seconds(crpt.listing.load) for _ in range(2 if quick else 5)]
    http.close()
    what = f"List and health of {len(DELAYS)} sites"
    return Promise(what, 1.2, median(every) / slowest, median(every), "the slowest of them", slowest)


def scripted(control: int, script: dict[str, Any]) -> None:
    """Tell the emulator what to do."""
    http = RequestsHttp()
    answer = http.send(HttpRequest("POST", f"http://127.0.0.1:{control}/-/script", {}, json.dumps(script).encode()), 5)
    http.close()
    if answer.status != 200:
        raise AssertionError(answer.body)


def hedged(folder: Path, quick: bool) -> Promise:
    """Two sites answer in 40 ± 10 ms and one in 500; each of them comes first for a third of the checks."""
    chance = random.Random(40)
    codes = [f"0104670540176099215a{n:04}\x1d93dGVz" for n in range(40)]
    script: dict[str, Any] = {
        "codes": [{"code": code, "delay": chance.uniform(0.03, 0.05)} for code in codes],
        "faults": [{"kind": "delay", "value": SLOW, "site": 0, "path": "codes/check"}],
    }
    times: list[float] = []
    with served("crpt_emulator", "--sites", "3") as (port, control):
        scripted(control, script)
        for first in range(3):
            scripted(control, {"avgTimeMs": {str(n): 1 if n == first else 2 for n in range(3)}})
            options = Options(rank=AVG_TIME, hedge=HEDGE)
            with client(folder / str(first), f"http://127.0.0.1:{port}", options) as crpt:
                checked(crpt)
                for n in range(40 if quick else 400):
                    begun = perf_counter()
                    checked(crpt, codes[n % len(codes)])
                    times.append(perf_counter() - begun)
    p50, p99 = median(times), percentile(times, 99)
    what = f"Check with a second site after {HEDGE * 1000:.0f} ms, one site of three slow, p99"
    return Promise(what, 3.0, p99 / p50, p99, "p50", p50)


def measured(folder: Path, quick: bool) -> Iterator[Promise]:
    """Every promise about CRPT."""
    yield overhead(folder / "overhead", quick)
    yield healths(folder / "healths", quick)
    yield hedged(folder / "hedged", quick)

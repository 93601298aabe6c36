"""Shop folders, and tills in processes of their own."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import pytest

from ncash.emulators.crpt import TOKEN, Emulator
from ncash.testing import shop_folder

BREAD = "4600000000015"
WATER_CODE = "4699999900013"
WATER = "010469999990001321dEmO-WaTeR001\x1d93aBcD"
MILK = "0104670540176099215AbCd1\x1d93dGVz"
PATIENCE = 30.0
Answer = dict[str, Any]


def _told_to_go() -> None:
    """A shell that runs the tests in the background has told its children to ignore Ctrl+C; a till is to hear it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Till:
    """`ncash till` in a process; one line in, one line out."""

    def __init__(self, shop: Path, *options: str, env: dict[str, str] | None = None) -> None:
        command = [sys.executable, "-m", "ncash.cli.main", "till"]
        folders = ["--conf", str(shop / "conf"), "--data", str(shop / "data")]
        self.shop = shop
        self.process = subprocess.Popen(
            [*command, *folders, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            bufsize=0, env={**os.environ, "NCASH_DEBUG": "", **(env or {})}, preexec_fn=_told_to_go,
        )  # fmt: skip
        self._rest = b""
        try:
            self.greeting = self.read()
        except BaseException:
            self.kill()
            raise

    def read(self) -> Answer:
        """The next line of standard output. Raises EOFError when there is none."""
        assert self.process.stdout is not None
        until = time.monotonic() + PATIENCE
        while b"\n" not in self._rest:
            if not select.select([self.process.stdout], [], [], max(until - time.monotonic(), 0))[0]:
                raise TimeoutError(f"no answer within {PATIENCE} s; so far {self._rest[:200]!r}")
            chunk = os.read(self.process.stdout.fileno(), 1 << 20)
            if not chunk:
                assert self.process.stderr is not None
                raise EOFError(f"the till ended with {self.process.wait()}: {self.process.stderr.read()[-2_000:]!r}")
            self._rest += chunk
        line, _, self._rest = self._rest.partition(b"\n")
        answer: Answer = json.loads(line)
        return answer

    def write(self, line: bytes) -> None:
        """Write a line, however long, while nobody reads."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + b"\n")

    def line(self, line: bytes) -> Answer:
        """The answer to a line."""
        self.write(line)
        return self.read()

    def send(self, cmd: str, **fields: Any) -> Answer:
        """The answer to a command."""
        return self.line(json.dumps({"cmd": cmd, **fields}).encode("utf-8", "surrogatepass"))

    def scan(self, data: str, **fields: Any) -> Answer:
        """The answer to a scan."""
        return self.send("scan", data=data, **fields)

    def end(self) -> tuple[int, bytes, bytes]:
        """End of input: exit code, what else was said, diagnostics."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        said, told = self._rest + self.process.stdout.read(), self.process.stderr.read()
        self.process.stdout.close()
        self.process.stderr.close()
        return self.process.wait(PATIENCE), said, told

    def kill(self) -> None:
        """As when the power fails."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *given: object) -> None:
        self.kill()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A shop of this test, which asks nobody."""
    return shop_folder(tmp_path / "shop")


@pytest.fixture
def till(shop: Path) -> Iterator[Till]:
    """A till of this test's shop."""
    with Till(shop) as running:
        yield running


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Till]:
    """One till for the tests of a module."""
    with Till(shop_folder(tmp_path_factory.mktemp("lasting") / "shop")) as running:
        yield running
        assert running.end()[0] == 0


@pytest.fixture
def steady(lasting: Till) -> Till:
    """The lasting till without an open receipt."""
    lasting.send("cancel")
    return lasting


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """CRPT on loopback."""
    with Emulator() as running:
        yield running


def configured(shop: Path, **settings: str) -> Path:
    """The shop with these values in [MarkedGoods]."""
    lines = "".join(f"{name} = {value}\n" for name, value in settings.items())
    (shop / "conf/ncash.ini.d/99-test.ini").write_text(f"[MarkedGoods]\n{lines}", encoding="utf-8")
    return shop


def asking(shop: Path, emulator: Emulator, **settings: str) -> Path:
    """The shop with its checks at the emulator."""
    own = {
        "enableMarkVerifyCrpt": "true",
        "markVerifyCrptUrl": emulator.url,
        "xapikey": f'"[-1:{TOKEN}]"',
        "markVerifyCrptTimeout": "5",
    }
    return configured(shop, **{**own, **settings})


def names(answer: Answer) -> list[str]:
    """Names of the positions in the answer."""
    return [position["name"] for position in (answer["receipt"] or {}).get("positions", ())]


def keys(answer: Answer) -> list[str]:
    """Keys of the texts on the screen."""
    return [text["key"] for text in answer["screen"]]


SHAPE = {"ok", "screen", "notices", "dialog", "receipt", "decision", "document"}


def shaped(answer: Answer) -> bool:
    """Whether it has the members that every answer has."""
    return answer.keys() >= SHAPE and ("error" in answer) == (answer["ok"] is False)

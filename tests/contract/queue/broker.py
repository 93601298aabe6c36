"""A real NATS server with JetStream on loopback, as the tests need one."""

import asyncio
import subprocess
import sys
from collections.abc import Coroutine
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import nats
from nats.js.api import StreamConfig

SERVER: Final = Path(sys.executable).with_name("nats-server")
PATIENCE: Final = 60.0
Result = TypeVar("Result")


class Broker:
    """A broker with a port of its own; `with Broker(folder) as broker: broker.url`."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._folder = folder
        self._options = options
        self._process: subprocess.Popen[str] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """Its address."""
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen, on the port of before if there was one."""
        ports = self._folder / "ports"
        ports.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(
            [str(SERVER), "-a", "127.0.0.1", "-p", str(self.port or -1), "-js", "-sd", str(self._folder / "store"),
             "--ports_file_dir", str(ports), *self._options],
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if "Listening for client connections on" in line:
                self.port = int(line.rsplit(":", 1)[1])
            if "Server is ready" in line:
                return
        raise AssertionError("nats-server did not start")

    def kill(self) -> None:
        """As a power cut does."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.kill()

    def stream(self, **more: Any) -> None:
        """The stream that shops publish to."""

        async def make() -> None:
            client = await nats.connect(self.url)
            config = StreamConfig(name="NCASH", subjects=["ncash.operations.>"], duplicate_window=3600.0, **more)
            await client.jetstream().add_stream(config)
            await client.close()

        run(make())

    def messages(self) -> list[tuple[str, bytes]]:
        """Subject and content of everything in the stream, in order."""

        async def read() -> list[tuple[str, bytes]]:
            client = await nats.connect(self.url)
            stream = client.jetstream()
            last = (await stream.stream_info("NCASH")).state.last_seq
            found = [await stream.get_msg("NCASH", seq) for seq in range(1, last + 1)]
            await client.close()
            return [(one.subject or "", one.data or b"") for one in found]

        return run(read())


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """What the work comes to, in time."""

    async def bounded() -> Result:
        return await asyncio.wait_for(work, PATIENCE)

    return asyncio.run(bounded())

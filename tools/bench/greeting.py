"""From the start of `ncash till` to its greeting, against the bare start of the same interpreter."""

import os
import subprocess
import sys
from pathlib import Path
from statistics import median

from bench.figures import Promise, best_in_turns, ratio


def _environment(folder: Path) -> dict[str, str]:
    """That of a till at work: bytecode is kept, here in a folder of our own."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(folder)}


def measured(conf: Path, data: Path, goods: int, blocks: int) -> Promise:
    """The start with so many goods in Dictionaries."""
    environment = _environment(data.parent / "bytecode")
    till = [sys.executable, "-m", "ncash.cli.main", "till", "--conf", str(conf), "--data", str(data)]

    def nothing() -> None:
        subprocess.run([sys.executable, "-c", "pass"], env=environment, check=True)

    def greeting() -> None:
        process = subprocess.Popen(till, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        running.append(process)
        assert process.stdout is not None
        first = process.stdout.readline()
        if b'"ready"' not in first:
            raise AssertionError(f"no greeting: {first!r}")

    def ended() -> None:
        for process in running:
            process.communicate()
        running.clear()

    running: list[subprocess.Popen[bytes]] = []
    greeting()
    ended()
    _, bare, till_times = best_in_turns([ended, nothing, greeting], blocks)
    ended()
    return Promise(
        f"start to greeting with {goods:,} goods",
        8.0,
        measured=ratio(till_times, bare),
        seconds=median(till_times),
        base="python -c pass",
        base_seconds=median(bare),
    )

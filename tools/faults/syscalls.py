"""System calls instead of steps: strace kills the till at its N-th write or sync, or makes that call fail."""

import random
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from faults.forked import Report, Told, lived
from faults.kills import Theatre, left
from faults.life import Life, NotOpened, Script
from faults.scenarios import BY_NAME, SCENARIOS, Scenario
from faults.tally import NOTHING, Played, Tally
from faults.trouble import Disturbed

from ncash.errors import UserError

CALLS: Final = ("write", "pwrite64", "fsync", "fdatasync")
HARMS: Final = ("signal=KILL", "error=EIO", "error=ENOSPC")
NOT_SYNC: Final = "error=ENOSPC"
_CALL: Final = re.compile(r"^(?:\d+ +)?(\w+)\(")
STARTS: Final = 5


class Harm(NamedTuple):
    """What strace does once: at the N-th such call of a thread."""

    scenario: str
    call: str
    number: int
    how: str

    def __str__(self) -> str:
        return f"{self.call}@{self.number}:{self.scenario}:{self.how}"

    @classmethod
    def read(cls, text: str) -> "Harm":
        """The harm that `str` wrote. Raises ValueError."""
        where, scenario, how = text.split(":")
        call, number = where.split("@")
        return cls(scenario, call, int(number), how)


def there() -> bool:
    """Whether strace is installed."""
    return shutil.which("strace") is not None


class Tracer:
    """strace on one process, from before it begins until it ends."""

    def __init__(self, options: Sequence[str]) -> None:
        self._options = options
        self._running: subprocess.Popen[str] | None = None

    def attach(self, process: int) -> None:
        """Begin to watch. Raises RuntimeError when strace may not."""
        command = ["strace", "-f", "-p", str(process), *self._options]
        self._running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert self._running.stderr is not None
        first = self._running.stderr.readline()
        if "attached" not in first:
            raise RuntimeError(f"strace cannot watch: {first}")

    def end(self) -> None:
        """Wait until it has ended with the process it watched."""
        if self._running is not None:
            self._running.communicate()


def _worked(theatre: Theatre, script: Script, data: Path, name: str, acked: Sequence[int], report: Report) -> None:
    try:
        life: Life = Disturbed(theatre.stage, data, name, report)
        life.go_on(script, acked[0], ())
    except (NotOpened, UserError) as error:
        report("refused", str(error))
        return
    life.close()


def counted(theatre: Theatre, scenario: Scenario, log: Path) -> Counter[str]:
    """How often each call is made in an undisturbed story."""
    script = theatre.script(scenario)
    data = theatre.stage.copy(theatre.home / f"counted-{scenario.name}", scenario)
    tracer = Tracer(["-e", f"trace={','.join(CALLS)}", "-o", str(log)])
    lived(partial(_worked, theatre, script, data, "counted", (0,)), attach=tracer.attach)
    tracer.end()
    shutil.rmtree(data.parent)
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return Counter(match[1] for line in lines if (match := _CALL.match(line)))


def harmed(theatre: Theatre, harm: Harm) -> tuple[str, ...]:
    """Tell the story with this harm, start again until it ends; what is wrong afterwards."""
    scenario = BY_NAME[harm.scenario]
    script = theatre.script(scenario)
    data = theatre.stage.copy(theatre.home / "harmed", scenario)
    try:
        options = ["-e", f"trace={harm.call}", "-e", f"inject={harm.call}:{harm.how}:when={harm.number}"]
        tracer = Tracer([*options, "-o", "/dev/null"])
        told = lived(partial(_worked, theatre, script, data, "first", (0,)), attach=tracer.attach)
        tracer.end()
        if told.faults and not _killed(told):
            return told.faults
        if _killed(told) or told.refused:
            told = _after(theatre, script, data, max(told.acked, 0))
        return (*told.faults, *(() if told.faults else left(data, scenario)))
    finally:
        shutil.rmtree(data.parent)


def _killed(told: Told) -> bool:
    return any("signal 9" in fault for fault in told.faults)


def _after(theatre: Theatre, script: Script, data: Path, acked: int) -> Told:
    told = Told()
    for start in range(STARTS):
        told = lived(partial(_worked, theatre, script, data, f"again {start}", (acked,)))
        if not told.refused:
            break
    return told


def harms(calls: Counter[str], scenario: str) -> Iterator[Harm]:
    """Every call of a story with everything that is done to it."""
    for call, times in sorted(calls.items()):
        for number in range(1, times + 1):
            yield from (Harm(scenario, call, number, how) for how in HARMS if "sync" not in call or how != NOT_SYNC)


def campaign(theatre: Theatre, number: int, seed: int, scenarios: Sequence[Scenario] = SCENARIOS) -> Tally:
    """At most so many harms, spread over these stories; nothing where strace is missing."""
    tally = NOTHING
    if not there():
        return tally
    share = -(-number // len(scenarios))
    for scenario in scenarios:
        every = list(harms(counted(theatre, scenario, theatre.home / "strace.log"), scenario.name))
        for harm in random.Random(seed).sample(every, min(share, len(every))):
            if theatre.over:
                break
            tally = tally.plus(Played(harm, Counter([f"{harm.call} {harm.how}"]), harmed(theatre, harm)))
    return tally

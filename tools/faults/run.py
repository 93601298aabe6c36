"""The campaign from the command line: `python tools/faults [STAGE …]`; each violation comes with its own command."""

import argparse
import gc
import json
import math
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from faults import figures, kills, pauses, syscalls, trouble
from faults.forked import Broken
from faults.scenarios import BY_NAME, SCENARIOS
from faults.stage import scratch

USUAL: Final = {"kills": 10_000, "errors": 5_000, "pauses": 500}
"""What `make faults` does."""
PARTS: Final = {"kills": 6, "errors": 1, "pauses": 1, "syscalls": 2}
"""How the time is shared when it is limited."""
HERE: Final = Path(__file__).resolve().parent
Tally = Mapping[str, Any]
"""What a stage did: `done` by failpoint, `chains`, `broken` as a list of texts."""


@contextmanager
def theatre() -> Iterator[kills.Theatre]:
    """A theatre whose folder is gone afterwards."""
    home = scratch("faults")
    try:
        yield kills.Theatre(home)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def kill(stage: kills.Theatre, names: Sequence[str], number: int, seed: int) -> Tally:
    """Kill tills in these stories."""
    tally = kills.campaign(stage, number, seed, [BY_NAME[name] for name in names])
    return {
        "done": dict(tally.kills),
        "chains": tally.chains,
        "broken": [_told(result) for result in tally.broken],
    }


def _told(result: kills.Result) -> str:
    died = " → ".join(result.died)
    faults = "\n  ".join(result.faults)
    return f"killed at {died}\n  {faults}\n  again: python tools/faults --repeat {result.chain}"


def error(stage: kills.Theatre, names: Sequence[str], number: int, seed: int) -> Tally:
    """Let steps fail in these stories."""
    tally = trouble.campaign(stage, number, seed, [BY_NAME[name] for name in names])
    broken = [_failed(telling, faults) for telling, faults in tally.broken]
    return {"done": dict(tally.failed), "chains": tally.tellings, "broken": broken}


def pause(stage: kills.Theatre, names: Sequence[str], number: int, seed: int) -> Tally:
    """Stop tills in these stories while others want what they hold."""
    tally = pauses.campaign(stage, number, seed, [BY_NAME[name] for name in names])
    broken = [_stopped(one, faults) for one, faults in tally.broken]
    return {"done": dict(tally.stops), "chains": tally.tellings, "broken": broken}


def _stopped(one: pauses.Pause, faults: Sequence[str]) -> str:
    lines = "\n  ".join(faults)
    return f"stopped again and again\n  {lines}\n  again: python tools/faults --repeat {one}"


def harm(stage: kills.Theatre, names: Sequence[str], number: int, seed: int) -> Tally:
    """Let strace harm system calls in these stories; nothing is done where there is no strace."""
    tally = syscalls.campaign(stage, number, seed, [BY_NAME[name] for name in names])
    broken = [_harmed(one, faults) for one, faults in tally.broken]
    return {"done": dict(tally.done), "chains": tally.done.total(), "broken": broken}


def _harmed(one: syscalls.Harm, faults: Sequence[str]) -> str:
    lines = "\n  ".join(faults)
    return f"with {one.how} at {one.call} number {one.number}\n  {lines}\n  again: python tools/faults --repeat {one}"


def _failed(telling: trouble.Telling, faults: Sequence[str]) -> str:
    lines = "\n  ".join(faults)
    return f"while steps failed\n  {lines}\n  again: python tools/faults --repeat {telling}"


STAGES: Final[Mapping[str, Callable[[kills.Theatre, Sequence[str], int, int], Tally]]] = {
    "kills": kill,
    "errors": error,
    "pauses": pause,
    "syscalls": harm,
}


def staged(numbers: Mapping[str, int], names: Sequence[str], seed: int, minutes: float = math.inf) -> dict[str, Tally]:
    """These stages with so many kills or errors, in these stories, in this process; each ends when its part of the
    minutes is over."""
    with theatre() as stage:
        for name in names:
            stage.script(BY_NAME[name])
        gc.collect()
        gc.freeze()
        tallies = {}
        for which, number in numbers.items():
            part = PARTS[which] / sum(PARTS[one] for one in numbers)
            stage.until = time.monotonic() + minutes * 60 * part
            tallies[which] = STAGES[which](stage, names, number, seed)
        return tallies


def repeat(text: str) -> int:
    """Play one chain and say what came of it."""
    seed, scenario, how = text.split(":")
    with theatre() as stage:
        if how == "errors":
            telling = trouble.Telling(scenario, int(seed))
            failed, faults = trouble.told(stage, telling)
            what = _failed(telling, faults) if faults else f"{failed.total()} errors: everything holds"
        elif how == "pauses":
            stop = pauses.Pause(scenario, int(seed))
            stopped, faults = pauses.played(stage, stop)
            what = _stopped(stop, faults) if faults else f"stopped at {', '.join(stopped)}: everything holds"
        elif "@" in seed:
            one = syscalls.Harm.read(text)
            faults = syscalls.harmed(stage, one)
            what = _harmed(one, faults) if faults else f"{one}: everything holds"
        else:
            result = stage.played(kills.Chain.read(text))
            faults = result.faults
            what = _told(result) if faults else f"killed at {' → '.join(result.died)}: everything holds"
    print(what)
    return int(bool(faults))


def spread(numbers: Mapping[str, int], seed: int, workers: int, minutes: float = math.inf) -> dict[str, Tally]:
    """The stages with every story in a process of its own."""
    share = str(minutes / -(-len(SCENARIOS) // workers))
    shares = [f"{which}={-(-number // len(SCENARIOS))}" for which, number in numbers.items()]

    def one(name: str) -> dict[str, Tally]:
        options = ["--seed", str(seed), "--scenario", name, "--json", "--minutes", share]
        ran = subprocess.run(
            [sys.executable, str(HERE), *shares, *options], capture_output=True, text=True, check=False
        )
        if not ran.stdout.startswith("{"):
            raise RuntimeError(f"the story {name} ended with {ran.returncode}: {ran.stderr[-2000:]}")
        found: dict[str, Tally] = json.loads(ran.stdout)
        return found

    with ThreadPoolExecutor(workers) as pool:
        found = list(pool.map(one, BY_NAME))
    return {which: merged([each[which] for each in found]) for which in numbers}


def merged(tallies: Sequence[Tally]) -> Tally:
    """Several tallies as one."""
    done: Counter[str] = Counter()
    for tally in tallies:
        done.update(tally["done"])
    broken = [text for tally in tallies for text in tally["broken"]]
    return {"done": dict(done), "chains": sum(tally["chains"] for tally in tallies), "broken": broken}


def _stage(text: str) -> tuple[str, int]:
    name, _, number = text.partition("=")
    if name not in STAGES or not (number or "0").isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is no stage; there are {', '.join(STAGES)}, each with =NUMBER")
    return name, int(number) if number else USUAL.get(name, 1_000)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the stages; 1 when something is broken."""
    parser = argparse.ArgumentParser(prog="python tools/faults", description=__doc__)
    words = ", ".join(f"{name}={number}" for name, number in USUAL.items())
    parser.add_argument("stages", nargs="*", type=_stage, metavar="STAGE[=NUMBER]", help=f"as by default: {words}")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scenario", action="append", choices=tuple(BY_NAME), help="only these stories")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=math.inf, help="end after so long, however little was done")
    parser.add_argument("--repeat", metavar="SEED:SCENARIO:KILLS", help="play one chain again")
    parser.add_argument("--write", action="store_true", help=f"write the figures to {figures.PAGE.name} too")
    parser.add_argument("--json", action="store_true", help="figures as JSON")
    options = parser.parse_args(argv)
    if options.repeat:
        return repeat(options.repeat)
    numbers, begun = dict(options.stages) or dict(USUAL), time.monotonic()
    try:
        alone = staged(numbers, options.scenario, options.seed, options.minutes) if options.scenario else None
    except Broken as error:
        print(f"broken before anything was done to it: {error}")
        return 1
    tallies = alone if alone is not None else spread(numbers, options.seed, options.workers, options.minutes)
    if options.write:
        figures.PAGE.write_text(figures.page(tallies, options.seed, time.monotonic() - begun), encoding="utf-8")
    print(json.dumps(tallies) if options.json else "\n".join(_report(*item) for item in tallies.items()))
    return int(any(tally["broken"] for tally in tallies.values()))


def _report(stage: str, tally: Tally) -> str:
    done: Counter[str] = Counter(tally["done"])
    lines = [f"{stage}: {done.total()} in {tally['chains']} chains, {len(tally['broken'])} broken"]
    lines += [f"  {name} {number}" for name, number in sorted(done.items())]
    return "\n".join([*lines, *tally["broken"]])

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
from typing import Any, Final, NamedTuple

from faults import figures, kills, pauses, syscalls, trouble
from faults.forked import Broken
from faults.scenarios import BY_NAME, SCENARIOS, Scenario
from faults.stage import scratch
from faults.tally import Tally

USUAL: Final = {"kills": 10_000, "errors": 5_000, "pauses": 500}
"""What `make faults` does."""
PARTS: Final = {"kills": 6, "errors": 1, "pauses": 1, "syscalls": 2}
"""How the time is shared when it is limited."""
HERE: Final = Path(__file__).resolve().parent
Told = Mapping[str, Any]
"""A tally as JSON values: `done` by failpoint, `chains`, `broken` as a list of texts."""


@contextmanager
def theatre() -> Iterator[kills.Theatre]:
    """A theatre whose folder is gone afterwards."""
    home = scratch("faults")
    try:
        yield kills.Theatre(home)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _told(result: kills.Result, faults: Sequence[str]) -> str:
    return _again(f"killed at {' → '.join(result.died)}", faults, result.chain)


def _failed(telling: trouble.Telling, faults: Sequence[str]) -> str:
    return _again("while steps failed", faults, telling)


def _stopped(one: pauses.Pause, faults: Sequence[str]) -> str:
    return _again("stopped again and again", faults, one)


def _harmed(one: syscalls.Harm, faults: Sequence[str]) -> str:
    return _again(f"with {one.how} at {one.call} number {one.number}", faults, one)


def _again(how: str, faults: Sequence[str], one: object) -> str:
    lines = "\n  ".join(faults)
    return f"{how}\n  {lines}\n  again: python tools/faults --repeat {one}"


class Stage(NamedTuple):
    """A part of the campaign, and how what is broken is told with the command that repeats it."""

    campaign: Callable[[kills.Theatre, int, int, Sequence[Scenario]], Tally]
    told: Callable[[Any, Sequence[str]], str]

    def played(self, theatre: kills.Theatre, names: Sequence[str], number: int, seed: int) -> Told:
        """So much of it in these stories."""
        done, chains, broken = self.campaign(theatre, number, seed, [BY_NAME[name] for name in names])
        return {"done": dict(done), "chains": chains, "broken": [self.told(*one) for one in broken]}


STAGES: Final = {
    "kills": Stage(kills.campaign, _told),
    "errors": Stage(trouble.campaign, _failed),
    "pauses": Stage(pauses.campaign, _stopped),
    "syscalls": Stage(syscalls.campaign, _harmed),
}
"""System calls are left alone where there is no strace."""


def staged(numbers: Mapping[str, int], names: Sequence[str], seed: int, minutes: float = math.inf) -> dict[str, Told]:
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
            tallies[which] = STAGES[which].played(stage, names, number, seed)
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
            what = _told(result, faults) if faults else f"killed at {' → '.join(result.died)}: everything holds"
    print(what)
    return int(bool(faults))


def spread(numbers: Mapping[str, int], seed: int, workers: int, minutes: float = math.inf) -> dict[str, Told]:
    """The stages with every story in a process of its own."""
    share = str(minutes / -(-len(SCENARIOS) // workers))
    shares = [f"{which}={-(-number // len(SCENARIOS))}" for which, number in numbers.items()]

    def one(name: str) -> dict[str, Told]:
        options = ["--seed", str(seed), "--scenario", name, "--json", "--minutes", share]
        ran = subprocess.run(
            [sys.executable, str(HERE), *shares, *options], capture_output=True, text=True, check=False
        )
        if not ran.stdout.startswith("{"):
            raise RuntimeError(f"the story {name} ended with {ran.returncode}: {ran.stderr[-2000:]}")
        found: dict[str, Told] = json.loads(ran.stdout)
        return found

    with ThreadPoolExecutor(workers) as pool:
        found = list(pool.map(one, BY_NAME))
    return {which: merged([each[which] for each in found]) for which in numbers}


def merged(tallies: Sequence[Told]) -> Told:
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


def _report(stage: str, tally: Told) -> str:
    done: Counter[str] = Counter(tally["done"])
    lines = [f"{stage}: {done.total()} in {tally['chains']} chains, {len(tally['broken'])} broken"]
    lines += [f"  {name} {number}" for name, number in sorted(done.items())]
    return "\n".join([*lines, *tally["broken"]])

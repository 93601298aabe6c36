"""docs/reliability-figures.md: what the last written campaign did and found."""

import platform
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from faults.scenarios import SCENARIOS

PAGE: Final = Path(__file__).resolve().parents[2] / "docs/reliability-figures.md"
WORDS: Final = {
    "kills": "Tills killed with SIGKILL, by the failpoint they had come to; a chain goes on where its till was killed",
    "errors": "Steps of the database and of files that failed (ENOSPC, EIO, EMFILE, EACCES, locked, read-only)",
    "pauses": "Tills stopped with SIGSTOP while others want what they hold, by the failpoint; then they go on",
    "syscalls": "System calls at which strace killed a till or failed the call",
}
HEAD: Final = """# Figures of reliability

<!-- Made by `python tools/faults --write`; the steps are explained in [failpoints.md](failpoints.md). -->

"""


def page(tallies: Mapping[str, Mapping[str, Any]], seed: int, seconds: float) -> str:
    """The page about a campaign."""
    return HEAD + "\n".join([*_summary(tallies, seed, seconds), "", *_stories(), *_tables(tallies)]) + "\n"


def _summary(tallies: Mapping[str, Mapping[str, Any]], seed: int, seconds: float) -> Iterator[str]:
    yield f"Seed {seed}, {seconds / 60:.0f} minutes, Python {platform.python_version()}."
    yield ""
    yield "| stage | done | chains | violations |"
    yield "|---|---|---|---|"
    for stage, tally in tallies.items():
        yield f"| {stage} | {Counter(tally['done']).total():,} | {tally['chains']:,} | {len(tally['broken'])} |"


def _stories() -> Sequence[str]:
    told = [f"| `{one.name}` | {one.told} |" for one in SCENARIOS]
    return ["| story | what happens in it |", "|---|---|", *told]


def _tables(tallies: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for stage, tally in tallies.items():
        yield from ("", f"## {stage}", "", f"{WORDS[stage]}.", "", "| step | times |", "|---|---|")
        if not tally["done"]:
            yield "| not run: this machine lacks what it needs | 0 |"
        for name, times in sorted(tally["done"].items()):
            yield f"| `{name}` | {times:,} |"
        yield from ("", *tally["broken"]) if tally["broken"] else ()

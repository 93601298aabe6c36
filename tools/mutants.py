"""One small mistake at a time in the code that decides, by mutmut, and docs/mutants.md: which of them goes unnoticed.

mutmut looks for a module where its name says below src/, and plugins are imported without the name of their folder: it
works on a copy of the sources laid out that way, in build/mutants, and goes on there where it was stopped. What is
changed, by which tests it is tried and the limits of time stand in pyproject.toml.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[1]
BENCH: Final = ROOT / "build/mutants"
PAGE: Final = ROOT / "docs/mutants.md"
ALLOWED: Final = 0.05
"""Share of survivors without a reason."""
TYPES: Final = "caught by type check"
OPEN: Final = "not checked"
NOTICED: Final = ("killed", "timeout", "suspicious", "segfault", TYPES)
_COPIED: Final = ("pyproject.toml", "setup.cfg", "conf", "tests")
_RESULT: Final = re.compile(r"^ +(?P<name>\S+): (?P<fate>.+)$", re.MULTILINE)
_REASON: Final = re.compile(r"^- `(?P<place>[\w.]+)` `(?P<change>.+)` — (?P<reason>.+)$", re.MULTILINE)
_HEAD: Final = """\
# Mutants

<!-- Made by `make mutants`; the reasons are written here by hand and kept. -->

`make mutants` makes one small mistake at a time in the code that decides ([mutmut](https://mutmut.readthedocs.io)): a
comparison turned, a condition forced, a number one more, a text another one, an argument left out. What `mypy --strict`
does not see is tried by the quick tests of these modules; a mutant that they do not notice either survives. Fewer than
one in twenty may survive without a reason; the command reads the reasons from this page and ends with 1 when more do.

| module | mutants | seen by types | seen by tests | survived | without a reason |
|---|---|---|---|---|---|
"""
_WITH: Final = """
## Survivors that change nothing

What stands here was looked at: the program does the same with the mistake, or differs only in speed. The line is the
changed one.

"""
_WITHOUT: Final = """
## Survivors without a reason

"""


class Survivor(NamedTuple):
    """A mutant that nothing noticed: the function it is in, and its line as changed."""

    place: str
    change: str


def bench() -> None:
    """Lay the sources out below src/, with the tests beside them."""
    BENCH.mkdir(parents=True, exist_ok=True)
    for name in ("src", *_COPIED):
        shutil.rmtree(BENCH / name, ignore_errors=True)
    caches = shutil.ignore_patterns("__pycache__")
    for name in _COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, BENCH / name, ignore=caches)
        else:
            shutil.copy2(source, BENCH / name)
    shutil.copytree(ROOT / "ncash", BENCH / "src" / "ncash", ignore=caches)


def mutmut(*words: str) -> str:
    """What a command of mutmut says; a run tells its progress itself. Raises CalledProcessError."""
    programs = Path(sys.executable).parent
    env = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}", "MYPYPATH": "src"}
    out = None if words[0] == "run" else subprocess.PIPE
    done = subprocess.run([programs / "mutmut", *words], cwd=BENCH, env=env, stdout=out, text=True, check=True)
    return done.stdout or ""


def split(name: str) -> tuple[str, str]:
    """Module and function of a mutant by mutmut's name for it: `a.b.xǁClassǁmethod__mutmut_3`."""
    module, _, mangled = name.rpartition(".")
    return module, mangled.partition("__mutmut_")[0].removeprefix("x").strip("ǁ").removeprefix("_").replace("ǁ", ".")


def survivor(name: str) -> Survivor:
    """The mutant as the page names it."""
    lines = mutmut("show", name).splitlines()
    changed = [line[1:].strip() for line in lines if line.startswith("+") and not line.startswith("+++")]
    return Survivor(".".join(split(name)), " ".join(changed) or "nothing is left of it")


def page(fates: dict[str, str], survivors: dict[str, Survivor], reasons: dict[Survivor, str]) -> str:
    """docs/mutants.md of this run."""
    rows = []
    for module in sorted({split(name)[0] for name in fates}):
        own = {name: fate for name, fate in fates.items() if split(name)[0] == module}
        left = [survivors[name] for name in own if name in survivors]
        types = Counter(own.values())[TYPES]
        bare = sum(one not in reasons for one in left)
        rows.append(f"| `{module}` | {len(own)} | {types} | {len(own) - types - len(left)} | {len(left)} | {bare} |\n")
    bare = sum(one not in reasons for one in survivors.values())
    share = f"\nTogether {len(fates)}, {bare} without a reason ({bare / max(len(fates), 1):.1%}).\n"
    found = sorted(set(survivors.values()))
    known = [f"- `{one.place}` `{one.change}` — {reasons[one]}\n" for one in found if one in reasons]
    unknown = [f"- `{one.place}` `{one.change}`\n" for one in found if one not in reasons]
    return "".join((_HEAD, *rows, share, _WITH, *known, *((_WITHOUT, *unknown) if unknown else ())))


def main() -> int:
    """Try them all and write the page; 1 when too many survive without a reason."""
    parser = argparse.ArgumentParser(prog="mutants", description="one small mistake at a time: do the tests notice?")
    parser.add_argument("--workers", default="2")
    parser.add_argument("--page", action="store_true", help="try nothing, only write the page of what was tried")
    args = parser.parse_args()
    if not args.page:
        bench()
        mutmut("run", "--max-children", args.workers)
    fates = {one["name"]: one["fate"] for one in _RESULT.finditer(mutmut("results", "--all", "true"))}
    if OPEN in fates.values():
        print(f"{Counter(fates.values())[OPEN]} of {len(fates)} mutants were not tried: run it again, it goes on there")
        return 1
    survivors = {name: survivor(name) for name, fate in fates.items() if fate not in NOTICED}
    reasons = {
        Survivor(one["place"], one["change"]): one["reason"] for one in _REASON.finditer(PAGE.read_text("utf-8"))
    }
    PAGE.write_text(page(fates, survivors, reasons), "utf-8")
    for one in sorted(reasons.keys() - set(survivors.values())):
        print(f"taken out of {PAGE.name}, it does not survive any more: {one.place} {one.change} — {reasons[one]}")
    bare = [one for one in survivors.values() if one not in reasons]
    print(f"{len(fates)} mutants, {len(survivors)} survived, {len(bare)} of them without a reason: see {PAGE.name}")
    return 1 if len(bare) > ALLOWED * len(fates) else 0


if __name__ == "__main__":
    sys.exit(main())

"""Which modules are tried against which tests, and the list of survivors with their reasons (docs/mutants.md)."""

import argparse
import gc
import importlib
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, NamedTuple

from mutants.mutations import Mutant, mutants, mutated
from mutants.trial import Changed, Fate, trial

ROOT: Final = Path(__file__).resolve().parents[2]
DOCUMENT: Final = ROOT / "docs/mutants.md"
ALLOWED: Final = 0.05
"""Share of survivors without a reason."""
_POLICY: Final = (
    "tests/unit/policy/test_trail.py", "tests/unit/policy/test_positions.py", "tests/unit/policy/test_facts.py",
    "tests/unit/policy/test_crpt_rules.py", "tests/unit/policy/test_reservation.py",
    "tests/unit/reference/test_policy_reference.py", "-k", "not crpt_block",
)  # fmt: skip
_ONLINE: Final = (
    "tests/unit/test_price.py", "tests/unit/test_offline_judge.py", "tests/unit/test_transport.py",
    "tests/unit/reference/test_journal_lines.py", *_POLICY,
)  # fmt: skip
_MASKS: Final = (
    "tests/unit/policy/test_masks.py",
    "tests/unit/test_alternation.py",
    "tests/unit/test_damaged_scans.py",
)
_SETTINGS: Final = ("tests/unit/settings",)
TARGETS: Final = {
    "markedgoods.policy": ("plugins/markedgoods/policy.py", _POLICY),
    "markedgoods.matching": ("plugins/markedgoods/matching.py", _POLICY),
    "markedgoods.local": ("plugins/markedgoods/local.py", _POLICY),
    "markedgoods.online": ("plugins/markedgoods/online.py", _ONLINE),
    "markedgoods.store_server": ("plugins/markedgoods/store_server.py", _POLICY),
    "markedgoods.statuses": ("plugins/markedgoods/statuses.py", _POLICY),
    "markedgoods.masks": ("plugins/markedgoods/masks.py", _MASKS),
    "ncash.settings.resolve": ("ncash/settings/resolve.py", _SETTINGS),
}
_REASON: Final = re.compile(r"^- `(?P<module>[\w.]+)` (?P<what>.+?) — (?P<reason>.+)$", re.MULTILINE)


class Result(NamedTuple):
    """A mutant and its fate."""

    module: str
    mutant: Mutant
    fate: Fate
    seconds: float


def reasons(text: str) -> dict[tuple[str, str], str]:
    """Why a mutant may survive, by module and change, as docs/mutants.md says."""
    return {(one["module"], one["what"].strip("`")): one["reason"] for one in _REASON.finditer(text)}


def _trials(modules: list[str], only: str) -> Iterator[tuple[str, Mutant]]:
    for module in modules:
        path = ROOT / TARGETS[module][0]
        for mutant in mutants(path.read_text(encoding="utf-8")):
            if only in mutant.what:
                yield module, mutant


def _result(one: tuple[str, Mutant]) -> Result:
    module, mutant = one
    return Result(module, mutant, *_tried(module, mutant))


def _tried(module: str, mutant: Mutant | None) -> tuple[Fate, float]:
    name, tests = TARGETS[module]
    path = ROOT / name
    tree = mutated(path.read_text(encoding="utf-8"), mutant)
    return trial(Changed(module, str(path), tree), tests)


def _green(modules: list[str]) -> None:
    """Raises RuntimeError when the tests fail without any change: then they would kill everything."""
    for module in modules:
        if _tried(module, None)[0] is not Fate.SURVIVED:
            raise RuntimeError(f"the tests of {module} fail without any change")


def _warm() -> None:
    """What every trial imports anyway, but nothing that knows a module on trial."""
    for name in ("hypothesis.stateful", "pytest", "regex", "requests", "yaml", "sqlite3", "ncash.model.request"):
        importlib.import_module(name)
    gc.freeze()


def _told(results: list[Result], known: dict[tuple[str, str], str]) -> int:
    survivors = [one for one in results if one.fate is Fate.SURVIVED]
    bare = [one for one in survivors if (one.module, one.mutant.what) not in known]
    for one in survivors:
        reason = known.get((one.module, one.mutant.what), "NO REASON")
        print(f"{TARGETS[one.module][0]}:{one.mutant.line}: {one.mutant.what} — {reason}")
    gone = [pair for pair in known if pair[0] in {r.module for r in results} and pair not in
            {(one.module, one.mutant.what) for one in survivors}]  # fmt: skip
    for module, what in gone:
        print(f"docs/mutants.md: {module}: {what}: does not survive any more, or is no change any more")
    print(f"{len(results)} mutants, {len(results) - len(survivors)} killed, {len(survivors)} survived, "
          f"{len(bare)} of them without a reason")  # fmt: skip
    return 1 if len(bare) > ALLOWED * len(results) else 0


def main() -> int:
    """Try them all; 1 when too many survive without a reason."""
    parser = argparse.ArgumentParser(prog="mutants", description=__doc__)
    parser.add_argument("modules", nargs="*", help=f"of {', '.join(TARGETS)}; all without")
    parser.add_argument("--only", default="", help="changes whose words hold this")
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    sys.path[:0] = [str(ROOT / "plugins"), str(ROOT / "tools"), str(ROOT)]
    _warm()
    modules = args.modules or list(TARGETS)
    _green(modules)
    every = list(_trials(modules, args.only))
    results: list[Result] = []
    with ThreadPoolExecutor(args.workers) as pool:
        for result in pool.map(_result, every):
            results.append(result)
            print(f"{len(results)}/{len(every)} {result.module}:{result.mutant.line} {result.fate.value} "
                  f"{result.seconds:.1f} s {result.mutant.what}", file=sys.stderr, flush=True)  # fmt: skip
    known = reasons(DOCUMENT.read_text(encoding="utf-8")) if DOCUMENT.is_file() else {}
    return _told(results, known)

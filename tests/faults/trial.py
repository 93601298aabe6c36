"""Run the proofs of planted bugs with the bugs in place, each in a fork that has not loaded the product yet.

`python tests/faults/trial.py [WHAT …]` prints a JSON object: for each bug red, green, or why its proof cannot be run.
"""

import ast
import importlib
import json
import os
import re
import signal
import sys
import tempfile
from pathlib import Path
from typing import Final, NoReturn

ROOT: Final = Path(__file__).resolve().parents[2]
LOADED_ONCE: Final = ("pytest", "hypothesis", "requests", "regex", "sqlite_utils", "configobj", "trustme")
FATES: Final = {0: "red", 10: "green", 11: "broken"}
RED, GREEN, BROKEN = FATES
SECONDS: Final = 120


def dotted(module: str) -> str:
    """The name under which a source file is imported."""
    return ".".join(Path(re.sub("^plugins/", "ncash/bundled/", module)).with_suffix("").parts)


def proved(what: str) -> int:
    """RED when the proof of this bug sees it, GREEN when it does not."""
    bug = importlib.import_module("planted").BY_NAME[what]
    changed = importlib.import_module("changed").Changed
    sys.meta_path.insert(0, changed(dotted(bug.module), str(ROOT / bug.module), ast.parse(bug.source())))
    if bug.proof[0] == "faults":
        return RED if importlib.import_module("faults.run").main(bug.proof[1:]) else GREEN
    import pytest

    code = pytest.main([*bug.proof, "-x", "-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist"])
    if code == pytest.ExitCode.TESTS_FAILED:
        return RED
    return GREEN if code == pytest.ExitCode.OK else BROKEN


def _child(what: str, told: int) -> NoReturn:
    os.dup2(told, 1)
    os.dup2(told, 2)
    signal.alarm(SECONDS)
    code = BROKEN
    try:
        code = proved(what)
    finally:
        sys.stdout.flush()
        os._exit(code)


def fate(what: str) -> str:
    """What became of a bug: red when it was seen, else what its proof said."""
    with tempfile.TemporaryFile() as told:
        child = os.fork()
        if child == 0:
            _child(what, told.fileno())
        status = os.waitpid(child, 0)[1]
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == RED:
            return FATES[RED]
        told.seek(0)
        word = FATES.get(os.WEXITSTATUS(status), "broken") if os.WIFEXITED(status) else "hangs"
        return f"{word}: {told.read()[-2000:].decode('utf-8', 'replace')}"


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests/faults")]
    for name in LOADED_ONCE:
        importlib.import_module(name)
    wanted = sys.argv[1:] or importlib.import_module("planted").BY_NAME
    with tempfile.TemporaryDirectory(prefix="ncash-trial-") as scratch:
        # A fork ends without its exit functions: what it leaves is removed here.
        os.environ["TMPDIR"] = tempfile.tempdir = scratch
        sys.stdout.write(json.dumps({what: fate(what) for what in wanted}))

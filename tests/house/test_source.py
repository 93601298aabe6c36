"""The rules of the house, read off the source text: sizes, seams, names, statements, start-up."""

import ast
import configparser
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from .source import EVERYWHERE, LIBRARIES, ROOT, built, called, dotted, everywhere, nodes, place, python_files, words

LONGEST_MODULE: Final = 350
LONGEST_FUNCTION: Final = 40

OUTSIDE_WORLD: Final = {
    "clock": re.compile(
        r"time\.(time|time_ns|monotonic|perf_counter|sleep)|datetime\.(datetime\.(now|utcnow|today)|date\.today)"
    ),
    "chance": re.compile(r"random\..+|secrets\..+|uuid\.uuid[14]|os\.urandom"),
    "network": re.compile(r"(requests|urllib\.request|urllib3|http\.client|socket)\..+"),
}
SEAMS: Final = {
    "clock": {"ncash/system/clock.py"},
    "chance": {"ncash/system/clock.py"},
    "network": {"ncash/network/http.py", "ncash/network/connections.py", "ncash/server/systemd.py"},
    "writing": {"ncash/system/files.py"},
}
"""Which modules may reach the outside world, by what they reach."""

HEAVY: Final = {
    "argon2", "asyncio", "click", "cryptography", "fastapi", "hypothesis", "importlib.metadata", "nats",
    "prometheus_client", "psycopg", "requests", "rich", "sqlalchemy", "sqlite_utils", "tqdm", "typer",
    "urllib3", "uvicorn", "yaml",
}  # fmt: skip
SQL: Final = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|PRAGMA|WITH|ATTACH|VACUUM)\b")
EMPTY_WORDS: Final = {"manager", "helper", "util", "processor", "data", "info"}


@pytest.mark.parametrize("path", python_files(*EVERYWHERE), ids=place)
def test_a_module_and_a_function_fit_on_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE
    functions = [*nodes(path, ast.FunctionDef), *nodes(path, ast.AsyncFunctionDef)]
    long = {f.name: size for f in functions if (size := (f.end_lineno or 0) - f.lineno + 1) > LONGEST_FUNCTION}
    assert not long


@pytest.mark.parametrize("what", OUTSIDE_WORLD)
def test_the_outside_world_is_reached_through_its_seam_only(what: str) -> None:
    strays = [
        f"{place(path, call)} {name}"
        for path in python_files(*LIBRARIES)
        if place(path) not in SEAMS[what]
        for call, name in called(path)
        if OUTSIDE_WORLD[what].fullmatch(name)
    ]
    assert not strays


@pytest.mark.parametrize(("what", "seam"), [(what, seam) for what, seams in SEAMS.items() for seam in sorted(seams)])
def test_a_named_seam_exists(what: str, seam: str) -> None:
    assert (ROOT / seam).is_file(), f"the seam for {what} moved"


def test_files_are_written_by_the_atomic_writer_only() -> None:
    strays = [place(path, call) for path, call in everywhere(ast.Call, *LIBRARIES)
              if place(path) not in SEAMS["writing"] and writes_a_file(call)]  # fmt: skip
    assert not strays


def writes_a_file(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else dotted(call.func)
    if name in ("write_text", "write_bytes"):
        return True
    given = [*call.args[:2], *(k.value for k in call.keywords if k.arg == "mode")]
    modes = [n.value for n in given if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return name == "open" and any(re.fullmatch(r"[rwxabt+]{1,3}", mode) and set(mode) & set("wxa+") for mode in modes)


def test_certificates_are_always_verified() -> None:
    strays = [
        place(path, word.value)
        for path, word in everywhere(ast.keyword, *EVERYWHERE)
        if word.arg == "verify" and isinstance(word.value, ast.Constant) and word.value.value is False
    ]
    assert not strays


def test_no_error_is_swallowed_whole() -> None:
    strays = []
    for path, handler in everywhere(ast.ExceptHandler, *EVERYWHERE):
        broad = handler.type is None or dotted(handler.type) in ("Exception", "BaseException")
        silent = all(isinstance(s, ast.Pass | ast.Continue) or is_bare_constant(s) for s in handler.body)
        if broad and silent:
            strays.append(place(path, handler))
    assert not strays


def is_bare_constant(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def test_statements_for_the_database_are_never_put_together_at_run_time() -> None:
    strays = []
    for path, function in everywhere(ast.FunctionDef, *LIBRARIES, "tools"):
        for node in ast.walk(function):
            text = built(node) if isinstance(node, ast.expr) else None
            given = [built(a) for a in node.args[:1]] if isinstance(node, ast.Call) and executes(node) else []
            if (text and SQL.match(text)) or any(t is not None for t in given):
                strays.append(place(path, node))
    assert not strays


def executes(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in (
        "execute",
        "executemany",
        "executescript",
        "query",
    )


def test_names_say_what_a_thing_is() -> None:
    modules = [place(path) for path in python_files(*EVERYWHERE) if words(path.stem) & EMPTY_WORDS]
    classes = [
        f"{place(path, c)} {c.name}" for path, c in everywhere(ast.ClassDef, *EVERYWHERE) if words(c.name) & EMPTY_WORDS
    ]
    assert not modules + classes


def texts() -> Iterator[tuple[Path, str]]:
    """Every text file of the project, as a fresh clone has them."""
    skipped = {
        ".git",
        ".venv",
        ".hypothesis",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        "__pycache__",
        "build",
        "dist",
    }
    for path in sorted(ROOT.rglob("*")):
        parts = set(path.relative_to(ROOT).parts)
        if path.is_file() and not parts & skipped and not any(part.endswith(".egg-info") for part in parts):
            yield path, path.read_bytes().decode("utf-8", errors="ignore")


def test_nothing_is_left_for_later_and_no_path_of_one_machine_is_written_down() -> None:
    later = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
    machine = re.compile(r"(?<![\w.:/*-])/(" + "|".join(("home", "root", "work", "Users", "mnt")) + r")/\w")
    strays = [
        f"{place(path)}:{number} {line.strip()[:60]}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if later.search(line) or machine.search(line)
    ]
    assert not strays


def test_how_large_a_random_test_is_is_said_in_one_place() -> None:
    asking = {place(path) for path in python_files("tests") if "NCASH_" + "CAMPAIGN" in path.read_text("utf-8")}
    assert asking == {"tests/sizes.py"}


def test_constraints_pin_everything_that_setup_cfg_asks_for() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    extras = setup["options.extras_require"].values()
    asked = setup["options"]["install_requires"].split() + [one for extra in extras for one in extra.split()]
    names = {re.split(r"[\[<>=~!]", one)[0].lower().replace("_", "-") for one in asked} - {"ncash"}
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {line.split("==")[0].lower().replace("_", "-") for line in lines if re.fullmatch(r"[\w.-]+==[\w.]+", line)}
    assert names <= pinned


@pytest.mark.parametrize("module", ["ncash.till", "ncash.cli.main", "ncash.hookspecs"])
def test_nothing_heavy_is_loaded_before_the_till_greets(module: str) -> None:
    code = f"import sys, {module}; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert loaded.returncode == 0, loaded.stderr
    assert not HEAVY & set(loaded.stdout.split())

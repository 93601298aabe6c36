"""The rules of the house, read off the source text: sizes, seams, floors, names, packages, start-up."""

import ast
import configparser
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

import pytest

ROOT: Final = Path(__file__).resolve().parents[1]
LIBRARIES: Final = ("ncash", "plugins")
EVERYWHERE: Final = (*LIBRARIES, "tools", "tests")
LONGEST_MODULE: Final = 350
LONGEST_FUNCTION: Final = 40

FLOORS: Final = {
    "language": 0, "model": 0, "silence": 1,
    "errors": 1, "messages": 1, "settings": 1, "workers": 1, "files": 1, "locks": 1, "switches": 1, "failpoints": 1,
    "hookspecs": 2, "plugin": 2,
    "barcode": 3, "connections": 3, "fiscal": 3, "loader": 3, "net": 3, "sound": 3, "store": 3, "world": 3,
    "last_good": 3, "queue": 3, "tape": 3,
    "till": 4,
    "cashserver": 5, "shop": 5, "support": 5, "upkeep": 5,
    "cli": 6, "testing": 6,
}  # fmt: skip
PUBLIC_FACE: Final = {"plugin", "language", "model", "settings", "messages", "errors"}

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


Node = TypeVar("Node", bound=ast.AST)


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def place(path: Path, node: ast.AST | None = None) -> str:
    line = f":{getattr(node, 'lineno', 1)}" if node else ""
    return f"{path.relative_to(ROOT)}{line}"


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def nodes(path: Path, kind: type[Node]) -> Iterator[Node]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, kind))


def everywhere(kind: type[Node], *folders: str) -> Iterator[tuple[Path, Node]]:
    for path in python_files(*folders):
        for node in nodes(path, kind):
            yield path, node


def imported(path: Path) -> Iterator[tuple[ast.stmt, str]]:
    """Every module or name that the file imports, in full, wherever the statement stands."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{place(path, node)}: imports are written in full"
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def dotted(node: ast.expr) -> str:
    """`a.b.c` of a chain of names, empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


def called(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """Every call of something imported, under its full name whatever it is called here."""
    known: dict[str, str] = {}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            known |= {
                (n.asname or n.name.split(".")[0]): (n.name if n.asname else n.name.split(".")[0]) for n in node.names
            }
        elif isinstance(node, ast.ImportFrom):
            known |= {(n.asname or n.name): f"{node.module}.{n.name}" for n in node.names}
    for call in nodes(path, ast.Call):
        head, _, rest = dotted(call.func).partition(".")
        if head in known:
            yield call, f"{known[head]}.{rest}".rstrip(".")


def built(node: ast.expr) -> str | None:
    """The first piece of a text that is put together at run time; None for a plain one."""
    match node:
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *rest]) if rest:
            return text
        case ast.JoinedStr(values=[ast.FormattedValue(), *_]):
            return ""
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod() | ast.Add()):
            return text
        case ast.BinOp(left=left, op=ast.Mod() | ast.Add()):
            return built(left)
        case ast.Call(func=ast.Attribute(attr="format", value=ast.Constant(value=str(text)))):
            return text
        case _:
            return None


def words(name: str) -> set[str]:
    """The words of a snake_case or CamelCase name, in the singular."""
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)
    return {part.lower() for part in parts} | {part.lower().removesuffix("s") for part in parts}


@pytest.mark.parametrize("path", python_files(*EVERYWHERE), ids=place)
def test_a_module_and_a_function_fit_on_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE
    functions = [f for f in ast.walk(tree(path)) if isinstance(f, ast.FunctionDef | ast.AsyncFunctionDef)]
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


def room(name: str) -> str:
    """The room of ncash that a dotted name leads into; empty for ncash itself."""
    return name.partition(".")[2].partition(".")[0]


def own_room(path: Path) -> str:
    return path.relative_to(ROOT / "ncash").parts[0].removesuffix(".py")


def test_every_room_has_a_floor() -> None:
    rooms = {own_room(path) for path in python_files("ncash")} - {"__init__"}
    assert rooms <= set(FLOORS), "give the new room a floor here and in .importlinter"


def test_imports_only_go_down() -> None:
    strays = [
        f"{place(path, node)} {name}"
        for path in python_files("ncash")
        for node, name in imported(path)
        if name.startswith("ncash.") and FLOORS.get(room(name), 0) > FLOORS.get(own_room(path), 0)
    ]
    assert not strays


def test_a_plugin_imports_the_public_face_and_no_other_plugin() -> None:
    plugins = {path.name for path in (ROOT / "plugins").iterdir() if (path / "__init__.py").is_file()}
    strays = []
    for path in python_files("plugins"):
        own = path.relative_to(ROOT / "plugins").parts[0]
        for node, name in imported(path):
            top = name.split(".")[0]
            if (top == "ncash" and room(name) not in PUBLIC_FACE) or (top in plugins - {own}):
                strays.append(f"{place(path, node)} {name}")
    assert not strays


@cache
def bare_texts(path: Path) -> set[ast.expr]:
    """Docstrings."""
    return {statement.value for statement in nodes(path, ast.Expr) if isinstance(statement.value, ast.Constant)}


def test_the_host_names_no_plugin() -> None:
    plugins = {path.name for path in (ROOT / "plugins").iterdir() if (path / "__init__.py").is_file()}
    assert plugins
    strays = [
        place(path, constant)
        for path in python_files("ncash")
        for constant in nodes(path, ast.Constant)
        if isinstance(constant.value, str)
        and constant not in bare_texts(path)
        and set(re.findall(r"\w+", constant.value)) & plugins
    ]
    assert not strays


def test_setup_cfg_lists_every_package_there_is() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    listed = set(setup["options"]["packages"].split()) - {"ncash.conf", "ncash.deploy", "ncash.docs"}
    homes = {"ncash": ROOT, "plugins": ROOT / "plugins", "tools": ROOT / "tools"}
    there = {
        ".".join(path.parent.relative_to(home).parts)
        for folder, home in homes.items()
        for path in (ROOT / folder).rglob("__init__.py")
    }
    assert listed == there


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

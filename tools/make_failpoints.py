"""Write docs/failpoints.md from the `declare` calls in the source, or with --check say whether it is stale."""

import argparse
import ast
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs/failpoints.md"
FOLDERS: Final = ("ncash", "plugins")
HEAD: Final = """# Failpoints

<!-- Made by tools/make_failpoints.py from the source; edit that, not this page. -->

Named steps at which a test stops, kills or fails the program (`ncash.system.failpoints.arm`); in a shop nothing is
armed, and a step costs one look at a variable. `make faults` kills tills at all that the stories of a till reach; which
they were, and how often, stands in [reliability-figures.md](reliability-figures.md).

| failpoint | what has been done when it is reached | source |
|---|---|---|
"""


class Declared(NamedTuple):
    """One `declare` call."""

    name: str
    reached: str
    module: str
    """Path below the project."""


def declared(root: Path = ROOT) -> Iterator[Declared]:
    """Every failpoint of the source. Raises ValueError for one whose name is put together at run time."""
    for path in sorted(one for folder in FOLDERS for one in (root / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "declare":
                yield _read(node, path.relative_to(root).as_posix())


def _read(call: ast.Call, module: str) -> Declared:
    match call.args:
        case [ast.Constant(value=str(name)), ast.Constant(value=str(reached))]:
            return Declared(name, reached, module)
    raise ValueError(f"{module}:{call.lineno}: a failpoint is declared with two plain texts")


def page() -> str:
    """The page as it is to be."""
    rows = [f"| `{one.name}` | {one.reached} | {one.module} |\n" for one in sorted(declared())]
    return HEAD + "".join(rows)


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 1 when --check found something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, say whether the page is stale")
    if not parser.parse_args(argv).check:
        PAGE.write_text(page(), encoding="utf-8")
    elif not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != page():
        print(f"{PAGE.relative_to(ROOT)} is not what the source says; run tools/make_failpoints.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

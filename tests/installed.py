"""ncash as a stranger has it: the wheel unpacked, with what it requires and nothing else.

An index of packages is not asked: the wheel is built from a copy of the sources, and what it requires is linked out of
the environment of the tests, distribution by distribution, following what each says that it requires. So nothing can be
imported here that `make demo` or `pip install` would not have brought. `tests/pip_of_installed.py` stands in for pip:
an extra, or another package, is linked with what it would bring.
"""

import fcntl
import os
import shlex
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).resolve().parents[1]
SOURCES: Final = ("ncash", "plugins", "tools", "docs", "deploy", "conf")
FILES: Final = ("setup.cfg", "pyproject.toml", "README.md", "LICENSE")
_BUILD: Final = "import sys, setuptools.build_meta as backend; print(backend.build_wheel(sys.argv[1]))"
_COMMAND: Final = "#!{python}\nimport sys\nfrom ncash.cli.main import run\nsys.exit(run())\n"
_PIP: Final = '#!/bin/sh\nexec {tests} {script} {place} "$@"\n'


class Unknown(Exception):
    """Something is required that the environment of the tests does not have."""


def closure(wanted: Iterable[Requirement], known: Iterable[str] = ()) -> dict[str, metadata.Distribution]:
    """The distributions that these requirements bring, by name; those of `known` names are there already."""
    found: dict[str, metadata.Distribution] = {}
    asked: set[tuple[str, frozenset[str]]] = set()
    left = list(wanted)
    while left:
        one = left.pop()
        name = canonicalize_name(one.name)
        if (name, frozenset(one.extras)) in asked:
            continue
        asked.add((name, frozenset(one.extras)))
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError as error:
            raise Unknown(f"{one} is not in the environment of the tests") from error
        if name not in known:
            found[name] = distribution
        for line in distribution.requires or ():
            further = Requirement(line)
            if further.marker is None or any(further.marker.evaluate({"extra": extra}) for extra in ("", *one.extras)):
                left.append(further)
    return found


def link(distributions: Iterable[metadata.Distribution], folder: Path) -> None:
    """Link the packages and modules of distributions into a folder for the import path."""
    folder.mkdir(parents=True, exist_ok=True)
    for distribution in distributions:
        tops = {file.parts[0] for file in distribution.files or () if file.parts[0] != ".."}
        for top in sorted(tops - {"__pycache__"}):
            source, target = Path(str(distribution.locate_file(top))), folder / top
            if source.exists() and not target.exists():
                target.symlink_to(source)


def made(folder: Path) -> Path:
    """The unpacked wheel (`site`), what it requires (`runtime`) and its other files (`data`), made once in a folder
    that several test processes share."""
    whole = folder / "whole"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            part = folder / "part"
            shutil.rmtree(part, ignore_errors=True)
            _unpacked(_wheel(part), part)
            requires = [Requirement(line) for line in _metadata(part).get_all("Requires-Dist") or ()]
            plain = [one for one in requires if one.marker is None or one.marker.evaluate({"extra": ""})]
            link(closure(plain).values(), part / "runtime")
            part.rename(whole)
    return whole


def _wheel(part: Path) -> Path:
    source, built = part / "source", part / "wheel"
    source.mkdir(parents=True)
    built.mkdir()
    for name in SOURCES:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for name in FILES:
        shutil.copy2(ROOT / name, source / name)
    done = subprocess.run(
        [sys.executable, "-c", _BUILD, str(built)], cwd=source, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    [wheel] = built.glob("*.whl")
    return wheel


def _unpacked(wheel: Path, part: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(part / "site")
    [data] = (part / "site").glob("*.data")
    (data / "data").rename(part / "data")
    shutil.rmtree(data)


def _metadata(part: Path) -> metadata.PackageMetadata:  # type: ignore[name-defined]
    [found] = metadata.distributions(name="ncash", path=[str(part / "site")])
    return found.metadata


def environment(whole: Path, place: Path) -> Path:
    """A virtual environment in which ncash was installed, as `make demo` leaves `.venv`; its folder of commands."""
    venv.EnvBuilder(symlinks=True).create(place)
    [packages] = place.glob("lib/python*/site-packages")
    (packages / "installed.pth").write_text(f"{whole / 'site'}\n{whole / 'runtime'}\n", encoding="utf-8")
    shutil.copytree(whole / "data", place, dirs_exist_ok=True)
    commands = place / "bin"
    _program(commands / "ncash", _COMMAND.format(python=commands / "python"))
    script = Path(__file__).with_name("pip_of_installed.py")
    words = {"tests": sys.executable, "script": script, "place": place}
    _program(commands / "pip", _PIP.format(**{name: shlex.quote(str(word)) for name, word in words.items()}))
    return commands


def _program(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def paths(place: Path) -> Iterator[Path]:
    """Where the environment looks for distributions."""
    [packages] = place.glob("lib/python*/site-packages")
    for file in sorted(packages.glob("*.pth")):
        yield from (Path(line) for line in file.read_text(encoding="utf-8").splitlines())


def surroundings(home: Path, **more: str) -> dict[str, str]:
    """The variables of a stranger's shell, without the environment of the tests on the path."""
    own = str(Path(sys.prefix, "bin"))
    path = os.pathsep.join(part for part in os.environ["PATH"].split(os.pathsep) if part != own)
    return {"PATH": path, "HOME": str(home), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", **more}

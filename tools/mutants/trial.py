"""One mutant on trial: a forked process imports the changed module instead of the real one and runs the tests."""

import ast
import importlib.abc
import importlib.machinery
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Sequence
from enum import Enum
from types import ModuleType
from typing import Final

SECONDS: Final = 180
_KILLED, _SURVIVED = 10, 11


class Fate(Enum):
    """What became of a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"
    TIMEOUT = "killed by time"


class _Loader(importlib.abc.SourceLoader):
    def __init__(self, path: str, tree: ast.Module) -> None:
        self._path, self._tree = path, tree

    def get_filename(self, fullname: str) -> str:
        return self._path

    def get_data(self, path: str) -> bytes:
        return b""

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._tree, self._path, "exec"), module.__dict__)


class Changed(importlib.abc.MetaPathFinder):
    """Finds the changed module under its name, and leaves every other one to the rest."""

    def __init__(self, name: str, path: str, tree: ast.Module) -> None:
        self._name, self._path = name, path
        self._loader = _Loader(path, tree)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The module on trial."""
        if fullname != self._name:
            return None
        return importlib.util.spec_from_file_location(fullname, self._path, loader=self._loader)


def _tried(finder: Changed, arguments: Sequence[str]) -> int:
    import pytest

    sys.meta_path.insert(0, finder)
    code = pytest.main([*arguments, "-x", "-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:randomly"])
    if code == pytest.ExitCode.OK:
        return _SURVIVED
    return _KILLED


def trial(finder: Changed, arguments: Sequence[str]) -> tuple[Fate, float]:
    """The fate of one mutant, and the seconds it took; a change with which the tests cannot even begin is seen."""
    begun = time.monotonic()
    child = os.fork()
    if child == 0:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        signal.alarm(SECONDS)
        try:
            code = _tried(finder, arguments)
        except BaseException:
            code = _KILLED
        os._exit(code)
    _, status = os.waitpid(child, 0)
    took = time.monotonic() - begun
    if os.WIFSIGNALED(status):
        return Fate.TIMEOUT, took
    return (Fate.SURVIVED if os.WEXITSTATUS(status) == _SURVIVED else Fate.KILLED), took

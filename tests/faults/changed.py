"""A finder that imports one module from a changed tree, and leaves every other one to the rest."""

import ast
import importlib.abc
import importlib.machinery
import importlib.util
from collections.abc import Sequence
from types import ModuleType


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
    """Finds the changed module under its name."""

    def __init__(self, name: str, path: str, tree: ast.Module) -> None:
        self._name, self._path = name, path
        self._loader = _Loader(path, tree)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The changed module, or None for another one."""
        if fullname != self._name:
            return None
        return importlib.util.spec_from_file_location(fullname, self._path, loader=self._loader)

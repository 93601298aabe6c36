"""Plugins that are installed, found by name, and the settings tables they bring.

A plugin is a package NAME with a module `NAME/plugin.py`. It is looked for among those that come with the program
(`ncash.bundled.NAME`), in the folders of `[Host] pluginsPath`, on the import path, and by an entry point of the group
`ncash.plugins`, in this order. Entry points are scanned once for each state of the import path, and only for a name
that the others do not know: a scan costs three times a bare start of the interpreter.
"""

import importlib
import importlib.util
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from ncash.errors import UserError
from ncash.language import phrase
from ncash.settings.declare import Settings

GROUP: Final = "ncash.plugins"
BUNDLED: Final = "ncash.bundled"


@lru_cache(maxsize=8)
def _entries(path: tuple[tuple[str, int], ...]) -> Mapping[str, tuple[str, ...]]:
    """Modules of the entry points by the name of their plugin, as the folders of this import path were at that time;
    the first of several is the one that runs."""
    from importlib.metadata import entry_points

    found: dict[str, tuple[str, ...]] = {}
    for point in entry_points(group=GROUP):
        known = found.get(point.name, ())
        found[point.name] = known if point.module in known else (*known, point.module)
    return found


def _changed(folder: str) -> int:
    """When something was last put into this folder or taken out of it, in nanoseconds; 0 for none."""
    try:
        return os.stat(folder or ".").st_mtime_ns
    except (OSError, ValueError):
        return 0


class NotInstalled(UserError):
    """No plugin of this name is installed."""

    def __init__(self, name: str) -> None:
        super().__init__(phrase("no plugin named {name} is installed", name=name), code="missing")


def is_folder(path: Path) -> bool:
    """Whether this is a folder; a path that none can have is not."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _package(name: str) -> str | None:
    """The package of a plugin under its full name, or None; of the plugin nothing is imported to find out."""
    if not name.isidentifier():
        return None
    for full in (f"{BUNDLED}.{name}", name):
        try:
            spec = importlib.util.find_spec(full)
        except (ImportError, ValueError):
            continue
        if spec is not None and spec.submodule_search_locations is not None:
            return full
    return None


def _home(full: str) -> Path | None:
    """Where a package or a module lies, or None when there is none, or when it lies in no folder."""
    try:
        spec = importlib.util.find_spec(full)
    except (ImportError, ValueError):
        return None
    homes: list[str | None] = [*(spec.submodule_search_locations or ()), spec.origin] if spec is not None else []
    return next((Path(home) for home in homes if home), None)


def comes_along(name: str) -> bool:
    """Whether the plugin of this name comes with the program."""
    return (_package(name) or "").startswith(f"{BUNDLED}.")


def plugin_of(module: str) -> str:
    """The name of the plugin that a module belongs to, by the module's full name."""
    return module.removeprefix(f"{BUNDLED}.").partition(".")[0]


class Installed:
    """What is installed at this moment."""

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        """`folders` are those of `[Host] pluginsPath`."""
        self.folders = tuple(folders)
        for folder in self.folders:
            if str(folder) not in sys.path and is_folder(folder):
                sys.path.append(str(folder))

    @property
    def _entered(self) -> Mapping[str, tuple[str, ...]]:
        return _entries(tuple((folder, _changed(folder)) for folder in sys.path))

    def _package_of(self, name: str) -> str:
        """The package of a plugin, found by its name or else by its entry point; empty for none."""
        return _package(name) or self._entered.get(name, ("",))[0].rpartition(".")[0]

    def module(self, name: str, part: str) -> ModuleType | None:
        """The module `NAME.part` of a plugin, or None when there is no such package or no such part.

        Raises whatever the import raises.
        """
        package = self._package_of(name)
        if not package:
            return None
        try:
            if importlib.util.find_spec(f"{package}.{part}") is not None:
                return importlib.import_module(f"{package}.{part}")
        except ModuleNotFoundError as error:
            if error.name not in (package, f"{package}.{part}"):
                raise
        return None

    def source(self, name: str, part: str) -> Path | None:
        """The file of the module `NAME.part` of a plugin, or None; nothing of it is imported to find out."""
        package = self._package_of(name)
        spec = importlib.util.find_spec(package) if package else None
        homes = spec.submodule_search_locations if spec is not None else None
        files = (Path(home, f"{part}.py") for home in homes or ())
        return next((file for file in files if file.is_file()), None)

    def plugin(self, name: str) -> ModuleType | None:
        """The module that holds the class of a plugin, or None when no plugin of that name is installed.

        Raises whatever the import raises.
        """
        found = self.module(name, "plugin")
        if found is None and (entries := self._entered.get(name)):
            found = importlib.import_module(entries[0])
        return found

    def holds(self, name: str) -> bool:
        """Whether a plugin of this name is installed, in whatever state; its own module is not imported.

        Raises whatever the import of its package raises.
        """
        package = _package(name)
        if package is not None and importlib.util.find_spec(f"{package}.plugin") is not None:
            return True
        return name in self._entered

    def passed_over(self, name: str) -> tuple[Path, ...]:
        """Folders of plugins of this name that are not loaded: another one goes first, or a module has the name."""
        package = _package(name)
        runs = _home(package) if package else None
        homes = (_home(name), *(folder / name for folder in self.folders)) if name.isidentifier() else ()
        plugins = [home for home in homes if home is not None and is_folder(home) and (home / "plugin.py").is_file()]
        entries = self._entered.get(name, ()) if package is None else ()
        plugins += [home for entry in entries[1:] if (home := _home(entry.partition(".")[0])) is not None]
        others = {home.resolve(): home for home in plugins if runs is None or home.resolve() != runs.resolve()}
        return tuple(others.values())

    @property
    def bundled(self) -> tuple[str, ...]:
        """Names of the plugins that come with the program."""
        return tuple(name for name in self.names if comes_along(name))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of all plugins that entry points or the folders hold, on or off."""
        lying = {
            place.parent.name for folder in self.folders if is_folder(folder) for place in folder.glob("*/plugin.py")
        }
        return tuple(sorted({*self._entered, *lying}))

    def tables(self, names: Iterable[str]) -> tuple[type[Settings], ...]:
        """The settings tables of these plugins; a plugin without a settings module has none.

        Raises UserError for tables that are none, and whatever the import raises.
        """
        tables: list[type[Settings]] = []
        for name in names:
            own: Any = getattr(self.module(name, "settings"), "TABLES", ())
            if not isinstance(own, tuple | list) or not all(
                isinstance(t, type) and issubclass(t, Settings) for t in own
            ):
                raise UserError(
                    phrase("TABLES of {name}.settings is not a tuple of Settings classes", name=name), code="plugin"
                )
            tables += own
        return tuple(tables)

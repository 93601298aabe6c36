"""The plugins of a shop folder: what is installed, what is switched on and where, and how each one starts."""

from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from sys import stderr
from typing import Any

from ncash.hosting import loader
from ncash.hosting.configuration import folders_of
from ncash.hosting.loaded import DISABLED, READY, SERVED, LoadedPlugin
from ncash.hosting.worlds import Premises, world_of
from ncash.model.ports import Outside
from ncash.settings.config import Config
from ncash.settings.installed import Installed
from ncash.shop.open_books import books
from ncash.shop.shop import configuration


@dataclass(frozen=True, slots=True)
class PluginReport:
    """Report of one plugin: how it started, and where it is switched."""

    loaded: LoadedPlugin
    on: bool
    switched: str | None
    """`markedgoods.ini:3`; None when `[plugins]` does not name it."""

    @property
    def well(self) -> bool:
        """Off, started without trouble, or the work of another one."""
        return self.loaded.state in (READY, DISABLED, SERVED)

    def json(self) -> dict[str, Any]:
        """The plugin as an object for `--json`; version and start time are known of a started one only."""
        told = self.loaded.json()
        if not self.on:
            told |= {"version": None, "start_ms": None}
        categories = [category._asdict() for category in self.loaded.started.categories]
        return {**told, "on": self.on, "switched": self.switched, "categories": categories}


def told(conf: Path, data: Path, outside: Outside) -> tuple[PluginReport, ...]:
    """Every plugin that is installed or named in `[plugins]`; those switched on are started, and stopped again.

    What they print meanwhile goes to standard error. Raises UserError when a folder or a database cannot be used.
    """
    config = configuration(conf)
    with books(conf, data) as opened:
        premises = Premises(
            outside.clock, outside.random, outside.http, opened.dictionaries, documents=opened.documents, data=data
        )
        with redirect_stdout(stderr):
            plugins = loader.Plugins.start(config, world_of(premises), folders_of(config))
            try:
                found = {one.name: _told(config, one) for one in plugins.loaded}
            finally:
                plugins.stop()
    for name in Installed(folders_of(config)).names:
        found.setdefault(name, PluginReport(LoadedPlugin(name, state=DISABLED), False, None))
    return tuple(found[name] for name in sorted(found))


def _told(config: Config, one: LoadedPlugin) -> PluginReport:
    origin = config.plugin_origin(one.name)
    return PluginReport(one, config.plugins.get(one.name, False), str(origin) if origin else None)

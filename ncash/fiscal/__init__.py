"""Fiscal registers by the name that `[Fiscal] driver` gives them. A driver is a module with `open_register(place)`.

A name that is none of ours is looked up among the entry points of the group `ncash.fiscal`, which point at such a
function.
"""

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from ncash.errors import UserError, raised
from ncash.fiscal.place import Place
from ncash.language import phrase
from ncash.model.fiscal.register import FiscalRegister
from ncash.model.ports import Clock, Http
from ncash.settings.config import Config
from ncash.settings.host import Fiscal

EMULATOR: Final = "emulator"
GROUP: Final = "ncash.fiscal"
DRIVERS: Final[Mapping[str, str]] = {
    EMULATOR: "ncash.fiscal.emulator",
    "kkmserver": "ncash.fiscal.kkmserver",
    "atol": "ncash.fiscal.atol",
}


def place_of(config: Config, data: Path, clock: Clock, http: Http, till: str) -> Place:
    """What the driver of this configuration is opened with."""
    settings = config.section(Fiscal)
    own = {line.key: line.value for line in config.lines(f"{Fiscal.section}.{settings.driver}")}
    return Place(settings, data, clock=clock, http=http, conf=config.folder, till=till, own=own)


def open_register(place: Place) -> FiscalRegister:
    """The register that `[Fiscal] driver` names. Nothing is asked yet.

    Raises UserError for a driver that is not there, or that cannot use its settings.
    """
    driver = place.settings.driver
    if driver in DRIVERS:
        opened: FiscalRegister = importlib.import_module(DRIVERS[driver]).open_register(place)
        return opened
    make = _brought(driver)
    if make is None:
        hint = phrase(
            "drivers of ncash: {drivers}; others are installed as entry points of the group {group}",
            drivers=", ".join(DRIVERS),
            group=GROUP,
        )
        raise UserError(
            phrase("[Fiscal] driver = {driver}: no such driver is installed", driver=driver), code="fiscal", hint=hint
        )
    try:
        return make(place)
    except UserError:
        raise
    except Exception as error:
        hint = "tell the author of the driver"
        raise UserError(
            raised(phrase("the driver {driver}", driver=driver), error), code="fiscal", hint=hint
        ) from error


def installed() -> tuple[str, ...]:
    """Names of the drivers that others brought."""
    from importlib.metadata import entry_points

    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


def _brought(driver: str) -> Callable[[Place], FiscalRegister] | None:
    from importlib.metadata import entry_points

    for point in entry_points(group=GROUP, name=driver):
        try:
            make: Callable[[Place], FiscalRegister] = point.load()
        except Exception as error:
            text = raised(phrase("the driver {driver} ({value})", driver=driver, value=point.value), error)
            raise UserError(text, code="fiscal", hint="install it again") from error
        return make
    return None

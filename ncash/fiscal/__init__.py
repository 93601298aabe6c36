"""Fiscal registers by the name that `[Fiscal] driver` gives them. A driver is a module with `open_register(place)`.

A name that is none of ours is looked up among the entry points of the group `ncash.fiscal`, which point at such a
function.
"""

import importlib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from ncash.errors import UserError, raised
from ncash.fiscal.place import Place
from ncash.language import phrase
from ncash.model.fiscal.register import FiscalRegister
from ncash.model.ports import Clock, Http
from ncash.settings.config import Config
from ncash.settings.host import Fiscal
from ncash.system.threads import bounded

EMULATOR: Final = "emulator"
GROUP: Final = "ncash.fiscal"
OPENING: Final = 15.0
"""Seconds that a driver of others may take to be imported, and to be opened."""
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
    done, outcome = bounded(partial(make, place), OPENING)
    hint = "tell the author of the driver"
    if not done:
        text = phrase("the driver {driver} did not open within {seconds:g} s", driver=driver, seconds=OPENING)
        raise UserError(text, code="fiscal", hint=hint)
    if isinstance(outcome, UserError):
        raise outcome
    if isinstance(outcome, BaseException):
        text = raised(phrase("the driver {driver}", driver=driver), outcome)
        raise UserError(text, code="fiscal", hint=hint) from outcome
    from ncash.fiscal.contained import ContainedRegister

    return ContainedRegister(driver, outcome)


def brought(driver: str) -> None:
    """Load a driver of others without opening it. Raises UserError when it cannot be loaded."""
    if driver not in DRIVERS:
        _brought(driver)


def installed() -> tuple[str, ...]:
    """Names of the drivers that others brought."""
    from importlib.metadata import entry_points

    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


def _brought(driver: str) -> Callable[[Place], FiscalRegister] | None:
    from importlib.metadata import entry_points

    for point in entry_points(group=GROUP, name=driver):
        done, made = bounded(point.load, OPENING)
        name = phrase("the driver {driver} ({value})", driver=driver, value=point.value)
        if not done:
            text = phrase("{name} is not imported within {seconds:g} s", name=name, seconds=OPENING)
            raise UserError(text, code="fiscal", hint="install it again")
        if isinstance(made, BaseException):
            raise UserError(raised(name, made), code="fiscal", hint="install it again") from made
        if not callable(made):
            raise UserError(phrase("{name} is no function", name=name), code="fiscal", hint="install it again")
        return made  # type: ignore[no-any-return]
    return None

"""What a driver of a fiscal register is opened with."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ncash.model.decision import NOTHING
from ncash.model.ports import Clock, Http, Random
from ncash.settings.host import Fiscal
from ncash.system.clock import SystemRandom


class Place(NamedTuple):
    """The till that a register stands at."""

    settings: Fiscal
    """`[Fiscal]`."""
    data: Path
    """The data folder."""
    clock: Clock
    http: Http
    conf: Path = Path()
    """The conf folder: relative names of files begin there."""
    till: str = "1"
    own: Mapping[str, str] = NOTHING
    """Lines of `[Fiscal.DRIVER]`, for drivers with keys of their own."""
    random: Random = SystemRandom()

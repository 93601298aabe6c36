"""Named places where a test may stop, kill or fail the program. Nothing is armed in a shop.

`failpoint("till.close.intent")` costs one look at a module variable while nothing is armed.
"""

from collections.abc import Callable
from typing import Final

_armed: Callable[[str], None] | None = None

NAMES: Final[dict[str, str]] = {}
"""Every failpoint with what has been done when it is reached; filled by `declare` where the steps are."""


def declare(name: str, reached: str) -> str:
    """Give a failpoint its name, once. Raises ValueError for a name that is taken."""
    if name in NAMES:
        raise ValueError(f"two failpoints are named {name}")
    NAMES[name] = reached
    return name


def failpoint(name: str) -> None:
    """The program has come to this place."""
    if _armed is not None:
        _armed(name)


def arm(action: Callable[[str], None] | None) -> None:
    """What happens at every failpoint from now on; None for nothing. For tests and campaigns only."""
    global _armed
    _armed = action

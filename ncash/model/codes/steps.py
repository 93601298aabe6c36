"""How much may be tried with one scan: steps that are counted, not seconds, so that every machine says the same."""

from typing import Final

BUDGET: Final = 4_000
"""Steps for one scan; each looks once at a text of one scan at most."""


class OutOfSteps(Exception):
    """Too much would have to be tried: what the scan means stays unclear."""


class Steps:
    """What is left to be tried with one scan."""

    __slots__ = ("left",)

    def __init__(self, left: int = BUDGET) -> None:
        self.left = left

    def take(self, number: int = 1) -> None:
        """Count so many steps more. Raises OutOfSteps when they are not left."""
        if number > self.left:
            self.left = 0
            raise OutOfSteps
        self.left -= number

"""Chance for tests: the same numbers in the same order for the same seed."""

import hashlib
import uuid


class SeededRandom:
    """Implements ncash.model.ports.Random."""

    def __init__(self, seed: str | int = 0) -> None:
        self._seed = str(seed)
        self._drawn = 0

    def _next(self) -> int:
        self._drawn += 1
        digest = hashlib.sha256(f"{self._seed}/{self._drawn}".encode()).digest()
        return int.from_bytes(digest[:16], "big")

    def uuid(self) -> str:
        """A UUID of version 4."""
        return str(uuid.UUID(int=self._next(), version=4))

    def uniform(self, low: float, high: float) -> float:
        """A number between low and high."""
        return low + (high - low) * (self._next() >> 75) / (1 << 53)

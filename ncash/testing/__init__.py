"""For authors of plugins: a till in process. Its clock, chance and network are in the hands of the test."""

from ncash.testing.chance import SeededRandom
from ncash.testing.clock import FrozenClock
from ncash.testing.invariants import violations
from ncash.testing.network import FencedHttp
from ncash.testing.till import DrivenTill
from ncash.testing.virtual import VirtualClock, VirtualCrew, VirtualMailbox, VirtualNetwork

__all__ = [
    "DrivenTill",
    "FencedHttp",
    "FrozenClock",
    "SeededRandom",
    "VirtualClock",
    "VirtualCrew",
    "VirtualMailbox",
    "VirtualNetwork",
    "violations",
]

"""For authors of plugins: a till in process. Its clock, chance and network are in the hands of the test."""

from ncash.model.ports import Outside
from ncash.testing.chance import SeededRandom
from ncash.testing.clock import FrozenClock
from ncash.testing.database import ShopDatabase
from ncash.testing.invariants import violations
from ncash.testing.network import FencedHttp
from ncash.testing.shops import shop_folder
from ncash.testing.till import DrivenTill
from ncash.testing.virtual import VirtualClock, VirtualCrew, VirtualMailbox, VirtualNetwork
from ncash.testing.waiting import eventually

__all__ = [
    "DrivenTill",
    "FencedHttp",
    "FrozenClock",
    "Outside",
    "SeededRandom",
    "ShopDatabase",
    "VirtualClock",
    "VirtualCrew",
    "VirtualMailbox",
    "VirtualNetwork",
    "eventually",
    "shop_folder",
    "violations",
]

"""For authors of plugins: a till in process. Its clock, chance and network are in the hands of the test.

Each name is imported when it is asked for: pytest loads the fixtures of this program in projects that never use them.
"""

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from ncash.model.ports import Outside
    from ncash.testing.chance import SeededRandom
    from ncash.testing.clock import FrozenClock
    from ncash.testing.database import ShopDatabase
    from ncash.testing.goods import load_goods
    from ncash.testing.invariants import violations
    from ncash.testing.network import FencedHttp
    from ncash.testing.register_contract import RegisterContract, register_place
    from ncash.testing.shops import shop_folder
    from ncash.testing.till import DrivenTill
    from ncash.testing.virtual import VirtualClock, VirtualCrew, VirtualMailbox, VirtualNetwork
    from ncash.testing.waiting import eventually

_HOMES: Final = {
    "DrivenTill": "ncash.testing.till",
    "FencedHttp": "ncash.testing.network",
    "FrozenClock": "ncash.testing.clock",
    "Outside": "ncash.model.ports",
    "RegisterContract": "ncash.testing.register_contract",
    "SeededRandom": "ncash.testing.chance",
    "ShopDatabase": "ncash.testing.database",
    "VirtualClock": "ncash.testing.virtual",
    "VirtualCrew": "ncash.testing.virtual",
    "VirtualMailbox": "ncash.testing.virtual",
    "VirtualNetwork": "ncash.testing.virtual",
    "eventually": "ncash.testing.waiting",
    "load_goods": "ncash.testing.goods",
    "register_place": "ncash.testing.register_contract",
    "shop_folder": "ncash.testing.shops",
    "violations": "ncash.testing.invariants",
}

__all__ = [
    "DrivenTill",
    "FencedHttp",
    "FrozenClock",
    "Outside",
    "RegisterContract",
    "SeededRandom",
    "ShopDatabase",
    "VirtualClock",
    "VirtualCrew",
    "VirtualMailbox",
    "VirtualNetwork",
    "eventually",
    "load_goods",
    "register_place",
    "shop_folder",
    "violations",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(home), name)

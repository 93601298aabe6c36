"""What belongs to a plugin among the values of several: names signed by their owner, members kept under its name.

`agequestion/adult` is the name `adult` of the plugin agequestion. A name that nobody signed was handed in by the host
(explain, replay, the mark service) and is everybody's.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from ncash.model.fixed import NOTHING, fixed

SIGN: Final = "/"
"""Between the owner and the name; no plugin's name holds it."""
PLUGINS: Final = "plugins"
"""Member of the `extra` of a position and of a receipt: what each plugin keeps there, by plugin."""
PUBLISHED: Final = "published"
"""Member of a position's `extra`: the facts that the reader of its mark publishes."""


def signed(owner: str, name: str) -> str:
    """The name as the host keeps it."""
    return f"{owner}{SIGN}{name}"


def bare(name: str) -> str:
    """A signed name as its owner wrote it."""
    return name.partition(SIGN)[2] or name


def all_signed(owner: str, names: Iterable[str]) -> frozenset[str]:
    """Names as the host keeps them."""
    return frozenset([signed(owner, name) for name in names])


def own_names(owner: str, names: frozenset[str]) -> frozenset[str]:
    """Of names that the host keeps, those of this owner as he wrote them, and those that nobody signed."""
    return frozenset([bare(name) for name in names if _reaches(owner, name)]) if names else names


def own_values(owner: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same of values by name; what the owner signed goes before what nobody did."""
    if not values:
        return values
    found = {name: value for name, value in values.items() if SIGN not in name}
    found |= {bare(name): value for name, value in values.items() if name.startswith(owner + SIGN)}
    return fixed(found)


def _reaches(owner: str, name: str) -> bool:
    return SIGN not in name or name.startswith(owner + SIGN)


def kept_by(owner: str, extra: Mapping[str, Any]) -> Mapping[str, Any]:
    """What this plugin keeps in the `extra` of a position or a receipt."""
    kept: Mapping[str, Any] = extra.get(PLUGINS, NOTHING).get(owner, NOTHING)
    return kept


def keeping(owner: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """An `extra` that holds these values of this plugin, and nothing else."""
    return fixed({PLUGINS: {owner: values}}) if values else NOTHING


def joined(base: Mapping[str, Any], more: Mapping[str, Any]) -> Mapping[str, Any]:
    """Both `extra`; where both say something the second one holds, plugin by plugin."""
    if not base or not more:
        return more or base
    both = {**base, **more}
    if PLUGINS in base and PLUGINS in more:
        kept, fresh = base[PLUGINS], more[PLUGINS]
        both[PLUGINS] = {**kept, **{owner: {**kept.get(owner, NOTHING), **fresh[owner]} for owner in fresh}}
    return fixed(both)

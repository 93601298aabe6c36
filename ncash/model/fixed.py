"""Mappings that nobody can write into, so that one may be shown again and again."""

from collections.abc import Mapping
from typing import Any, Final, NoReturn


class Fixed(dict[str, Any]):
    """A mapping that JSON can carry and nobody can write into, so that one may be shown again and again."""

    __slots__ = ()

    def _refused(self, *given: Any, **named: Any) -> NoReturn:
        raise TypeError("this mapping is fixed; make a copy to write into")

    __setitem__ = __delitem__ = __ior__ = _refused
    clear = pop = popitem = setdefault = update = _refused


NOTHING: Final[Mapping[str, Any]] = Fixed()


def fixed(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """A copy that nobody can write into."""
    return Fixed(values) if values else NOTHING


def loose(values: Mapping[str, Any]) -> dict[str, Any]:
    """A copy to write into. Of a mapping that is no `dict`, `dict()` would ask for key after key."""
    return values.copy() if isinstance(values, dict) else dict(values)

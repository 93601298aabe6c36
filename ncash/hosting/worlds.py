"""The world that a plugin is given: ports that read. Whatever writes the books stays in the hands of the host.

The ports are closures, so that the object behind them is no attribute of what the plugin holds. That is a fence, no
wall: a plugin runs in the process of the till (docs/plugin-author.md, "What cannot be contained").
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from ncash.model.ports import BookReader, Clock, Dictionaries, Documents, Http, Random, Rehearsal, World


class Premises(NamedTuple):
    """Everything a till may reach outside itself. Its plugins get a `World` of it (`world_of`)."""

    clock: Clock
    random: Random
    http: Http
    dictionaries: Dictionaries
    documents: Documents
    data: Path
    fiscal_drive: str = ""
    shopcode: str = "1"
    cashcode: str = "1"
    rehearsal: Rehearsal | None = None
    """None: goods are sold."""


class _Reading:
    """A port with these methods of another object, and no other."""

    def __init__(self, port: type, methods: tuple[str, ...], source: object) -> None:
        self._name = port.__name__
        for method in methods:
            setattr(self, method, _forwarded(getattr(source, method)))

    def __repr__(self) -> str:
        return f"<{self._name}, read-only>"


def _forwarded(method: Callable[..., Any]) -> Callable[..., Any]:
    def forwarded(*given: Any, **named: Any) -> Any:
        return method(*given, **named)

    return forwarded


def _methods(port: type) -> tuple[str, ...]:
    return tuple(name for name in vars(port) if not name.startswith("_"))


_BOOKS, _DICTIONARIES = _methods(BookReader), _methods(Dictionaries)


def reading_books(documents: BookReader) -> BookReader:
    """The books, without what writes them."""
    books: Any = _Reading(BookReader, _BOOKS, documents)
    return books  # type: ignore[no-any-return]


def reading_dictionaries(dictionaries: Dictionaries) -> Dictionaries:
    """The dictionaries, without what loads or closes them."""
    reading: Any = _Reading(Dictionaries, _DICTIONARIES, dictionaries)
    return reading  # type: ignore[no-any-return]


def world_of(premises: Premises) -> World:
    """What a plugin may reach of a till's premises."""
    return World(
        clock=premises.clock,
        random=premises.random,
        http=premises.http,
        dictionaries=reading_dictionaries(premises.dictionaries),
        documents=reading_books(premises.documents),
        data=premises.data,
        fiscal_drive=premises.fiscal_drive,
        shopcode=premises.shopcode,
        cashcode=premises.cashcode,
        rehearsal=premises.rehearsal,
    )

"""Cases as they are written in YAML: read, expanded, and refused when anything in them is misspelt.

Every scalar is a text (YAML's own guesses are off), so a barcode never becomes a number. `$name` stands for a mark or a
text of shop.yml, for a variable of the case's own `for:` table, or for one of the addresses that exist only at run time
(URLS). README.md in this folder says what a domain person needs to know.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from .beside import NAMES, WHERE

HERE: Final = Path(__file__).resolve().parent
SHOP: Final = HERE / "shop.yml"
URLS: Final = (
    frozenset({"crpt", "token", "server", "nobody", "server_port", "server_in_clear", "first", "brought"}) | NAMES
)
COMMANDS: Final = frozenset(
    {"open", "scan", "press", "choose", "quantity", "storno", "defer", "restore", "close", "cancel", "shift", "state",
     "reload", "line", "copy"}
)  # fmt: skip
EVENTS: Final = (
    frozenset(
        {"restart", "till", "at", "wait", "crpt", "server", "ini", "brought", "hold", "release", "damage", "register"}
    )
    | WHERE
    | {"dict"}
)
EXPECTATIONS: Final = frozenset(
    {"screen", "text", "dialog", "verdict", "decided", "skipped", "position", "positions", "notices", "document",
     "error", "goodsitem", "moneyitem", "fiscal", "total", "receipt", "sale", "report", "crpt_calls", "server_calls",
     "sent", "asked", "told", "changes", "module_sold", "imported"}
)  # fmt: skip
FILE_KEYS: Final = (
    frozenset({"section", "about", "ini", "goods", "marks", "cases", "crpt", "server", "receipt"}) | WHERE
)
CASE_KEYS: Final = frozenset(
    {"title", "about", "ini", "goods", "whitelist", "cashiers", "crpt", "server", "receipt", "at", "for", "proves",
     "process", "files", "steps"}
) | WHERE  # fmt: skip
SHOP_KEYS: Final = frozenset({"goods", "units", "cashiers", "marks", "texts"})
_NAME: Final = re.compile(r"\$([a-z][a-z0-9_]*)")


class CaseError(ValueError):
    """A case that cannot be read; the text says where and what is accepted."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens, and what must be seen after it."""

    what: str
    given: Any
    expected: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """One case, fully expanded."""

    file: str
    title: str
    steps: tuple[Step, ...]
    given: Mapping[str, Any] = field(default_factory=dict)
    """The other keys of the case, with those of its file where the case has none."""
    proves: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Unique over all files."""
        return f"{self.file} - {self.title}"


def loaded(path: Path) -> Any:
    """A YAML file in which every scalar is a text. Raises CaseError."""
    base: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=base)
    except yaml.YAMLError as error:
        raise CaseError(f"{path.name}: {error}") from error


@cache
def shop() -> dict[str, Any]:
    """The standing shop: goods, units, cashiers, named marks."""
    found: dict[str, Any] = loaded(SHOP)
    _known("shop.yml", found, SHOP_KEYS)
    return found


def _known(place: str, given: Any, accepted: Iterable[str]) -> None:
    if not isinstance(given, dict):
        raise CaseError(f"{place}: a mapping is wanted, this is {given!r}")
    for key in given:
        if key not in accepted:
            raise CaseError(f"{place}: unknown key {key!r}; accepted are {', '.join(sorted(accepted))}")


def filled(value: Any, names: Mapping[str, Any], place: str) -> Any:
    """The value with its `$names` replaced. A text that is one name and nothing else becomes whatever it stands for."""
    if isinstance(value, dict):
        return {filled(k, names, place): filled(v, names, place) for k, v in value.items()}
    if isinstance(value, list):
        return [filled(one, names, place) for one in value]
    if not isinstance(value, str) or "$" not in value:
        return value
    whole = _NAME.fullmatch(value)
    if whole and whole[1] in names:
        return names[whole[1]]
    if whole and whole[1] not in URLS:
        raise CaseError(f"{place}: {value} stands for nothing; known are {', '.join(sorted({*names, *URLS}))}")
    return _NAME.sub(lambda m: str(names[m[1]]) if isinstance(names.get(m[1]), str) else m[0], value)


def _rows(table: Mapping[str, Any], place: str) -> Iterator[dict[str, Any]]:
    """Every combination of the rows of a `for:` table as one set of variables."""
    columns = []
    for name, rows in table.items():
        if not isinstance(rows, list) or not rows:
            raise CaseError(f"{place}: for {name}: a list is wanted")
        columns.append([row if isinstance(row, dict) else {name: row} for row in rows])
    for chosen in itertools.product(*columns):
        yield {key: value for row in chosen for key, value in row.items()}


def step_of(raw: Any, place: str) -> Step:
    """A step of a case. Raises CaseError."""
    if isinstance(raw, str):
        raw = {raw: ""}
    if isinstance(raw, dict) and "also" in raw:
        also = raw["also"] or {}
        _known(f"{place}: also", also, EXPECTATIONS)
        raw = {**{key: value for key, value in raw.items() if key != "also"}, **also}
    _known(place, raw, COMMANDS | EVENTS | EXPECTATIONS)
    happens = [key for key in raw if key in COMMANDS | EVENTS]
    if len(happens) != 1:
        raise CaseError(f"{place}: one of {', '.join(sorted(COMMANDS | EVENTS))} is wanted in each step")
    what = happens[0]
    return Step(what, raw[what], {key: value for key, value in raw.items() if key != what})


def expanded(raw: Mapping[str, Any], file: str, common: Mapping[str, Any]) -> Iterator[Case]:
    """The cases that one entry of a file stands for."""
    title = str(raw.get("title", ""))
    place = f"{file}: {title or raw}"
    _known(place, raw, CASE_KEYS)
    if not title or not raw.get("steps"):
        raise CaseError(f"{place}: a case has a title and steps")
    names = {**shop()["marks"], **shop().get("texts", {}), **common.get("marks", {})}
    for row in _rows(raw.get("for", {}), place):
        one = filled({k: v for k, v in raw.items() if k != "for"}, {**names, **filled(row, names, place)}, place)
        place = f"{file}: {one['title']}"
        steps = [step_of(step, f"{place}: step {n}") for n, step in enumerate(one["steps"], 1)]
        given = filled({k: v for k, v in common.items() if k in CASE_KEYS}, names, file)
        if "ini" in given:
            given["common_ini"] = given.pop("ini")
        given["goods"] = [*given.pop("goods", []), *one.get("goods", [])]
        own = {k: v for k, v in one.items() if k not in ("title", "steps", "goods", "proves")}
        yield Case(file, one["title"], tuple(steps), {**given, **own}, _listed(one.get("proves", ())))


def _listed(value: str | Sequence[str]) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else tuple(value)


def cases_of(path: Path) -> list[Case]:
    """The cases of a file. Raises CaseError."""
    raw = loaded(path)
    _known(path.name, raw, FILE_KEYS)
    return [case for entry in raw.get("cases", ()) for case in expanded(entry, path.stem, raw)]


@cache
def all_cases() -> tuple[Case, ...]:
    """Every case of the folder. Raises CaseError when two have one name."""
    found = [case for path in sorted(HERE.glob("*.yml")) if path != SHOP for case in cases_of(path)]
    seen: set[str] = set()
    for case in found:
        if case.id in seen:
            raise CaseError(f"{case.id}: two cases have this title")
        seen.add(case.id)
    return tuple(found)

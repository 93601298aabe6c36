"""Categories out of the vendor's modules for single kinds of goods: `[Motp]`, `[Moot]`, `[DraftBeer]` (ADR 38)."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from ncash.bundled.markedgoods.masks.matching import MaskError, Masks, compiled
from ncash.bundled.markedgoods.settings import MarkedGoods, Switch
from ncash.bundled.markedgoods.settings.vendor_modules import (
    DraftBeer,
    DraftBeerSwitch,
    Moot,
    MootSwitch,
    Motp,
    MotpSwitch,
    whole_address,
)
from ncash.language import phrase, said
from ncash.model.goods import DRAUGHT_BEER, MARKED, TOBACCO, kind_of
from ncash.settings.config import Config
from ncash.settings.declare import Origin, Settings
from ncash.settings.problems import Problem, mistyped

SHOES: Final = 4
_TAKEN_OVER: Final = ("enableMarkVerify", "markVerifyTimeout", "ignoreMarkVerifyErrors", "enableMarkVerifyLocal")


class Neighbour(MarkedGoods, file=MarkedGoods.file, section=MarkedGoods.section):
    """A category that another module's section describes; GTINs that its mask leaves out are read by their place."""

    structural = True


class Module(NamedTuple):
    """One of the vendor's modules."""

    name: str
    """Its switch in `[plugins]`."""
    switch: type[Settings]
    table: type[Settings]
    tmctype: int


MODULES: Final = (
    Module("motp", MotpSwitch, Motp, TOBACCO),
    Module("moot", MootSwitch, Moot, SHOES),
    Module("draftbeer", DraftBeerSwitch, DraftBeer, DRAUGHT_BEER),
)


def categories(config: Config) -> tuple[MarkedGoods, ...]:
    """The categories of `[MarkedGoods.NAME]` in file order, then those of the modules that are switched on.

    A module whose mask is that of a category is served by this one. A mask that cannot serve makes no category.
    """
    found = list(config.categories(MarkedGoods))
    for module in _on(config):
        own: Any = config.section(module.table)
        twin = next((n for n, one in enumerate(found) if one.mask == own.dataMatrixMask), None)
        if twin is not None:
            found[twin] = _serving(found[twin], module)
        elif not _wrong(own):
            found.append(_category(config, module, own, {one.category for one in found}))
    return tuple(found)


def kinds(sections: Iterable[MarkedGoods], masks: Masks) -> frozenset[int]:
    """Values of `tmctype`, beside 7, whose marks these categories read: such as have a mask that can serve."""
    live = {category.name for category in masks.categories}
    return frozenset(int(kind) for one in sections if (one.category or "") in live for kind in one.goodsTypes) - {
        MARKED
    }


def header(section: MarkedGoods) -> str:
    """The name of the section that describes a category."""
    return str(section.category) if isinstance(section, Neighbour) else f"{section.section}.{section.category}"


def problems(config: Config) -> Iterator[Problem]:
    """What is not served of these modules, once for each, with what happens to their goods."""
    for module in _on(config):
        own: Any = config.section(module.table)
        origin, section = config.plugin_origin(module.name), module.table.section
        goods = phrase(
            "goods with tmctype {tmctype} ({kind})",
            tmctype=module.tmctype,
            kind=phrase(kind_of(module.tmctype).english),
        )
        if not config.section(Switch).markedgoods:
            text = phrase(
                "{name} = on: {goods} are served by the plugin markedgoods, which is off; they are refused",
                name=module.name,
                goods=goods,
            )
            yield problem_at(origin, "MG082", text, module.name)
        if wrong := _wrong(own):
            text = phrase(
                "dataMatrixMask of [{section}] cannot serve: {wrong}; {goods} are refused",
                section=section,
                wrong=wrong,
                goods=goods,
            )
            yield problem_at(own.origin("dataMatrixMask"), "MG084", text, "dataMatrixMask")
        known = [row.name for row in module.table.rows()]
        others = (line.key for line in config.lines(section) if line.key not in known)
        unread = [key for key in others if not mistyped(key, known)[0]]
        if unread:
            text = phrase(
                "not served in [{section}]: {unread}; {goods} need their mark and are checked as others",
                section=section,
                unread=", ".join(unread),
                goods=goods,
            )
            yield problem_at(own.place, "MG081", text)


def _on(config: Config) -> Iterator[Module]:
    return (module for module in MODULES if getattr(config.section(module.switch), module.name))


def _wrong(own: Any) -> str:
    """Why the mask of a module cannot serve, or an empty text."""
    try:
        compiled(own.dataMatrixMask)
    except MaskError as error:
        return said(error)
    return ""


def _serving(category: MarkedGoods, module: Module) -> MarkedGoods:
    names = [row.name for row in category.rows()]
    values = {name: getattr(category, name) for name in names}
    values["goodsTypes"] = tuple(dict.fromkeys((*category.goodsTypes, str(module.tmctype))))
    origins = {name: origin for name in names if (origin := category.origin(name)) is not None}
    return type(category)(values, origins, category.category, category.place)


def _category(config: Config, module: Module, own: Any, taken: set[str | None]) -> MarkedGoods:
    """`[MarkedGoods]` with what the module's section says."""
    common, name = config.section(MarkedGoods), module.table.section
    while name in taken:
        name += "_"
    names = [row.name for row in common.rows()]
    values = {one: getattr(common, one) for one in names}
    origins = {one: origin for one in names if (origin := common.origin(one)) is not None}
    values |= {"mask": own.dataMatrixMask, "goodsTypes": (str(module.tmctype),)}
    for key, mine in (("mask", "dataMatrixMask"), *((key, key) for key in (*_TAKEN_OVER, "markVerifyUrl"))):
        written = own.origin(mine)
        if written is not None:
            values[key] = whole_address(own.markVerifyUrl) if key == "markVerifyUrl" else getattr(own, mine)
            origins[key] = written
    return Neighbour(values, origins, name, own.place or config.plugin_origin(module.name))


def problem_at(origin: Origin | None, code: str, text: str, key: str = "") -> Problem:
    """A problem where a setting is written; at the beginning of the file when it is not."""
    if origin is None:
        return Problem(code, MarkedGoods.file, line=1, text=text, section=MarkedGoods.section, key=key)
    return Problem(code, origin.file, line=origin.line, text=text, section=origin.section, key=key)


def setting_problem(origin: Origin | None, code: str, key: str, text: str) -> Problem:
    """A problem with a setting, whose text begins with the name of the setting."""
    return problem_at(origin, code, phrase("{name}: {text}", name=key, text=text), key)

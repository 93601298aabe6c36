"""What `ncash check` says about marked goods beyond types and names. Settings that work against each other."""

from collections.abc import Iterator, Sequence

from ncash.bundled.markedgoods.masks.matching import Masks
from ncash.bundled.markedgoods.masks.proofs import proofs
from ncash.bundled.markedgoods.settings import MarkedGoods, vendor_categories
from ncash.bundled.markedgoods.settings.vendor_categories import Neighbour, header, problem_at
from ncash.bundled.markedgoods.support.lint_server import server_problems
from ncash.bundled.markedgoods.support.lint_transport import asks_crpt, transport_problems
from ncash.language import phrase
from ncash.plugin import MOST_CATEGORIES
from ncash.settings.config import Config
from ncash.settings.declare import Origin
from ncash.settings.kinds import PATH
from ncash.settings.problems import Problem
from ncash.settings.secret_file import lies

INDUSTRY_TAGS = ("foiv", "documentDate", "documentNumber")


def kinds(config: Config) -> frozenset[int]:
    """Values of `tmctype`, beside 7, whose marks some category reads."""
    sections = vendor_categories.categories(config)
    return vendor_categories.kinds(sections, Masks(sections))


def problems(config: Config) -> Iterator[Problem]:
    """Warnings about categories, tokens, industry tags and files. Nothing is asked of the network."""
    common = config.section(MarkedGoods)
    categories = vendor_categories.categories(config)
    faulty = {problem.section for problem in config.problems if problem.key == "mask" and problem.blocks}
    yield from too_many(categories)
    yield from _categories([one for one in categories if header(one) not in faulty])
    yield from mask_problems([one for one in categories if header(one) not in faulty])
    yield from vendor_categories.problems(config)
    yield from _tokens(common, categories)
    if any(profile.enableMarkVerifyCrpt for profile in (common, *categories)):
        yield from transport_problems(common, categories, config.folder)
    yield from server_problems((common, *categories))
    for name in INDUSTRY_TAGS:
        if not getattr(common, name):
            text = phrase("{name} is empty: the till shows IndustryTagsError and receipts lack the tag", name=name)
            yield problem_at(common.origin(name), "MG053", text, name)
    yield from _files(config, common, categories)


def unusable(categories: Sequence[MarkedGoods]) -> dict[str, str]:
    """Categories that stay idle by the vendor's rule, and why: no mask, or a mask that another one has too."""
    masks = [category.mask for category in categories]
    found: dict[str, str] = {}
    for category in categories:
        name = category.category or ""
        if not category.mask:
            found[name] = "it has no mask"
        elif masks.count(category.mask) > 1:
            others = [f"[{header(o)}]" for o in categories if o.mask == category.mask and o is not category]
            found[name] = phrase("its mask is also that of {others}", others=", ".join(others))
    return found


def too_many(categories: Sequence[MarkedGoods]) -> Iterator[Problem]:
    """More categories than the host takes from a plugin: it would not start."""
    if len(categories) > MOST_CATEGORIES:
        place = categories[MOST_CATEGORIES].place
        text = phrase(
            "there are {count} categories; at most {most_categories} are accepted",
            count=len(categories),
            most_categories=MOST_CATEGORIES,
        )
        yield problem_at(place, "MG057", text)


def _categories(categories: Sequence[MarkedGoods]) -> Iterator[Problem]:
    reasons = unusable(categories)
    for category in categories:
        reason = reasons.get(category.category or "")
        if reason:
            text = phrase(
                "[{category}] is ignored with all its settings because {reason}",
                category=header(category),
                reason=reason,
            )
            if category.mask:
                yield problem_at(category.origin("mask"), "MG051", text, "mask")
            else:
                yield problem_at(category.place, "MG050", text)


def mask_problems(categories: Sequence[MarkedGoods]) -> Iterator[Problem]:
    """What can be proved about the masks in use: each by itself, and every two against each other.

    A code that fits the mask of another module as well is read for the goods it names, so that nothing is in doubt.
    """
    idle = unusable(categories)
    live = [one for one in categories if (one.category or "") not in idle]
    named = {header(one): one for one in live}
    for finding in proofs.mask_mistakes(tuple((name, one.mask) for name, one in named.items())):
        place, other = named[finding.section], named.get(finding.other)
        if finding.code == "MG060" and (isinstance(place, Neighbour) or isinstance(other, Neighbour)):
            continue
        text = finding.text
        if other:
            text = phrase("{text} (mask at {other})", text=text, other=other.origin("mask"))
        yield problem_at(place.origin("mask"), finding.code, text, "mask")


def _tokens(common: MarkedGoods, categories: Sequence[MarkedGoods]) -> Iterator[Problem]:
    if common.xapikey or not asks_crpt(common):
        return
    asking = [profile for profile in (common, *categories) if profile.enableMarkVerifyCrpt]
    outcome = "refused" if asking and asking[0].refuseUnchecked else "sold unchecked"
    text = phrase(
        "enableMarkVerifyCrpt is on and xapikey is empty: the CRPT answers nothing, marked goods are {outcome}",
        outcome=outcome,
    )
    by_file: dict[str, list[Origin]] = {}
    for origin in dict.fromkeys(profile.origin("enableMarkVerifyCrpt") for profile in asking):
        if origin is not None:
            by_file.setdefault(origin.file, []).append(origin)
    for first, *more in by_file.values():
        also = tuple((origin.line, "enableMarkVerifyCrpt") for origin in more)
        yield problem_at(first, "MG052", text, "enableMarkVerifyCrpt")._replace(also=also)


def _files(config: Config, common: MarkedGoods, categories: Sequence[MarkedGoods]) -> Iterator[Problem]:
    for row in MarkedGoods.rows():
        if row.kind is not PATH or not row.enforced:
            continue
        for profile in (common, *categories):
            written = getattr(profile, row.name)
            if written and not lies(config.folder, written):
                text = phrase(
                    "{name}: there is no file {written} (relative paths begin at the conf folder)",
                    name=row.name,
                    written=written,
                )
                yield problem_at(profile.origin(row.name), "MG054", text, row.name)

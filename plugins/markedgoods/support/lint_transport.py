"""What `ncash check` says about the transports and the local module."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.bundled.markedgoods.settings.plan import CRPT, KKMSERVER, TSPIOT
from ncash.bundled.markedgoods.settings.vendor_categories import setting_problem
from ncash.bundled.markedgoods.sources.services import plan_in
from ncash.language import phrase
from ncash.settings.problems import Problem
from ncash.settings.secret_file import SecretFile

SECRETS: Final = ("localModulePasswordFile", "tspiotClientTokenFile", "kkmServerPasswordFile")
MODULE: Final = ("localModuleLogin", "localModulePasswordFile", "noAnswerPolicy")
"""Settings that mean nothing without localModuleUrl."""


def services_of(common: MarkedGoods) -> frozenset[str]:
    """Every transport the shop has or will have."""
    return plan_in(common).ahead(date.min)


def asks_crpt(common: MarkedGoods) -> bool:
    """Whether CRPT's own sites are asked on any day, and so a token is needed."""
    return CRPT in services_of(common)


def transport_problems(common: MarkedGoods, categories: Sequence[MarkedGoods], folder: Path) -> Iterator[Problem]:
    """Warnings about what a transport lacks, and about settings of transports that are not used."""
    yield from _lacking(common, services_of(common))
    yield from _idle(common, categories, services_of(common))
    for name in SECRETS:
        file = SecretFile(folder, getattr(common, name))
        if file.open_to_others:
            text = phrase(
                "{name} can be read by other accounts of this computer; allow it to the till only (chmod 600)",
                name=file.name,
            )
            yield setting_problem(common.origin(name), "MG073", name, text)


def _lacking(common: MarkedGoods, used: frozenset[str]) -> Iterator[Problem]:
    near = common.origin("markVerifyCrptService") or common.origin("markVerifyCrptServiceFrom")
    if TSPIOT in used and not common.tspiotClientId:
        yield setting_problem(
            near, "MG071", "tspiotClientId", "it is empty: ТС ПИоТ takes the till for an unregistered program"
        )
    if TSPIOT in used and not common.tspiotCertificate:
        text = "it is empty: the certificate that ТС ПИоТ made for itself is not trusted; name its PEM file"
        yield setting_problem(near, "MG072", "tspiotCertificate", text)
    if KKMSERVER in used and not common.kkmServerPasswordFile:
        yield setting_problem(
            near, "MG072", "kkmServerPasswordFile", "it is empty: KKM Server is asked with an empty password"
        )
    if common.localModuleUrl and common.localModuleLogin and not common.localModulePasswordFile:
        text = "it is empty: the local module is asked with an empty password"
        yield setting_problem(common.origin("localModuleLogin"), "MG072", "localModulePasswordFile", text)


def _idle(common: MarkedGoods, categories: Sequence[MarkedGoods], used: frozenset[str]) -> Iterator[Problem]:
    for row in MarkedGoods.rows():
        unused = next((name for name in (TSPIOT, KKMSERVER) if row.name.lower().startswith(name)), CRPT)
        if row.name in MODULE and not common.localModuleUrl:
            why = "no local module is named in localModuleUrl"
        elif unused not in used and unused != CRPT:
            why = phrase("markVerifyCrptService never is {unused}", unused=unused)
        else:
            continue
        for origin in dict.fromkeys(profile.origin(row.name) for profile in (common, *categories)):
            if origin is not None:
                yield setting_problem(origin, "MG041", row.name, phrase("it has no effect: {why}", why=why))

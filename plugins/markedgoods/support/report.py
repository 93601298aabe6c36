"""What `ncash crpt status` shows, beside a till that may be running."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from ncash.bundled.markedgoods.checks.case import Profile
from ncash.bundled.markedgoods.checks.online import ruled_by
from ncash.bundled.markedgoods.crpt.emergency import Emergency
from ncash.bundled.markedgoods.crpt.shop import attention, client
from ncash.bundled.markedgoods.facts.online import NotChecked
from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.bundled.markedgoods.settings.plan import CRPT, KKMSERVER, TSPIOT
from ncash.bundled.markedgoods.settings.vendor_categories import categories
from ncash.bundled.markedgoods.sources.services import plan_in
from ncash.language import phrase
from ncash.model.ports import Surroundings
from ncash.settings.config import Config
from ncash.settings.secret_file import SecretFile

BUDGET: Final = 3.0
"""Seconds for one question."""


def report(config: Config, around: Surroundings, ask: bool) -> dict[str, Any]:
    """How check 8 fares, and what needs attention, as JSON values without secrets.

    Chestny Znak's own sites are shown while they carry the check, another service also when it is going to; what nobody
    has measured is null.
    """
    common = config.section(MarkedGoods)
    profiles = [Profile(section) for section in (common, *categories(config))]
    plan, today = plan_in(common), around.clock.now().date()
    service, ahead = plan.on(today), plan.ahead(today)
    checked = any(ruled_by(profile) for profile in profiles)
    sites = client(config, around).report(ask and checked) if service == CRPT else {}
    if sites and not checked and not sites["tokens"]:
        sites["token_error"] = None
    others = {name: make(config, around, ask) if name in ahead else None for name, make in OTHERS.items()}
    module = _module(config, around, ask) if common.localModuleUrl else None
    emergency = Emergency(around).status()
    looked_at = [] if checked else ["enableMarkVerifyCrpt is off everywhere: nothing is checked"]
    if emergency["on"]:
        looked_at.append("an emergency is in force: goods are sold without the online check")
    looked_at += attention(sites) if checked and sites else []
    looked_at += [*_about_tspiot(others[TSPIOT]), *_about_kkmserver(others[KKMSERVER]), *_about_module(module)]
    planned = [{"from": since.isoformat(), "service": later} for since, later in plan.changes if since > today]
    head = {"attention": looked_at, "checked": checked, "service": service, "planned": planned}
    return {**head, **sites, "emergency": emergency, "local_module": module, **others}


def _about_tspiot(shown: dict[str, Any] | None) -> Iterator[str]:
    if shown is not None and not shown["registered"]:
        yield "TS PIoT is asked without a registration"
    if shown is not None and shown["trouble"]:
        yield phrase("TS PIoT: {trouble}", trouble=shown["trouble"])


def _about_kkmserver(shown: dict[str, Any] | None) -> Iterator[str]:
    if shown is not None and shown["account"] is False:
        yield "KKM Server does not accept kkmServerUser with the password of kkmServerPasswordFile"
    elif shown is not None and shown["trouble"]:
        yield phrase("KKM Server: {trouble}", trouble=shown["trouble"])


def _about_module(module: dict[str, Any] | None) -> Iterator[str]:
    if module is not None and module["status"] not in (None, "ready"):
        yield phrase("the local module is not ready: {status}", status=module["status"])
    if module is not None and module["text"]:
        yield module["text"]


def _module(config: Config, around: Surroundings, ask: bool) -> dict[str, Any]:
    from ncash.bundled.markedgoods.sources.localmodule import LocalModule, authorization

    common = config.section(MarkedGoods)
    secret = SecretFile(config.folder, common.localModulePasswordFile)
    module = LocalModule(common.localModuleUrl, lambda: authorization(common.localModuleLogin, secret.read()), around)
    heard = module.status(BUDGET) if ask else None
    if heard is None or isinstance(heard, NotChecked):
        return {"url": module.url, "status": None, "text": heard.text if heard else None}
    return {"url": module.url, "text": None, **heard._asdict()}


def _tspiot(config: Config, around: Surroundings, ask: bool) -> dict[str, Any]:
    from ncash.bundled.markedgoods.sources.tspiot import Tspiot

    own = config.section(MarkedGoods)
    certificate = Path(config.folder, own.tspiotCertificate) if own.tspiotCertificate else None
    token = SecretFile(config.folder, own.tspiotClientTokenFile)
    tspiot = Tspiot(own.tspiotUrl, own.tspiotApi, certificate, own.tspiotClientId, token, around)
    if ask:
        tspiot.inform()
    return _measured(tspiot.status(), ask)


def _kkmserver(config: Config, around: Surroundings, ask: bool) -> dict[str, Any]:
    from ncash.bundled.markedgoods.sources.kkmserver import KkmServer

    own = config.section(MarkedGoods)
    password = SecretFile(config.folder, own.kkmServerPasswordFile)
    server = KkmServer(own.kkmServerUrl, own.kkmServerUser, password, around)
    told = server.inform(BUDGET) if ask else {"answers": None, "account": None}
    return _measured({**server.status(), **told}, ask)


def _measured(shown: Mapping[str, Any], ask: bool) -> dict[str, Any]:
    """Without what only a running till knows."""
    return {**{name: value for name, value in shown.items() if name != "silent_since"}, "asked": ask}


OTHERS: Final[Mapping[str, Callable[[Config, Surroundings, bool], dict[str, Any]]]] = {
    TSPIOT: _tspiot,
    KKMSERVER: _kkmserver,
}
"""Services that carry the check in place of the sites."""

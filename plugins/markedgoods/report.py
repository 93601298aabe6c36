"""What `ncash crpt status` shows, beside a till that may be running."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from markedgoods.case import Profile
from markedgoods.crpt.answer import NotChecked
from markedgoods.crpt.shop import attention, client
from markedgoods.neighbours import categories
from markedgoods.online import ruled_by
from markedgoods.services import plan_in
from markedgoods.settings import MarkedGoods
from markedgoods.transport import CRPT, TSPIOT
from ncash.model.ports import Surroundings
from ncash.settings.config import Config
from ncash.settings.secret_file import SecretFile

BUDGET: Final = 3.0
"""Seconds for the local module."""


def report(config: Config, around: Surroundings, ask: bool) -> dict[str, Any]:
    """How check 8 fares, and what needs attention, as JSON values without secrets."""
    common = config.section(MarkedGoods)
    profiles = [Profile(section) for section in (common, *categories(config))]
    plan, today = plan_in(common), around.clock.now().date()
    service = plan.on(today)
    checked = any(ruled_by(profile) for profile in profiles)
    shown = client(config, around).report(ask and checked and service == CRPT)
    module = _module(config, around, ask) if common.localModuleUrl else None
    tspiot = _tspiot(config, around, ask) if TSPIOT in plan.ahead(today) else None
    looked_at = attention(shown) if checked and service == CRPT else []
    looked_at += _worries(checked, module, tspiot)
    planned = [{"from": since.isoformat(), "service": later} for since, later in plan.changes if since > today]
    head = {"attention": looked_at, "checked": checked, "service": service, "planned": planned}
    return {**head, **shown, "local_module": module, "tspiot": tspiot}


def _worries(checked: bool, module: dict[str, Any] | None, tspiot: dict[str, Any] | None) -> Iterator[str]:
    if not checked:
        yield "enableMarkVerifyCrpt is off everywhere: nothing is checked"
    if module is not None and module["status"] not in (None, "ready"):
        yield f"the local module is not ready: {module['status']}"
    if module is not None and module["text"]:
        yield module["text"]
    if tspiot is not None and not tspiot["registered"]:
        yield "TS PIoT is asked without a registration"


def _module(config: Config, around: Surroundings, ask: bool) -> dict[str, Any]:
    from markedgoods.localmodule import LocalModule, authorization

    common = config.section(MarkedGoods)
    secret = SecretFile(config.folder, common.localModulePasswordFile)
    module = LocalModule(common.localModuleUrl, lambda: authorization(common.localModuleLogin, secret.read()), around)
    heard = module.status(BUDGET) if ask else None
    if heard is None or isinstance(heard, NotChecked):
        return {"url": module.url, "status": None, "text": heard.text if heard else None}
    return {"url": module.url, "text": None, **heard._asdict()}


def _tspiot(config: Config, around: Surroundings, ask: bool) -> dict[str, Any]:
    from markedgoods.tspiot import Tspiot

    own = config.section(MarkedGoods)
    certificate = Path(config.folder, own.tspiotCertificate) if own.tspiotCertificate else None
    token = SecretFile(config.folder, own.tspiotClientTokenFile)
    tspiot = Tspiot(own.tspiotUrl, own.tspiotApi, certificate, own.tspiotClientId, token, around)
    if ask:
        tspiot.inform()
    return tspiot.status()

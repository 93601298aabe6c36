"""The client of CRPT that the settings of a shop ask for, and what its status says to worry about."""

from typing import Any

from ncash.bundled.markedgoods import settings as tables
from ncash.bundled.markedgoods.crpt.client import CrptClient, Options
from ncash.bundled.markedgoods.crpt.emergency import Emergency
from ncash.bundled.markedgoods.settings.tokens import tokens_of
from ncash.language import phrase
from ncash.model.ports import Surroundings, World
from ncash.plugin import THREADS, Ways
from ncash.settings.config import Config


def client(
    config: Config, around: World | Surroundings, emergency: Emergency | None = None, ways: Ways = THREADS
) -> CrptClient:
    """The client, not started."""
    common, crpt = config.section(tables.MarkedGoods), config.section(tables.Crpt)
    options = Options(common.crptSiteRank, common.crptHedgeAfter / 1000, common.fiscalDriveNumber, ways)
    row = tables.MarkedGoods.row("markVerifyCrptUrl")
    default = row.default[0] if row else ""
    urls, tokens = common.markVerifyCrptUrl, tokens_of(common.xapikey)
    return CrptClient(urls, tokens, crpt.getInfoTimeout, crpt.healthCheckTimeout, around, default, options, emergency)


def attention(shown: dict[str, Any]) -> list[str]:
    """What somebody should look at."""
    found = []
    if shown["token_error"]:
        found.append("no token of xapikey is accepted")
    refused = [one for one in shown["tokens"] if one["valid"] is False]
    found += [
        phrase("the token {token} of department {depts} is refused", token=one["token"], depts=", ".join(one["depts"]))
        for one in refused
    ]
    found += [phrase("{url} is left alone", url=one["url"]) for one in shown["sites"] if one["blocked_for"] is not None]
    if shown["trouble"]:
        found.append(shown["trouble"])
    if not shown["sites"]:
        found.append("there is no list of sites")
    return found

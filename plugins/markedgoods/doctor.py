"""What `ncash doctor` is told: who checks the codes and how they fare, cash servers, the clock beside theirs."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from markedgoods.cashserver import ask_about_nothing
from markedgoods.neighbours import categories
from markedgoods.report import report
from markedgoods.settings import MarkedGoods
from markedgoods.soldqueue import SoldQueue
from markedgoods.transport import KKMSERVER
from ncash.model.finding import FAIL, OK, WARN, Finding
from ncash.model.ports import HttpAnswer, HttpError, HttpRequest, Surroundings
from ncash.settings.config import Config

BUDGET: Final = 3.0
"""Seconds for one question."""
SKEW_WARN, SKEW_FAIL = 60.0, 86_400.0
"""Seconds; past the second one expiry dates are judged wrongly."""


def findings(config: Config, around: Surroundings, ask: bool) -> Iterator[Finding]:
    """Everything that is switched on, one after the other."""
    shown = report(config, around, ask)
    dates: list[str] = []
    if not shown["checked"]:
        text = "enableMarkVerifyCrpt is off everywhere: no code is checked online"
        yield Finding("crpt", WARN, text, "ncash config show enableMarkVerifyCrpt --origin")
    elif shown["service"] == KKMSERVER and ask:
        yield _kkmserver(config, around, dates)
    elif shown["service"] == "crpt":
        yield from _crpt(shown)
    yield from _emergency(shown)
    yield from _local(config, around, shown, ask)
    if shown["tspiot"] is not None:
        yield from _tspiot(shown["tspiot"], ask)
    if ask:
        yield from _cash_servers(config, around, dates)
        if shown["checked"] and shown["service"] == "crpt":
            dates += _dates(config, shown, around)
        if dates or shown["checked"]:
            yield _clock(dates, around.clock.now())


def _crpt(shown: dict[str, Any]) -> Iterator[Finding]:
    ranked = [site["latency_ms"] for site in shown["sites"] if site["latency_ms"] is not None]
    if shown["token_error"]:
        text = "no token of xapikey is accepted"
        yield Finding("crpt", FAIL, text, "get a token in the personal account of Chestny Znak, write it to xapikey")
    for token in shown["tokens"]:
        if token["valid"] is False and not shown["token_error"]:
            depts = ", ".join(map(str, token["depts"]))
            yield Finding("crpt", FAIL, f"the token {token['token']} of department {depts} is refused", "get a new one")
    if shown["trouble"] or not shown["sites"]:
        text = shown["trouble"] or "there is no list of sites"
        yield Finding("crpt", WARN if ranked else FAIL, text, "the network of the shop, a proxy, markVerifyCrptUrl")
    for site in shown["sites"]:
        if site["blocked_for"] is not None:
            yield Finding("crpt", WARN, f"{site['url']} is left alone for {site['blocked_for']} s more")
    if ranked:
        yield Finding("crpt", OK, f"{len(ranked)} of {len(shown['sites'])} sites answer, the first in {min(ranked)} ms")


def _emergency(shown: dict[str, Any]) -> Iterator[Finding]:
    if shown["emergency"]["on"]:
        text = "an emergency is in force: goods are sold without the online check"
        yield Finding("crpt", WARN, text, "ncash crpt emergency says by whom and since when")


def _local(config: Config, around: Surroundings, shown: dict[str, Any], ask: bool) -> Iterator[Finding]:
    module = shown["local_module"]
    if module is None:
        return
    if ask and module["status"] == "ready":
        yield Finding("localmodule", OK, f"{module['url']} is ready, version {module['version'] or 'unknown'}")
    elif ask:
        text = module["text"] or f"{module['url']} is not ready: {module['status']}"
        yield Finding("localmodule", FAIL, text, "localModuleUrl, localModuleLogin, localModulePasswordFile")
    for folder in sorted((around.data / "markedgoods").glob("localmodule-*")):
        waiting, refused = SoldQueue(folder).counts()
        level = WARN if waiting > 100 or refused else OK
        text = f"till {folder.name.rpartition('-')[2]}: {waiting} receipts wait for it, {refused} were refused"
        yield Finding("localmodule", level, text, "" if level == OK else "see LocalModuleQueue in docs/support.md")


def _tspiot(shown: dict[str, Any], ask: bool) -> Iterator[Finding]:
    if not shown["registered"]:
        text = "unregistered: tspiotClientId is empty"
        yield Finding("tspiot", WARN, text, "ask the operator of ТС ПИоТ for a client id, write it to tspiotClientId")
    if not ask:
        return
    if shown["instance"]:
        yield Finding("tspiot", OK, f"{shown['url']} answers, instance {shown['instance'].get('tspiotId', 'unnamed')}")
    else:
        text = shown["trouble"] or f"{shown['url']} does not answer"
        yield Finding("tspiot", FAIL, text, "tspiotUrl, tspiotCertificate; does the service run?")


def _kkmserver(config: Config, around: Surroundings, dates: list[str]) -> Finding:
    url = config.section(MarkedGoods).kkmServerUrl
    answer = _get(url, around)
    if isinstance(answer, HttpError):
        return Finding("kkmserver", FAIL, f"KKM Server does not answer: {answer}", "kkmServerUrl; does it run?")
    dates += [answer.headers["date"]] if "date" in answer.headers else []
    return Finding("kkmserver", OK, f"{url} answers")


def _get(url: str, around: Surroundings) -> HttpAnswer | HttpError:
    try:
        return around.http.send(HttpRequest("GET", url, keep_alive=False), BUDGET)
    except HttpError as error:
        return error


def _cash_servers(config: Config, around: Surroundings, dates: list[str]) -> Iterator[Finding]:
    """Each server that some goods are checked at, asked about a code that nothing carries."""
    sections = (config.section(MarkedGoods), *categories(config))
    for own in {one.markVerifyUrl: one for one in sections if one.enableMarkVerify}.values():
        trouble, date = ask_about_nothing(own, config.folder, around, min(float(own.markVerifyTimeout), BUDGET))
        dates += [date] if date else []
        if not trouble:
            yield Finding("cashserver", OK, f"{own.markVerifyUrl} answers")
            continue
        meanwhile = "goods are sold without its word" if own.ignoreMarkVerifyErrors else "goods are refused"
        text = f"{own.markVerifyUrl}: {trouble}; {meanwhile} (ignoreMarkVerifyErrors)"
        yield Finding("cashserver", FAIL, text, "markVerifyUrl, markVerifyPasswordFile; does the cash server run?")


def _dates(config: Config, shown: dict[str, Any], around: Surroundings) -> Iterator[str]:
    urls = [site["url"] for site in shown["sites"][:2]] or list(config.section(MarkedGoods).markVerifyCrptUrl[:1])
    for url in urls:
        answer = _get(url, around)
        if isinstance(answer, HttpAnswer) and "date" in answer.headers:
            yield answer.headers["date"]
            return


def _clock(dates: list[str], now: datetime) -> Finding:
    skews = [skew for skew in (_skew(date, now) for date in dates) if skew is not None]
    if not skews:
        return Finding("clock", WARN, "no server told the time, the clock was not compared", "the network of the shop")
    skew = min(skews, key=abs)
    text = f"{abs(skew):.0f} s {'behind' if skew > 0 else 'ahead of'} a server's"
    level = FAIL if abs(skew) > SKEW_FAIL else WARN if abs(skew) > SKEW_WARN else OK
    return Finding("clock", level, text, "" if level == OK else "set the clock of the machine, and its time zone")


def _skew(date: str, now: datetime) -> float | None:
    """Seconds that the server's clock (RFC 9110, 6.6.1) is ahead of ours; None for a date that is none."""
    try:
        told = parsedate_to_datetime(date)
    except ValueError:
        return None
    return (told.replace(tzinfo=told.tzinfo or UTC) - now).total_seconds()

"""What `ncash doctor` is told: who checks the codes and how they fare, cash servers, the clock beside theirs."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from ncash.bundled.markedgoods.cashserver.client import ask_about_nothing
from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.bundled.markedgoods.settings.plan import CRPT, KKMSERVER
from ncash.bundled.markedgoods.settings.vendor_categories import categories
from ncash.bundled.markedgoods.sources.sold_files import SoldQueue
from ncash.bundled.markedgoods.support.in_clear import in_clear
from ncash.bundled.markedgoods.support.report import report
from ncash.language import phrase
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
        yield from _kkmserver(shown[KKMSERVER])
    elif shown["service"] == CRPT:
        yield from _tokens(shown)
        yield from _sites(shown)
    yield from _emergency(shown)
    yield from _local(config, around, shown, ask)
    if shown["tspiot"] is not None:
        yield from _tspiot(shown["tspiot"])
    yield from _in_clear(config)
    if ask:
        yield from _cash_servers(config, around, dates)
        if shown["checked"]:
            dates += _dates(config, shown, around)
        if dates or shown["checked"]:
            yield _clock(dates, around.clock.now())


def _tokens(shown: dict[str, Any]) -> Iterator[Finding]:
    if shown["token_error"]:
        text = "no token of xapikey is accepted"
        yield Finding("crpt", FAIL, text, "get a token in the personal account of Chestny Znak, write it to xapikey")
        return
    for token in shown["tokens"]:
        if token["valid"] is False:
            depts = ", ".join(map(str, token["depts"]))
            yield Finding(
                "crpt",
                FAIL,
                phrase("the token {token} of department {depts} is refused", token=token["token"], depts=depts),
                "get a new one",
            )


def _sites(shown: dict[str, Any]) -> Iterator[Finding]:
    """How the sites are; what was not asked now is told as what a till has kept."""
    ranked = [site["latency_ms"] for site in shown["sites"] if site["latency_ms"] is not None]
    if shown["asked"] and (shown["trouble"] or not shown["sites"]):
        text = shown["trouble"] or "there is no list of sites"
        yield Finding("crpt", WARN if ranked else FAIL, text, "the network of the shop, a proxy, markVerifyCrptUrl")
    for site in shown["sites"]:
        if site["blocked_for"] is not None:
            yield Finding(
                "crpt",
                WARN,
                phrase(
                    "{url} is left alone for {blocked_for} s more", url=site["url"], blocked_for=site["blocked_for"]
                ),
            )
    many = phrase("{answering} of {all} sites", answering=len(ranked), all=len(shown["sites"]))
    if ranked and shown["asked"]:
        yield Finding("crpt", OK, phrase("{many} answer, the first in {fastest} ms", many=many, fastest=min(ranked)))
    elif ranked:
        yield Finding(
            "crpt",
            OK,
            phrase(
                "a till has had answers of {many}, the first in {fastest} ms; none was asked now",
                many=many,
                fastest=min(ranked),
            ),
        )
    elif not shown["asked"]:
        yield Finding("crpt", OK, "no till has kept how the sites are, and none was asked now")


def _emergency(shown: dict[str, Any]) -> Iterator[Finding]:
    if shown["emergency"]["on"]:
        text = "an emergency is in force: goods are sold without the online check"
        yield Finding("crpt", WARN, text, "ncash crpt emergency says by whom and since when")


def _local(config: Config, around: Surroundings, shown: dict[str, Any], ask: bool) -> Iterator[Finding]:
    module = shown["local_module"]
    if module is None:
        return
    if ask and module["status"] == "ready":
        yield Finding(
            "localmodule",
            OK,
            phrase("{url} is ready, version {version}", url=module["url"], version=module["version"] or "unknown"),
        )
    elif ask:
        text = module["text"] or phrase("{url} is not ready: {status}", url=module["url"], status=module["status"])
        yield Finding("localmodule", FAIL, text, "localModuleUrl, localModuleLogin, localModulePasswordFile")
    for folder in sorted((around.data / "markedgoods").glob("localmodule-*")):
        waiting, refused = SoldQueue(folder).counts()
        level = WARN if waiting > 100 or refused else OK
        text = phrase(
            "till {name}: {waiting} receipts wait for it, {refused} were refused",
            name=folder.name.rpartition("-")[2],
            waiting=waiting,
            refused=refused,
        )
        yield Finding("localmodule", level, text, "" if level == OK else "LocalModuleQueue in ncash docs support")


def _tspiot(shown: dict[str, Any]) -> Iterator[Finding]:
    if not shown["registered"]:
        text = "unregistered: tspiotClientId is empty"
        yield Finding("tspiot", WARN, text, "ask the operator of ТС ПИоТ for a client id, write it to tspiotClientId")
    if not shown["asked"]:
        return
    if shown["instance"]:
        yield Finding(
            "tspiot",
            OK,
            phrase(
                "{url} answers, instance {tspiotid}",
                url=shown["url"],
                tspiotid=shown["instance"].get("tspiotId", "unnamed"),
            ),
        )
    else:
        text = shown["trouble"] or phrase("{url} does not answer", url=shown["url"])
        yield Finding("tspiot", FAIL, text, "tspiotUrl, tspiotCertificate; does the service run?")


def _kkmserver(shown: dict[str, Any]) -> Iterator[Finding]:
    if shown["account"] is False:
        text = phrase("{url} does not take the account {user}", url=shown["url"], user=shown["user"])
        yield Finding("kkmserver", FAIL, text, "kkmServerUser, kkmServerPasswordFile")
    elif shown["trouble"]:
        yield Finding(
            "kkmserver", FAIL, phrase("KKM Server: {trouble}", trouble=shown["trouble"]), "kkmServerUrl; does it run?"
        )
    else:
        yield Finding(
            "kkmserver",
            OK,
            phrase("{url} answers, the account {user} is accepted", url=shown["url"], user=shown["user"]),
        )


def _get(url: str, around: Surroundings) -> HttpAnswer | HttpError:
    try:
        return around.http.send(HttpRequest("GET", url, keep_alive=False), BUDGET)
    except HttpError as error:
        return error


def _cash_servers(config: Config, around: Surroundings, dates: list[str]) -> Iterator[Finding]:
    """Each server that some goods are checked at, asked about a code that nothing carries."""
    sections = (config.section(MarkedGoods), *categories(config))
    asked = (one for one in sections if one.enableMarkVerify and (one.markVerifyAllowPlainHttp or not in_clear(one)))
    for own in {one.markVerifyUrl: one for one in asked}.values():
        trouble, date = ask_about_nothing(own, config.folder, around, min(float(own.markVerifyTimeout), BUDGET))
        dates += [date] if date else []
        if not trouble:
            yield Finding("cashserver", OK, phrase("{url} answers", url=own.markVerifyUrl))
            continue
        meanwhile = "goods are sold without its word" if own.ignoreMarkVerifyErrors else "goods are refused"
        text = f"{own.markVerifyUrl}: {trouble}; {meanwhile} (ignoreMarkVerifyErrors)"
        yield Finding("cashserver", FAIL, text, "markVerifyUrl, markVerifyPasswordFile; does the cash server run?")


def _in_clear(config: Config) -> Iterator[Finding]:
    """Servers on other computers that are asked over plain http, or for that very reason are not."""
    sections = (config.section(MarkedGoods), *config.categories(MarkedGoods))
    for own in {(one.markVerifyUrl, one.markVerifyAllowPlainHttp): one for one in sections if in_clear(one)}.values():
        if own.markVerifyAllowPlainHttp:
            text = phrase(
                "{url}: marks, receipts and the account go in clear (markVerifyAllowPlainHttp = true)",
                url=own.markVerifyUrl,
            )
            yield Finding("cashserver", WARN, text, "give the server a certificate, write https:// in markVerifyUrl")
        else:
            text = phrase("{url} is never asked: plain http is spoken to this computer only", url=own.markVerifyUrl)
            hint = "write https://, or allow it by name: markVerifyAllowPlainHttp = true"
            yield Finding("cashserver", FAIL, text, hint)


def _dates(config: Config, shown: dict[str, Any], around: Surroundings) -> Iterator[str]:
    """The first `Date` of whoever carries the check."""
    common = config.section(MarkedGoods)
    sites = [site["url"] for site in shown.get("sites", ())[:2]] or list(common.markVerifyCrptUrl[:1])
    urls = {CRPT: sites, KKMSERVER: [common.kkmServerUrl]}.get(shown["service"], [])
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
    text = phrase("{seconds:.0f} s {side} a server's", seconds=abs(skew), side="behind" if skew > 0 else "ahead of")
    level = FAIL if abs(skew) > SKEW_FAIL else WARN if abs(skew) > SKEW_WARN else OK
    return Finding("clock", level, text, "" if level == OK else "set the clock of the machine, and its time zone")


def _skew(date: str, now: datetime) -> float | None:
    """Seconds that the server's clock (RFC 9110, 6.6.1) is ahead of ours; None for a date that is none."""
    try:
        told = parsedate_to_datetime(date)
    except ValueError:
        return None
    return (told.replace(tzinfo=told.tzinfo or UTC) - now).total_seconds()

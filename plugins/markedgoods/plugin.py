"""The plugin: hooks that turn requests into cases, and the checks' decisions into answers."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ncash.bundled.markedgoods import settings as tables
from ncash.bundled.markedgoods.cashserver.client import CashServer
from ncash.bundled.markedgoods.cashserver.desk import ServerDesk
from ncash.bundled.markedgoods.checks.case import Case, Profile
from ncash.bundled.markedgoods.checks.online import EMERGENCY, PUBLISHES, ruled_by
from ncash.bundled.markedgoods.checks.policy import decide
from ncash.bundled.markedgoods.looks import WorldLooks
from ncash.bundled.markedgoods.masks.matching import Masks
from ncash.bundled.markedgoods.settings.vendor_categories import categories, kinds
from ncash.bundled.markedgoods.sources.services import Services
from ncash.bundled.markedgoods.support.in_clear import in_clear
from ncash.bundled.markedgoods.texts.messages import MESSAGES
from ncash.messages import QUANTITY_FORBIDDEN
from ncash.model.decision import Decision, Dialog, Step, Text, Verdict
from ncash.model.finding import Finding
from ncash.model.mark import Mark
from ncash.model.ports import Closed, Dictionaries, Surroundings, World
from ncash.model.receipt import Receipt
from ncash.model.request import AddItem, Cancel, ChangeQuantity, Close, Storno
from ncash.model.scan import Scan
from ncash.plugin import API, LONGEST_BUDGET, VERSION, Account, Advice, Category, Reading, Started, hookimpl
from ncash.settings.config import Config

if TYPE_CHECKING:
    from ncash.bundled.markedgoods.support.rehearsal import RehearsalPolicy

LOCAL_SECONDS = 8.0
"""Budget of what needs no network: a database that another program holds is waited for, then reported."""


class Plugin:
    """markedgoods: marking codes by category masks, checked in the order of till.md §4."""

    api = API

    def __init__(self) -> None:
        self._masks = Masks(())
        self._common = Profile(tables.MarkedGoods.defaults())
        self._profiles: dict[str, Profile] = {}
        self._sections: tuple[tables.MarkedGoods, ...] = ()
        self._dictionaries: Dictionaries | None = None
        self._absent: tuple[str, ...] = ()
        """Catalogs of the settings that Dictionaries did not hold when last looked."""
        self._looks: WorldLooks | None = None
        self._services: Services | None = None
        self._desk: ServerDesk | None = None
        self._in_clear: tuple[str, ...] = ()
        """Cash servers that are asked over plain http, because the shop allows it."""
        self._rehearsed: RehearsalPolicy | None = None

    @hookimpl
    def on_start(self, config: Config, world: World) -> Started:
        """Read the settings, compile the masks, begin to load the list of CRPT sites in the background."""
        common = config.section(tables.MarkedGoods)
        sections = categories(config)
        self._masks = Masks(sections)
        self._common = Profile(common)
        self._sections = sections
        self._profiles = {section.category or "": Profile(section) for section in sections}
        self._dictionaries = world.dictionaries
        self._absent = tuple(dict.fromkeys((*common.askForBarcodeFromCatalogs, *common.skipMarkVerifyCrptCatalogs)))
        profiles = (self._common, *self._profiles.values())
        if world.rehearsal is not None:
            from ncash.bundled.markedgoods.support.rehearsal import RehearsalPolicy

            self._rehearsed = RehearsalPolicy(config, world, world.rehearsal)
        elif any(ruled_by(profile) for profile in profiles):
            self._services = Services(config, world, world.cashcode)
            self._services.start(lambda category: self._profile(category).settings.checkLocalUniqueness)
        allowed = (profile.settings for profile in profiles if profile.settings.markVerifyAllowPlainHttp)
        self._in_clear = tuple(dict.fromkeys(filter(None, map(in_clear, allowed))))
        server = CashServer(world, world.shopcode, world.cashcode, config.folder)
        if world.rehearsal is None and any(profile.settings.enableMarkVerify for profile in profiles):
            self._desk = ServerDesk(world, server, self._profile)
            self._desk.start()
        self._looks = WorldLooks(world, self._services, server, self._desk)
        live = {category.name for category in self._masks.categories}
        places = [(s.category or "", s.place) for s in sections if s.category in live]
        return Started(
            version=VERSION,
            categories=tuple(Category(name, p.file if p else None, p.line if p else None) for name, p in places),
            budget=_budget(profiles),
            kinds=kinds(sections, self._masks),
            publishes=PUBLISHES,
        )

    @hookimpl
    def on_stop(self) -> None:
        """End the background work."""
        if self._desk is not None:
            self._desk.stop()
        if self._services is not None:
            self._services.stop()

    @hookimpl
    def on_notices(self) -> tuple[Text, ...]:
        """Tokens that are refused, industry tags that are empty, checks that are not made."""
        shared = self._common.settings
        if self._desk is not None:
            self._desk.leases.nudge()
        notices: list[Text] = []
        if self._absent and self._dictionaries is not None:
            exists = self._dictionaries.catalog_exists
            self._absent = tuple(code for code in self._absent if not exists(code))
            notices += [MESSAGES["CatalogUnknown"].fill(codes=", ".join(self._absent))] if self._absent else []
        if not (shared.foiv and shared.documentDate and shared.documentNumber):
            notices.append(MESSAGES["IndustryTagsError"].fill())
        notices += [MESSAGES["CashServerPlainHttp"].fill(host=host) for host in self._in_clear]
        if self._services is not None:
            notices += self._services.notices()
            if self._looks is not None and self._looks.unchecked not in ("", EMERGENCY):
                notices.append(MESSAGES["CrptSilent"].fill(reason=self._looks.unchecked))
            if self._looks is not None and self._looks.offline:
                notices.append(MESSAGES["CheckedOffline"].fill(reason=self._looks.offline))
        return tuple(notices)

    @hookimpl
    def on_scan(self, scan: Scan) -> Mark | None:
        """The scan as a mark of the first category whose mask fits."""
        return self._masks.read(scan)

    @hookimpl
    def on_add_item(self, request: AddItem) -> Decision | None:
        """A sale or an inventory."""
        return self._decided(request)

    @hookimpl
    def on_return(self, request: AddItem) -> Decision | None:
        """A return or a return by sale."""
        return self._decided(request)

    def case(self, request: AddItem) -> Case:
        """The request under the profile of its mark, else of the sold mark, else `[MarkedGoods]`."""
        mark, goods, sold = request.mark, request.goods, None
        if request.sold is not None:
            sold = self._profile(request.sold.category)
        own = self._profile(mark.category) if mark is not None else sold or self._common
        if mark is not None and goods is not None and goods.tmctype not in own.kinds and goods.served:
            mark = self._read_for(mark, goods.tmctype)
            request, own = request._replace(mark=mark), self._profile(mark.category)
        return Case(request, self._common, own, sold)

    def _read_for(self, mark: Mark, tmctype: int) -> Mark:
        """The mark as the first category reads it that fits it and serves this kind of goods; else as it was."""
        wanting = self._masks.wanting(mark.raw)
        serving = next((name for name in wanting if tmctype in self._profile(name).kinds), mark.category)
        return mark._replace(category=serving)

    def _profile(self, category: str | None) -> Profile:
        return self._profiles.get(category or "", self._common)

    def _decided(self, request: AddItem) -> Decision | None:
        goods = request.goods
        if request.mark is None and goods is not None and not goods.marked:
            return None
        assert self._looks is not None
        if self._rehearsed is not None:
            return self._rehearsed.decide(self.case(request))
        return decide(self.case(request), self._looks)

    @hookimpl
    def on_quantity(self, request: ChangeQuantity) -> Decision | None:
        """Weighed marked goods may change with allowChangeQuantity; a piece stays one piece."""
        position = request.position
        if not position.marked:
            return None
        rule = self._common.setting("allowChangeQuantity")
        if position.fractional and self._common.settings.allowChangeQuantity:
            return Decision(Verdict.ALLOW, (Step("quantity", rule=rule),))
        step = Step("quantity", Verdict.DENY, QUANTITY_FORBIDDEN.key, rule=rule)
        return Decision(Verdict.DENY, (step,), (QUANTITY_FORBIDDEN.fill(),))

    @hookimpl
    def on_storno(self, request: Storno) -> Decision | None:
        """One marked position goes by its mark; a whole receipt, or a position without a mark, goes unasked."""
        receipt, selected = request.receipt, request.position
        position = receipt.position(selected) if selected is not None else None
        if position is None or not position.by_mark:
            return Decision(Verdict.ALLOW, position=selected)
        if request.mark is not None:
            scanned = [p for p in receipt.positions if request.mark.names(p.cis)]
            if scanned:
                chosen = position.n if position in scanned else scanned[0].n
                return Decision(Verdict.ALLOW, (Step("match"),), position=chosen)
        if request.mark is None and request.scan is None:
            return Decision(Verdict.NEED_SCAN, dialog=self._storno_dialog("ScanMark"))
        step = Step("match", Verdict.NEED_SCAN, "ScanErrorRepeat")
        return Decision(Verdict.NEED_SCAN, (step,), dialog=self._storno_dialog("ScanErrorRepeat"))

    def _storno_dialog(self, key: str) -> Dialog:
        return MESSAGES[key].dialog("cancel", image=self._common.settings.markScanImage or None)

    @hookimpl
    def on_close(self, request: Close) -> Decision | None:
        """No marked position leaves without the trail of what allowed it."""
        bare = next((p for p in request.receipt.positions if p.marked and not p.checks), None)
        if bare is not None:
            return Decision(Verdict.DENY, screen=(MESSAGES["MarkDataMissing"].fill(),))
        return self._desk.at_close(request.receipt) if self._desk is not None else Decision(Verdict.ALLOW)

    @hookimpl
    def on_cancel(self, request: Cancel) -> Decision | None:
        """Reservations at the cash server end with what they were made for."""
        return self._desk.given_up(request) if self._desk is not None else None

    @hookimpl
    def on_receivers(self, config: Config) -> tuple[str, ...]:
        """The cash servers of these settings."""
        from ncash.bundled.markedgoods.cashserver.client import servers_of

        return servers_of(config)

    @hookimpl
    def on_send(self, config: Config, route: str) -> Account | None:
        """The account at a cash server of these settings."""
        from ncash.bundled.markedgoods.cashserver.client import account_of

        return account_of(config, route)

    @hookimpl
    def on_closed(self, receipt: Receipt, document: Closed) -> None:
        """What was sold or returned is told to the local module."""
        if self._desk is not None:
            self._desk.leases.clear()
        if self._services is not None:
            self._services.closed(receipt, document.documentid)

    @hookimpl
    def on_explain(self, scan: Scan) -> Reading:
        """Every category, and what was done to the text."""
        from ncash.bundled.markedgoods.support.reading import reading

        return reading(self._sections, self._masks, scan)

    @hookimpl
    def on_recall(self, line: Mapping[str, Any]) -> Mapping[str, Any]:
        """What each check saw."""
        from ncash.bundled.markedgoods.support.recorded import facts_of

        return facts_of(line)

    @hookimpl
    def on_advice(self, key: str) -> Advice | None:
        """The next step."""
        row = MESSAGES.get(key)
        return row.advice if row else None

    @hookimpl
    def on_status(self, config: Config, around: Surroundings, ask: bool) -> Mapping[str, Any]:
        """The section `crpt`."""
        from ncash.bundled.markedgoods.support.report import report

        return {"crpt": report(config, around, ask)}

    @hookimpl
    def on_doctor(self, config: Config, around: Surroundings, ask: bool) -> tuple[Finding, ...]:
        """Sites, tokens, services, cash servers, the clock."""
        from ncash.bundled.markedgoods.support.doctor import findings

        return tuple(findings(config, around, ask))


def _budget(profiles: tuple[Profile, ...]) -> float:
    """Seconds one decision may take: the local part, CRPT once, the cash server twice."""
    crpt = max((p.settings.markVerifyCrptTimeout for p in profiles if ruled_by(p)), default=0)
    server = max((p.settings.markVerifyTimeout for p in profiles if p.settings.enableMarkVerify), default=0)
    return min(LOCAL_SECONDS + crpt + 2 * server, LONGEST_BUDGET)

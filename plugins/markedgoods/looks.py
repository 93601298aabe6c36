"""The looks: the only part of the plugin's checks that reaches databases and the network."""

from typing import Any, Final

from ncash.bundled.markedgoods.cashserver.client import CashServer
from ncash.bundled.markedgoods.cashserver.desk import ServerDesk
from ncash.bundled.markedgoods.checks import kegs
from ncash.bundled.markedgoods.checks.case import Case
from ncash.bundled.markedgoods.checks.cash_server import ServerFact
from ncash.bundled.markedgoods.checks.goods_and_mark import look_match
from ncash.bundled.markedgoods.checks.offline import OfflineAnswer
from ncash.bundled.markedgoods.checks.online import CrptFact
from ncash.bundled.markedgoods.facts.online import NotChecked
from ncash.bundled.markedgoods.sources.inquiry import InquiryAnswer
from ncash.bundled.markedgoods.sources.services import Services
from ncash.model.ports import World

NO_CLIENT: Final = InquiryAnswer(NotChecked("connection", "the client of CRPT was not started"))


class WorldLooks:
    """Looks at the real world."""

    def __init__(
        self, world: World, services: Services | None, server: CashServer, desk: ServerDesk | None = None
    ) -> None:
        self._world = world
        self._services = services
        self._server = server
        self._desk = desk
        self.unchecked = ""
        """Why the latest wish to ask CRPT was not granted; empty when it was."""
        self.offline = ""
        """Why the latest mark was checked by a local module alone; empty when CRPT answered, or nobody did."""

    def match(self, case: Case) -> Any:
        """Catalogs and barcodes of the article."""
        return look_match(self._world.dictionaries, case)

    def uniqueness(self, case: Case) -> Any:
        """The last registered operation on the CIS, and of goods measured by volume what is known of their keg."""
        documents, mark, request = self._world.documents, case.mark, case.request
        use = documents.last_use(mark.cis)
        if mark.former is not None:
            before = documents.last_use(mark.former)
            use = before if use is None or (before is not None and before.documentid > use.documentid) else use
        fact: dict[str, Any] = {}
        if use is not None:
            fact = {"opcode": use.opcode, "documentid": use.documentid, "docnum": use.docnum, "cashcode": use.cashcode,
                    "time": use.time}  # fmt: skip
        if kegs.candidate(case):
            keg = documents.keg(mark.cis, request.receipt.id, request.replaces or request.receipt.last_n + 1)
            fact |= {kegs.STATE: keg.json()} if keg.known else {}
        return fact or None

    def whitelist(self, case: Case) -> bool:
        """Whether the CIS is in Excisemarkwhite."""
        mark, listed = case.mark, self._world.dictionaries.whitelisted
        return listed(mark.cis) or (mark.former is not None and listed(mark.former))

    def server(self, case: Case) -> ServerFact:
        """The status at the cash server."""
        return self._server.status(case)

    def reserve(self, case: Case) -> ServerFact:
        """The reservation at the cash server."""
        return self._desk.reserve(case) if self._desk is not None else self._server.reserve(case)

    def crpt(self, case: Case) -> CrptFact:
        """CRPT's answer, unless the goods' catalog makes asking needless."""
        now = self._world.clock.now().replace(tzinfo=None).isoformat(timespec="milliseconds")
        exempt = case.shared.skipMarkVerifyCrptCatalogs
        catalogs = tuple(sorted(self._world.dictionaries.catalogs(case.goods.code))) if exempt else None
        if set(exempt) & set(catalogs or ()):
            return CrptFact(NotChecked("catalog", "goods of a catalog that is sold without the check"), now, catalogs)
        found = NO_CLIENT
        if self._services is not None:
            budget = float(case.shared.markVerifyCrptTimeout)
            found = self._services.ask(case.request.receipt.id, case.mark.raw, case.goods.dept, budget)
        heard = found.heard
        why = heard.reason if isinstance(heard, NotChecked) and heard.reason not in ("unchecked", "missing") else ""
        by_module = isinstance(found.offline, OfflineAnswer)
        self.unchecked, self.offline = ("", why) if by_module else (why, "")
        return CrptFact(heard, now, catalogs, found.offline)

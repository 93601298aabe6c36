"""The looks: the only part of the plugin's checks that reaches databases and the network."""

from typing import Any, Final

from markedgoods.case import Case
from markedgoods.cashserver import CashServer
from markedgoods.crpt.answer import Answer, NotChecked
from markedgoods.crpt.client import Crpt
from markedgoods.matching import look_match
from markedgoods.online import CrptFact
from markedgoods.store_server import ServerFact
from ncash.model.ports import World

NO_CLIENT: Final = NotChecked("connection", "the client of CRPT was not started")


class WorldLooks:
    """Looks at the real world."""

    def __init__(self, world: World, crpt: Crpt | None, server: CashServer) -> None:
        self._world = world
        self._crpt = crpt
        self._server = server
        self.unchecked = ""
        """Why the latest wish to ask CRPT was not granted; empty when it was."""

    def match(self, case: Case) -> Any:
        """Catalogs and barcodes of the article."""
        return look_match(self._world.dictionaries, case)

    def uniqueness(self, case: Case) -> Any:
        """The last registered operation on the CIS."""
        use = self._world.documents.last_use(case.mark.cis)
        if use is None:
            return None
        return {"opcode": use.opcode, "documentid": use.documentid, "docnum": use.docnum, "cashcode": use.cashcode,
                "time": use.time}  # fmt: skip

    def whitelist(self, case: Case) -> bool:
        """Whether the CIS is in Excisemarkwhite."""
        return self._world.dictionaries.whitelisted(case.mark.cis)

    def server(self, case: Case) -> ServerFact:
        """The status at the cash server."""
        return self._server.status(case)

    def reserve(self, case: Case) -> ServerFact:
        """The reservation at the cash server."""
        return self._server.reserve(case)

    def crpt(self, case: Case) -> CrptFact:
        """CRPT's answer, unless the goods' catalog makes asking needless."""
        now = self._world.clock.now().replace(tzinfo=None).isoformat(timespec="milliseconds")
        exempt = case.shared.skipMarkVerifyCrptCatalogs
        catalogs = tuple(sorted(self._world.dictionaries.catalogs(case.goods.code))) if exempt else ()
        if set(exempt) & set(catalogs):
            return CrptFact(NotChecked("catalog", "goods of a catalog that is sold without the check"), now, catalogs)
        heard: Answer | NotChecked = NO_CLIENT
        if self._crpt is not None:
            heard = self._crpt.check(case.mark.raw, case.goods.dept, float(case.shared.markVerifyCrptTimeout))
        silent = isinstance(heard, NotChecked) and heard.reason not in ("unchecked", "missing")
        self.unchecked = heard.reason if silent and isinstance(heard, NotChecked) else ""
        return CrptFact(heard, now, catalogs)

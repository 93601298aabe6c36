"""What check 8 is made of in this shop: the transport in force, the local module beside it, and both at once."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ncash.bundled.markedgoods.crpt.cache import FOLDER
from ncash.bundled.markedgoods.crpt.emergency import Declaration, Emergency
from ncash.bundled.markedgoods.facts.online import NotChecked
from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.bundled.markedgoods.settings.plan import CRPT, KKMSERVER, TSPIOT, Plan, plan_of
from ncash.bundled.markedgoods.settings.tokens import EVERY, UNCHECKED, tokens_of
from ncash.bundled.markedgoods.sources.choice import Transport
from ncash.bundled.markedgoods.sources.inquiry import Inquiry, InquiryAnswer
from ncash.bundled.markedgoods.sources.source import Heard, Verifier
from ncash.bundled.markedgoods.texts.messages import MESSAGES
from ncash.language import recorded
from ncash.model.decision import Text
from ncash.model.ports import World
from ncash.model.receipt import Receipt
from ncash.plugin import THREADS, Ways
from ncash.settings.config import Config
from ncash.settings.secret_file import SecretFile

if TYPE_CHECKING:
    from ncash.bundled.markedgoods.crpt.client import CrptClient
    from ncash.bundled.markedgoods.sources.localmodule_duty import Duty
    from ncash.bundled.markedgoods.sources.sold_files import Parcel
    from ncash.bundled.markedgoods.sources.tspiot import Tspiot


def plan_in(settings: MarkedGoods) -> Plan:
    """The transports of the shop; a list of changes that cannot be read changes nothing (`ncash check` says so)."""
    try:
        return plan_of(settings.markVerifyCrptService, settings.markVerifyCrptServiceFrom)
    except ValueError:
        return Plan(settings.markVerifyCrptService)


class Services:
    """The services that make check 8, as the looks and the hooks use them."""

    def __init__(self, config: Config, world: World, cashcode: str, ways: Ways = THREADS) -> None:
        self._config = config
        self._settings = config.section(MarkedGoods)
        self._folder = config.folder
        self._world = world
        self._cashcode = cashcode
        self._ways = ways
        self._crpt: CrptClient | None = None
        self._tspiot: Tspiot | None = None
        self.emergency = Emergency(world)
        self._tokens = tokens_of(self._settings.xapikey)
        makers: dict[str, Callable[[], Verifier]] = {
            CRPT: self._crpt_made,
            TSPIOT: self._tspiot_made,
            KKMSERVER: self._kkm_made,
        }
        self.transport = Transport(plan_in(self._settings), makers, world.clock, self._tokens)
        self.duty = self._duty() if self._settings.localModuleUrl else None
        self._inquiry = Inquiry(self.duty, world.clock, ways)

    def start(self, whole: Callable[[str | None], bool]) -> None:
        """Begin the background work. `whole`: see localmodule_duty.parcel_of."""
        self._whole = whole
        self.transport.start()
        if self.duty is not None:
            self.duty.tell(self._untold())
            self.duty.start()

    def stop(self) -> None:
        """End it."""
        self.transport.stop()
        self._inquiry.stop()
        if self.duty is not None:
            self.duty.stop()

    def ask(self, receipt: str, code: str, dept: str, budget: float) -> InquiryAnswer:
        """Ask about one mark, as scanned, for a receipt."""
        if self._crpt is not None:
            self._crpt.serving(receipt)
        emergency = self._emergency()
        if emergency is not None and not (self._tokens and self._tokens.for_dept(dept) is UNCHECKED):
            return InquiryAnswer(
                NotChecked("emergency", recorded("since {since}: {text}", since=emergency.since, text=emergency.text))
            )

        def online() -> Heard:
            return self.transport.check(receipt, code, dept, budget)

        return self._inquiry.ask(online, code, budget)

    def closed(self, receipt: Receipt, documentid: int) -> None:
        """A receipt is closed: its connection is too, and the local module has to know."""
        if self._crpt is not None:
            self._crpt.serving(None)
        if self.duty is not None:
            self.duty.tell(self._parcels(((receipt, documentid),)))

    def notices(self) -> tuple[Text, ...]:
        """What must stay on the screen; from memory."""
        self.transport.start()
        refused = self.transport.refused
        found = [MESSAGES["CrptTokenError"].fill()] if self.transport.token_error or refused else []
        departments = ", ".join(dept for dept in refused if dept != EVERY)
        if departments:
            found.append(MESSAGES["CrptTokenRefused"].fill(departments=departments))
        if self._tspiot is not None and self._tspiot.unlicensed and self.transport.service == TSPIOT:
            found.append(MESSAGES["TspiotLicence"].fill())
        emergency = self._emergency()
        if emergency is not None:
            found.append(_worded(emergency))
        return (*found, *(self.duty.notices() if self.duty is not None else ()))

    def status(self) -> dict[str, Any]:
        """How the check fares, as JSON values without secrets."""
        module = self.duty.status() if self.duty is not None else None
        return {**self.transport.status(), "local_module": module}

    def _emergency(self) -> Declaration | None:
        """The emergency that counts: the shop's own always, that of CRPT's sites while they carry the checks."""
        found = self.emergency.declared()
        return found if found and (found.by == "operator" or self.transport.service == CRPT) else None

    def _untold(self) -> Iterator["Parcel"]:
        """Documents of the open shift that a crash kept from the queue."""
        assert self.duty is not None
        documents, last = self._world.documents, self.duty.queue.last
        shift = documents.shift()
        made = documents.documents_of_shift(shift) if shift is not None else ()
        closed = (
            (d.receipt, d.documentid) for d in made if d.documentid > last and d.doctype == d.receipt.kind.doctype
        )
        return self._parcels(closed)

    def _parcels(self, closed: Iterable[tuple[Receipt, int]]) -> Iterator["Parcel"]:
        from ncash.bundled.markedgoods.sources.localmodule_duty import parcel_of

        parcels = (parcel_of(receipt, documentid, self._whole) for receipt, documentid in closed)
        return (parcel for parcel in parcels if parcel.codes)

    def _duty(self) -> "Duty":
        from ncash.bundled.markedgoods.sources.localmodule import LocalModule
        from ncash.bundled.markedgoods.sources.localmodule_duty import Duty
        from ncash.bundled.markedgoods.sources.sold_files import SoldQueue

        every = self._tokens.all() if self._tokens else ()
        module = LocalModule(self._settings.localModuleUrl, self._account, self._world)
        queue = SoldQueue(self._world.data / FOLDER / f"localmodule-{self._cashcode}")
        return Duty(module, queue, every[0] if len(every) == 1 else None, self._world, self._ways)

    def _account(self) -> str:
        """The local module's account; without one, the token that ТС ПИоТ gives. Raises ValueError."""
        from ncash.bundled.markedgoods.sources.localmodule import authorization

        settings = self._settings
        secret = SecretFile(self._folder, settings.localModulePasswordFile).read()
        if not secret and not settings.localModuleLogin and self._tspiot is not None:
            secret = self._tspiot.module_token()
        return authorization(settings.localModuleLogin, secret)

    def _crpt_made(self) -> Verifier:
        from ncash.bundled.markedgoods.crpt.shop import client

        self._crpt = client(self._config, self._world, self.emergency, self._ways)
        return self._crpt

    def _tspiot_made(self) -> Verifier:
        from ncash.bundled.markedgoods.sources.tspiot import Tspiot

        own = self._settings
        certificate = Path(self._folder, own.tspiotCertificate) if own.tspiotCertificate else None
        token = SecretFile(self._folder, own.tspiotClientTokenFile)
        around = (token, self._world, self._ways)
        self._tspiot = Tspiot(own.tspiotUrl, own.tspiotApi, certificate, own.tspiotClientId, *around)
        return self._tspiot

    def _kkm_made(self) -> Verifier:
        from ncash.bundled.markedgoods.sources.kkmserver import KkmServer

        own = self._settings
        password = SecretFile(self._folder, own.kkmServerPasswordFile)
        return KkmServer(own.kkmServerUrl, own.kkmServerUser, password, self._world, self._ways)


def _worded(emergency: Declaration) -> Text:
    since = emergency.since[:16].replace("T", " ")
    if emergency.by == "operator":
        return MESSAGES["CrptEmergencyByShop"].fill(since=since, reason=emergency.text)
    return MESSAGES["CrptEmergency"].fill(since=since)

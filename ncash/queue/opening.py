"""The transport that `[ArtixQueue]` names."""

from typing import TYPE_CHECKING, Final

from ncash.errors import UserError
from ncash.language import phrase
from ncash.model.ports import Http
from ncash.queue.http import AccountOf, HttpTransport
from ncash.queue.transport import Transport
from ncash.settings.config import Config
from ncash.settings.host import ArtixQueue, Cash
from ncash.settings.secret_file import SecretFile

if TYPE_CHECKING:
    from ncash.queue.nats import Broker

HTTP: Final = "http"


def transport_of(config: Config, http: Http, account_of: AccountOf) -> Transport:
    """HTTP to each cash server, or NATS JetStream. Raises UserError."""
    own = config.section(ArtixQueue)
    if own.transport == HTTP:
        return HttpTransport(http, account_of)
    broker = broker_of(config)
    from ncash.queue.nats import NatsTransport, subject_of

    return NatsTransport(broker, subject_of(own.natsSubject, config.section(Cash).shopcode))


def broker_of(config: Config) -> "Broker":
    """The NATS server of the settings. Raises UserError."""
    try:
        from ncash.queue.nats import Broker
    except ModuleNotFoundError as error:
        hint = "install the extra: pip install 'ncash[nats]', or set [ArtixQueue] transport = http"
        raise UserError(
            phrase("transport = nats needs the package {name}", name=error.name), code="nats", hint=hint
        ) from error
    own = config.section(ArtixQueue)
    secret = SecretFile(config.folder, own.natsPasswordFile)
    password = secret.taken(lambda why: UserError(phrase("the password file {why}", why=why), code="nats"))
    return Broker(own.natsUrl, own.natsUser, password)

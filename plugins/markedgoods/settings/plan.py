"""The plan of transports: the service that carries the check, and the days from which others take over."""

from datetime import date
from typing import Final, NamedTuple

from ncash.language import phrase
from ncash.settings.kinds import DATE

CRPT: Final = "crpt"
TSPIOT: Final = "tspiot"
KKMSERVER: Final = "kkmserver"
SERVICES: Final = (CRPT, TSPIOT, KKMSERVER)


class Plan(NamedTuple):
    """A service, and the days from which others take over."""

    first: str
    changes: tuple[tuple[date, str], ...] = ()

    def on(self, day: date) -> str:
        """The service of this day."""
        begun = [service for since, service in self.changes if since <= day]
        return begun[-1] if begun else self.first

    def ahead(self, day: date) -> frozenset[str]:
        """The services of this day and of every day to come."""
        return frozenset({self.on(day), *(service for since, service in self.changes if since > day)})


def plan_of(first: str, changes: str) -> Plan:
    """Read `service@DD.MM.YYYY, …`. Raises ValueError for anything else, and for one day with two services."""
    found: dict[date, str] = {}
    for item in filter(None, (part.strip() for part in changes.split(","))):
        service, _, day = item.partition("@")
        if service not in SERVICES or not day:
            raise ValueError(
                phrase(
                    "{item!r} is not written service@DD.MM.YYYY with {services}",
                    item=item[:60],
                    services=", ".join(SERVICES),
                )
            )
        since = date(*map(int, reversed(DATE.read(day).split("."))))
        if found.get(since, service) != service:
            raise ValueError(
                phrase(
                    "from {day} on two services are named: {found} and {service}",
                    day=day,
                    found=found[since],
                    service=service,
                )
            )
        found[since] = service
    return Plan(first, tuple(sorted(found.items())))

"""restrictions: who may add marked goods without their mark (docs/adr/0018)."""

from ncash.bundled.restrictions import settings as tables
from ncash.bundled.restrictions.messages import MESSAGES, ROLE_FORBIDS, ROLES_OF_NOBODY
from ncash.model.decision import Decision, Setting, Step, Text, Verdict
from ncash.model.ports import World
from ncash.model.receipt import Kind
from ncash.model.request import AddItem
from ncash.plugin import API, VERSION, Advice, Started, hookimpl
from ncash.settings.config import Config

BUTTON = "without_mark"


class Plugin:
    """Takes the button away from cashiers without a listed role, and refuses it when it is pressed all the same."""

    api = API

    def __init__(self) -> None:
        self._rules = tables.Restrictions.defaults()
        self._world: World | None = None
        self._doubtful: tuple[str, ...] = ()
        """Listed roles that no cashier had when it was last looked."""

    @hookimpl
    def on_start(self, config: Config, world: World) -> Started:
        """Read the lists of roles."""
        self._rules = config.section(tables.Restrictions)
        self._world = world
        listed = (*self._rules.addWithoutScanMarkRoles, *self._rules.addWithoutScanMarkInBackBySaleRoles)
        self._doubtful = tuple(dict.fromkeys(listed))
        return Started(version=VERSION)

    @hookimpl
    def on_notices(self) -> tuple[Text, ...]:
        """Roles that nobody has: with the right codes the dictionary is never asked again."""
        if not self._doubtful or self._world is None:
            return ()
        dictionaries = self._world.dictionaries
        self._doubtful = tuple(role for role in self._doubtful if not dictionaries.role_exists(role))
        return (ROLES_OF_NOBODY.fill(roles=", ".join(self._doubtful)),) if self._doubtful else ()

    @hookimpl
    def on_add_item(self, request: AddItem) -> Decision | None:
        """A sale: addWithoutScanMarkRoles."""
        return self._answer(request, "addWithoutScanMarkRoles") if request.kind is Kind.SALE else None

    @hookimpl
    def on_return(self, request: AddItem) -> Decision | None:
        """Both kinds of return: addWithoutScanMarkInBackBySaleRoles."""
        return self._answer(request, "addWithoutScanMarkInBackBySaleRoles")

    @hookimpl
    def on_advice(self, key: str) -> Advice | None:
        """The next step."""
        return MESSAGES[key].advice if key in MESSAGES else None

    def _answer(self, request: AddItem, setting: str) -> Decision | None:
        allowed: tuple[str, ...] = getattr(self._rules, setting)
        if not allowed:
            return None
        roles = request.cashier.roles if request.cashier else frozenset()
        if roles & set(allowed):
            return None
        if not request.without_mark:
            return Decision(Verdict.ABSTAIN, withdraw=frozenset({BUTTON}))
        step = Step("role", Verdict.DENY, ROLE_FORBIDS.key, rule=Setting.of(self._rules, setting))
        return Decision(Verdict.DENY, (step,), (ROLE_FORBIDS.fill(),))

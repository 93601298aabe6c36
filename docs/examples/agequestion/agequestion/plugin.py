"""agequestion: some goods are sold to adults only; the cashier is asked once in a receipt.

Uses: a question of its own, which nobody else confirms; the state of the receipt; a guard, so that the goods are not
sold while the plugin cannot be asked; the channel of the receipt.
"""

from agequestion.messages import ADULT, HELP, MESSAGES
from agequestion.settings import AgeQuestion
from ncash.model.decision import Decision, Dialog, Effects, Setting, Step, Verdict
from ncash.model.goods import Goods
from ncash.model.ports import World
from ncash.model.receipt import Channel, Kind
from ncash.model.request import AddItem
from ncash.plugin import Advice, Guards, Started, hookimpl
from ncash.settings.config import Config

NAME = "agequestion"
CHECK = "adult"


class Plugin:
    """Asks for the age of the buyer."""

    api = "2.0"

    def __init__(self) -> None:
        self._rules = AgeQuestion.defaults()
        self._world: World | None = None

    @hookimpl
    def on_start(self, config: Config, world: World) -> Started:
        """Read the settings; what is asked about is guarded."""
        self._rules, self._world = config.section(AgeQuestion), world
        guards = Guards(frozenset(self._rules.catalogs), frozenset(self._rules.departments))
        return Started(version="1.0", guards=guards)

    @hookimpl
    def on_add_item(self, request: AddItem) -> Decision | None:
        """Ask once in a receipt; what was answered stands with it."""
        goods, receipt = request.goods, request.receipt
        if goods is None or receipt.kind is not Kind.SALE or not self._asked_about(goods):
            return None
        if receipt.of(NAME).get(CHECK):
            return None
        age, rule = str(self._rules.age), Setting.of(self._rules, "age")
        if receipt.channel is Channel.SELF_CHECKOUT:
            step = Step(CHECK, Verdict.DENY, HELP.key, rule=rule)
            return Decision(Verdict.DENY, (step,), (HELP.fill(name=goods.name, age=age),))
        if CHECK in request.confirmed:
            return Decision(Verdict.ABSTAIN, (Step(CHECK, rule=rule),), effects=Effects(receipt_extra={CHECK: True}))
        step = Step(CHECK, Verdict.ASK, ADULT.key, rule=rule)
        dialog: Dialog = ADULT.dialog(name=goods.name, age=age)
        return Decision(Verdict.ASK, (step,), dialog=dialog, asks=frozenset({CHECK}))

    def _asked_about(self, goods: Goods) -> bool:
        rules = self._rules
        if goods.dept in rules.departments:
            return True
        if not rules.catalogs or self._world is None:
            return False
        return not self._world.dictionaries.catalogs(goods.code).isdisjoint(rules.catalogs)

    @hookimpl
    def on_advice(self, key: str) -> Advice | None:
        """The next step for a text of ours."""
        return MESSAGES[key].advice if key in MESSAGES else None

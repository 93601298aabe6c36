"""What a check is about: the request, the profile in force, and what the settings say, told with their places."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.messages import Message
from ncash.model.decision import NO_EFFECTS, Dialog, Effects, Setting, Step, Text, Verdict
from ncash.model.goods import MARKED, Goods
from ncash.model.mark import Mark
from ncash.model.receipt import Kind
from ncash.model.request import MARK_FIRST, AddItem

CHECK: Final = "crpt"
"""The check at Chestny Znak in a trail, whoever carries it."""
RETURNS: Final = (Kind.RETURN, Kind.RETURN_BY_SALE)


class Profile:
    """The settings in force for one category, with a memory of how each is told in a trail."""

    def __init__(self, settings: MarkedGoods) -> None:
        self.settings = settings
        self._known: dict[str, Setting] = {}
        self.kinds = frozenset((MARKED, *map(int, settings.goodsTypes)))
        """Values of `tmctype` whose marks this category reads."""
        self.courses: dict[Any, Any] = {}
        """What the checks come to under this profile, by what else decides which are skipped; see policy."""

    def setting(self, name: str) -> Setting:
        """A setting as a trail tells of it."""
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = Setting.of(self.settings, name)
        return known


class Case:
    """One request under the profiles that rule it."""

    __slots__ = ("asking", "common", "goods", "mark", "mark_first", "own", "profile", "request", "shared", "sold")

    def __init__(self, request: AddItem, common: Profile, profile: Profile, sold: Profile | None = None) -> None:
        """`profile` is that of the mark's category, the common one while there is no mark.

        `sold`, in a return by sale, is the category of the sold mark.
        """
        self.request = request
        goods: Any = request.goods
        mark: Any = unit_of(request)
        self.goods: Goods = goods
        """The goods; checks after the second one have some."""
        self.mark: Mark = mark
        """The mark of the unit, see `unit_of`; checks after the second one have one."""
        self.common = common
        """`[MarkedGoods]`: rules until a mark is read."""
        self.profile = profile
        self.sold = sold
        self.asking = sold or common
        """Rules the scan-mark dialog."""
        self.own = profile.settings
        """The values of the profile."""
        self.shared = common.settings
        """The values of `[MarkedGoods]`."""
        self.mark_first = request.order == MARK_FIRST
        """The mark was scanned before the goods."""


def unit_of(request: AddItem) -> Mark | None:
    """The mark of the unit that a request is about; of one that is given back without a scan, that of the sale."""
    sold = request.sold
    if request.mark is not None or sold is None or request.cis is None:
        return request.mark
    code = sold.mark or request.cis
    return Mark(str(sold.extra.get("raw") or code), code, request.cis, sold.category)


class Judgement(NamedTuple):
    """Judgement of one check: its step, and what the till shows or the position gets."""

    step: Step
    texts: tuple[Text, ...] = ()
    dialog: Dialog | None = None
    effects: Effects = NO_EFFECTS
    final: bool = False
    """The goods are allowed here and now; the checks that follow do not concern them."""


@cache
def quiet(check: str, rule: Setting | None) -> Judgement:
    """The check has nothing to say; always the same object for the same words."""
    return Judgement(Step(check, rule=rule))


def passed(check: str, fact: Any = None, rule: Setting | None = None) -> Judgement:
    """The check has nothing against it."""
    return quiet(check, rule) if fact is None else Judgement(Step(check, fact=fact, rule=rule))


def refused(check: str, message: Message, rule: Setting | None = None, fact: Any = None, **values: str) -> Judgement:
    """The check refuses with this text."""
    step = Step(check, Verdict.DENY, message.key, fact=fact, rule=rule)
    return Judgement(step, (message.fill(**values),))


def wanted(check: str, dialog: Dialog | None, key: str, rule: Setting | None = None) -> Judgement:
    """The check needs a scan; without a dialog the one on the screen stays."""
    return Judgement(Step(check, Verdict.NEED_SCAN, key, rule=rule), dialog=dialog)


def json_fact(fact: Any) -> Any:
    """A fact as JSON values, for the journal."""
    if isinstance(fact, Mapping) or fact is None or isinstance(fact, str | int | float | bool | list):
        return fact
    return fact.json()

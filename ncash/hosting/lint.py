"""The checks that a plugin brings, `NAME/lint.py`: its problems, its own rules, the kinds of goods it reads.

Whatever goes wrong there is named as a problem of the plugin, and ends nothing.
"""

from collections.abc import Callable, Mapping
from functools import partial
from types import ModuleType
from typing import Any, Final

from ncash.errors import UserError
from ncash.hosting import starting
from ncash.language import phrase
from ncash.settings.config import Config
from ncash.settings.explained import RuleExplanation
from ncash.settings.installed import Installed
from ncash.settings.problems import LEVELS, RULES, Problem, Rule
from ncash.system.threads import bounded

MODULE: Final = "lint"
Found = tuple[bool, Any]
"""Whether it ended in time, and what came of it or was raised."""


def problems(config: Config, installed: Installed, name: str) -> Found:
    """What the checks of a plugin find, each with its rule where that is the plugin's own."""

    def work() -> tuple[Problem, ...]:
        module: ModuleType | Any = installed.module(name, MODULE)
        if module is None:
            return ()
        own = _rules(module)
        answer = module.problems(config)
        if not isinstance(answer, tuple | list) and not hasattr(answer, "__next__"):
            kind = type(answer).__name__
            raise UserError(phrase("problems() answered {kind}, no problems", kind=kind), code="plugin")
        return tuple([_under_rule(one, own) for one in answer])

    return bounded(work, starting.START_SECONDS)


def _under_rule(one: Any, own: Mapping[str, Rule]) -> Problem:
    if type(one) is not Problem:
        raise UserError(
            phrase("problems() holds something that is no Problem: {kind}", kind=type(one).__name__), code="plugin"
        )
    if one.code in RULES:
        return one
    if one.code not in own:
        raise UserError(
            phrase("problems() names the rule {code}, which RULES of its lint.py does not hold", code=one.code),
            code="plugin",
        )
    return one._replace(rule=own[one.code])


def _rules(module: Any) -> Mapping[str, Rule]:
    """The rules of this module by code. Raises UserError for what is none, or has a code of the host's."""
    rows = getattr(module, "RULES", ())
    if not isinstance(rows, tuple | list) or not all(type(row) is Rule and row.level in LEVELS for row in rows):
        raise UserError("RULES of its lint.py is not a tuple of Rule", code="plugin")
    taken = next((row.code for row in rows if row.code in RULES), None)
    if taken is not None:
        raise UserError(phrase("the rule {code} of its lint.py is one of the program's own", code=taken), code="plugin")
    return {row.code: row for row in rows}


def kinds(config: Config, installed: Installed, name: str) -> Found:
    """Values of `tmctype`, beside 7, whose goods the plugin reads marks of; the second is a frozenset then."""

    def work() -> frozenset[int]:
        told: Callable[[Config], Any] | None = getattr(installed.module(name, MODULE), "kinds", None)
        found = frozenset(told(config)) if told else frozenset()
        if not all(type(kind) is int for kind in found):
            raise UserError("kinds() holds something that is no number", code="plugin")
        return found

    return bounded(work, starting.START_SECONDS)


def explained(installed: Installed, code: str) -> tuple[Rule, RuleExplanation] | None:
    """A rule of some installed plugin with its explanation (`EXPLAINED` of its lint.py); None when nobody has it."""
    for name in installed.names:
        done, found = bounded(partial(_explained, installed, name, code), starting.START_SECONDS)
        if done and isinstance(found, tuple):
            return found
    return None


def _explained(installed: Installed, name: str, code: str) -> tuple[Rule, RuleExplanation] | None:
    module = installed.module(name, MODULE)
    rule = _rules(module).get(code)
    if rule is None:
        return None
    told = getattr(module, "EXPLAINED", {}).get(code)
    return rule, told if type(told) is RuleExplanation else RuleExplanation(rule.title, "")

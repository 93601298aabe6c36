"""Show, switch and compare the settings of a shop.

  show [KEY] [--origin]            what is in force, where it is written, what it overrode, why it has no effect
  get KEY                          one value
  set KEY VALUE [--category NAME] [--until 2h|23:00] [--reason TEXT]
                                   switch it in ncash.ini.d/90-support.ini; refused when ncash check would refuse it
  unset KEY [--category NAME]      take a switch of support back
  revert                           take all of them back
  edit                             open that file in $EDITOR; it is put in place only when it has no error
  delta                            what overrides what, and what support switched, by whom and why
  diff [--cash N]                  the files against what a running till has read
  cat                              all files in reading order, secrets masked

examples:
  ncash config show ignoreCrptStatusSold --origin --conf shop/conf
  ncash config set ignoreCrptStatusExpireDate ask --category Milk --until 2h --reason "call 118" --conf shop/conf
  ncash config unset ignoreCrptStatusExpireDate --category Milk --conf shop/conf

exit code: 0 done, 1 there is no such setting or there is a difference, 2 it could not be done
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from typing import Final

from ncash.errors import UserError
from ncash.language import phrase
from ncash.settings.config import Config
from ncash.support.check.check import examine
from ncash.support.configure import config_desk

NEEDS: Final = {"get": ("key",), "set": ("key", "value"), "unset": ("key",)}
ACTIONS: Final[Mapping[str, Callable[[Config, argparse.Namespace], config_desk.ActionResult]]] = {
    "show": lambda config, args: config_desk.show(config, args.key, args.origin),
    "get": lambda config, args: config_desk.get(config, args.key, args.category),
    "set": lambda config, args: config_desk.switch(
        config, args.key, args.value, category=args.category, until=args.until, reason=args.reason
    ),
    "unset": lambda config, args: config_desk.unset(config, args.key, args.category),
    "revert": lambda config, args: config_desk.revert(config),
    "edit": lambda config, args: config_desk.edit(config),
    "delta": lambda config, args: config_desk.delta(config),
    "diff": lambda config, args: config_desk.diff(config, args.data, args.cash),
    "cat": lambda config, args: config_desk.cat(config),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """The action and what it needs."""
    parser.add_argument("action", choices=list(ACTIONS))
    parser.add_argument("key", nargs="?", metavar="KEY")
    parser.add_argument("value", nargs="?", metavar="VALUE")
    parser.add_argument("--origin", action="store_true", help="say for each value where it is written")
    parser.add_argument("--category", metavar="NAME", help="of one goods category only, as in Milk")
    parser.add_argument("--until", metavar="WHEN", help="take it back by itself: 2h, 30m, 3d, 23:00, 2026-11-30T09:00")
    parser.add_argument("--reason", default="", metavar="TEXT", help="why, for those who come after you")
    parser.add_argument("--cash", metavar="N", help="number of the till, for diff")


def run(args: argparse.Namespace) -> int:
    """Do it; what came of it as text or JSON."""
    for name in NEEDS.get(args.action, ()):
        if getattr(args, name) is None:
            raise UserError(
                phrase("config {action} needs {name}", action=args.action, name=name.upper()),
                code="usage",
                hint="ncash config --help",
            )
    outcome = ACTIONS[args.action](examine(args.conf).config, args)
    text = json.dumps(outcome.told, ensure_ascii=False, indent=2) if args.json else outcome.text
    sys.stdout.write(text + ("\n" if text and not text.endswith("\n") else ""))
    return outcome.code

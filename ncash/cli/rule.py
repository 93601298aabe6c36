"""Explain a rule of ncash check: what it finds, what the mistake leads to, how it is mended.

examples:
  ncash rule MG011
  ncash rule            (all of them)
  ncash rule AH001 --conf shop/conf     (one that a plugin brings)

exit code: 0 explained, 2 there is no such rule
"""

import argparse
import json
import sys
from pathlib import Path

from ncash.errors import UserError
from ncash.hosting import lint
from ncash.hosting.configuration import folders_of
from ncash.language import phrase
from ncash.settings import host
from ncash.settings.config import Config
from ncash.settings.explained import EXPLAINED, RuleExplanation
from ncash.settings.installed import Installed
from ncash.settings.problems import RULES, Rule


def arguments(parser: argparse.ArgumentParser) -> None:
    """The rule's code."""
    parser.add_argument("code", nargs="?", metavar="CODE", help="as in MG011; all rules without it")


def run(args: argparse.Namespace) -> int:
    """Print the explanation. Raises UserError for a code that no rule has."""
    rules = [_found(args.code.upper(), args.conf)] if args.code else [(RULES[code], EXPLAINED[code]) for code in RULES]
    if args.json:
        text = json.dumps([{**rule._asdict(), **told._asdict()} for rule, told in rules], ensure_ascii=False, indent=2)
    else:
        text = "\n\n".join(_text(*one) for one in rules) if args.code else "\n".join(_line(rule) for rule, _ in rules)
    sys.stdout.write(text + "\n")
    return 0


def _found(code: str, conf: Path) -> tuple[Rule, RuleExplanation]:
    """A rule of ncash, or of a plugin that is installed. Raises UserError."""
    if code in RULES:
        return RULES[code], EXPLAINED[code]
    folders = folders_of(Config.load(conf, host.TABLES)) if conf.is_dir() else ()
    found = lint.explained(Installed(folders), code)
    if found is None:
        raise UserError(phrase("there is no rule {code}", code=code), code="rule", hint="ncash rule lists them")
    return found


def _line(rule: Rule) -> str:
    return f"{rule.code}  {phrase(rule.level):<7}  {phrase(rule.title)}"


def _text(rule: Rule, told: RuleExplanation) -> str:
    blocks = phrase("; marked goods are refused while it stands") if rule.blocks else ""
    head = f"{rule.code} ({phrase(rule.level)}{blocks}): {phrase(rule.title)}"
    lines = [head, "", phrase(told.why)]
    lines += [phrase("To mend it: {mend}", mend=told.mend)] if told.mend else []
    if told.example:
        lines += ["", phrase("Example:"), *(f"    {line[:100]}" for line in told.example.splitlines())]
    return "\n".join(lines)

"""Explain a rule of ncash check: what it finds, what the mistake leads to, how it is mended.

examples:
  ncash rule MG011
  ncash rule            (all of them)

exit code: 0 explained, 2 there is no such rule
"""

import argparse
import json
import sys

from ncash.errors import UserError
from ncash.language import phrase
from ncash.settings.explained import EXPLAINED
from ncash.settings.problems import RULES, Rule


def arguments(parser: argparse.ArgumentParser) -> None:
    """The rule's code."""
    parser.add_argument("code", nargs="?", metavar="CODE", help="as in MG011; all rules without it")


def run(args: argparse.Namespace) -> int:
    """Print the explanation. Raises UserError for a code that no rule has."""
    wanted = [args.code.upper()] if args.code else list(RULES)
    if wanted[0] not in RULES:
        raise UserError(phrase("there is no rule {code}", code=args.code), code="rule", hint="ncash rule lists them")
    rules = [RULES[code] for code in wanted]
    if args.json:
        text = json.dumps([_told(rule) for rule in rules], ensure_ascii=False, indent=2)
    else:
        text = "\n\n".join(_text(rule) for rule in rules) if args.code else "\n".join(map(_line, rules))
    sys.stdout.write(text + "\n")
    return 0


def _told(rule: Rule) -> dict[str, object]:
    return {**rule._asdict(), **EXPLAINED[rule.code]._asdict()}


def _line(rule: Rule) -> str:
    return f"{rule.code}  {phrase(rule.level):<7}  {phrase(rule.title)}"


def _text(rule: Rule) -> str:
    told = EXPLAINED[rule.code]
    blocks = phrase("; marked goods are refused while it stands") if rule.blocks else ""
    head = f"{rule.code} ({phrase(rule.level)}{blocks}): {phrase(rule.title)}"
    lines = [head, "", phrase(told.why), phrase("To mend it: {mend}", mend=told.mend)]
    if told.example:
        lines += ["", phrase("Example:"), *(f"    {line[:100]}" for line in told.example.splitlines())]
    return "\n".join(lines)

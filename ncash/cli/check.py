"""Find the mistakes in the configuration; nothing is asked of the network.

examples:
  ncash check --conf shop/conf
  ncash check --conf shop/conf --format sarif
  ncash check --conf shop/conf --fix --diff      (what would be mended; without --diff it is mended)
  ncash rule MG011                               (what a rule means)

exit code: 0 no error (warnings may stand), 1 an error was found, 2 there is no such folder
"""

import argparse
import json
import sys

from ncash.cli.colour import painted
from ncash.errors import UserError
from ncash.language import phrase
from ncash.support.check.check import Findings, examine
from ncash.support.check.mend import mended
from ncash.support.check.sarif import sarif
from ncash.system import files


def arguments(parser: argparse.ArgumentParser) -> None:
    """How to print, and whether to mend."""
    parser.add_argument("--format", choices=["text", "json", "sarif"], default="text", help="text is the default")
    parser.add_argument("--fix", action="store_true", help="mend what can be mended for certain")
    parser.add_argument("--diff", action="store_true", help="with --fix: show it and write nothing")
    parser.add_argument("--quiet", action="store_true", help="print problems only, and nothing when there is none")


def _text(findings: Findings, quiet: bool) -> str:
    lines = [
        str(problem).replace(
            f" {phrase(problem.level)} ", f" {painted(problem.level, phrase(problem.level), sys.stdout)} ", 1
        )
        for problem in findings.problems
    ]
    warnings = len(findings.problems) - findings.errors
    verdict = phrase(
        "{folder}: {errors} errors, {warnings} warnings",
        folder=findings.config.folder,
        errors=findings.errors,
        warnings=warnings,
    )
    if any(problem.blocks for problem in findings.problems):
        verdict += phrase("; until the errors are mended marked goods are refused")
    return "".join(f"{line}\n" for line in (lines if quiet else [*lines, verdict]))


def run(args: argparse.Namespace) -> int:
    """Print every problem with its place; 1 when one of them is an error."""
    findings = examine(args.conf, args.data)
    if args.fix:
        _mend(findings, args.diff)
        if args.diff:
            return 1 if findings.errors else 0
        findings = examine(args.conf, args.data)
    if args.format == "sarif":
        text = json.dumps(sarif(findings), ensure_ascii=False, indent=2) + "\n"
    elif args.json or args.format == "json":
        text = json.dumps(findings.json(), ensure_ascii=False, indent=2) + "\n"
    else:
        text = _text(findings, args.quiet)
    sys.stdout.write(text)
    return 1 if findings.errors else 0


def _mend(findings: Findings, show: bool) -> None:
    for one in mended(findings):
        if show:
            sys.stdout.write(one.diff())
        elif one.problems:
            try:
                files.replace(one.path, one.after)
            except OSError as error:
                raise UserError(
                    phrase("{path} cannot be written: {reason}", path=one.path, reason=error.strerror), code="conf"
                ) from error
            sys.stderr.write(phrase("{name}: {count} mended\n", name=one.path.name, count=len(one.problems)))
        for problem, why in one.left:
            sys.stderr.write(
                phrase(
                    "{file}:{line}: {code} is left as it is: {why}\n",
                    file=problem.file,
                    line=problem.line,
                    code=problem.code,
                    why=why,
                )
            )

"""Find the mistakes in the configuration; nothing is asked of the network."""

import argparse
import json
import sys

from ncash.support.check import Findings, examine


def arguments(parser: argparse.ArgumentParser) -> None:
    """No options of its own."""
    parser.epilog = (
        "examples:\n  ncash check --conf shop/conf\n  ncash check --conf shop/conf --json\n\n"
        "exit code: 0 no error (warnings may stand), 1 an error was found, 2 there is no such folder"
    )


def _text(findings: Findings) -> str:
    lines = [str(problem) for problem in findings.problems]
    warnings = len(findings.problems) - findings.errors
    verdict = f"{findings.config.folder}: {findings.errors} errors, {warnings} warnings"
    if any(problem.blocks for problem in findings.problems):
        verdict += "; until the errors are mended marked goods are refused"
    return "\n".join([*lines, verdict])


def run(args: argparse.Namespace) -> int:
    """Print every problem with its place; 1 when one of them is an error."""
    findings = examine(args.conf)
    text = json.dumps(findings.json(), ensure_ascii=False, indent=2) if args.json else _text(findings)
    sys.stdout.write(text + "\n")
    return 1 if findings.errors else 0

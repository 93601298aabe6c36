"""Show the settings in force: every value, where it is written, what it overrode, why it has no effect."""

import argparse
import json
import sys
from collections.abc import Sequence

from ncash.support.check import examine
from ncash.support.values import Shown, values


def arguments(parser: argparse.ArgumentParser) -> None:
    """The action, an optional key, and whether places are wanted."""
    parser.add_argument("action", choices=["show"], help="the only action so far")
    parser.add_argument("key", nargs="?", metavar="KEY", help="show this setting only, in every section")
    parser.add_argument("--origin", action="store_true", help="say for each value where it is written")
    parser.epilog = (
        "examples:\n  ncash config show --conf shop/conf --origin\n"
        "  ncash config show ignoreCrptStatusSold --conf shop/conf --origin --json\n\n"
        "exit code: 0 shown, 1 there is no such setting, 2 there is no such folder"
    )


def _comment(one: Shown, origin: bool) -> str:
    notes = []
    if origin:
        notes.append(one.origin or "default")
        notes += [f"overrides {earlier}" for earlier in one.overrode]
    if one.idle and not one.default:
        notes.append(f"no effect: {one.idle}")
    return f"  ; {'; '.join(notes)}" if notes else ""


def _text(shown: Sequence[Shown], origin: bool) -> str:
    lines: list[str] = []
    section = ""
    for one in shown:
        if one.section != section:
            section = one.section
            lines += ["", f"[{section}]"] if lines else [f"[{section}]"]
        lines.append(f"{one.key} = {one.value}{_comment(one, origin)}".rstrip())
    return "\n".join(lines)


def run(args: argparse.Namespace) -> int:
    """Print the settings; 1 when a key was named that does not exist."""
    shown = [one for one in values(examine(args.conf).config) if args.key in (None, one.key)]
    if args.json:
        text = json.dumps(
            {"conf": str(args.conf), "settings": [one.json() for one in shown]}, ensure_ascii=False, indent=2
        )
    else:
        text = _text(shown, args.origin) if shown else f"there is no setting {args.key}"
    sys.stdout.write(text + "\n")
    return 0 if shown else 1

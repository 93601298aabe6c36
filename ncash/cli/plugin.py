"""Write a new plugin, or say how good one is.

`new` makes a folder NAME with a package, settings, texts, a test, an INI file and a README; `pytest` in it is green at
once. `check` looks at the plugin in PATH and lists what is needed, what is good and what is excellent.

examples:
  ncash plugin new quiethours
  ncash plugin check quiethours
"""

import argparse
import json
import sys
from pathlib import Path

from ncash.language import phrase, retold
from ncash.support.check.plugin_quality import NEEDED, Package, QualityMark, marks
from ncash.support.sample.new_plugin import make


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and with which plugin."""
    parser.add_argument("action", choices=["new", "check"], help="write one, or look at one")
    parser.add_argument("plugin", metavar="NAME|PATH", help="name of the new plugin; folder of the one to look at")
    parser.add_argument("--into", type=Path, default=Path(), metavar="DIR", help="where the new folder is made")
    parser.epilog = "exit code: 0 written, or everything that is needed holds; 1 something needed does not; 2 not done"


def run(args: argparse.Namespace) -> int:
    """Do it. Raises UserError."""
    return _new(args) if args.action == "new" else _check(args)


def _new(args: argparse.Namespace) -> int:
    made = make(args.plugin, args.into)
    if args.json:
        sys.stdout.write(json.dumps({"ok": True, "files": [str(path) for path in made]}, ensure_ascii=False) + "\n")
        return 0
    sys.stdout.write("".join(f"{path}\n" for path in made))
    sys.stdout.write(phrase("next: cd {folder} && pytest\n", folder=args.into / args.plugin))
    return 0


def _check(args: argparse.Namespace) -> int:
    found = marks(Package(Path(args.plugin)))
    if args.json:
        text = json.dumps({"marks": [one.json() for one in found]}, ensure_ascii=False, indent=2)
    else:
        text = "\n".join(map(_line, found))
    sys.stdout.write(text + "\n")
    return int(any(one.why and one.level == NEEDED for one in found))


def _line(one: QualityMark) -> str:
    holds = phrase("yes") if not one.why else phrase("no")
    why = f": {retold(one.why)}" if one.why else ""
    return f"{phrase(one.level):<10} {holds:<4} {phrase(one.what)}{why}"

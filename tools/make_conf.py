"""Write conf/ from the settings tables, or with --check name the files that are stale."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ncash.bundled.expirydiscount.settings import TABLES as EXPIRYDISCOUNT
from ncash.bundled.markedgoods.settings import TABLES as MARKEDGOODS
from ncash.bundled.restrictions.settings import TABLES as RESTRICTIONS
from ncash.settings.host import TABLES as HOST
from ncash.settings.tree import DROP_INS
from ncash.support.sample.sample_conf import files

CONF = Path(__file__).resolve().parent.parent / "conf"
TABLES = (*HOST, *MARKEDGOODS, *RESTRICTIONS, *EXPIRYDISCOUNT)


def stale(folder: Path) -> list[Path]:
    """Files that differ from what the tables say, are missing, or belong to no table."""
    wanted = {folder / name: text.encode() for name, text in files(TABLES).items()}
    wrong = [path for path, content in wanted.items() if not path.is_file() or path.read_bytes() != content]
    there = [*folder.glob("*.ini"), *folder.glob(f"{DROP_INS}/*.ini")]
    return sorted({*wrong, *(path for path in there if path not in wanted)})


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 1 when --check found something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, name the stale files")
    parser.add_argument("folder", nargs="?", type=Path, default=CONF)
    args = parser.parse_args(argv)
    if args.check:
        wrong = stale(args.folder)
        for path in wrong:
            print(f"{path} is not what the settings tables say; run tools/make_conf.py")
        return 1 if wrong else 0
    for name, text in files(TABLES).items():
        path = args.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())

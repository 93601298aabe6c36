"""`pip install` in the environment of `tests/installed.py`: links what pip would bring, and refuses what pip would."""

import argparse
import sys
from importlib import metadata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from tests.installed import Unknown, closure, link, paths


def main() -> int:
    """Exit code 0 when everything is there afterwards."""
    parser = argparse.ArgumentParser(prog="pip")
    parser.add_argument("place", type=Path)
    parser.add_argument("command", choices=["install"])
    parser.add_argument("requirements", nargs="+")
    parser.add_argument("-q", "--quiet", action="store_true")
    args = parser.parse_args()
    there = {canonicalize_name(one.metadata["Name"]): one for one in metadata.distributions(path=_places(args.place))}
    try:
        found = closure([one for text in args.requirements for one in _wanted(Requirement(text), there)], there)
    except (InvalidRequirement, Unknown) as error:
        sys.stderr.write(f"ERROR: {error}\n")
        return 1
    home = args.place / "brought"
    link(found.values(), home)
    [packages] = args.place.glob("lib/python*/site-packages")
    (packages / "brought.pth").write_text(f"{home}\n", encoding="utf-8")
    if not args.quiet:
        sys.stdout.write(f"Successfully installed {' '.join(sorted(found))}\n")
    return 0


def _places(place: Path) -> list[str]:
    return [str(path) for path in paths(place)]


def _wanted(one: Requirement, there: dict[str, metadata.Distribution]) -> list[Requirement]:
    """What is left to bring. Of a distribution that is there, its extras. Raises Unknown for extras it has not."""
    known = there.get(canonicalize_name(one.name))
    if known is None:
        return [one]
    missing = one.extras - set(known.metadata.get_all("Provides-Extra") or ())
    if missing:
        raise Unknown(f"{known.metadata['Name']} does not provide the extra {', '.join(sorted(missing))}")
    lines = [Requirement(line) for line in known.requires or ()]
    return [line for line in lines if line.marker and any(line.marker.evaluate({"extra": name}) for name in one.extras)]


if __name__ == "__main__":
    sys.exit(main())

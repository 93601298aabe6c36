"""The whole judgement of a conf folder: its files, its label rules, and what each plugin adds."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ncash.errors import UserError
from ncash.hosting.configuration import Grounds, grounds
from ncash.language import phrase
from ncash.settings import ini
from ncash.settings.config import Config
from ncash.settings.host import Databases, Host
from ncash.settings.problems import ERROR, Problem
from ncash.settings.tree import DROP_INS, FIRST
from ncash.store.dictionaries import kinds_there
from ncash.store.dictionaries.schema import DICTIONARIES
from ncash.store.sqlite.migrations import opened
from ncash.support.check.starts import unloadable_driver, unstartable

_ENDING: Final = ".ini"


@dataclass(frozen=True, slots=True)
class Findings:
    """A configuration with every mistake in it."""

    config: Config
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> int:
        """How many of the problems are errors."""
        return sum(problem.level == ERROR for problem in self.problems)

    def json(self) -> dict[str, Any]:
        """The findings as an object for `--json`."""
        return {
            "conf": str(self.config.folder),
            "errors": self.errors,
            "warnings": len(self.problems) - self.errors,
            "blocks_marked": any(problem.blocks for problem in self.problems),
            "problems": [problem.json() for problem in self.problems],
        }


def examine(conf: Path, data: Path | None = None) -> Findings:
    """Read the folder for the host and all installed plugins, on or off; with `data` the goods are held against it too.

    Raises UserError without a folder.
    """
    ground = grounds(conf, every=True)
    found = judged(ground)
    more = (*_passed_over(found.config), *(_unserved(ground, data) if data else ()))
    return Findings(found.config, found.config.sorted((*found.problems, *more)))


def judged(found: Grounds) -> Findings:
    """Everything that stands against files that were read for all plugins, the till's grounds among it."""
    problems = (*found.known, *found.linted(found.names), *unstartable(found), *unloadable_driver(found))
    return Findings(found.config, found.config.sorted(problems))


def _unserved(ground: Grounds, data: Path) -> Iterator[Problem]:
    """Goods in Dictionaries that carry marks which nobody here reads. What cannot be opened is the doctor's."""
    host_section = ground.config.section(Host)
    path = data / ground.config.section(Databases).dictionaries
    if not path.is_file():
        return
    try:
        with closing(opened(path, DICTIONARIES, read_only=True)) as connection:
            there = kinds_there.unread(connection, ground.kinds)
    except UserError:
        return
    origin = host_section.origin("unservedMarks")
    file, line = (origin.file, origin.line) if origin else (FIRST, 1)
    outcome = "sold as ordinary ones" if host_section.unservedMarks == "allow" else "refused"
    for one in there:
        yield Problem("MG083", file, line, one.told(outcome), section=Host.section, key="unservedMarks")


def _passed_over(config: Config) -> Iterator[Problem]:
    """Files that somebody put where they are not read, or under a name that is not read, although they hold settings.

    The vendor's till keeps bcode.ini beside ncash.ini; a file that was copied from Windows may end in .INI.
    """
    drop_ins = config.folder / DROP_INS
    places = [(path, "./") for path in _listed(config.folder) if path.name != FIRST]
    places += [(path, f"{DROP_INS}/") for path in _listed(drop_ins) if not path.name.endswith(_ENDING)]
    for path, inside in places:
        document = ini.read(path)
        read = next((one for one in document.headings if config.reads(one.name)), None)
        if read:
            where = (
                phrase("put it into {drop_ins}", drop_ins=DROP_INS)
                if inside == "./"
                else phrase("let its name end in {ending}", ending=_ENDING)
            )
            text = phrase("the file is not read, although it holds [{name}]; {where}", name=read.name, where=where)
            yield Problem("MG058", inside + document.name, read.line, text, section=read.name)


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix.lower() == _ENDING and path.is_file())
    except OSError:
        return []

"""Law: check and till agree.

For any conf folder in which markedgoods is in force, with every outside party answering yes and every list holding the
mark, when goods of tmctype 7 are scanned that the dictionary prices (their barcode and then their mark, and the mark
alone):

1. `ncash check` finds a problem that blocks, exactly when the host refuses on its own: MarkedGoodsBlocked,
   PluginBroken, MarkDataMissing, or no start at all.
2. Warnings stop nothing. Where check finds no error, the unit is sold, or it is not sold by the vendor's rules. That is
   so in three cases only, each of which is looked at here independently of the till: no mask of the folder reads the
   mark (or several categories share the one that does, so that they are ignored), or the mask captures another barcode
   than that of the goods; the mask reads the mark and captures no barcode, and the mark was scanned alone; or the last
   decision is of a check that names the setting it obeys. A refusal without such a name is a breach of the law.
3. `ncash check --fix` leaves every value in force as it was, whatever the folder looks like, and adds no error.

`make test` plays two thousand folders in memory and some hundreds on disk, through the real Shop; `make campaign` a
million. A folder that breaks the law is cut down to the lines that matter before it is shown; those that were found
are below.
"""

import random
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import pytest
import regex

from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.errors import UserError
from ncash.hosting.configuration import Grounds, grounds_of
from ncash.model.mark import ean, plain
from ncash.model.ports import World
from ncash.settings.config import Config
from ncash.settings.problems import ERROR, Problem
from ncash.support.check.check import Findings
from ncash.support.check.mend import mended
from tests.sizes import sized

from . import folders, found
from .tills import BARCODE, MARK, Seen, checked, opened, read, scanned

FOLDERS: Final = sized(2_000, 1_000_000)
SHARES: Final = 10
Folder = Mapping[str, bytes]


def in_force(config: Config) -> list[Any]:
    """Every value in force, put together in another way than the mend does."""
    values: list[Any] = [sorted(name for name, on in config.plugins.items() if on)]
    for table in config.tables:
        profiles = [config.section(table), *config.categories(table)]
        values += [(one.category, row.name, getattr(one, row.name)) for one in profiles for row in table.rows()]
    free = [name for name in config.written_sections if name == "BCode" or name.startswith("Fiscal.")]
    return [*values, [(name, line.key, line.value) for name in free for line in config.lines(name)]]


def wrong_mend(whole: Grounds, problems: tuple[Problem, ...]) -> str:
    """What --fix did that it may not do, or an empty text."""
    config = whole.config
    files = {one.path: one.after for one in mended(Findings(config, problems)) if one.problems}
    if not files:
        return ""
    content = {document.name: files.get(document.path, document.content) for document in config.files}
    after = grounds_of(read({name.removeprefix("ncash.ini.d/"): text for name, text in content.items()}), every=True)
    if in_force(after.config) != in_force(config):
        return "--fix changed a value in force"
    errors = [Counter(p.code for p in one.known if p.level == ERROR) for one in (whole, after)]
    return "--fix made an error" if errors[1] - errors[0] else ""


def readable(config: Config) -> bool | None:
    """Whether the masks of the folder read the mark as that of the goods; None: without saying which goods."""
    masks = [category.mask for category in config.categories(MarkedGoods)]
    for mask in masks:
        if not mask or masks.count(mask) > 1:
            continue
        text = regex.sub(r"\\x\{001d\}", "\x1d", mask)
        match = regex.fullmatch(text, plain(MARK), regex.ASCII) or regex.fullmatch(text, MARK, regex.ASCII)
        if match:
            groups = match.groupdict()
            return (ean(groups["barcode"]) == BARCODE if groups["barcode"] else False) if "barcode" in groups else None
    return False


def against_the_law(folder: Folder, world: World) -> str:
    """What breaks the law in this folder; an empty text for nothing, "off" when markedgoods is not in force."""
    till = grounds_of(read(folder))
    whole, problems = checked(till)
    wrong = wrong_mend(whole, problems)
    if wrong or not till.config.plugins.get("markedgoods"):
        return wrong or "off"
    seen: list[Seen] = []
    try:
        with opened(till, world) as room:
            seen = [scanned(room, BARCODE, MARK), *([scanned(room, MARK)] if room.plugins.loaded else [])]
        refused = any(one.refused_by_host for one in seen)
    except UserError:
        refused = True
    blocking = [str(problem) for problem in problems if problem.blocks]
    if bool(blocking) is not refused:
        return f"check: {blocking or 'nothing blocks'}, till: {seen}"
    if any(problem.level == ERROR for problem in problems):
        return ""
    return _stopped_by_a_warning(till.config, seen)


def _stopped_by_a_warning(config: Config, seen: list[Seen]) -> str:
    fits = readable(config)
    for one, alone in zip(seen, (False, True), strict=True):
        if one.sold or fits is False or (alone and fits is None):
            continue
        if one.decided is None or one.decided[1] is None:
            return f"not sold, and no setting says so: {one}"
    return ""


def smaller(folder: Folder, breaks: Any) -> dict[str, bytes]:
    """The folder without all that can be taken away so that it still breaks the law."""
    kept, tried = dict(folder), True
    while tried:
        tried = False
        for name in list(kept):
            lines = kept[name].splitlines(keepends=True)
            size = len(lines)
            while size:
                for at in range(0, len(lines), size):
                    fewer = lines[:at] + lines[at + size :]
                    candidate = {**kept, name: b"".join(fewer)}
                    if breaks(candidate):
                        kept, lines, tried = candidate, fewer, True
                        break
                else:
                    size //= 2
    return {name: content for name, content in kept.items() if content}


@pytest.mark.long
@pytest.mark.parametrize("share", range(SHARES))
def test_check_and_till_agree_about_any_folder(world: World, share: int) -> None:
    chance, judged = random.Random(share), 0
    while judged < FOLDERS // SHARES:
        folder = folders.made(chance)
        wrong = against_the_law(folder, world)
        judged += wrong != "off"
        if wrong not in ("", "off"):
            least = smaller(folder, lambda one: against_the_law(one, world) not in ("", "off"))
            pytest.fail(f"{wrong}\n{against_the_law(least, world)}\n{folders.shown(least)}")


@pytest.mark.parametrize("name", found.FOLDERS)
def test_a_folder_that_broke_the_law_once_keeps_it(world: World, name: str) -> None:
    assert against_the_law(found.FOLDERS[name], world) == ""


def test_a_folder_that_breaks_the_law_is_cut_down_to_what_matters() -> None:
    folder = {"a.ini": b"one\ntwo\nthree\n", "b.ini": b"x\n" * 9}
    assert smaller(folder, lambda one: b"two" in one["a.ini"]) == {"a.ini": b"two\n"}

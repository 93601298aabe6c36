"""The pages that come with the program: docs, what goes around a server, sample INI files."""

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import ncash
from ncash.errors import UserError
from ncash.language import phrase

FOLDERS: Final = ("docs", "deploy", "conf")
"""Each lies in the package of an installed ncash, and at the top of a clone."""
_DOCS, _ADR = "docs", "adr"


class Page(NamedTuple):
    """A page by its name, as in `server`, `adr/0027-…`, `deploy/nginx.conf`."""

    name: str
    path: Path

    @property
    def title(self) -> str:
        """Its heading; empty for a file that has none."""
        if self.path.suffix != ".md":
            return ""
        first = self.path.read_text(encoding="utf-8").partition("\n")[0]
        return first.lstrip("# ").rstrip()


def folder_of(name: str) -> Path:
    """Where one of FOLDERS lies."""
    installed = Path(ncash.__file__).resolve().parent
    return installed / name if (installed / name).is_dir() else installed.parent / name


def pages() -> Iterator[Page]:
    """Every page, docs first."""
    for folder in FOLDERS:
        home = folder_of(folder)
        for path in sorted((path for path in home.rglob("*") if _is_page(path)), key=_place):
            name = path.relative_to(home).as_posix()
            yield Page(name.removesuffix(".md") if folder == _DOCS else f"{folder}/{name}", path)


def _is_page(path: Path) -> bool:
    return path.is_file() and path.suffix not in (".1", ".pyc")


def _place(path: Path) -> tuple[bool, Path]:
    """Why things are as they are comes last."""
    return path.parent.name == _ADR, path


def page_of(asked: str) -> Page:
    """The page of this name, written with or without docs/, .md and #heading, or of the only one that begins so.

    Raises UserError.
    """
    wanted = asked.partition("#")[0].removeprefix("./").removeprefix(f"{_DOCS}/").removesuffix(".md")
    known = {page.name: page for page in pages()}
    found = [known[wanted]] if wanted in known else [page for name, page in known.items() if name.startswith(wanted)]
    if len(found) == 1 and wanted:
        return found[0]
    like = [page.name for page in found] or difflib.get_close_matches(wanted, known, 3, 0.5)
    meant = phrase("; is it {names}?", names=", ".join(like[:3])) if like else ""
    raise UserError(
        phrase("there is no page {asked!r}{meant}", asked=asked, meant=meant),
        code="page",
        hint="ncash docs lists the pages",
    )

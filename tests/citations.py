"""What this repository cites, and where that leads: pages with sections, sources, decisions, invariants, tags, links.

A citation is found by its form anywhere in code, tests and documents; `unresolved` says why it leads nowhere.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[1]
DOCS: Final = ROOT / "docs"
SPEC: Final = DOCS / "spec"
SOURCES: Final = SPEC / "crpt.md"
"""The page whose table lists the operator's documents by the sections that are cited."""
FOLDERS: Final = ("ncash", "plugins", "tools", "tests", "docs", "deploy", "conf")
MODULES: Final = ("", "plugins", "tools", "ncash/bundled", "ncash/emulators")
"""Where the packages lie."""
SUFFIXES: Final = frozenset({".py", ".md", ".yml", ".yaml", ".ini", ".cfg", ".toml", ".service", ".conf"})
AT_TOP: Final = ("Makefile", ".importlinter", "setup.cfg", "README.md", "README.ru.md", "CHANGELOG.md")

_NUMBER: Final = r"§\s?\d+(?:\.\d+)*"
_ALSO: Final = r"(?:,|,?\s+(?:and|to|or))\s+"
_SECTIONS: Final = rf"{_NUMBER}(?:{_ALSO}{_NUMBER})*"
_RULE: Final = r"\d+(?:\(\d\)|[a-z]\b)?"
FORMS: Final = {
    "page": re.compile(
        rf"(?<![\w./-])(?P<name>(?:[\w.-]+/)*[A-Za-z][\w.-]*\.md)\b(?:\]?\s+(?P<sections>{_SECTIONS}))?"
    ),
    "guide": re.compile(
        rf"\b(?P<name>R17|LM40)\b(?:\s+(?P<sections>{_SECTIONS}))?"
        rf"(?:\s+rows?\s+(?P<rows>\d+(?:{_ALSO}\d+)*)|\s+(?P<letter>[a-z])(?=[),.;:]|$))?"
        r"(?P<annex>,?\s+annex\s+\d+)?"
    ),
    "law": re.compile(rf"\b(?P<name>PP\s+\d+)(?:,?\s+rules?\s+(?P<rules>{_RULE}(?:{_ALSO}{_RULE})*))?"),
    "decision": re.compile(
        rf"\bADRs?\s+(?P<numbers>\d{{1,4}}(?:{_ALSO}(?:ADR\s+)?\d{{1,4}}\b)*)|\badr/(?P<page>\d{{4}})\b"
    ),
    "label": re.compile(r"(?<![\w\]./§-])(?P<label>[IK]\d{1,2})(?!\w|[.(-]\w)"),
    "tag": re.compile(r"\b[Tt]ags?\s+(?P<numbers>\d{4}(?:(?:,|,?\s+(?:and|to|or|…))\s+\d{4}\b)*)"),
    "problem": re.compile(r"\b(?P<label>MG\d{3})\b"),
    "file": re.compile(
        r"(?<![\w./-])(?P<name>(?:ncash|plugins|tools|tests|deploy)/[\w./@-]+\.(?:py|yml|yaml|conf|service))\b"
    ),
    "module": re.compile(
        r"(?<![\w./@-])(?:ncash\.(?:bundled|emulators)\.)?"
        r"(?P<name>(?:ncash|markedgoods|restrictions|expirydiscount|\w+_emulator)(?:\.[A-Za-z_]\w*)+)\b(?!/)"
    ),
    "bare": re.compile(rf"(?<![\w§])(?P<sections>{_SECTIONS})"),
}  # fmt: skip
"""The kinds of citations, each by the form it is written in. A stretch of text belongs to the first that takes it."""
WHERE: Final[Mapping[str, Callable[[Path], bool]]] = {
    "problem": lambda file: ROOT / "tests" not in file.parents,
    "file": lambda file: file.suffix == ".md",
    "module": lambda file: file.parent == SPEC,
}
"""Where some kinds are looked for: tests make up problems, code names files that it makes, mypy looks after imports."""
_FENCE: Final = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_LINK: Final = re.compile(r"\]\((?!https?:)(?P<path>[^)#\s]*)(?:#(?P<anchor>[^)\s]+))?\)")
_FILE_NAME: Final = re.compile(r"(?<=[\"'])(?:\.\./[\w./-]*/)?[\w.-]+\.md(?:#\w+)?(?=[\"'])")
"""A literal that is the name of a file and nothing else: code opens it."""


class Citation(NamedTuple):
    """A citation where it stands."""

    file: Path
    line: int
    kind: str
    text: str
    parts: dict[str, str | None]
    """What its form caught."""

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.line}: {' '.join(self.text.split())}"


def _anywhere(file: Path) -> bool:
    return True


def files() -> Iterator[Path]:
    """Every text of the repository that may cite."""
    yield from (ROOT / name for name in AT_TOP)
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file() and path.parent.name != "__pycache__":
                yield path


def citations(text: str, file: Path) -> Iterator[Citation]:
    """The citations in a text that stands in this file."""
    if file.suffix == ".md":
        yield from _links(text, file)
    bare = _LINK.sub(lambda found: "]" + " " * (len(found[0]) - 1), text)
    if file.suffix == ".py":
        bare = _FILE_NAME.sub(lambda found: " " * len(found[0]), bare)
    for kind, form in FORMS.items():
        if not WHERE.get(kind, _anywhere)(file):
            continue
        taken = []
        for found in form.finditer(bare):
            taken.append(found.span())
            yield Citation(file, text.count("\n", 0, found.start()) + 1, kind, found[0], found.groupdict())
        for begin, end in taken:
            bare = bare[:begin] + re.sub(r"\S", " ", bare[begin:end]) + bare[end:]


def _links(text: str, file: Path) -> Iterator[Citation]:
    prose = _FENCE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    prose = re.sub(r"`[^`\n]*`", lambda found: " " * len(found[0]), prose)
    for found in _LINK.finditer(prose):
        yield Citation(file, text.count("\n", 0, found.start()) + 1, "link", found[0], found.groupdict())


@cache
def read(path: Path) -> str:
    """The text of a page without its blocks of code; empty when there is none."""
    return _FENCE.sub("", path.read_text(encoding="utf-8")) if path.is_file() else ""


@cache
def sections(page: Path) -> frozenset[str]:
    """The numbers under which something stands on a page: headings, and entries of lists and tables below them."""
    known: set[str] = set()
    section = ""
    for line in read(page).splitlines():
        if heading := re.match(r"#+\s+(?:§\s?)?(\d+(?:\.\d+)*)\b", line):
            section = heading[1]
            known.add(section)
        elif re.match(r"#+\s", line):
            section = ""
        elif section and (entry := re.match(r"(?:[-*]\s+)?(\d+)\.\s|\|\s*(\d+|[a-z])\s*\|", line)):
            known.add(f"{section}.{entry[1] or entry[2]}")
    return frozenset(known)


@cache
def anchors(page: Path) -> frozenset[str]:
    """What a link to a page may have behind its #: `id`s, and headings as a forge writes them."""
    text = read(page)
    known = set(re.findall(r'\bid="([^"]+)"', text))
    times: dict[str, int] = {}
    for heading in re.findall(r"^#+\s+(.+?)\s*$", text, re.MULTILINE):
        shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
        slug = re.sub(r"[^\w\- ]", "", shown).replace(" ", "-")
        times[slug] = times.get(slug, 0) + 1
        known.add(slug if times[slug] == 1 else f"{slug}-{times[slug] - 1}")
    return frozenset(known)


@cache
def sources() -> dict[str, str]:
    """The operator's documents, section by section as they are cited, with the sections here that tell of them."""
    table = read(SOURCES).partition("\n## Sources\n")[2].partition("\n## ")[0]
    known: dict[str, str] = {}
    for label, here in re.findall(r"^\| ((?:R17|LM40|PP \d+)[^|]*?) \|.*\| ([^|]*?) \|$", table, re.MULTILINE):
        for found in citations(label, SOURCES):
            known |= dict.fromkeys(_source_labels(found), here)
    return known


def _numbers(text: str | None, form: str = r"\d+(?:\.\d+)*") -> list[str]:
    return re.findall(form, text or "")


def _source_labels(one: Citation) -> list[str]:
    """The rows of the table of sources that a citation of a guide or a law needs."""
    name = " ".join((one.parts.get("name") or "").split())
    if one.kind == "law":
        return [f"{name} rule {rule}" for rule in _numbers(one.parts["rules"], _RULE)] or [name]
    found = [f"{name} §{number}" for number in _numbers(one.parts["sections"])]
    annex = _numbers(one.parts["annex"])
    return [*found, *(f"{name} annex {number}" for number in annex)] or [name]


def unresolved(one: Citation) -> str:
    """Why a citation leads nowhere; empty when it leads somewhere."""
    return "; ".join(_RESOLVERS[one.kind](one))


def _page(one: Citation) -> Iterator[str]:
    name = one.parts["name"] or ""
    wanted = _numbers(one.parts["sections"])
    if wanted:
        page = SPEC / Path(name).name
        if not page.is_file() or name not in (page.name, f"spec/{page.name}", f"docs/spec/{page.name}"):
            yield f"there is no docs/spec/{Path(name).name}"
            return
        yield from (f"{name} has no §{number}" for number in wanted if number not in sections(page))
    elif not any((folder / name).is_file() for folder in _shelves(one.file, name)):
        yield f"there is no page {name}"


def _shelves(file: Path, name: str) -> Iterable[Path]:
    """Folders in which a page may lie that is called by this name."""
    if "/" in name:
        return (ROOT, file.parent, DOCS)
    return (file.parent, SPEC, DOCS, DOCS / "reference", ROOT)


def _source(one: Citation) -> Iterator[str]:
    for label in _source_labels(one):
        if label not in sources():
            yield f"docs/spec/crpt.md has no source {label}"
            continue
        here = _numbers(sources()[label])
        entries = [*_numbers(one.parts.get("rows")), *([one.parts["letter"]] if one.parts.get("letter") else [])]
        for entry in entries if "annex" not in label else ():
            if not any(f"{number}.{entry}" in sections(SOURCES) for number in here):
                yield f"docs/spec/crpt.md §{', §'.join(here)} has no row {entry}"


def _decision(one: Citation) -> Iterator[str]:
    for number in _numbers(one.parts["numbers"] or one.parts["page"], r"\d+"):
        if len(list((DOCS / "adr").glob(f"{int(number):04}-*.md"))) != 1:
            yield f"there is no decision {number} in docs/adr"


def _label(one: Citation) -> Iterator[str]:
    label = one.parts["label"] or ""
    row = re.compile(rf"^(?:#+\s+|\|\s*|[-*]\s+)(?:<a id=\"\w+\"></a>)?\**{label}\b", re.MULTILINE)
    pages = (SPEC / "reliability.md", *([DOCS / "reference" / "invariants.md"] if label.startswith("I") else []))
    if not any(row.search(read(page)) for page in pages):
        yield f"nothing is called {label} in {' or '.join(str(page.relative_to(ROOT)) for page in pages)}"


def _tag(one: Citation) -> Iterator[str]:
    for number in _numbers(one.parts["numbers"], r"\d{4}"):
        if f"tag-{number}" not in anchors(SOURCES):
            yield f"docs/spec/crpt.md has no tag {number}"


def _problem(one: Citation) -> Iterator[str]:
    label = one.parts["label"] or ""
    if label not in anchors(DOCS / "reference" / "problems.md"):
        yield f"docs/reference/problems.md has no {label}"


def _bare(one: Citation) -> Iterator[str]:
    if one.file.parent != SPEC:
        yield "a section of no page"
        return
    known = sections(one.file)
    yield from (f"this page has no §{number}" for number in _numbers(one.parts["sections"]) if number not in known)


def _link(one: Citation) -> Iterator[str]:
    path, anchor = one.parts["path"], one.parts["anchor"]
    page = one.file.parent / path if path else one.file
    if not page.exists():
        yield f"there is no {path}"
    elif anchor and page.suffix == ".md" and anchor not in anchors(page):
        yield f"{page.name} has nothing called #{anchor}"


def _file(one: Citation) -> Iterator[str]:
    if not (ROOT / (one.parts["name"] or "")).is_file():
        yield f"there is no file {one.parts['name']}"


def _module(one: Citation) -> Iterator[str]:
    """A module, or a name in one; the names of INI files look the same and are none."""
    parts = (one.parts["name"] or "").split(".")
    if parts[1] == "ini":
        return
    for folder in MODULES:
        path = ROOT / folder
        for number, part in enumerate(parts, 1):
            path /= part
            if (found := path.with_suffix(".py")).is_file():
                if all(re.search(rf"\b{name}\b", read(found)) for name in parts[number:]):
                    return
                break
        if (path / "__init__.py").is_file():
            return
    yield f"there is no {'.'.join(parts)}"


_RESOLVERS: Final = {
    "page": _page, "guide": _source, "law": _source, "decision": _decision, "label": _label, "tag": _tag,
    "problem": _problem, "bare": _bare, "link": _link, "file": _file, "module": _module,
}  # fmt: skip


@cache
def everything() -> tuple[Citation, ...]:
    """Every citation of the repository."""
    texts = ((path.read_text(encoding="utf-8", errors="replace"), path) for path in files())
    return tuple(one for text, path in texts for one in citations(text, path))

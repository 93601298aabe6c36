"""From entries to typed values: every line is judged, the good ones take effect."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from ncash.language import phrase
from ncash.settings import kinds
from ncash.settings.declare import Row, Scope, Settings
from ncash.settings.ini import Assignment, Heading, IniFault, IniFile
from ncash.settings.layout import PLUGINS, RULE_OF_KIND, UNKNOWN_PLUGIN, KnownSection, Sections
from ncash.settings.problems import RULES, Problem, mistyped, nearest
from ncash.settings.tree import Tree

_BAD: Final = object()


def _switch(name: str) -> Row:
    return Row(
        name=name,
        kind=kinds.SWITCH,
        default=False,
        default_text="off",
        scope=Scope.COMMON,
        file="",
        section=PLUGINS,
        accepted=kinds.SWITCH.accepted,
        effect="",
        comment="",
    )


def idle(profile: Settings, row: Row) -> str:
    """Why a setting has no effect in this profile, or an empty text."""
    for name, wanted in row.only:
        if getattr(profile, name) != wanted:
            source = profile.source(name)
            place = f" ({source})" if source else " (default)"
            return f"{name} = {profile.raw(name)}{place}"
    return "" if row.enforced else "not in this version"


def _by_file(entries: Iterable[Assignment]) -> Iterator[tuple[Assignment, tuple[tuple[int, str], ...]]]:
    """The first entry of each file, and the lines of the others there."""
    found: dict[str, list[Assignment]] = {}
    for entry in entries:
        found.setdefault(entry.file, []).append(entry)
    for first, *more in found.values():
        yield first, tuple((entry.line, entry.key) for entry in more)


def _homeless(found: Sequence[IniFault]) -> str:
    keys = tuple(dict.fromkeys(fault.key for fault in found))
    text = "{keys} stands before any section" if len(keys) == 1 else "{keys} stand before any section"
    return phrase(text, keys=", ".join(keys))


def _same(found: Sequence[IniFault]) -> str:
    return found[0].text


_ONE_CAUSE: Final[Mapping[str, Callable[[Sequence[IniFault]], str]]] = {"MG004": _homeless, "MG078": _same}
"""Rules whose findings in one file have one cause, and how several of them are told."""


class Resolver:
    """Judges a tree of entries once; `values` holds what the good ones say, by section and key."""

    def __init__(self, tree: Tree, layout: Sections) -> None:
        self.tree = tree
        self.layout = layout
        self.problems: list[Problem] = []
        self._unknown: list[Callable[[], Iterator[Problem]]] = []
        self.values: dict[tuple[str, str], Any] = {}
        self._below: dict[tuple[str, Heading, str], list[Assignment]] = {}
        """Live lines below a commented-out header, by file, header and the section they count for."""
        for document in tree.documents:
            self._faults(document)
            for name, line in {h.name: h.line for h in reversed(document.headings)}.items():
                self._heading(document.name, name, line)
        for (section, key), entries in tree.history.items():
            self._key(section, key, entries)
        for (_, heading, section), below in self._below.items():
            self._commented_header(heading, section, sorted(below, key=lambda one: one.line))

    def strange(self, section: str) -> bool:
        """Whether nobody reads this section, and its name is no slip of the pen for one that is read."""
        return bool(section) and self.layout.find(section) is None and not self.layout.slip(section)[0]

    def _faults(self, document: IniFile) -> None:
        """What is wrong with lines; one finding for all lines of one cause."""
        causes: dict[tuple[str, str], list[IniFault]] = {}
        for number, fault in enumerate(document.faults):
            strange = self.strange(fault.section)
            alone = "" if fault.code in _ONE_CAUSE else str(number)
            causes.setdefault((fault.code, f"[{fault.section}]" if strange else alone), []).append(fault)
        for (code, _), found in causes.items():
            first, *more = found
            text = first.text if not more else _ONE_CAUSE.get(code, _same)(found)
            unread = self.strange(first.section)
            also = tuple((fault.line, fault.key) for fault in more)
            problem = Problem(code, document.name, first.line, text, section=first.section, key=first.key)
            self.problems.append(problem._replace(unread=unread, also=also))

    def _heading(self, file: str, name: str, line: int) -> None:
        known = self.layout.find(name)
        if known is None:
            self._unknown.append(partial(self._unknown_section, file, name, line))
        elif known.category and "." in known.category:
            text = phrase("[{name}] is not read: the name of a category holds no dot", name=name)
            self.problems.append(Problem("MG026", file, line, text, section=name))

    def unknown(self) -> Iterator[Problem]:
        """Names that nobody reads. Said only when asked for: each is compared with every known name."""
        for told in self._unknown:
            yield from told()

    def _unknown_section(self, file: str, name: str, line: int) -> Iterator[Problem]:
        code, text, meant = self.layout.wrong_section(name)
        yield Problem(code, file, line, text, section=name, nearest=meant)

    def _unknown_key(self, key: str, known: KnownSection, entries: list[Assignment]) -> Iterator[Problem]:
        code, text, meant = self.layout.wrong_key(key, known)
        for entry, also in _by_file(entries):
            yield Problem(
                code, entry.file, entry.line, text, section=entry.section, key=entry.key, nearest=meant, also=also
            )

    def _key(self, section: str, key: str, entries: list[Assignment]) -> None:
        known = self.layout.find(section)
        for entry in entries:
            if self._lost_header(entry) and entry.under:
                self._below.setdefault((entry.file, entry.under, entry.section), []).append(entry)
        if section != PLUGINS and not (known is None and self.strange(section)):
            self._twice(entries)
        if known is None or (known.category and "." in known.category):
            return
        row = known.rows.get(key)
        if known.free and row is None:
            self._unfinished(entries[-1], None)
            if mistyped(key, known.rows)[0]:
                self._unknown.append(partial(self._unknown_key, key, known, entries))
        elif section == PLUGINS:
            self._plugin(key, row, entries)
        elif row is None:
            self._unknown.append(partial(self._unknown_key, key, known, entries))
        elif not self._misplaced(row, known, entries):
            self._values(section, row, entries)

    def _plugin(self, name: str, row: Row | None, entries: list[Assignment]) -> None:
        """A name that no plugin has switches nothing, whatever is written behind it."""
        wrong = self.layout.wrong_plugin(name)
        if wrong:
            for entry, also in _by_file(entries):
                self._say(wrong[0], entry, wrong[1], nearest=wrong[2], also=also)
        if wrong and wrong[0] == UNKNOWN_PLUGIN:
            self.values[PLUGINS, name] = entries[-1].value == kinds.SWITCH.words[0]
            return
        self._twice(entries)
        self._values(PLUGINS, row or _switch(name), entries)

    def _misplaced(self, row: Row, known: KnownSection, entries: list[Assignment]) -> bool:
        if known.category and row.scope is Scope.COMMON:
            text = phrase("{name} is a common setting; in a category's section it is ignored", name=row.name)
            code, meant = "MG024", f"[{row.section}]"
        elif row.required and not known.category:
            text = phrase("{name} works only in a category's section; here it is ignored", name=row.name)
            code, meant = "MG025", f"[{row.section}.NAME]"
        else:
            return False
        for entry, also in _by_file(entries):
            self._say(code, entry, text, nearest=meant, also=also)
        return True

    def _values(self, section: str, row: Row, entries: list[Assignment]) -> None:
        good = False
        for entry in reversed(entries):
            value = self._value(row, entry, overridden=good)
            if entry is entries[-1]:
                good = value is not _BAD
                if good:
                    self.values[section, row.name] = value
                if not row.enforced:
                    text = phrase("{name} is read, but has no effect in this version", name=row.name)
                    self._say("MG040", entry, text)

    def _value(self, row: Row, entry: Assignment, overridden: bool) -> Any:
        if self._unfinished(entry, row):
            return _BAD
        try:
            return row.read(entry.value)
        except ValueError as error:
            code = getattr(error, "code", RULE_OF_KIND.get(row.kind.name, "MG030"))
            code = code if code in RULES else "MG030"
            meant = nearest(entry.value.casefold(), row.kind.words)
            self._say(code, entry, phrase("{name}: {text}", name=row.name, text=error), row.accepted, meant, overridden)
            return _BAD if RULES[code].blocks else entry.value

    def _unfinished(self, entry: Assignment, row: Row | None) -> bool:
        if not entry.unfinished or (row and row.kind.words):
            return False
        text = phrase(
            "the file ends within the line of {key}, so its value may be cut; end the line or quote the value",
            key=entry.key,
        )
        self._say("MG007", entry, text)
        return True

    def _lost_header(self, entry: Assignment) -> bool:
        """Whether a commented-out header stands above the line that would be a section's, were it live."""
        name = entry.under.name if entry.under else ""
        return bool(name) and (self.layout.find(name) is not None or self.layout.slip(name)[0] == "MG021")

    def _twice(self, entries: list[Assignment]) -> None:
        """Lines below a commented-out header are held against each other only: the header is the cause of the rest."""
        first: dict[tuple[str, Heading | None], Assignment] = {}
        for entry in entries:
            under = entry.under if self._lost_header(entry) else None
            before = first.setdefault((entry.file, under), entry)
            if before is entry:
                continue
            same = before.value == entry.value
            what = "the same value" if same else "another value, and the last one counts"
            text = phrase("{key} already stands at line {line} with {what}", key=entry.key, line=before.line, what=what)
            self._say("MG009" if same else "MG008", entry, text)

    def _commented_header(self, heading: Heading, section: str, below: list[Assignment]) -> None:
        keys = ", ".join(dict.fromkeys(entry.key for entry in below))
        text = (
            "{keys} stands below the commented-out [{name}] of line {line} and counts for [{section}]; "
            "enable the header or disable the line"
            if len(below) == 1
            else "{keys} stand below the commented-out [{name}] of line {line} and count for [{section}]; "
            "enable the header or disable the lines"
        )
        text = phrase(text, keys=keys, name=heading.name, line=heading.line, section=section)
        self._say("MG011", below[0], text, also=tuple((entry.line, entry.key) for entry in below[1:]))

    def _say(
        self,
        code: str,
        entry: Assignment,
        text: str,
        accepted: str = "",
        nearest: str = "",
        overridden: bool = False,
        also: tuple[tuple[int, str], ...] = (),
    ) -> None:
        self.problems.append(
            Problem(
                code, entry.file, entry.line, text, section=entry.section, key=entry.key, accepted=accepted,
                nearest=nearest, overridden=overridden, also=also,
            )
        )  # fmt: skip


def idle_problems(profiles: list[Settings]) -> Iterator[Problem]:
    """Settings that are out of use in every profile they are in force in; a flag that is false says nothing."""
    for row in type(profiles[0]).rows():
        if not row.only:
            continue
        by_place: dict[tuple[str, int], list[Settings]] = {}
        for profile in profiles:
            origin = profile.origin(row.name)
            if origin and getattr(profile, row.name) is not False:
                by_place.setdefault((origin.file, origin.line), []).append(profile)
        for (file, line), used in by_place.items():
            reasons = [idle(profile, row) for profile in used]
            if all(reasons):
                origin = used[0].origin(row.name)
                section = origin.section if origin else row.section
                text = phrase("{name} has no effect because {reason}", name=row.name, reason=reasons[0])
                yield Problem("MG041", file, line, text, section=section, key=row.name)

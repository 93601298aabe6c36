"""Configuration mistakes: the rules as rows, a problem with its place, and the name that was probably meant."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final, NamedTuple

from ncash.language import phrase, retold

ERROR: Final = "error"
WARNING: Final = "warning"
LEVELS: Final = (ERROR, WARNING)


class Rule(NamedTuple):
    """One rule of `ncash check`: a kind of mistake under its code."""

    code: str
    level: str
    title: str
    blocks: bool = False
    """Marked goods are refused while it stands."""


def _error(code: str, title: str, blocks: bool = True) -> Rule:
    return Rule(code, ERROR, title, blocks)


def _warning(code: str, title: str) -> Rule:
    return Rule(code, WARNING, title)


_ROWS: Final = (
    _error("MG001", "a file cannot be read"),
    _error("MG002", "a file is not text in UTF-8 or CP1251"),
    _error("MG003", "a line is no comment, no section header and no setting"),
    _error("MG004", "a setting stands before any section"),
    _error("MG005", "a section header cannot be read"),
    _error("MG006", "a quote is not closed"),
    _error("MG007", "the last line has no line end and may be cut"),
    _error("MG008", "a setting stands twice in one section with different values"),
    _warning("MG009", "a setting stands twice in one section with the same value"),
    _warning("MG010", "a section begins twice in one file"),
    _error("MG011", "a live setting stands under a commented-out header"),
    _error("MG012", "a line is too long"),
    _warning("MG013", "text follows a closing quote"),
    _error("MG020", "a name differs from a known one by one or two letters"),
    _error("MG021", "a name differs from a known one in case only"),
    _warning("MG022", "an unknown setting"),
    _warning("MG023", "an unknown section"),
    _warning("MG024", "a common setting in a category's section"),
    _warning("MG025", "a setting of a category's section in the common one"),
    _error("MG026", "a category's name holds a dot"),
    _error("MG030", "a value outside its type"),
    _error("MG031", "a mask that cannot serve"),
    _error("MG032", "an address that cannot be used"),
    _error("MG033", "xapikey cannot be read", blocks=False),
    _error("MG034", "a lone token for department 1", blocks=False),
    _error("MG035", "a department with two tokens", blocks=False),
    _error("MG036", "a rule of bcode.ini that cannot be used"),
    _warning("MG040", "a setting without effect in this version"),
    _warning("MG041", "a setting that another one puts out of use"),
    _warning("MG050", "a category without a mask"),
    _warning("MG051", "categories with the same mask"),
    _warning("MG052", "the CRPT check without a token"),
    _warning("MG053", "an empty industry tag"),
    _warning("MG054", "a file that does not exist"),
    _warning("MG055", "a plugin that is not installed"),
    _error("MG060", "masks of two categories that one code fits"),
    _error("MG061", "a mask that no code can fit"),
    _error("MG062", "a mask that every code fits"),
    _warning("MG063", "a mask whose barcode cannot be a GTIN"),
    _error("MG064", "a mask that runs away"),
    _warning("MG065", "a mask about which nothing can be proved"),
    _warning("MG066", "a mask that does not show where the serial ends"),
    _error("MG067", "captures of a mask that cannot be read as they are named"),
    _warning("MG068", "a capture that nobody reads"),
    _warning("MG069", "a mask that may want a separator and cannot be read without"),
    _warning("MG071", "a service asked without a registration"),
    _warning("MG072", "a service without what it needs to be asked"),
    _warning("MG073", "a secret that others may read"),
    _error("MG074", "a fiscal driver that is not installed"),
    _error("MG078", "lines that the manual leaves out"),
    _warning("MG075", "a cash server that is never asked, for its address is plain http"),
    _warning("MG076", "plain http to another computer, allowed by name"),
    _warning("MG077", "an address beside which nothing answers"),
    _warning("MG080", "goods whose marks nobody reads are sold as ordinary ones"),
    _warning("MG081", "settings of another module that are not served"),
    _warning("MG082", "a module whose goods only a plugin serves that is off"),
    _warning("MG083", "goods whose marks no category reads"),
    _warning("MG084", "a mask of another module that cannot serve"),
    _error("MG056", "a plugin whose settings or checks cannot be used"),
    _error("MG057", "more categories than a till can tell apart"),
    _warning("MG058", "a file with settings that is not read"),
    _error("MG059", "a folder of plugins that does not exist"),
    _error("MG085", "a plugin whose name is taken"),
)
RULES: Final = {rule.code: rule for rule in _ROWS}


class Problem(NamedTuple):
    """One mistake. No field ever holds a secret."""

    code: str
    file: str
    line: int
    text: str
    section: str = ""
    key: str = ""
    accepted: str = ""
    nearest: str = ""
    overridden: bool = False
    """It stops nothing: a later file puts a good value over this one, or its plugin is switched off."""
    unread: bool = False
    """Nobody reads what it stands in, so that it is a warning whatever its rule says."""
    also: tuple[tuple[int, str], ...] = ()
    """Further lines of the same cause, each with its key."""
    rule: Rule | None = None
    """The rule of a plugin's own; the host fills it in. None: that of this code in RULES."""

    @property
    def level(self) -> str:
        """`error` or `warning`."""
        return WARNING if self.unread else self.ruled_by.level

    @property
    def ruled_by(self) -> Rule:
        """The rule that it breaks."""
        return self.rule or RULES[self.code]

    @property
    def blocks(self) -> bool:
        """Whether marked goods are refused while it stands."""
        return self.ruled_by.blocks and not (self.overridden or self.unread)

    def __str__(self) -> str:
        lines = [str(line) for line, _ in self.also]
        hints = (
            [phrase("also line {lines}" if len(lines) == 1 else "also lines {lines}", lines=", ".join(lines))]
            if lines
            else []
        )
        hints += [phrase("accepted: {accepted}", accepted=retold(self.accepted))] if self.accepted else []
        hints += [phrase("did you mean {nearest}?", nearest=self.nearest)] if self.nearest else []
        more = f" ({'; '.join(hints)})" if hints else ""
        place = f" [{self.section}]" if self.key and self.section else ""
        return f"{self.file}:{self.line}: {phrase(self.level)} {self.code}:{place} {retold(self.text)}{more}"

    def json(self) -> dict[str, Any]:
        """The problem as an object for `--json` and the line protocol; `also` only where it has further lines."""
        more = {"also": [{"line": line, "key": key or None} for line, key in self.also]} if self.also else {}
        return {
            "code": self.code,
            "level": self.level,
            "file": self.file,
            "line": self.line,
            "section": self.section or None,
            "key": self.key or None,
            "text": retold(self.text),
            "accepted": retold(self.accepted) or None,
            "nearest": self.nearest or None,
            "blocks": self.blocks,
            **more,
        }


@lru_cache(maxsize=4096)
def distance(one: str, other: str) -> int:
    """Letters to add, drop, change or swap with a neighbour to make one text of the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, char in enumerate(one, 1):
        previous, row = row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (char != wanted))
            if i > 1 and j > 1 and char == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before = previous
    return row[-1]


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that is most like this one, or an empty text."""
    from difflib import get_close_matches

    found = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return found[0] if found else ""


def mistyped(name: str, known: Iterable[str]) -> tuple[str, str]:
    """Rule and known name when `name` is a slip of the pen for it, else two empty texts.

    Two letters are a slip in a long name; in one of up to five letters only one is.
    """
    names = list(known)
    for one in names:
        if one.casefold() == name.casefold():
            return "MG021", one
    if len(name) > 100:
        return "", ""
    close = [(distance(name, one), one) for one in names if abs(len(one) - len(name)) <= 2]
    if close:
        letters, one = min(close)
        if letters <= (2 if len(one) > 5 else 1):
            return "MG020", one
    return "", ""

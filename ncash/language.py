"""The language of what a person reads: Russian in a Russian locale, else English.

A text with values is a template, `phrase("{path} is not UTF-8", path=path)`, and one without stands there as it is;
both are translated by the catalogues `locale/ru/LC_MESSAGES/*.po`. What is kept in the books or told to another process
stays English, `recorded(...)`, and is translated when it is shown, `retold(...)` (docs/adr/0045).
"""

import gettext
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from string import Formatter
from typing import Any, Final, NamedTuple, SupportsIndex

ENGLISH: Final = "en"
RUSSIAN: Final = "ru"
DOMAIN: Final = "ncash"
_NOWHERE: Final = ("", "C", "POSIX")
"""Locales without a language."""
_WORD: Final = re.compile("[a-z]{2}")
_TELLING: Final = 6
"""So many letters of its own a template needs to be known again in a text."""


class _Speech:
    """The language in force, and where the catalogues lie by their domains."""

    def __init__(self) -> None:
        self.language = ENGLISH
        self.folders = {DOMAIN: str(Path(__file__).parent / "locale")}


_SPEECH: Final = _Speech()


def wanted(environment: Mapping[str, str]) -> str:
    """The language that an environment asks for, as GNU gettext reads it.

    The first of LC_ALL, LC_MESSAGES and LANG that is set is the locale; LANGUAGE goes before it unless the locale is C.
    """
    names = (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next((name for name in names if name), "")
    if locale.partition(".")[0] in _NOWHERE:
        return ENGLISH
    for name in (environment.get("LANGUAGE") or locale).split(":"):
        language = re.split(r"[_.@]", name, maxsplit=1)[0].lower()
        if language in (ENGLISH, RUSSIAN):
            return language
    return ENGLISH


def speak(language: str) -> None:
    """Let every text from here on be of this language, those of argparse too."""
    _SPEECH.language = language
    gettext.bindtextdomain(DOMAIN, _SPEECH.folders[DOMAIN])
    gettext.textdomain(DOMAIN if language == RUSSIAN else "messages")


def spoken() -> str:
    """The language in force."""
    return _SPEECH.language


def catalogue(domain: str, folder: Path) -> None:
    """Add the catalogue of a plugin, `folder/ru/LC_MESSAGES/DOMAIN.mo`."""
    _SPEECH.folders[domain] = str(folder)
    _texts.cache_clear()
    _templates.cache_clear()
    retold_in_russian.cache_clear()


class Phrase(str):
    """A text in another language than English that still knows its English."""

    english: str

    def replace(self, old: str, new: str, count: SupportsIndex = -1) -> "Phrase":
        """The text with `new` for `old`, in both languages."""
        changed = Phrase(super().replace(old, new, count))
        changed.english = self.english.replace(old, new, count)
        return changed


def phrase(template: str, /, **values: Any) -> str:
    """The text of a template in the language in force; a value that is a text of ours is translated as well."""
    if _SPEECH.language == ENGLISH:
        return template.format(**values) if values else template
    text = _texts().get(template, template)
    shown = Phrase(text.format(**{name: _value(value) for name, value in values.items()}) if values else text)
    shown.english = template.format(**{name: english(value) for name, value in values.items()}) if values else template
    return shown


def english(value: Any) -> Any:
    """The English of a text that `phrase` made, for the books; any other value as it is."""
    text = said(value) if isinstance(value, Exception) else value
    return text.english if isinstance(text, Phrase) else text


def recorded(template: str, /, **values: Any) -> str:
    """An English text for the books and for other processes; `retold` translates it where it is shown."""
    return template.format(**values)


def retold(text: str) -> str:
    """A whole English text of ours in the language in force; any other text stays as it is."""
    return text if _SPEECH.language == ENGLISH or not _WORD.search(text) else retold_in_russian(text)


def said(error: Exception) -> str:
    """What an exception was raised with: str() of it, in a text that still knows its English."""
    return error.args[0] if error.args and isinstance(error.args[0], Phrase) else str(error)


def _value(value: Any) -> Any:
    if isinstance(value, Exception):
        return retold(str(value))
    return retold(value) if isinstance(value, str) and " " in value else value


@cache
def _texts() -> Mapping[str, str]:
    """Every Russian text by its English one."""
    found: dict[str, str] = {}
    for domain, folder in _SPEECH.folders.items():
        made = gettext.translation(domain, folder, [RUSSIAN], fallback=True)
        found.update(getattr(made, "_catalog", {}))
    found.pop("", None)
    return found


class Template(NamedTuple):
    """A template as it is known again in a text that was made from it."""

    longest: str
    """Its longest piece between two values."""
    pattern: str
    english: str


def bare(template: str) -> Iterator[str]:
    """The template with nothing but the names of its values in the braces, piece by piece."""
    for literal, name, _, _ in Formatter().parse(template):
        yield literal.replace("{", "{{").replace("}", "}}")
        if name is not None:
            yield f"{{{name}}}"


@cache
def _templates() -> tuple[Template, ...]:
    """The templates with values, those that say most first."""
    found = []
    for english in _texts():
        try:
            pieces = list(Formatter().parse(english))
        except ValueError:
            continue
        literals = [literal for literal, *_ in pieces]
        if any(name for _, name, *_ in pieces) and sum(map(str.isalpha, "".join(literals))) >= _TELLING:
            found.append(Template(max(literals, key=len), _pattern(pieces), english))
    return tuple(sorted(found, key=lambda one: len(one.pattern), reverse=True))


def _pattern(pieces: list[tuple[str, str | None, str | None, str | None]]) -> str:
    seen: set[str] = set()
    parts = []
    for literal, name, _, _ in pieces:
        parts.append(re.escape(literal))
        if name is not None:
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>.*?)")
            seen.add(name)
    return "".join(parts)


@lru_cache(maxsize=1024)
def retold_in_russian(text: str) -> str:
    """The Russian of a whole English text: by itself, by the template that it was made from, or piece by piece."""
    known = _texts().get(text)
    if known is not None:
        return known
    for one in _templates():
        found = re.fullmatch(one.pattern, text, re.DOTALL) if one.longest in text else None
        if found:
            russian = "".join(bare(_texts()[one.english]))
            return russian.format(**{name: _value(value) for name, value in found.groupdict().items()})
    for joint in (": ", "; "):
        before, found_joint, rest = text.partition(joint)
        if found_joint:
            return f"{_value(before)}{joint}{_value(rest)}"
    return text

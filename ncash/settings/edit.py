"""One key of one file changed, every other byte left as it was: the editing half of the INI dialect (config.md)."""

from pathlib import Path
from typing import Final

from ncash.errors import UserError
from ncash.language import phrase
from ncash.settings import ini
from ncash.settings.ini import UTF8_BOM, Assignment, IniFile

_UNSAFE: Final = ("\r", "\n", "\0")


def written(value: str) -> str:
    """A value as it stands in a file, quoted when something of it would be lost without quotes.

    Raises UserError for a value that no line can hold.
    """
    if any(character in value for character in _UNSAFE):
        raise UserError("a value has one line and no zero bytes", code="value")
    if ini.split_value(f" {value}").text == value and value[:1] not in ini.QUOTES:
        return value
    for quote in ini.QUOTES[::-1]:
        if ini.split_value(f" {quote}{value}{quote}").text == value:
            return f"{quote}{value}{quote}"
    raise UserError("the value holds both kinds of quotes; a line cannot hold it", code="value")


def put(content: bytes, section: str, key: str, value: str, above: str = "") -> bytes:
    """The file with `key = value` in the section.

    A live line gets the new value in its place; else a disabled `;key =` line of the section is switched on; else a
    line joins after the section's last key, or a new section at the end. `above` is a comment line put before a line
    that is new. Raises UserError when the result does not read back as just that change.
    """
    document = _read(content)
    lines = list(document.lines)
    end = _line_end(document)
    live = [entry for entry in document.entries if (entry.section, entry.key) == (section, key)]
    text = written(value)
    if live:
        last = live[-1]
        line = lines[last.line - 1]
        rest = line[last.span[1] :]
        lines[last.line - 1] = line[: last.span[0]] + text + (f" {rest}" if rest.startswith(";") else rest)
    else:
        _insert(document, lines, section, [above] if above else [], f"{key} = {text}", key, end)
    return _checked(document, lines, section, key, value)


def drop(content: bytes, section: str, key: str) -> bytes:
    """The file without the live lines of a key, and without a comment of ours right above them. Raises UserError."""
    document = _read(content)
    lines = list(document.lines)
    gone = {entry.line - 1 for entry in document.entries if (entry.section, entry.key) == (section, key)}
    if not gone:
        raise UserError(phrase("{key} does not stand in [{section}]", key=key, section=section), code="key")
    gone |= {at - 1 for at in gone if at and lines[at - 1].startswith(OURS)}
    kept = [line for at, line in enumerate(lines) if at not in gone]
    return _checked(document, kept, section, key, None)


OURS: Final = "; ncash: "
"""How a comment begins that says who switched a setting, when and why."""


def _read(content: bytes) -> IniFile:
    document = ini.scan(Path("edited.ini"), content)
    unreadable = next((fault for fault in document.faults if fault.code in ("MG001", "MG002")), None)
    if unreadable is not None:
        raise UserError(phrase("the file cannot be edited: {text}", text=unreadable.text), code="unreadable")
    return document


def _line_end(document: IniFile) -> str:
    first = document.lines[0] if document.lines else "\n"
    return first[len(first.rstrip("\r\n")) :] or "\n"


def _insert(document: IniFile, lines: list[str], section: str, above: list[str], line: str, key: str, end: str) -> None:
    disabled = [place.line for name, place in document.disabled if (name, place.name) == (key, section)]
    live_section = any(heading.name == section for heading in document.headings)
    if disabled and live_section:
        at = disabled[-1] - 1
        tail = lines[at][len(lines[at].rstrip("\r\n")) :]
        lines[at : at + 1] = [*(text + end for text in above), line + (tail or end)]
        return
    keys = [entry.line for entry in document.entries if entry.section == section]
    heads = [heading.line for heading in document.headings if heading.name == section]
    fresh = [text + end for text in (*above, line)]
    if keys or heads:
        at = max((*keys, *heads))
        if not lines[at - 1].endswith(("\r", "\n")):
            lines[at - 1] += end
        lines[at:at] = fresh
        return
    if lines and not lines[-1].endswith(("\r", "\n")):
        lines[-1] += end
    lines += [*([end] if lines else []), f"[{section}]{end}", *fresh]


def _checked(document: IniFile, lines: list[str], section: str, key: str, value: str | None) -> bytes:
    """The bytes of the lines, read again: exactly this key must have changed."""
    try:
        body = "".join(lines).encode(document.encoding.removesuffix("-sig"))
    except UnicodeEncodeError as error:
        text = phrase(
            "{text!r} cannot be written in {encoding}",
            text=error.object[error.start : error.end],
            encoding=document.encoding,
        )
        raise UserError(text, code="encoding", hint="convert the file to UTF-8") from error
    content = (UTF8_BOM if document.encoding == "utf-8-sig" else b"") + body
    before, after = _pairs(document.entries), _pairs(_read(content).entries)
    before.pop((section, key), None)
    seen = after.pop((section, key), None)
    if after != before or (seen[-1] if seen else None) != value:
        text = phrase(
            "{key} in [{section}] cannot be changed by this line alone; nothing was written", key=key, section=section
        )
        raise UserError(text, code="edit", hint="edit the file by hand and run ncash check")
    return content


def _pairs(entries: list[Assignment]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for entry in entries:
        found.setdefault((entry.section, entry.key), []).append(entry.value)
    return found

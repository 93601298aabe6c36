"""Settings switched by support: in a drop-in of their own, with who, when, why and until when (conventions.md).

The vendor's files are never touched. A toggle that has run out is taken back by the till between two receipts, and by
the next start.
"""

import getpass
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from ncash.errors import UserError
from ncash.hosting.configuration import grounds_of
from ncash.language import phrase
from ncash.settings import edit, ini
from ncash.settings.config import Config
from ncash.settings.declare import Row, Scope, Settings
from ncash.settings.problems import Problem
from ncash.settings.tree import DROP_INS, rank
from ncash.system import files

FILE: Final = "90-support.ini"
_MARK: Final = edit.OURS
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}


class Toggle(NamedTuple):
    """One setting that support has switched: value, who, when, why, until when."""

    section: str
    key: str
    value: str
    """Masked when it is a secret."""
    line: int
    who: str = ""
    at: str = ""
    reason: str = ""
    until: str = ""
    """ISO 8601 with offset; empty stays until it is unset."""

    def json(self) -> dict[str, Any]:
        """The toggle as an object for `--json`."""
        return self._asdict()


def place(conf: Path) -> Path:
    """The drop-in of support's toggles."""
    return conf / DROP_INS / FILE


def moment(text: str, now: datetime) -> datetime:
    """`2h`, `30m`, `3d`, `23:00` (the next one) or an ISO date with time. Raises UserError."""
    number, unit = text[:-1], text[-1:]
    if unit in _UNITS and number.isdigit() and int(number):
        return now + timedelta(**{_UNITS[unit]: int(number)})
    try:
        if len(text) <= 5:
            hour, minute = (int(part) for part in text.split(":"))
            wanted = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
            return wanted if wanted > now else wanted + timedelta(days=1)
        wanted = datetime.fromisoformat(text)
        wanted = wanted if wanted.tzinfo else wanted.replace(tzinfo=now.tzinfo)
    except ValueError as error:
        hint = "write 2h, 30m, 3d, 23:00 or 2026-11-30T09:00"
        raise UserError(phrase("--until {text!r} is no moment", text=text), code="until", hint=hint) from error
    if wanted <= now:
        raise UserError(phrase("--until {text} is over already", text=text), code="until")
    return wanted


def find(tables: Sequence[type[Settings]], key: str, category: str | None) -> tuple[str, Row]:
    """The section and the row of a setting, `KEY` or `SECTION.KEY`. Raises UserError naming what there is.

    Settings in the sections of other modules are found by their section only.
    """
    named, _, bare = key.rpartition(".")
    rows = [(table, row) for table in tables for row in table.rows() if row.name == bare]
    rows = [(table, row) for table, row in rows if (table.section == named if named else table.sampled)]
    if not rows:
        raise UserError(phrase("there is no setting {key}", key=key), code="key", hint="ncash config show lists them")
    if len(rows) > 1:
        sections = ", ".join(f"{table.section}.{bare}" for table, _ in rows)
        raise UserError(
            phrase("several settings are called {key}: {sections}", key=key, sections=sections),
            code="key",
            hint="name it with its section",
        )
    table, row = rows[0]
    if category is None:
        return table.section, row
    if not table.categories or row.scope is not Scope.CATEGORY:
        raise UserError(
            phrase("{key} holds for the whole shop; no category can have its own", key=key), code="category"
        )
    return f"{table.section}.{category}", row


def switch(
    before: Config, section: str, row: Row, value: str, now: datetime, reason: str = "", until: datetime | None = None
) -> bytes:
    """The drop-in with this setting switched. Raises UserError for a value that `ncash check` would refuse."""
    return _switched(before, _content(before.folder), section, row, value, now, reason, until)


def tried(before: Config, section: str, row: Row, value: str, now: datetime) -> Config:
    """The configuration as it would be with this setting switched; nothing is written. Raises UserError as `store`."""
    path = place(before.folder)
    content = next((document.content for document in before.files if document.path == path), b"")
    return _after(before, _switched(before, content, section, row, value, now))


def _switched(
    before: Config,
    content: bytes,
    section: str,
    row: Row,
    value: str,
    now: datetime,
    reason: str = "",
    until: datetime | None = None,
) -> bytes:
    try:
        row.read(value)
    except ValueError as error:
        accepted = phrase("accepted: {accepted}", accepted=row.accepted)
        raise UserError(f"{row.name} = {row.shown(value)}: {error}", code="value", hint=accepted) from error
    known = {f"{t.section}.{c.category}" for t in before.tables if t.categories for c in before.categories(t)}
    if section.count(".") and section not in known and not any(t.section == section for t in before.tables):
        raise UserError(
            phrase("there is no category section [{section}]", section=section),
            code="category",
            hint=phrase("there are: {known}", known=sorted(known)),
        )
    facts = {"who": who(), "at": now.isoformat(timespec="seconds")}
    facts |= {"reason": _line(reason)} if reason else {}
    facts |= {"until": until.isoformat(timespec="seconds")} if until else {}
    if any((t.section, t.key) == (section, row.name) for t in toggles(before)):
        content = edit.drop(content, section, row.name)
    above = _MARK + json.dumps(facts, ensure_ascii=False)
    return edit.put(content, section, row.name, value, above=above)


def who() -> str:
    """The user of this machine who is at it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def _line(text: str) -> str:
    return " ".join(text.split())


def _content(conf: Path) -> bytes:
    try:
        return place(conf).read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise UserError(
            phrase("{path} cannot be read: {reason}", path=place(conf), reason=error.strerror), code="conf"
        ) from error


def store(before: Config, content: bytes) -> Config:
    """Put the drop-in in place, unless the configuration would have an error that it has not now. Raises UserError."""
    after, path = _after(before, content), place(before.folder)
    try:
        if content.strip():
            path.parent.mkdir(exist_ok=True)
            files.replace(path, content)
        else:
            files.remove(path)
    except OSError as error:
        raise UserError(
            phrase("{path} cannot be written: {reason}", path=path, reason=error.strerror), code="conf"
        ) from error
    return after


def _after(before: Config, content: bytes) -> Config:
    path = place(before.folder)
    kept = [document for document in before.files if document.path != path]
    fresh_files = [ini.scan(path, content)] if content.strip() else []
    after = Config(before.folder, sorted([*kept, *fresh_files], key=lambda one: rank(one.path)), before.tables)
    old = {(problem.code, problem.text) for problem in grounds_of(before).errors}
    fresh = [problem for problem in grounds_of(after).errors if (problem.code, problem.text) not in old]
    if fresh:
        raise UserError(_listed(fresh), code="check", hint="nothing was written")
    return after


def _listed(problems: Sequence[Problem]) -> str:
    return "; ".join(str(problem) for problem in problems)


def toggles(config: Config) -> list[Toggle]:
    """What support has switched, in the order of the file."""
    path = place(config.folder)
    document = next((one for one in config.files if one.path == path), None)
    if document is None:
        return []
    rows = {(t.section, row.name): row for t in config.tables for row in t.rows()}
    found = []
    for entry in document.entries:
        row = next((r for (s, n), r in rows.items() if n == entry.key and entry.section.startswith(s)), None)
        shown = row.shown(entry.value) if row else entry.value
        facts = _facts(document.lines[entry.line - 2]) if entry.line > 1 else {}
        found.append(Toggle(entry.section, entry.key, shown, entry.line, **facts))
    return found


def _facts(line: str) -> dict[str, str]:
    if not line.startswith(_MARK):
        return {}
    try:
        told = json.loads(line.removeprefix(_MARK))
    except ValueError:
        return {}
    return {name: str(told[name]) for name in ("who", "at", "reason", "until") if name in told}


def unset(config: Config, section: str, key: str) -> bytes:
    """The drop-in without a setting. Raises UserError when support did not switch it."""
    if not any((t.section, t.key) == (section, key) for t in toggles(config)):
        text = phrase(
            "{key} in [{section}] was not switched by support; it stands in another file, or nowhere",
            key=key,
            section=section,
        )
        raise UserError(text, code="key", hint="ncash config show --origin says where")
    content = edit.drop(_content(config.folder), section, key)
    return content if ini.scan(place(config.folder), content).entries else b""


def run_out(config: Config, now: datetime) -> list[Toggle]:
    """Toggles whose time is over."""
    return [one for one in toggles(config) if one.until and datetime.fromisoformat(one.until) <= now]


def take_back(config: Config, now: datetime) -> list[Toggle]:
    """Remove what has run out from the drop-in; what was removed. Raises UserError when the file cannot be written."""
    gone = run_out(config, now)
    content = _content(config.folder)
    for one in gone:
        content = edit.drop(content, one.section, one.key)
    if gone:
        store(config, content if ini.scan(place(config.folder), content).entries else b"")
    return gone

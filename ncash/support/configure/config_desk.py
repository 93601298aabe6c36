"""The actions of `ncash config`: functions that look at a configuration, or switch it, and say what came of it."""

import hashlib
import json
import os
import shlex
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ncash.errors import UserError
from ncash.hosting import toggles
from ncash.language import phrase
from ncash.model.address import without_passwords
from ncash.settings import host
from ncash.settings.config import Config
from ncash.settings.ini import IniFile
from ncash.settings.kinds import MASKED
from ncash.shop.shop import running_file
from ncash.support.configure.values import ShownSetting, values
from ncash.system import files
from ncash.system.clock import SystemClock


class ActionResult(NamedTuple):
    """What an action came to: a text, the same as JSON values, and the exit code."""

    text: str
    told: Any
    code: int = 0


def show(config: Config, key: str | None = None, origin: bool = False) -> ActionResult:
    """Every setting, or one of them in every section; with `origin` where each value is written."""
    shown = [one for one in values(config) if key in (None, one.key)]
    text = _listing(shown, origin) if shown else phrase("there is no setting {key}", key=key)
    return ActionResult(
        text, {"conf": str(config.folder), "settings": [one.json() for one in shown]}, 0 if shown else 1
    )


def _listing(shown: Sequence[ShownSetting], origin: bool) -> str:
    lines: list[str] = []
    section = ""
    for one in shown:
        if one.section != section:
            section = one.section
            lines += ["", f"[{section}]"] if lines else [f"[{section}]"]
        lines.append(f"{one.key} = {one.value}{_comment(one, origin)}".rstrip())
    return "\n".join(lines)


def _comment(one: ShownSetting, origin: bool) -> str:
    notes = []
    if origin:
        notes.append(one.origin or phrase("default"))
        notes += [phrase("overrides {earlier}", earlier=earlier) for earlier in one.overrode]
    if one.idle and not one.default:
        notes.append(phrase("no effect: {idle}", idle=one.idle))
    return f"  ; {'; '.join(notes)}" if notes else ""


def get(config: Config, key: str, category: str | None = None) -> ActionResult:
    """One value. Raises UserError for an unknown key."""
    section, row = toggles.find(config.tables, key, category)
    found = next((one for one in values(config) if (one.section, one.key) == (section, row.name)), None)
    if found is None:
        raise UserError(
            phrase("there is no section [{section}]", section=section),
            code="category",
            hint="ncash config show lists them",
        )
    return ActionResult(found.value, found.json())


def switch(
    config: Config, key: str, value: str, category: str | None = None, until: str | None = None, reason: str = ""
) -> ActionResult:
    """Switch a setting in support's drop-in, for good or until a moment. Raises UserError for what check would
    refuse."""
    section, row = toggles.find(config.tables, key, category)
    now = SystemClock().now()
    moment = toggles.moment(until, now) if until else None
    content = toggles.switch(config, section, row, value, now=now, reason=reason, until=moment)
    after = toggles.store(config, content)
    return _stored(config, after, section, row.name)


def _stored(before: Config, after: Config, section: str, key: str) -> ActionResult:
    old = next((one for one in values(before) if (one.section, one.key) == (section, key)), None)
    new = next((one for one in values(after) if (one.section, one.key) == (section, key)), None)
    was = f"{old.value} ({old.origin or phrase('default')})" if old else phrase("nothing")
    is_now = f"{new.value} ({new.origin or phrase('default')})" if new else phrase("nothing")
    lines = [f"[{section}] {key}: {was} → {is_now}"]
    if new and new.idle:
        lines.append(phrase("it has no effect: {idle}", idle=new.idle))
    watched = after.section(host.Host).watchConfig
    lines.append(
        phrase("a running till takes it between two receipts" if watched else "a running till takes it at ncash reload")
    )
    told = {"section": section, "key": key, "before": old.json() if old else None, "after": new.json() if new else None}
    return ActionResult("\n".join(lines), told)


def unset(config: Config, key: str, category: str | None = None) -> ActionResult:
    """Take one switch back. Raises UserError when support did not make it."""
    section, row = toggles.find(config.tables, key, category)
    return _stored(config, toggles.store(config, toggles.unset(config, section, row.name)), section, row.name)


def revert(config: Config) -> ActionResult:
    """Take all switches of support back."""
    gone = toggles.toggles(config)
    toggles.store(config, b"")
    lines = [
        phrase("taken back: [{section}] {key} = {value}", section=one.section, key=one.key, value=one.value)
        for one in gone
    ] or [phrase("support has switched nothing")]
    return ActionResult("\n".join(lines), {"reverted": [one.json() for one in gone]})


def edit(config: Config) -> ActionResult:
    """The drop-in in the user's editor. Raises UserError when the result has an error; the old file stands then."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    place = toggles.place(config.folder)
    before = place.read_bytes() if place.exists() else b""
    with tempfile.TemporaryDirectory(prefix="ncash-edit-") as folder:
        copy = Path(folder) / place.name
        files.replace(copy, before)
        ended = subprocess.run([*shlex.split(editor), str(copy)], check=False)
        if ended.returncode:
            raise UserError(
                phrase(
                    "{editor} ended with {returncode}; nothing was written", editor=editor, returncode=ended.returncode
                ),
                code="editor",
            )
        content = copy.read_bytes()
    if content == before:
        return ActionResult(phrase("nothing was changed"), {"changed": False})
    toggles.store(config, content)
    return ActionResult(phrase("{name} is in place", name=place.name), {"changed": True})


def delta(config: Config) -> ActionResult:
    """What overrides what, and what support switched."""
    over = [one for one in values(config) if one.overrode]
    mine = toggles.toggles(config)
    lines = [
        phrase(
            "[{section}] {key} = {value} ({origin}) overrides {overrode}",
            section=o.section,
            key=o.key,
            value=o.value,
            origin=o.origin,
            overrode="; ".join(o.overrode),
        )
        for o in over
    ]
    for one in mine:
        told = [
            phrase("by {who}", who=one.who) if one.who else "",
            phrase("at {at}", at=one.at) if one.at else "",
            one.reason,
        ]
        told.append(phrase("until {until}", until=one.until) if one.until else "")
        facts = ", ".join(part for part in told if part)
        lines.append(
            phrase(
                "switched: [{section}] {key} = {value} ({file}:{line}) {facts}",
                section=one.section,
                key=one.key,
                value=one.value,
                file=toggles.FILE,
                line=one.line,
                facts=facts,
            ).rstrip()
        )
    said = {"overrides": [one.json() for one in over], "switched": [one.json() for one in mine]}
    return ActionResult("\n".join(lines) or phrase("no file overrides another, support has switched nothing"), said)


def diff(config: Config, data: Path, cash: str | None = None) -> ActionResult:
    """The files on disk against what a till has read. Raises UserError when no till ever said what it runs."""
    path = running_file(data, cash or config.section(host.Cash).cashcode)
    try:
        running: Mapping[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        hint = "start the till, or name it with --cash and its folder with --data"
        raise UserError(
            phrase("no till has said what it runs ({path} cannot be read)", path=path), code="running", hint=hint
        ) from error
    now = {document.name: hashlib.sha256(document.content).hexdigest() for document in config.files}
    then: Mapping[str, str] = running["files"]
    lines = [phrase("{name}: new on disk", name=name) for name in now if name not in then]
    lines += [phrase("{name}: gone from disk", name=name) for name in then if name not in now]
    lines += [phrase("{name}: changed on disk", name=name) for name in now if name in then and now[name] != then[name]]
    shown = {f"[{one.section}] {one.key}": one.value for one in values(config)}
    read: Mapping[str, str] = running["settings"]
    runs, nothing = "{place}: runs {value}, on disk {shown}", phrase("nothing")
    lines += [phrase(runs, place=place, value=value, shown=shown.get(place, nothing))
              for place, value in read.items() if place in shown and shown[place] != value]  # fmt: skip
    text = "\n".join(lines) or phrase("the till runs what is on disk (since {since})", since=running["since"])
    return ActionResult(text, {"since": running["since"], "differences": lines}, 1 if lines else 0)


def cat(config: Config) -> ActionResult:
    """All files in reading order, secrets masked."""
    shown = {document.name: _masked(config, document) for document in config.files}
    return ActionResult("\n".join(f"# {name}\n{text}" for name, text in shown.items()), shown)


def _masked(config: Config, document: IniFile) -> str:
    secrets = {row.name for table in config.tables for row in table.rows() if row.secret}
    lines = list(document.lines)
    for entry in document.entries:
        hidden = entry.key in secrets or entry.section.startswith("Fiscal.")
        if hidden and entry.value:
            line = lines[entry.line - 1]
            lines[entry.line - 1] = line[: entry.span[0]] + MASKED + line[entry.span[1] :]
    return "".join(without_passwords(_hidden_comment(line, secrets)) for line in lines)


def _hidden_comment(line: str, secrets: set[str]) -> str:
    """A commented-out secret is a secret too."""
    text = line.lstrip("; \t#")
    name, equals, value = text.partition("=")
    if line.startswith((";", "#")) and equals and name.strip() in secrets and value.strip():
        return f";{name.strip()} = {MASKED}\n"
    return line

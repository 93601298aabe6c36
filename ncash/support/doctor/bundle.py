"""One zip file for the vendor's second line: configuration, findings, versions, the end of the journal, logs.

No secret is in it: values of secret settings, and what stands in password and token files, are masked in every file,
wherever they stand; so are UUIDs and names that look like a secret's in INI files and logs. Marking codes are without
their verification part. Databases stay at home.
"""

import io
import json
import platform
import re
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from ncash import __version__
from ncash.errors import UserError
from ncash.language import phrase
from ncash.model.address import without_passwords
from ncash.model.finding import Finding
from ncash.model.veil import veiled
from ncash.settings import host
from ncash.settings.config import Config
from ncash.settings.kinds import MASKED
from ncash.settings.problems import mistyped
from ncash.store.receipts import as_text
from ncash.store.rescue.checkup import journal_tail
from ncash.support.check.check import examine
from ncash.support.configure import config_desk
from ncash.system import files

JOURNAL_LINES: Final = 500
LOG_BYTES: Final = 200_000
SHORTEST: Final = 4
"""Characters of the shortest secret that is looked for in texts."""
LONG: Final = 8
"""Characters of the shortest secret that stands in a file by no chance."""
_SECRET_FILES: Final = ("PasswordFile", "TokenFile")
_UUID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_SETTING: Final = re.compile(r"^([\s;#]*)(\w+)(\s*[=:]\s*)(\S.*?)(\s*)$")
_TELLING: Final = re.compile(r"key$|token|passw|secret|\bpin\b|парол|токен|ключ", re.IGNORECASE)
_CODE: Final = re.compile(r"(01\d{14}21[^\s]{6}|(?<!\d)0\d{13}[^\s]{7})(?:[^\s\"']|\x1d)+")
"""A code in a log: everything but GTIN and the beginning of the serial number may be verification part."""
_CODES: Final = frozenset({"raw", "text", "input", "code", "mark", "excisemark", "markingcode"})
"""Members of a journal line that hold a code; those written by an earlier version may hold all of it."""
_STATE: Final = ("running-*.json", "reload-*.json", "switches/*.json")
_LOGS: Final = ("*.log", "*.log.*", "log/*", "logs/*")


def write(path: Path, conf: Path, data: Path, findings: Sequence[Finding], now: datetime) -> None:
    """Write the bundle, whole or not at all. Raises UserError."""
    config = examine(conf).config
    secrets = secrets_of(config)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _members(config, data, findings):
            shown = zipfile.ZipInfo(scrubbed(name, secrets), now.timetuple()[:6])
            shown.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(shown, scrubbed(text, secrets).encode("utf-8", "backslashreplace"))
    try:
        files.replace(path, packed.getvalue())
    except OSError as error:
        raise UserError(
            phrase("{path} cannot be written: {reason}", path=path, reason=error.strerror), code="bundle"
        ) from error


def _members(config: Config, data: Path, findings: Sequence[Finding]) -> Iterator[tuple[str, str]]:
    yield "doctor.json", _json([one.json() for one in findings])
    yield "versions.json", _json(versions(config))
    shown: Mapping[str, str] = config_desk.cat(config).told
    for name, text in shown.items():
        yield f"conf/{name}", quiet(text, _names(config))
    yield "journal.jsonl", _journal(data / config.section(host.Databases).documents)
    for pattern in _STATE:
        for path in sorted(data.glob(pattern)):
            yield f"data/{path.relative_to(data)}", _read(path)
    for path in sorted({path for pattern in _LOGS for path in data.glob(pattern) if path.is_file()}):
        text = quiet(_read(path), _names(config))
        yield f"data/{path.relative_to(data)}", _CODE.sub(_begun, text)


def _begun(code: re.Match[str]) -> str:
    return code[1] + MASKED


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def versions(config: Config) -> dict[str, Any]:
    """What the program runs on."""
    from importlib.metadata import requires, version

    needed = [re.split(r"[^\w.-]", one)[0] for one in requires("ncash") or () if "extra ==" not in one]
    return {
        "ncash": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "sqlite": sqlite3.sqlite_version,
        "libraries": {name: version(name) for name in needed},
        "plugins": {name: "on" if on else "off" for name, on in config.plugins.items()},
    }


def _journal(path: Path) -> str:
    if not path.is_file():
        return ""
    try:
        lines = journal_tail(path, JOURNAL_LINES)
    except (UserError, ValueError) as error:
        return _json({"unreadable": str(error) if isinstance(error, UserError) else type(error).__name__})
    return "".join(as_text(_covered(line)) + "\n" for line in lines)


def _covered(value: Any, name: str = "") -> Any:
    if isinstance(value, str):
        return veiled(value) if name in _CODES else value
    if isinstance(value, Mapping):
        return {key: _covered(one, str(key)) for key, one in value.items()}
    return [_covered(one, name) for one in value] if isinstance(value, list) else value


def _read(path: Path) -> str:
    """The end of a file; a reason instead of one that cannot be read."""
    try:
        return path.read_bytes()[-LOG_BYTES:].decode("utf-8", "replace")
    except OSError as error:
        return phrase("cannot be read: {reason}\n", reason=error.strerror)


def _names(config: Config) -> Mapping[str, bool]:
    """Every setting, and whether it is a secret."""
    return {row.name: row.secret for table in config.tables for row in table.rows()}


def quiet(text: str, names: Mapping[str, bool]) -> str:
    """The text without UUIDs and without values of names that are, or look like, those of secrets."""
    lines = (_UUID.sub(MASKED, _quiet(line, names)) for line in text.splitlines(keepends=True))
    return "".join(map(without_passwords, lines))


def _quiet(line: str, names: Mapping[str, bool]) -> str:
    found = _SETTING.match(line)
    if found is None or names.get(found[2]) is False:
        return line
    secrets = [name for name, secret in names.items() if secret]
    if names.get(found[2]) or mistyped(found[2], secrets)[1] or _TELLING.search(found[2]):
        return f"{found[1]}{found[2]}{found[3]}{MASKED}{found[5]}"
    return line


def scrubbed(text: str, secrets: Iterable[str]) -> str:
    """The text with every secret masked, as it is and as JSON writes it."""
    for secret in secrets:
        text = text.replace(secret, MASKED).replace(json.dumps(secret)[1:-1], MASKED)
    return text


def secrets_of(config: Config) -> tuple[str, ...]:
    """Every secret the configuration holds or names a file of, longest first."""
    names = _names(config)
    found: set[str] = set()
    for document in config.files:
        for entry in document.entries:
            if names.get(entry.key) or entry.section.startswith(f"{host.Fiscal.section}."):
                found |= {entry.value, *re.split(r"[\[\]:,\s]+", entry.value)}
            elif entry.key.endswith(_SECRET_FILES) and entry.value:
                found |= _kept(Path(config.folder, entry.value))
    long = {one for one in found if len(one) >= SHORTEST}
    return tuple(sorted(long, key=len, reverse=True))


def certain_secrets(config: Config) -> tuple[str, ...]:
    """Secrets long enough to be found nowhere by chance; in a driver's own section those whose name tells."""
    names = _names(config)
    found: set[str] = set()
    for document in config.files:
        for entry in document.entries:
            driver = entry.section.startswith(f"{host.Fiscal.section}.")
            if names.get(entry.key) or (driver and _TELLING.search(entry.key)):
                found |= {entry.value, *re.split(r"[\[\]:,\s]+", entry.value)}
            elif entry.key.endswith(_SECRET_FILES) and entry.value:
                found |= _kept(Path(config.folder, entry.value))
    return tuple(sorted(one for one in found if len(one) >= LONG))


def _kept(path: Path) -> set[str]:
    try:
        text = path.read_bytes()[:4096].decode("utf-8", "replace").strip()
    except OSError:
        return set()
    return {text, *text.split()}

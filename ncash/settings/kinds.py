"""Kinds of settings: how a text becomes a value, what is accepted, and how a value is written back."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, Final, NamedTuple

from ncash.language import phrase, recorded
from ncash.model.http import loopback

Read = Callable[[str], Any]
Check = Callable[[str], None]
"""Raises ValueError with a text that holds no secret."""

MASKED: Final = "********"
_WHOLE: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
_DATE: Final = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})", re.ASCII)
_HOST: Final = re.compile(r"[A-Za-z0-9._:-]+", re.ASCII)


class SettingType(NamedTuple):
    """The type of a setting (column `type` of the reference).

    `words` are all accepted texts when there are few of them: such a text cut anywhere is never accepted,
    which is why only other kinds need the line end of the file's last line.
    """

    name: str
    accepted: str
    read: Read
    """Text to value; call `value`. Raises ValueError saying what is wrong."""
    words: tuple[str, ...] = ()
    secret: bool = False

    def value(self, text: str) -> Any:
        """What a text of a file means. Blanks alone mean nothing at all, quoted or not: the vendor's tables write the
        empty value as `" "`. Raises ValueError saying what is wrong.
        """
        return self.read(text if text.strip() else "")


class ValueRefusal(ValueError):
    """A value refused under a rule of its own (`problems.RULES`). The text holds no secret."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


def written(value: Any) -> str:
    """A value as it stands in a file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ",".join(value)
    return "" if value is None else str(value)


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:60] + "…")


def words(name: str, *accepted: str) -> SettingType:
    """One of these texts, letter for letter."""

    def read(text: str) -> str:
        if text not in accepted:
            raise ValueError(phrase("{text} is none of the accepted words", text=_short(text)))
        return text

    return SettingType(name, "|".join(accepted), read, accepted)


def _truth(name: str, true: str, false: str) -> SettingType:
    texts = {true: True, false: False}

    def read(text: str) -> bool:
        if text not in texts:
            raise ValueError(phrase("{text} is neither {true} nor {false}", text=_short(text), true=true, false=false))
        return texts[text]

    return SettingType(name, f"{true}|{false}", read, (true, false))


def whole(name: str, least: int, accepted: str = "", most: int = 999_999_999) -> SettingType:
    """A whole number of at most nine digits, not below `least` and not above `most`."""

    def read(text: str) -> int:
        if not _WHOLE.fullmatch(text):
            raise ValueError(phrase("{text} is not a whole number", text=_short(text)))
        value = int(text)
        if value < least:
            raise ValueError(phrase("{value} is below the least accepted value {least}", value=value, least=least))
        if value > most:
            raise ValueError(phrase("{value} is above the greatest accepted value {most}", value=value, most=most))
        return value

    return SettingType(name, accepted or recorded("integer >= {least}", least=least), read)


def _text(text: str) -> str:
    return text


def _filled(text: str) -> str:
    if not text:
        raise ValueError("the value is empty")
    return text


def _items(text: str) -> tuple[str, ...]:
    if not text.strip():
        return ()
    items = tuple(item.strip() for item in text.split(","))
    if not all(items):
        raise ValueError("an item of the list is empty")
    return items


def _bits(text: str) -> int | None:
    if not text:
        return None
    if text not in ("0", "1", "2", "3"):
        raise ValueError(phrase("{text} is no sum of 1 (text) and 2 (binary)", text=_short(text)))
    return int(text)


def _date(text: str) -> str:
    if not text:
        return text
    found = _DATE.fullmatch(text)
    if not found:
        raise ValueError(phrase("{text} is not a date written DD.MM.YYYY", text=_short(text)))
    day, month, year = map(int, found.groups())
    try:
        date(year, month, day)
    except ValueError as error:
        raise ValueError(phrase("there is no day {text}", text=text)) from error
    return text


def address(text: str) -> str:
    """An http or https URL with a host, without a user and without a fragment. Raises ValueError."""
    from urllib.parse import urlsplit

    if "://" in text.partition("://")[2]:
        raise ValueError("the scheme is written twice")
    if any(char.isspace() or not char.isprintable() for char in text):
        raise ValueError("an address holds no blanks")
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https"):
        raise ValueError("the address does not start with http:// or https://")
    if "@" in parts.netloc:
        raise ValueError("an address holds no user and no password; they have settings of their own")
    try:
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError("the port of the address is not a number up to 65535") from error
    if port == 0 or parts.netloc.endswith(":"):
        raise ValueError("the port of the address is not a number from 1 to 65535")
    if "#" in text:
        raise ValueError("an address holds no #")
    if not host or not _HOST.fullmatch(host) or not any(char.isalnum() for char in host):
        raise ValueError("the address names no host")
    return text


def over_tls(text: str) -> None:
    """An address to which paths are added. Raises ValueError for a query, and for plain http to another machine, since
    what is sent there could be read on the way."""
    from urllib.parse import urlsplit

    parts = urlsplit(address(text))
    if parts.scheme == "http" and not loopback(parts.hostname):
        raise ValueError("plain http is accepted only for this very machine; write https://")
    if "?" in text:
        raise ValueError("the address holds a query, and paths are to be added to it")


def _address_or_none(text: str) -> str:
    return address(text) if text else text


SWITCH: Final = _truth("switch", "on", "off")
FLAG: Final = _truth("flag", "true", "false")
POLICY: Final = words("policy", "deny", "ask", "allow")
TEXT: Final = SettingType("text", "any text", _text)
NAME: Final = SettingType("text", "any text, not empty", _filled)
PATH: Final = SettingType("path", "a file", _text)
LIST: Final = SettingType("list", "comma-separated", _items)
MASK: Final = SettingType("mask", "regular expression, PCRE dialect", _text)
URL: Final = SettingType("url", "URL", address)
OPTIONAL_URL: Final = SettingType("url", "URL", _address_or_none)
DATE: Final = SettingType("date", "DD.MM.YYYY", _date)
BITMASK: Final = SettingType("bitmask", "0..3 (1 text, 2 binary); empty = all", _bits)
TOKENS: Final = SettingType("tokens", recorded("[-1:TOKEN] or [DEPT(.DEPT)*:TOKEN](,[...])*"), _text, secret=True)

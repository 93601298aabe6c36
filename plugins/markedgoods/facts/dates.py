"""Dates as CRPT, and whoever stands in its place, may write them: the digits of the wall clock, whatever zone stands
behind them (till.md §7, ADR 15). A date without a time is the midnight with which its day begins."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

_YEAR_FIRST: Final = r"(?P<y>\d{4})(?:-(?P<m>\d{1,2})-|/(?P<m2>\d{1,2})/|\.(?P<m3>\d{1,2})\.)(?P<d>\d{1,2})"
_DAY_FIRST: Final = r"(?P<d4>\d{1,2})\.(?P<m4>\d{1,2})\.(?P<y4>\d{4})"
"""With dots only: 05/12/2026 is a day of May for some, and the later reading would sell what has expired."""
_BARE: Final = r"(?P<y7>\d{4})(?P<m7>\d\d)(?P<d7>\d\d)"
_CLOCK: Final = (
    r"(?P<h>\d{1,2}):(?P<min>\d\d)(?::(?P<s>\d\d)(?:[.,]\d{1,18})?)?|(?P<h2>\d\d)(?P<min2>\d\d)(?P<s2>\d\d)?"
)
_ZONE: Final = r"\s*(?:[Zz]|UTC|GMT|MSK)?\s*(?:[+-]\d\d(?::?\d\d)?)?(?:\[[A-Za-z0-9_/+-]{1,40}\])?"
_WRITTEN: Final = re.compile(
    rf"(?:{_YEAR_FIRST}|{_DAY_FIRST}|{_BARE})(?:(?:[Tt]|,?\s+)(?:{_CLOCK}))?{_ZONE}", re.ASCII
)  # fmt: skip
_SECONDS: Final = re.compile(r"\d{10}(?:\d{3})?", re.ASCII)
"""Unix time, of seconds or of milliseconds; a date has fewer digits."""
_DIGITS: Final = 14
_LONGEST: Final = 64


def wall_time(written: Any) -> datetime:
    """Date and time digits without zone conversion; unix time is read as the digits of Greenwich, which lie before
    those of any shop in Russia. Raises ValueError for what is no date."""
    if type(written) is float and written.is_integer():
        written = int(written)
    text = str(written).strip() if type(written) in (str, int) else ""
    if not text or len(text) > _LONGEST:
        raise ValueError("not a date")
    if _SECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(text) / (1 if len(text) == 10 else 1000), UTC).replace(tzinfo=None)
    if text.isdecimal() and len(text) == _DIGITS:
        text = f"{text[:8]}T{text[8:]}"
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise ValueError("not a date")
    return _moment({name.rstrip("234567"): int(digits) for name, digits in match.groupdict().items() if digits})


def _moment(parts: dict[str, int]) -> datetime:
    """Midnight may be written as the 24th hour of the day before; a leap second is the last one of its minute.

    Raises ValueError for a day or a time that there is not.
    """
    hour, minute, second = parts.get("h", 0), parts.get("min", 0), parts.get("s", 0)
    day = datetime(parts["y"], parts["m"], parts["d"])
    if hour == 24 and not minute and not second:
        try:
            return day + timedelta(days=1)
        except OverflowError:
            raise ValueError("not a date") from None
    return day.replace(hour=hour, minute=minute, second=59 if second == 60 else second)

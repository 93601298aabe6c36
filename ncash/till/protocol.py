"""The line protocol's grammar (till.md §10): a line becomes a command, an answer becomes a line."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from ncash.language import phrase
from ncash.model.fiscal.payments import BY_NAME
from ncash.model.receipt import Channel, Kind
from ncash.model.scan import INPUTS
from ncash.till.view import CommandRefusal

MAX_LINE: Final = 1_048_576
"""Bytes of the longest command line; a longer one is read to its end and refused."""

Check = Callable[[Any], str]
"""What is wrong with a value, or an empty text."""


def _text(value: Any) -> str:
    return "" if isinstance(value, str) else "is a text"


def _code(value: Any) -> str:
    return (
        "" if value is None or (isinstance(value, str) and 0 < len(value) <= 64) else "is a text of 1 to 64 characters"
    )


def _number(value: Any) -> str:
    return "" if type(value) is int and 0 < value < 1_000_000 else "is a number from 1"


def _numbers(value: Any) -> str:
    return "" if isinstance(value, list) and all(not _number(n) for n in value) else "is a list of position numbers"


def _flag(value: Any) -> str:
    return "" if isinstance(value, bool) else "is true or false"


def _payments(value: Any) -> str:
    fine = isinstance(value, list) and all(isinstance(p, dict) and p.keys() == {"type", "amount"} for p in value)
    if fine and all(isinstance(p["type"], str) and p["type"] and isinstance(p["amount"], str) for p in value):
        return ""
    return phrase(
        'is a list such as [{{"type":"cash","amount":"100.00"}}]; type is one of {types}', types=", ".join(BY_NAME)
    )


def _one_of(*words: str) -> Check:
    def check(value: Any) -> str:
        return "" if value in words and isinstance(value, str) else phrase("is one of {words}", words=", ".join(words))

    return check


BUTTONS: Final = ("ok", "continue", "cancel", "without_mark")
FIELDS: Final[Mapping[str, Mapping[str, Check]]] = {
    "open": {"kind": _one_of(*Kind), "cashier": _code, "sale": _code, "channel": _one_of(*Channel)},
    "scan": {"data": _text, "input": _one_of(*INPUTS)},
    "press": {"button": _text, "entered": _text},
    "choose": {"positions": _numbers},
    "quantity": {"position": _number, "value": _text},
    "storno": {"position": _number, "all": _flag},
    "defer": {},
    "restore": {"receipt": _code},
    "close": {"payments": _payments},
    "cancel": {},
    "shift": {"do": _one_of("x", "close")},
    "copy": {},
    "state": {},
    "reload": {},
}
REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "scan": ("data",),
    "press": ("button",),
    "choose": ("positions",),
    "quantity": ("value",),
    "restore": ("receipt",),
    "shift": ("do",),
}


def _unheard(constant: str) -> Any:
    raise ValueError(phrase("{constant} is no JSON number", constant=constant))


def parsed(line: bytes) -> dict[str, Any]:
    """A line as a command with sound fields. Raises CommandRefusal for anything else."""
    if len(line) > MAX_LINE:
        raise CommandRefusal(phrase("a line has at most {max_line} bytes", max_line=MAX_LINE), code="line")
    try:
        command = json.loads(line.decode("utf-8"), parse_constant=_unheard)
    except (ValueError, RecursionError) as error:
        raise CommandRefusal(
            phrase("the line is not a JSON object: {kind}", kind=type(error).__name__), code="json"
        ) from error
    if not isinstance(command, dict):
        raise CommandRefusal("the line is not a JSON object", code="json")
    return checked(command)


def checked(command: dict[str, Any]) -> dict[str, Any]:
    """A command whose fields are of the right kind; others than asked for are left alone. Raises CommandRefusal."""
    name = command.get("cmd")
    if not isinstance(name, str) or name not in FIELDS:
        shown = repr(name)[:40]
        raise CommandRefusal(
            phrase("no command {name}; commands are {commands}", name=shown, commands=", ".join(FIELDS)), code="command"
        )
    for field in REQUIRED.get(name, ()):
        if field not in command:
            raise CommandRefusal(phrase("{name} needs the field {field}", name=name, field=field), code="field")
    for field, check in FIELDS[name].items():
        if field in command and (wrong := check(command[field])):
            raise CommandRefusal(phrase("{field} of {name} {wrong}", field=field, name=name, wrong=wrong), code="field")
    if name == "storno" and ("position" in command) == (command.get("all") is True):
        raise CommandRefusal("storno needs the field position, or all: true", code="field")
    return command


def line_of(answer: Mapping[str, Any]) -> bytes:
    """An answer as one line of UTF-8; text that UTF-8 cannot hold is escaped."""
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode("utf-8") + b"\n"
    except UnicodeEncodeError:
        return json.dumps(answer, separators=(",", ":")).encode("ascii") + b"\n"

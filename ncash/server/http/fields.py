"""Fields of request bodies and queries: one table checks a request and is its schema in the OpenAPI document."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from ncash.server.database.tables import LONGEST_MARK, LONGEST_WORD

_NO_ZERO: Final = r"^[^\u0000]*$"
DATE_TIME: Final = "date-time"


class InvalidRequest(Exception):
    """Request that does not fit its schema; the text names the field and what is accepted."""


class TextField(NamedTuple):
    """Text member of an object."""

    name: str
    means: str
    example: Any
    longest: int = LONGEST_WORD
    least: int = 0
    required: bool = False
    words: tuple[str, ...] = ()
    """Accepted values, where only these are."""
    format: str = ""
    number: bool = False
    """Whether a whole number is accepted too and turned into text."""

    def schema(self) -> dict[str, Any]:
        """JSON Schema of this member."""
        made: dict[str, Any] = {"type": ["string", "integer"] if self.number else "string", "description": self.means}
        if self.words:
            return {**made, "enum": list(self.words), "example": self.example}
        made |= {"maxLength": self.longest, "pattern": _NO_ZERO, "example": self.example}
        if self.number:
            made |= {"minimum": -(10**18), "maximum": 10**18}
        if self.least:
            made["minLength"] = self.least
        return {**made, "format": self.format} if self.format else made

    def read(self, value: Any, where: str) -> str:
        """Check a value and return it as text. Raises InvalidRequest."""
        if type(value) is not str:
            if self.number and type(value) is int and abs(value) <= 10**18:
                return str(value)
            raise InvalidRequest(f"{where}{self.name}: a text is accepted, not {_kind(value)}")
        if self.words:
            if value not in self.words:
                raise InvalidRequest(f"{where}{self.name}: accepted are {', '.join(self.words)}")
            return value
        if not self.least <= len(value) <= self.longest:
            raise InvalidRequest(
                f"{where}{self.name}: {self.least} to {self.longest} characters are accepted, not {len(value)}"
            )
        if not value.isascii() or "\0" in value:
            self._storable(value, where)
        if self.format == DATE_TIME:
            self._time(value, where)
        return value

    def _storable(self, value: str, where: str) -> None:
        if "\0" in value or any("\ud800" <= one <= "\udfff" for one in value):
            raise InvalidRequest(f"{where}{self.name}: no character with the code 0 and no half of a pair is accepted")

    def _time(self, value: str, where: str) -> None:
        try:
            known = datetime.fromisoformat(value).tzinfo is not None
        except ValueError:
            known = False
        if not known:
            raise InvalidRequest(
                f"{where}{self.name}: ISO 8601 with offset is accepted, as in 2027-01-15T10:40:00+03:00"
            )


class ListField(NamedTuple):
    """Member that is a list of objects."""

    name: str
    means: str
    of: tuple[TextField, ...]
    most: int

    def schema(self) -> dict[str, Any]:
        """JSON Schema of this member."""
        return {
            "type": "array",
            "description": self.means,
            "minItems": 1,
            "maxItems": self.most,
            "items": object_schema(self.of),
        }

    def read(self, value: Any, where: str = "") -> list[dict[str, str]]:
        """Check the list and return its objects. Raises InvalidRequest."""
        if not isinstance(value, list) or not 1 <= len(value) <= self.most:
            raise InvalidRequest(f"{where}{self.name}: a list of 1 to {self.most} objects is accepted")
        return [read_object(self.of, one, f"{where}{self.name}[{number}].") for number, one in enumerate(value)]


def _kind(value: Any) -> str:
    kinds = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return "null" if value is None else kinds.get(type(value), "something else")


def object_schema(fields: Sequence[TextField | ListField], *required: str) -> dict[str, Any]:
    """JSON Schema of an object with these members; other members are accepted and ignored."""
    needed = [*(one.name for one in fields if isinstance(one, TextField) and one.required), *required]
    made = {"type": "object", "properties": {one.name: one.schema() for one in fields}}
    return {**made, "required": needed} if needed else made


def read_object(fields: Sequence[TextField], body: Any, where: str = "") -> dict[str, str]:
    """Check an object; its members by name, empty where left out, without unknown ones. Raises InvalidRequest."""
    if not isinstance(body, dict):
        raise InvalidRequest(f"{where or 'body'}: an object is accepted, not {_kind(body)}")
    found = {}
    for field in fields:
        if field.name in body:
            found[field.name] = field.read(body[field.name], where)
        elif field.required:
            raise InvalidRequest(f"{where}{field.name}: missing")
        else:
            found[field.name] = ""
    return found


MARK_FIELD: Final = TextField(
    "mark",
    "the marking code as scanned, GS as \\u001d",
    "0104607042439162215Abc.1\x1d93dGVz",
    longest=LONGEST_MARK,
    least=1,
    required=True,
)
BARCODE: Final = TextField("barcode", "barcode of the goods", "4607042439162")
_EXCISETYPE: Final = TextField("excisetype", "kind of mark", "MARKEDGOODS", words=("MARKEDGOODS",))
_SHOPCODE: Final = TextField("shopcode", "code of the shop (conf/ncash.ini)", "1")
_CASHCODE: Final = TextField("cashcode", "number of the till", "2")
_DOCTYPE: Final = TextField(
    "doctype", "sale, plain return, return by sale", "sale", required=True, words=("sale", "back", "back_by_sale")
)
_DOCUMENT: Final = TextField("documentid", "id of the receipt", "5f0c4d5e-9d0b-4d0a-8f57-0f9f1c9a7d11")
_OWN_DOCUMENT: Final = _DOCUMENT._replace(least=1, required=True)
STATUS: Final = (MARK_FIELD, BARCODE, _EXCISETYPE, _SHOPCODE, _CASHCODE, _DOCTYPE, _DOCUMENT)
RECEIPT: Final = (_EXCISETYPE, _SHOPCODE, _CASHCODE, _DOCTYPE, _OWN_DOCUMENT)
RESERVE: Final = (MARK_FIELD, BARCODE, *RECEIPT)
MARKS: Final = ListField("marks", "marks of a whole receipt", (MARK_FIELD, BARCODE), 500)
OPERATIONS: Final = ListField(
    "operations",
    "queued operations, those of one mark in the order they happened",
    (
        TextField("id", "the same for ever", "0d9a7c53-6c5e-4a0e-9f0a-2a4f6f1d7e10", least=1, required=True),
        TextField("op", "what happened", "sold", required=True, words=("unreserve", "sold", "returned")),
        MARK_FIELD, BARCODE, _CASHCODE, _SHOPCODE, _DOCTYPE, _OWN_DOCUMENT,
        TextField("docnum", "number of the receipt", "118", number=True),
        TextField("time", "when, ISO 8601 with offset", "2027-01-15T10:40:00+03:00",
                  longest=40, least=1, required=True, format=DATE_TIME),
    ),
    1000,
)  # fmt: skip
ENTRIES: Final = ListField(
    "marks",
    "marks that may be sold",
    (
        MARK_FIELD,
        BARCODE,
        _SHOPCODE,
        TextField("excisetype", "kind of mark", "MARKEDGOODS"),
    ),
    100_000,
)

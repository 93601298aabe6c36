"""What bodies and queries hold, as rows: the same rows check a request and are its schema in the OpenAPI document."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from ncash.server.database.tables import LONGEST_MARK, LONGEST_WORD

_NO_ZERO: Final = r"^[^\u0000]*$"
DATE_TIME: Final = "date-time"


class Invalid(Exception):
    """A request that is not what the schema says; the text names the place and what is accepted."""


class Field(NamedTuple):
    """A member that is a text."""

    name: str
    means: str
    example: Any
    longest: int = LONGEST_WORD
    least: int = 0
    required: bool = False
    words: tuple[str, ...] = ()
    """The only accepted values."""
    format: str = ""
    number: bool = False
    """A whole number will do as well; it is kept as text."""

    def schema(self) -> dict[str, Any]:
        """As JSON Schema."""
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
        """The text. Raises Invalid."""
        if type(value) is not str:
            if self.number and type(value) is int and abs(value) <= 10**18:
                return str(value)
            raise Invalid(f"{where}{self.name}: a text is accepted, not {_kind(value)}")
        if self.words:
            if value not in self.words:
                raise Invalid(f"{where}{self.name}: accepted are {', '.join(self.words)}")
            return value
        if not self.least <= len(value) <= self.longest:
            raise Invalid(
                f"{where}{self.name}: {self.least} to {self.longest} characters are accepted, not {len(value)}"
            )
        if not value.isascii() or "\0" in value:
            self._storable(value, where)
        if self.format == DATE_TIME:
            self._time(value, where)
        return value

    def _storable(self, value: str, where: str) -> None:
        if "\0" in value or any("\ud800" <= one <= "\udfff" for one in value):
            raise Invalid(f"{where}{self.name}: no character with the code 0 and no half of a pair is accepted")

    def _time(self, value: str, where: str) -> None:
        try:
            known = datetime.fromisoformat(value).tzinfo is not None
        except ValueError:
            known = False
        if not known:
            raise Invalid(f"{where}{self.name}: ISO 8601 with offset is accepted, as in 2027-01-15T10:40:00+03:00")


class Rows(NamedTuple):
    """A member that is a list of objects."""

    name: str
    means: str
    of: tuple[Field, ...]
    most: int

    def schema(self) -> dict[str, Any]:
        """As JSON Schema."""
        return {
            "type": "array",
            "description": self.means,
            "minItems": 1,
            "maxItems": self.most,
            "items": schema_of(self.of),
        }

    def read(self, value: Any, where: str = "") -> list[dict[str, str]]:
        """The objects. Raises Invalid."""
        if not isinstance(value, list) or not 1 <= len(value) <= self.most:
            raise Invalid(f"{where}{self.name}: a list of 1 to {self.most} objects is accepted")
        return [read(self.of, one, f"{where}{self.name}[{number}].") for number, one in enumerate(value)]


def _kind(value: Any) -> str:
    kinds = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return "null" if value is None else kinds.get(type(value), "something else")


def schema_of(fields: Sequence[Field | Rows], *required: str) -> dict[str, Any]:
    """An object of these members as JSON Schema; members that are not named are let through."""
    needed = [*(one.name for one in fields if isinstance(one, Field) and one.required), *required]
    made = {"type": "object", "properties": {one.name: one.schema() for one in fields}}
    return {**made, "required": needed} if needed else made


def read(fields: Sequence[Field], body: Any, where: str = "") -> dict[str, str]:
    """The members of an object, empty where they are left out; others are passed over. Raises Invalid."""
    if not isinstance(body, dict):
        raise Invalid(f"{where or 'body'}: an object is accepted, not {_kind(body)}")
    found = {}
    for field in fields:
        if field.name in body:
            found[field.name] = field.read(body[field.name], where)
        elif field.required:
            raise Invalid(f"{where}{field.name}: missing")
        else:
            found[field.name] = ""
    return found


MARK_FIELD: Final = Field(
    "mark", "the marking code as scanned, GS as \\u001d", "0104607042439162215Abc.1\x1d93dGVz", LONGEST_MARK, 1, True
)
BARCODE: Final = Field("barcode", "barcode of the goods", "4607042439162")
_EXCISETYPE: Final = Field("excisetype", "kind of mark", "MARKEDGOODS", words=("MARKEDGOODS",))
_SHOPCODE: Final = Field("shopcode", "code of the shop (conf/ncash.ini)", "1")
_CASHCODE: Final = Field("cashcode", "number of the till", "2")
_DOCTYPE: Final = Field(
    "doctype", "sale, plain return, return by sale", "sale", required=True, words=("sale", "back", "back_by_sale")
)
_DOCUMENT: Final = Field("documentid", "id of the receipt", "5f0c4d5e-9d0b-4d0a-8f57-0f9f1c9a7d11")
_OWN_DOCUMENT: Final = _DOCUMENT._replace(least=1, required=True)
STATUS: Final = (MARK_FIELD, BARCODE, _EXCISETYPE, _SHOPCODE, _CASHCODE, _DOCTYPE, _DOCUMENT)
RECEIPT: Final = (_EXCISETYPE, _SHOPCODE, _CASHCODE, _DOCTYPE, _OWN_DOCUMENT)
RESERVE: Final = (MARK_FIELD, BARCODE, *RECEIPT)
MARKS: Final = Rows("marks", "marks of a whole receipt", (MARK_FIELD, BARCODE), 500)
OPERATIONS: Final = Rows(
    "operations",
    "queued operations, those of one mark in the order they happened",
    (
        Field("id", "the same for ever", "0d9a7c53-6c5e-4a0e-9f0a-2a4f6f1d7e10", least=1, required=True),
        Field("op", "what happened", "sold", required=True, words=("unreserve", "sold", "returned")),
        MARK_FIELD, BARCODE, _CASHCODE, _SHOPCODE, _DOCTYPE, _OWN_DOCUMENT,
        Field("docnum", "number of the receipt", "118", number=True),
        Field("time", "when, ISO 8601 with offset", "2027-01-15T10:40:00+03:00", 40, 1, True, format=DATE_TIME),
    ),
    1000,
)  # fmt: skip
ENTRIES: Final = Rows(
    "marks",
    "marks that may be sold",
    (
        MARK_FIELD,
        BARCODE,
        _SHOPCODE,
        Field("excisetype", "kind of mark", "MARKEDGOODS"),
    ),
    100_000,
)

"""Files of a back office drawn at random: records in whatever spelling, some faulty, some files cut."""

import json
import random
from typing import Any, Final, NamedTuple

from .aif_reference import Record

CODES: Final = ("1", "2", "3")
BARCODES: Final = ("4600000000015", "041554238754", "2000", "A-7", "77")
NAMES: Final = (*BARCODES, "0041554238754", "04600000000015", "1", "3", "888")
"""What a price or a deletion may name: barcodes, some with other zeros, codes of cards, and nothing at all."""
PRICES: Final = (None, None, 0, 5, 10, 20)
PLACES: Final = {
    "addInventItem": "invent", "addBarcode": "barcode", "addPrice": "price", "addUnit": "unit", "deletePrice": "price",
    "deleteInventItem": "invent", "deleteBarcode": "barcode",
}  # fmt: skip
OTHERS: Final = {
    "measurecode": ("measure",), "code": ("inventcode", "tmccode"), "inventcode": ("tmccode", "code"),
    "unitCode": ("code",), "deptcode": ("dept",),
}  # fmt: skip
"""Other names of fields, beside those in other letters."""
FAULTS: Final = (
    ("price", "55,00"), ("price", -1), ("price", "12 500"), ("price", [1]), ("barcode", "460704243916X"),
    ("deptcode", "первый"), ("tmctype", "x"), ("cquant", 0.0001),
)  # fmt: skip


BEGIN: Final = "### data begin ###\n"


class Drawn(NamedTuple):
    """A file."""

    records: list[Record]
    content: bytes
    cut: bool


class Draws:
    """Draws files from one seed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self._faulty = 0.0

    def file(self) -> Drawn:
        """A file of up to thirty records; one that is cut ends inside a command, unless it says where it ends."""
        dice = self.dice
        self._faulty = dice.choice((0.0, 0.1))
        records = [self.record() for _ in range(dice.randint(1, 30))]
        if dice.random() < 0.4:
            records.insert(0, Record("clearInventory", {}))
        texts = [self._text(record) for record in records]
        wrapped, array = dice.random() < 0.5, dice.random() < 0.3
        body = f"[{', '.join(texts)}]\n" if array else self._lines(texts)
        whole = f"{BEGIN}{body}### data end ###\n" if wrapped else body
        encoding = "cp1251" if dice.random() < 0.2 else "utf-8"
        content = whole.encode(encoding)
        if dice.random() >= 0.1:
            return Drawn(records, content, cut=False)
        first = len(BEGIN) if wrapped else 1
        if not wrapped and not array:
            first = len(content) - len(f"{texts[-1]}\n---\n".encode(encoding)) + 1
        last = len(content) - (3 if wrapped or array else len("}\n---\n") + 1)
        end = dice.randint(first, max(first, last))
        if wrapped and not array and dice.random() < 0.5:
            end = content.rfind(b"---\n", 0, end) + 4 if b"---\n" in content[:end] else first
        return Drawn(records, content[:end], cut=True)

    def record(self) -> Record:
        """One record."""
        dice = self.dice
        name = dice.choice(("addInventItem",) * 8 + ("addBarcode", "addPrice", "addPrice") * 2 + (
            "addUnit", "addUnit", "deletePrice", "deletePrice", "deletePrice", "deleteInventItem", "deleteBarcode",
            "clearUnit", "clearPrice", "clearBarcode", "clearInventory",
        ))  # fmt: skip
        given = getattr(self, f"_{name}", dict)()
        return Record(name, given, faulty=name.startswith("add") and dice.random() < self._faulty)

    def _addInventItem(self) -> dict[str, Any]:
        dice = self.dice
        barcodes = dice.sample(BARCODES, dice.randint(0, 2))
        return {
            "inventcode": dice.choice(CODES),
            "price": dice.choice(PRICES),
            "deptcode": dice.choice(("1", "1", "2", "7")),
            "measurecode": dice.choice((None, None, "796", "796", "166")),
            "zeroprice": dice.random() < 0.15,
            "barcodes": [(b, dice.choice((None, None, None, 0, 7)), dice.choice((0, 7))) for b in barcodes],
        }

    def _addBarcode(self) -> dict[str, Any]:
        dice = self.dice
        price = dice.choice((None, None, 0, 8))
        return {
            "code": dice.choice(CODES), "barcode": dice.choice(BARCODES), "price": price, "tmctype": dice.choice((0, 7))
        }  # fmt: skip

    def _addPrice(self) -> dict[str, Any]:
        price = self.dice.choice((30, 40))
        if self.dice.random() < 0.3:
            return {"inventcode": self.dice.choice(CODES), "price": price}
        return {"barcode": self.dice.choice(NAMES), "price": price}

    def _deletePrice(self) -> dict[str, Any]:
        return {"barcode": self.dice.choice(NAMES)}

    def _deleteBarcode(self) -> dict[str, Any]:
        return {"barcode": self.dice.choice(NAMES)}

    def _deleteInventItem(self) -> dict[str, Any]:
        return {"inventcode": self.dice.choice(CODES)}

    def _addUnit(self) -> dict[str, Any]:
        return {"unitCode": self.dice.choice(("796", "166"))}

    def _lines(self, texts: list[str]) -> str:
        """Commands with a line after each; sometimes it is left out between two that can be read."""
        pairs = zip(texts, [*texts[1:], ""], strict=True)
        joined = [all(text.startswith('{"') for text in pair) and self.dice.random() < 0.05 for pair in pairs]
        return "".join(text + ("\n" if glued else "\n---\n") for text, glued in zip(texts, joined, strict=True))

    def _text(self, record: Record) -> str:
        """The record as JSON, its names in whatever letters."""
        place = PLACES.get(record.name)
        command: dict[str, Any] = {self._letters("command"): self._letters(record.name)}
        if place:
            command[self._letters(place)] = self._object(record)
        text = json.dumps(command, ensure_ascii=False)
        if record.faulty and self.dice.random() < 0.3:
            return text.replace('"', "'")
        return text if not record.faulty else self._spoilt(command, place or "")

    def _object(self, record: Record) -> dict[str, Any]:
        given = dict(record.given)
        zeroprice = given.pop("zeroprice", None)
        if zeroprice is not None:
            given["options"] = {self._letters("priceoptions"): {self._letters("zeroprice"): zeroprice}}
        if "barcodes" in given:
            rows = given.pop("barcodes")
            given["barcodes"] = [{"barcode": b, "price": self._number(p), "tmctype": t} for b, p, t in rows]
        if "price" in given:
            given["price"] = self._number(given["price"])
        given["name" if record.name == "addInventItem" else "unknown"] = "Чай"
        return {self._name(name): value for name, value in given.items()}

    def _spoilt(self, command: dict[str, Any], place: str) -> str:
        at = next(name for name in command if name.lower() == place.lower())
        inner = command[at]
        code = next((name for name in inner if name.lower() in ("inventcode", "tmccode", "code")), None)
        field, value = self.dice.choice(FAULTS)
        if place == "unit":
            inner["frunit"] = 1.5
        elif place == "price":
            inner.pop(next((name for name in inner if name.lower() == "price"), ""), None)
            inner["price"] = self.dice.choice(("55,00", 0, None, "0.00"))
        elif self.dice.random() < 0.2 and code is not None:
            inner |= {"deptcode": 1, "DEPTCODE": 2, "tmctype": 1, "TMCTYPE": 2}
        else:
            inner.pop(next((name for name in inner if name.lower() == field), ""), None)
            inner[field if place == "invent" or field != "deptcode" else "tmctype"] = value
        return json.dumps(command, ensure_ascii=False)

    def _name(self, name: str) -> str:
        others = OTHERS.get(name, ())
        return self._letters(self.dice.choice((name, name, *others)) if others else name)

    def _letters(self, name: str) -> str:
        """A name in letters of whatever case."""
        roll = self.dice.random()
        if roll < 0.5:
            return name
        return name.upper() if roll < 0.6 else "".join(c.upper() if self.dice.random() < 0.3 else c for c in name)

    def _number(self, value: int | None) -> Any:
        return value if value is None else self.dice.choice((value, str(value), f"{value}.00", float(value)))

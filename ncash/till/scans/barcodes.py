"""A barcode as scanned: whose it is, and how a person may see it."""

from decimal import Decimal

from ncash.messages import BARCODE_NOT_FOUND
from ncash.model import measure
from ncash.model.codes import label as barcode
from ncash.model.decision import Text
from ncash.model.goods import Goods
from ncash.till.view import Room


def goods_by_barcode(room: Room, text: str) -> tuple[Goods | None, str, Decimal | None]:
    """Goods by a barcode as scanned, bcode.ini first; with that barcode and the label's quantity in their unit."""
    label = barcode.apply(room.rules, text)
    if label is not None:
        goods = room.premises.dictionaries.goods(label.barcode)
        if goods is not None:
            return goods, text, measure.of_label(label.quantity, label.weighed, goods.frunit)
    return room.premises.dictionaries.goods(text), text, None


def shown_scan(text: str) -> str:
    """A scan as a person may see it: cut, control characters escaped; of separators its text takes care."""
    return "".join(c if c.isprintable() or c.isspace() else f"\\x{ord(c):02x}" for c in text.strip()[:64])


def barcode_unknown(text: str) -> Text:
    """No goods with this barcode."""
    return BARCODE_NOT_FOUND.fill(barcode=shown_scan(text))

"""Screen texts about prices, packs and dates in an answer; all of them are our own."""

from typing import Final

from ncash.messages import Message

_ASKED: Final = ("continue", "cancel")


def _price(key: str, text: str, shown: str) -> Message:
    return Message(key, "{position}: " + text, "error", _ASKED, shown=f"{shown}; ignoreCrptPrice decides", own=True)


PRICE_ROWS: Final = (
    _price(
        "CrptPriceNotMrp",
        "цена {price} не равна максимальной розничной {limit} из кода маркировки. Позовите администратора",
        "tobacco whose price differs from the maximum retail price in its code",
    ),
    _price(
        "CrptPriceBelowSmp",
        "цена {price} ниже единой минимальной {limit}. Позовите администратора",
        "tobacco cheaper than smp; of a block, than smp times its packs",
    ),
    _price(
        "CrptPriceBelowMinimum",
        "цена {price} ниже минимальной {limit}. Позовите администратора",
        "goods of the groups 12 and 16 cheaper than mrp",
    ),
    _price(
        "CrptPriceUnread",
        "ограничение цены в ответе Честного знака не читается. Позовите администратора",
        "mrp, smp, packageQuantity or groupIds of the answer is there and cannot be read, and a price rule needs it",
    ),
)
PRICES: Final = {row.key: row for row in PRICE_ROWS}

AGGREGATE: Final = Message(
    "CrptAggregate",
    "{position}: нельзя продать вместе упаковку и товар из неё, вторая часть стоит в строке {n} ({other}). "
    "Уберите одну из позиций",
    "error",
    ("ok",),
    shown="a group pack or set and a unit of its own in one receipt, whichever came first",
    own=True,
)
SOLD_OUT: Final = Message(
    "CrptSoldOut",
    "По данным Честного знака упаковка уже продана целиком ({sold} из {inner}). Проверьте остаток",
    "warning",
    (),
    shown="soldUnitCount has reached innerUnitCount",
    own=True,
)
UNDATED: Final = Message(
    "CrptExpireDateUnread",
    "{position}: срок годности в ответе Честного знака не читается ({date}). Позовите администратора",
    "error",
    _ASKED,
    shown="expireDate of the answer is there and is no date; ignoreCrptStatusExpireDate decides",
    own=True,
)
PACK_REFUSED: Final = Message(
    "PackRefused",
    "{position}: это упаковка ({quantity} шт.), на этой кассе упаковки не продаются. "
    "Отсканируйте код маркировки каждой штуки",
    "error",
    ("ok",),
    shown="a barcode that stands for several marked pieces, "
    "at a till with a cashier or with allowSaleMarkedSet = false",
    own=True,
)
PACK_ROWS: Final = (*PRICE_ROWS, AGGREGATE, SOLD_OUT, UNDATED, PACK_REFUSED)

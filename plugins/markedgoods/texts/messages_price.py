"""Screen texts about prices, packs and dates in an answer; all of them are our own."""

from typing import Final

from ncash.messages import Advice, Message

_ASKED: Final = ("continue", "cancel")
_PRICE: Final = "Позовите администратора: цену нужно исправить."


def _price(key: str, text: str, shown: str, advice: Advice) -> Message:
    return Message(
        key,
        "{position}: " + text,
        "error",
        _ASKED,
        shown=f"{shown}; ignoreCrptPrice decides",
        own=True,
        advice=advice,
    )


PRICE_ROWS: Final = (
    _price(
        "CrptPriceNotMrp",
        "цена {price} не равна максимальной розничной {limit} из кода маркировки. Позовите администратора",
        "tobacco whose price differs from the maximum retail price in its code",
        advice=Advice(
            "Tobacco goes at the maximum retail price in its code: correct the price; ignoreCrptPrice decides.",
            _PRICE,
        ),
    ),
    _price(
        "CrptPriceBelowSmp",
        "цена {price} ниже единой минимальной {limit}. Позовите администратора",
        "tobacco cheaper than smp; of a block, than smp times its packs",
        advice=Advice(
            "The price is below the single minimum price of tobacco: correct it; ignoreCrptPrice decides.", _PRICE
        ),
    ),
    _price(
        "CrptPriceBelowMinimum",
        "цена {price} ниже минимальной {limit}. Позовите администратора",
        "goods of the groups 12 and 16 cheaper than mrp",
        advice=Advice(
            "The price is below the minimum for this group of goods: correct it; ignoreCrptPrice decides.", _PRICE
        ),
    ),
    _price(
        "CrptPriceUnread",
        "ограничение цены в ответе Честного знака не читается. Позовите администратора",
        "mrp, smp, packageQuantity or groupIds of the answer is there and cannot be read, and a price rule needs it",
        advice=Advice(
            "A limit of the price in the answer of Chestny Znak cannot be read: the journal holds the answer; "
            "ignoreCrptPrice decides meanwhile.",
            "Позовите администратора: ограничение цены не проверено.",
        ),
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
    advice=Advice(
        "A group pack and a unit out of it cannot stand in one receipt; one of the two positions has to go.",
        "Удалите из чека упаковку или товар из неё.",
    ),
)
SOLD_OUT: Final = Message(
    "CrptSoldOut",
    "По данным Честного знака упаковка уже продана целиком ({sold} из {inner}). Проверьте остаток",
    "warning",
    (),
    shown="soldUnitCount has reached innerUnitCount",
    own=True,
    advice=Advice(
        "By the counters in the answer nothing is left in this pack; no rule forbids the sale, count the goods.",
        "Проверьте, не пустая ли упаковка. Продажу можно продолжать.",
    ),
)
UNDATED: Final = Message(
    "CrptExpireDateUnread",
    "{position}: срок годности в ответе Честного знака не читается ({date}). Позовите администратора",
    "error",
    _ASKED,
    shown="expireDate of the answer is there and is no date; ignoreCrptStatusExpireDate decides",
    own=True,
    advice=Advice(
        "expireDate in the answer of Chestny Znak is no date: the journal holds the answer, compare it with the pack; "
        "ignoreCrptStatusExpireDate decides meanwhile.",
        "Позовите администратора. Без него не продавайте: срок годности не проверен.",
    ),
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
    advice=Advice(
        "The barcode has cquant > 1 in Dictionaries, so its mark is that of a whole pack; packs are sold at a "
        "self-checkout with allowSaleMarkedSet = true only. For single goods correct cquant in the card.",
        "Вскройте упаковку и отсканируйте код на каждой штуке, либо проведите её на кассе самообслуживания.",
    ),
)
PACK_ROWS: Final = (*PRICE_ROWS, AGGREGATE, SOLD_OUT, UNDATED, PACK_REFUSED)

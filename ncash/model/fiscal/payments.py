"""Ways to pay as rows: what the fiscal document says of each, and where the back office finds its sum."""

from typing import Final, NamedTuple

CASH: Final = "cash"


class PaymentType(NamedTuple):
    """One way to pay, under the name of the line protocol and of `moneyitem.type`."""

    name: str
    tag: int
    """FFD: the sum of the receipt that it is a part of."""
    means: str
    """English, for the reference."""
    slip: str
    """As the report of a shift prints it, Russian."""
    exported: str
    """The vendor's name of the sum in a document of the sales export."""
    valcode: int
    """`valCode` in the same export: readers take a number that they do not know for cash."""

    @property
    def in_cash(self) -> bool:
        """Whether change is given out of it."""
        return self.tag == IN_CASH


IN_CASH: Final = 1031
ELECTRONIC: Final = 1081
PREPAID: Final = 1215
CREDIT: Final = 1216
PROVISION: Final = 1217
PAYMENT_TYPES: Final = (
    PaymentType(
        CASH, IN_CASH, means="notes and coins; change is given in it", slip="наличными", exported="sumcash", valcode=1
    ),
    PaymentType("card", ELECTRONIC, means="bank card", slip="картой", exported="sumnoncash", valcode=4),
    PaymentType(
        "sbp", ELECTRONIC, means="faster payments system, by QR code", slip="по СБП", exported="sumnoncash", valcode=4
    ),
    PaymentType(
        "electronic",
        ELECTRONIC,
        means="any other money that is not cash",
        slip="безналичными",
        exported="sumnoncash",
        valcode=4,
    ),
    PaymentType(
        "advance",
        PREPAID,
        means="set off against an advance payment",
        slip="зачёт аванса",
        exported="sumother",
        valcode=6,
    ),
    PaymentType(
        "prepaid", PREPAID, means="prepayment or gift certificate", slip="предоплатой", exported="sumother", valcode=6
    ),
    PaymentType("credit", CREDIT, means="to be paid later", slip="в кредит", exported="sumother", valcode=4),
    PaymentType(
        "provision",
        PROVISION,
        means="counter provision",
        slip="встречным предоставлением",
        exported="sumother",
        valcode=4,
    ),
    PaymentType("other", PROVISION, means="anything else", slip="иным способом", exported="sumother", valcode=4),
)
BY_NAME: Final = {one.name: one for one in PAYMENT_TYPES}


def type_of(name: str) -> PaymentType:
    """The row of a payment; a name of an older program, which took any, is electronic money as it was then."""
    return BY_NAME.get(name, BY_NAME["electronic"])


def tag_of(name: str) -> int:
    """The FFD tag of a payment, whatever program wrote it."""
    return type_of(name).tag

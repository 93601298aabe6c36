"""What the cashier reads."""

from ncash.messages import Advice, Message

ADULT = Message(
    "AgeQuestion", "{name}: покупателю есть {age}?", "ask", ("continue", "cancel"),
    shown="goods of [AgeQuestion] in a receipt in which nobody has answered yet", own=True,
    advice=Advice(
        "Asked once in a receipt, for goods of [AgeQuestion] departments and catalogs.",
        "Посмотрите документ. Есть — продолжайте, нет — отмените и уберите товар.",
    ),
)  # fmt: skip
HELP = Message(
    "AgeHelp", "{name}: продажа с {age} лет. Позовите сотрудника", "error", ("ok",),
    shown="the same at a self-checkout, where nobody looks at a document", own=True,
    advice=Advice(
        "A self-checkout sells no goods of [AgeQuestion].", "Отнесите товар на кассу с кассиром.",
    ),
)  # fmt: skip
MESSAGES = {row.key: row for row in (ADULT, HELP)}

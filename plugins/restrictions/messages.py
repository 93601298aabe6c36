"""The plugin's screen texts."""

from typing import Final

from ncash.messages import Advice, Message, table

ROLE_FORBIDS: Final = Message(
    "RoleForbids",
    "У вас нет права добавить товар без кода маркировки. Позовите старшего кассира",
    kind="error",
    buttons=("ok",),
    shown="the button without_mark pressed by a cashier without a listed role",
    own=True,
    advice=Advice(
        "The cashier has no role of the list in restrictions.ini: grant one in the back office, or list another role.",
        "Отсканируйте код маркировки или позовите старшего кассира.",
    ),
)
ROLES_OF_NOBODY: Final = Message(
    "RolesOfNobody",
    "Роли {roles} из настроек нет ни у одного кассира. Поддержке: restrictions.ini, справочник кассиров",
    kind="notice",
    buttons=(),
    shown="a list of roles names one that no cashier has; gone when a cashier gets it",
    own=True,
    advice=Advice(
        "A code in restrictions.ini is held by no cashier: compare it with roleuser, load the dictionary again.",
        "Продавать можно. Позвоните в поддержку.",
    ),
)
MESSAGES: Final = table((ROLE_FORBIDS, ROLES_OF_NOBODY))

"""The plugin's screen texts."""

from typing import Final

from ncash.messages import Message, table

ROLE_FORBIDS: Final = Message(
    "RoleForbids",
    "У вас нет права добавить товар без кода маркировки. Позовите старшего кассира",
    "error",
    ("ok",),
    "the button without_mark pressed by a cashier without a listed role",
    own=True,
)
ROLES_OF_NOBODY: Final = Message(
    "RolesOfNobody",
    "Роли {roles} из настроек нет ни у одного кассира. Поддержке: restrictions.ini, справочник кассиров",
    "notice",
    (),
    "a list of roles names one that no cashier has; gone when a cashier gets it",
    own=True,
)
MESSAGES: Final = table((ROLE_FORBIDS, ROLES_OF_NOBODY))

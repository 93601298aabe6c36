"""The plugin's screen texts."""

from collections.abc import Mapping
from typing import Final

from ncash.messages import Message, table
from ncash.plugin import Advice

ROLE_FORBIDS: Final = Message(
    "RoleForbids",
    "У вас нет права добавить товар без кода маркировки. Позовите старшего кассира",
    "error",
    ("ok",),
    shown="the button without_mark pressed by a cashier without a listed role",
    own=True,
)
ROLES_OF_NOBODY: Final = Message(
    "RolesOfNobody",
    "Роли {roles} из настроек нет ни у одного кассира. Поддержке: restrictions.ini, справочник кассиров",
    "notice",
    (),
    shown="a list of roles names one that no cashier has; gone when a cashier gets it",
    own=True,
)
MESSAGES: Final = table((ROLE_FORBIDS, ROLES_OF_NOBODY))

ADVICE: Final[Mapping[str, Advice]] = {
    "RoleForbids": Advice(
        "The cashier has no role of the list in restrictions.ini: grant one in the back office, or list another role.",
        "Отсканируйте код маркировки или позовите старшего кассира.",
    ),
    "RolesOfNobody": Advice(
        "A code in restrictions.ini is held by no cashier: compare it with roleuser, load the dictionary again.",
        "Продавать можно. Позвоните в поддержку.",
    ),
}
"""The next step for each text."""

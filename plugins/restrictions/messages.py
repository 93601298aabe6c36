"""The plugin's one screen text."""

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
MESSAGES: Final = table((ROLE_FORBIDS,))

"""What the cashier reads about plugins that fail, or refuse without a word."""

from typing import Final

from ncash.messages import Advice, Message, table

PLUGIN_GUARDS: Final = Message(
    "PluginGuards",
    "{position} не продаётся: сбой модуля {plugin}, который проверяет этот товар. Позвоните в поддержку",
    "error",
    ("ok",),
    shown="goods that a plugin guards, while it fails",
    own=True,
    advice=Advice(
        "ncash plugins names the plugin and its error; what it guards is sold again when it answers.",
        "Отложите товар и позвоните в поддержку. Остальное продаётся.",
    ),
)
PLUGIN_REFUSED: Final = Message(
    "PluginRefused",
    "Модуль {plugin} запретил операцию и не сказал почему. Позвоните в поддержку",
    "error",
    ("ok",),
    shown="a plugin refuses without a text",
    own=True,
    advice=Advice(
        "Its author has to give the refusal a text (Decision.screen); "
        "ncash explain --last-refused says which check it was.",
        "Отложите товар и позвоните в поддержку.",
    ),
)

SAFE_MODE: Final = Message(
    "SafeMode",
    "Касса работает без дополнительных модулей. Позвоните в поддержку",
    "notice",
    (),
    shown="the till was started with --safe-mode",
    own=True,
    advice=Advice(
        "Of the plugins only those run that are part of the program; "
        "start the till without --safe-mode when the others are mended.",
        "Продавать можно. Позвоните в поддержку.",
    ),
)
MESSAGES: Final = table((PLUGIN_GUARDS, PLUGIN_REFUSED, SAFE_MODE))

"""What the cashier and support read."""

from ncash.messages import Advice, Message

CALLED_BACK = Message(
    "StopListCalledBack", "{name}: партия от {made} отозвана ({reason}). Отложите товар", "error", ("ok",),
    shown="the production date of CRPT's answer lies in a batch of the list", own=True,
    advice=Advice("The batch stands in the file of [StopList].", "Отложите товар и отдайте администратору."),
)  # fmt: skip
UNREAD = Message(
    "StopListUnread", "Список отозванных партий не читается. Позвоните в поддержку", "notice", (),
    shown="the file of [StopList] cannot be read; the list of before counts", own=True,
    advice=Advice("ncash check names the line that cannot be read.", "Продавать можно. Позвоните в поддержку."),
)  # fmt: skip
UNKNOWN = Message(
    "StopListUnknown", "{name}: список отозванных партий не читается. Позвоните в поддержку", "error", ("ok",),
    shown="marked goods while no list was ever read", own=True,
    advice=Advice("The file of [StopList] was never read; ncash check says why.", "Отложите товар."),
)  # fmt: skip
MESSAGES = {row.key: row for row in (CALLED_BACK, UNREAD, UNKNOWN)}

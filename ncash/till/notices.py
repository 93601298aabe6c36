"""What stands on the screen with every answer: the notices, the messages that wait, the dialog and the receipt."""

from typing import Any

from ncash.errors import UserError
from ncash.fiscal.texts import FISCAL_UNPRINTED, FISCAL_UNSETTLED
from ncash.messages import EXPORT_FAILED, PLUGIN_FAILING, PLUGIN_NOTICE
from ncash.model.decision import Text
from ncash.model.money import rubles
from ncash.till.view import Room, View


class NoticeBoard:
    """The notices of a till, and what it has to remember for them from one command to the next."""

    def __init__(self) -> None:
        self.unprinted = False
        """The last fiscal document is not on paper."""
        self._unexported: tuple[int, ...] = ()
        """Closed shifts that were not written for the back office, as it was before the open receipt."""
        self._hanging: tuple[Text, ...] = ()
        """The notices of the latest answer."""

    def shown(self, room: Room, view: View) -> dict[str, Any]:
        """The members that every answer has. Plugins are asked for their notices."""
        self._hanging = tuple(self._collected(room, view))
        return self.latest(room, view)

    def latest(self, room: Room, view: View) -> dict[str, Any]:
        """The same with the notices of the latest answer: nobody is asked, no database is read."""
        return {
            "notices": [text.json() for text in self._hanging],
            "unsent": room.unsent(),
            "dialog": view.dialog.json() if view.dialog else None,
            "receipt": view.receipt.json() if view.receipt else None,
        }

    def _collected(self, room: Room, view: View) -> list[Text]:
        plugins = room.plugins
        texts = [*room.notices, *room.alarms(), *plugins.notices()]
        texts += [PLUGIN_NOTICE.fill(plugin=one.name) for one in plugins.broken]
        texts += [PLUGIN_FAILING.fill(plugin=one.name) for one in plugins.failing]
        if view.receipt is None:
            self._unexported = self._asked(room)
        texts += [EXPORT_FAILED.fill(shift=str(shift)) for shift in self._unexported]
        unsettled = room.premises.documents.unsettled
        if unsettled is not None:
            texts.append(FISCAL_UNSETTLED.fill(total=rubles(unsettled)))
        if self.unprinted:
            texts.append(FISCAL_UNPRINTED.fill())
        return texts

    def _asked(self, room: Room) -> tuple[int, ...]:
        """A disk that does not tell now must not take the answer from a command that is carried out."""
        try:
            return room.unexported()
        except UserError:
            return self._unexported

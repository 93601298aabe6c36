"""A copy of the last fiscal document, for one that is in the drive and not on paper (reliability.md, K12)."""

from ncash.model.fiscal.register import RegisterError
from ncash.till.fiscal.readiness import register_trouble
from ncash.till.view import CommandRefusal, Outcome, Room, View


def print_copy(room: Room, view: View) -> Outcome:
    """Print the document made last once more; no new one is made. Raises CommandRefusal when the register does not."""
    try:
        room.register.print_copy()
    except RegisterError as error:
        raise CommandRefusal(
            "no copy was printed", code="register", hint=error.hint, screen=(register_trouble(error),)
        ) from error
    return Outcome(view, unprinted=False)

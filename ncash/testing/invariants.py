"""What must never happen, looked for after a test."""

from collections.abc import Iterable
from pathlib import Path

from ncash.support.books.evidence import Violation
from ncash.support.books.reconcile import INVARIANTS, reconcile


def violations(data: Path, conf: Path | None = None, but: Iterable[str] = ()) -> list[Violation]:
    """Violations of I1 … I14 in a data folder, as `ncash reconcile` finds them; tills may be running on it.

    Without `conf` the default names of the databases count, and secrets are not looked for. `but` leaves some out.
    """
    left_out = set(but)
    return list(reconcile(data, conf, [one.name for one in INVARIANTS if one.name not in left_out]).violations)

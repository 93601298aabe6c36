"""I1 … I14: what must never happen, who looks for it, and which tests prove what cannot be seen afterwards."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from ncash.errors import UserError
from ncash.language import phrase
from ncash.model.ports import Clock, Http
from ncash.support.books import invariants_files as files
from ncash.support.books import invariants_fiscal as fiscal
from ncash.support.books import invariants_marks as marks
from ncash.support.books import invariants_server as server
from ncash.support.books.evidence import Evidence, Violation, evidence

Checker = Callable[[Evidence], Iterator[Violation]]


class Invariant(NamedTuple):
    """One row: its name, what it says, the function that looks for violations, the tests that prove the rest."""

    name: str
    title: str
    says: str
    checker: Checker | None = None
    proof: tuple[str, ...] = ()
    """Tests of what cannot be seen in files; with a checker: of the part that it cannot see."""


def _all(*checkers: Checker) -> Checker:
    def look(seen: Evidence) -> Iterator[Violation]:
        for checker in checkers:
            yield from checker(seen)

    return look


INVARIANTS: Final = (
    Invariant(
        "I1",
        "single sale",
        "between two sales of one mark stands a return, between two returns a sale; a keg gives no more than it held",
        _all(marks.single_sale, marks.kegs_are_not_overdrawn, server.conflicts),
        proof=("tests/contract/store/test_races.py", "tests/contract/store/test_kegs.py"),
    ),
    Invariant(
        "I2",
        "no lost receipt",
        "a receipt of the fiscal drive is in Documents once; the cash server took every message or still gets it",
        _all(fiscal.no_lost_receipt, server.known_there),
        proof=("tests/journeys/process/test_crashes.py",),
    ),
    Invariant(
        "I3",
        "no phantom",
        "a closed document is one fiscal document of the same sum and marks; numbers have no gaps, shifts add up",
        fiscal.no_phantom,
        proof=("tests/journeys/process/test_crashes.py",),
    ),
    Invariant(
        "I4",
        "no denied item",
        "every marked position was allowed by a line of the journal; what had to be asked was confirmed",
        marks.no_denied_item,
        proof=("tests/spec/test_spec.py",),
    ),
    Invariant(
        "I5",
        "evidence",
        "tag 1265 is the stored answer about that very code; a position without a check says why",
        marks.evidence_of_checks,
        proof=("tests/contract/sources/test_evidence.py",),
    ),
    Invariant(
        "I6",
        "reservations end",
        "nothing is held for a receipt that is over; the cash server is told of every reservation's end",
        marks.reservations_end,
        proof=("tests/contract/store/test_shared_books.py",),
    ),
    Invariant(
        "I7",
        "no secret leaves",
        "tokens and passwords stand in no file of the data folder",
        files.no_secret_leaves,
        proof=("tests/contract/crpt/test_canary.py",),
    ),
    Invariant(
        "I8",
        "configuration is fail-safe",
        "a cut or broken INI file refuses marked goods; it never makes an allow of a deny",
        files.configuration_is_whole,
        proof=("tests/journeys/test_cut_files.py", "tests/unit/settings/test_half_written.py"),
    ),
    Invariant(
        "I9",
        "plugin containment",
        "whatever a plugin does, the till lives, and marked goods are refused",
        proof=("tests/unit/hosting/containment",),
    ),
    Invariant(
        "I10",
        "bounded wait",
        "a scan has its verdict within the time set, whatever the servers do",
        proof=("tests/contract/crpt/test_budget.py", "tests/contract/crpt/test_many_faults.py"),
    ),
    Invariant(
        "I11",
        "authority",
        "nothing is changed over the network without authentication and role; a till listens nowhere",
        proof=("tests/contract/server", "tests/house"),
    ),
    Invariant(
        "I12",
        "journal",
        "lines are only added; one that was changed, taken out, moved or cut off is found",
        files.journal_is_whole,
        proof=("tests/contract/store/test_journal.py",),
    ),
    Invariant(
        "I13",
        "human intent",
        "no scan, key repeat or double click answers a question",
        proof=("tests/journeys/process/test_scans.py", "tests/journeys/machine"),
    ),
    Invariant(
        "I14",
        "database sound",
        "every page and index of the databases is what SQLite expects",
        files.databases_are_sound,
        proof=("tests/journeys/recovery",),
    ),
)
SLOW: Final = frozenset({"I14"})
"""Those that read a whole database several times."""


class Reconciliation(NamedTuple):
    """Result of a reconciliation: violations by invariant."""

    violations: tuple[Violation, ...]
    looked: tuple[str, ...]
    """Invariants that were looked for."""

    def json(self) -> dict[str, Any]:
        """JSON values."""
        unseen = [{"invariant": one.name, "proof": list(one.proof)} for one in INVARIANTS if one.checker is None]
        told = [one.json() for one in self.violations]
        return {"ok": not told, "violations": told, "looked": list(self.looked), "proved_by_tests": unseen}


def reconcile(
    data: Path, conf: Path | None = None, only: Iterable[str] = (), around: tuple[Clock, Http] | None = None
) -> Reconciliation:
    """Look for violations of all invariants, or of these; with `around` the register and the cash server may be asked.

    Raises UserError when the books cannot be read.

    A checker that cannot do its work is a violation of its invariant: nothing is silently well.
    """
    wanted = set(only) or {one.name for one in INVARIANTS}
    chosen = [one for one in INVARIANTS if one.checker is not None and one.name in wanted]
    found: list[Violation] = []
    with evidence(data, conf, around) as seen:
        if conf is not None and seen.config is not None and around is not None:
            seen.story = server.asking(conf, around[1])
        for one in chosen:
            try:
                found += one.checker(seen) if one.checker else ()
            except UserError as error:
                found.append(Violation(one.name, phrase("cannot be looked for: {error}", error=error), next=error.hint))
    return Reconciliation(tuple(found), tuple(one.name for one in chosen))

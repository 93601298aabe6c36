"""Every row of the table of states: as a pure function, and as a server on each engine carries it out."""

from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import insert, select

from ncash.server import states
from ncash.server.database.connection import address, engine_of
from ncash.server.database.tables import CONFLICT, HISTORY, MARK
from ncash.server.marks import MarkOperation, MarkRow, apply_operation
from ncash.server.whitelist import OFF
from ncash.server.writer import APPLIED, GRANTED, Writer, moment
from ncash.server.writer import CONFLICT as CONFLICTING
from ncash.testing.clock import FrozenClock

NOW, LEASE = 1_000_000, 900_000
FOUND: Final = {
    "not registered": MarkRow("c"),
    "unreserved sale": MarkRow("c", "UNRESERVED_SALE", "d9", version=3),
    "sold": MarkRow("c", "SOLD", "d9", version=3),
    "sold by this receipt": MarkRow("c", "SOLD", "d1", version=3),
    "unreserved back": MarkRow("c", "UNRESERVED_BACK", "d9", version=3),
    "returned": MarkRow("c", "RETURNED", "d9", version=3),
    "reserved for this sale": MarkRow("c", "RESERVED_SALE", "d1", until=NOW + 1, version=3),
    "reserved for another sale": MarkRow("c", "RESERVED_SALE", "d9", until=NOW + 1, version=3),
    "lapsed, of this sale": MarkRow("c", "RESERVED_SALE", "d1", until=NOW, version=3),
    "lapsed, of another sale": MarkRow("c", "RESERVED_SALE", "d9", until=NOW, version=3),
    "reserved for this return": MarkRow("c", "RESERVED_BACK", "d1", until=NOW + 1, version=3),
    "reserved for another return": MarkRow("c", "RESERVED_BACK", "d9", until=NOW + 1, version=3),
    "lapsed, of this return": MarkRow("c", "RESERVED_BACK", "d1", until=NOW, version=3),
    "lapsed, of another return": MarkRow("c", "RESERVED_BACK", "d9", until=NOW, version=3),
}
"""Everything that an operation of receipt d1 may find."""
CLEAN: Final = {
    ("reserve", "sale"): {
        "not registered", "returned", "unreserved sale", "lapsed, of this sale", "lapsed, of another sale",
        "reserved for this sale",
    },
    ("unreserve", "sale"): {"reserved for this sale", "lapsed, of this sale"},
    ("sold", "sale"): {
        "reserved for this sale", "not registered", "returned", "unreserved sale", "lapsed, of this sale",
        "lapsed, of another sale",
    },
    ("reserve", "back_by_sale"): {
        "sold", "sold by this receipt", "not registered", "unreserved back", "reserved for this return",
        "lapsed, of this return", "lapsed, of another return",
    },
    ("unreserve", "back_by_sale"): {"reserved for this return", "lapsed, of this return"},
    ("returned", "back"): {
        "reserved for this return", "sold", "sold by this receipt", "not registered", "unreserved back",
        "lapsed, of this return", "lapsed, of another return",
    },
}  # fmt: skip
"""The table of the specification, by operation: from where it is allowed without a conflict."""
LEADS_TO: Final = {
    ("reserve", "sale"): "RESERVED_SALE", ("unreserve", "sale"): "UNRESERVED_SALE", ("sold", "sale"): "SOLD",
    ("reserve", "back_by_sale"): "RESERVED_BACK", ("unreserve", "back_by_sale"): "UNRESERVED_BACK",
    ("returned", "back"): "RETURNED",
}  # fmt: skip
FISCAL: Final = ("sold", "returned")
READS_AS: Final = {"RESERVED_SALE": "UNRESERVED_SALE", "RESERVED_BACK": "UNRESERVED_BACK"}


def element(op: str, doctype: str, cis: str = "c", number: str = "") -> MarkOperation:
    return MarkOperation(
        op=op, cis=cis, mark=cis, barcode="", shopcode="1", cashcode="2", doctype=doctype, documentid="d1", docnum="7",
        time="2027-01-15T12:00:00+03:00", id=number, digest="digest",
    )  # fmt: skip


def expected(operation: tuple[str, str], found: str) -> tuple[str, bool, bool]:
    """The state as it reads afterwards, whether anything changed, whether it is a conflict."""
    clean = found in CLEAN[operation]
    if clean or operation[0] in FISCAL:
        return LEADS_TO[operation], True, not clean
    kept = FOUND[found]
    lapsed = kept.state in READS_AS and kept.until <= NOW
    return (READS_AS[kept.state] if lapsed else kept.state), False, False


@pytest.mark.parametrize("found", FOUND)
@pytest.mark.parametrize("operation", CLEAN, ids=" ".join)
def test_a_row_of_the_table_of_states(operation: tuple[str, str], found: str) -> None:
    outcome = apply_operation(FOUND[found], element(*operation), now=NOW, time="now", lease=LEASE)
    state, changed, conflict = expected(operation, found)
    assert (outcome.row.status(NOW), outcome.changed, outcome.conflict) == (state, changed, conflict)
    assert outcome.row.version == FOUND[found].version + changed
    assert (outcome.row.until == NOW + LEASE) == (changed and state.startswith("RESERVED"))


def test_the_table_has_a_row_for_each_state_and_a_word_for_each_operation() -> None:
    assert {state for state, _ in states.TABLE} == set(states.STATES)
    assert all(len(words) == len(states.LEADS_TO) for words in states.TABLE.values())


@pytest.mark.parametrize("operation", CLEAN, ids=" ".join)
def test_a_server_carries_out_every_row(operation: tuple[str, str], database: str, tmp_path: Path) -> None:
    clock = FrozenClock()
    now, _ = moment(clock)
    engine = engine_of(address(database, tmp_path))
    there = [kept._replace(cis=name, until=kept.until and kept.until - NOW + now)._asdict()
             for name, kept in FOUND.items() if kept.version]  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(MARK), there)
    writer = Writer(engine, clock, OFF, LEASE / 1000)
    op, doctype = operation
    asked = [element(op, doctype, name, "" if op == "reserve" else f"id-{name}") for name in FOUND]
    try:
        results = writer.decide_batch([tuple(asked)])[0]
    finally:
        writer.close()
    assert not isinstance(results, Exception)
    for name, result in zip(FOUND, results, strict=True):
        state, changed, conflict = expected(operation, name)
        assert result.status == state
        assert (result.word in (GRANTED, APPLIED, CONFLICTING if conflict else APPLIED)) == changed
    with engine.connect() as connection:
        assert {row.cis for row in connection.execute(select(HISTORY))} == {
            n for n in FOUND if expected(operation, n)[1]
        }
        assert {row.cis for row in connection.execute(select(CONFLICT))} == {
            n for n in FOUND if expected(operation, n)[2]
        }
        kept = {row.cis: row for row in connection.execute(select(MARK))}
    engine.dispose()
    assert all(kept[name].state == expected(operation, name)[0] for name in FOUND if expected(operation, name)[1])

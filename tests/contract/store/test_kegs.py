"""Kegs in the books: a portion is one conditional write, whoever pours and whatever becomes of the receipt."""

import random
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ncash.model.decision import fixed
from ncash.model.keg import KEG, Keg, KegState
from ncash.model.ports import KegShort, Saving
from ncash.model.receipt import Kind, Position, Receipt
from ncash.store import kegs
from ncash.store.documents import SqliteDocuments, open_documents

OpenTill = Callable[..., SqliteDocuments]
TILL = Path(__file__).with_name("pouring_till.py")
CIS = "0104699999920202215uVw/Ab"
NOW = "2027-01-15T12:00:00+03:00"
LITRE = Keg(1_000, "crpt")


def portion(n: int, litres: str, keg: Keg = LITRE, cis: str = CIS, **changes: Any) -> Position:
    values: dict[str, Any] = {
        "n": n, "code": "80", "name": "Beer", "bcode": "304", "quantity": Decimal(litres), "price": 100, "marked": True,
        "cis": cis, "excisemark": f"{cis}93Tt1Z", "fractional": True, "frunit": 41, "extra": fixed({KEG: keg.json()}),
    }  # fmt: skip
    return Position(**{**values, **changes})


def receipt(name: str, *positions: Position, kind: Kind = Kind.SALE) -> Receipt:
    return Receipt(name, kind, positions=positions, last_n=len(positions))


def save(till: SqliteDocuments, one: Receipt) -> None:
    till.save_receipt(Saving(one, opcode=one.kind.opcode, time=NOW))


def sell(till: SqliteDocuments, name: str, *positions: Position, kind: Kind = Kind.SALE) -> None:
    one = receipt(name, *positions, kind=kind)
    save(till, one)
    till.close_receipt(one, [], NOW, {})


def test_the_first_portion_opens_the_keg(till: SqliteDocuments) -> None:
    assert till.keg(CIS) == KegState()
    save(till, receipt("a", portion(1, "0.5")))
    assert till.keg(CIS) == KegState(1_000, "crpt", held=500, opened=NOW)
    (row,) = till.connection.all("SELECT cis, mark, code, opened, uuid, cashcode, content, gone, source FROM keg")
    assert row == (CIS, f"{CIS}93Tt1Z", "80", NOW, "a", "1", 1_000, 0, "crpt")
    till.close_receipt(receipt("a", portion(1, "0.5")), [], NOW, {})
    assert till.keg(CIS) == KegState(1_000, "crpt", poured=500, opened=NOW, sold=500)


def test_a_portion_above_what_is_left_writes_nothing(till: SqliteDocuments) -> None:
    sell(till, "a", portion(1, "0.7"))
    with pytest.raises(KegShort) as short:
        save(till, receipt("b", portion(1, "0.3"), portion(2, "0.001")))
    assert (short.value.cis, short.value.position, short.value.left, short.value.back) == (CIS, 2, 0, False)
    assert till.open_receipt() is None
    assert till.keg(CIS).held == 0
    save(till, receipt("b", portion(1, "0.3")))


def test_what_leaves_the_receipt_is_free_again(till: SqliteDocuments, open_till: OpenTill) -> None:
    save(till, receipt("a", portion(1, "0.5"), portion(2, "0.5")))
    save(till, receipt("a", portion(1, "0.5")))
    assert till.keg(CIS).left == 500
    save(till, receipt("a", portion(1, "0.5", refused="no")))
    assert till.keg(CIS).left == 1_000
    save(till, receipt("a", portion(1, "0.9")))
    till.cancel_receipt(receipt("a", portion(1, "0.9")), NOW)
    assert till.keg(CIS).left == 1_000
    save(till, receipt("b", portion(1, "0.8")))
    till.defer_receipt(receipt("b", portion(1, "0.8")), NOW)
    assert till.keg(CIS).left == 1_000
    other = open_till("2")
    other.open_shift(NOW, None)
    sell(other, "c", portion(1, "0.3"))
    with pytest.raises(KegShort):
        till.save_receipt(Saving(receipt("b", portion(1, "0.8")), restored=True, opcode=50, time=NOW))
    assert [one.id for one in till.deferred()] == ["b"]


def test_a_changed_quantity_is_held_anew_or_stays(till: SqliteDocuments) -> None:
    save(till, receipt("a", portion(1, "0.5"), portion(2, "0.4")))
    with pytest.raises(KegShort) as short:
        save(till, receipt("a", portion(1, "0.5"), portion(2, "0.501")))
    assert short.value.left == 500
    save(till, receipt("a", portion(1, "0.6"), portion(2, "0.4")))
    assert till.keg(CIS).left == 0
    save(till, receipt("a", portion(1, "0.1"), portion(2, "0.4")))
    assert till.keg(CIS).left == 500


def test_a_till_that_comes_back_knows_what_it_holds(till: SqliteDocuments, open_till: OpenTill) -> None:
    save(till, receipt("a", portion(1, "0.5")))
    again = open_till()
    left = again.open_receipt()
    assert left is not None
    again.save_receipt(Saving(left._replace(positions=()), opcode=50, time=NOW))
    assert again.keg(CIS).left == 1_000


@pytest.mark.parametrize(
    ("first", "second", "content", "source"),
    [
        (Keg(50_000, "setting"), Keg(30_000, "crpt"), 30_000, "crpt"),
        (Keg(50_000, "setting"), Keg(20_000, "mark"), 20_000, "mark"),
        (Keg(50_000, "setting"), Keg(10_000, "setting"), 10_000, "setting"),
        (Keg(30_000, "crpt"), Keg(50_000, "setting"), 30_000, "crpt"),
        (Keg(20_000, "mark"), Keg(50_000, "setting"), 20_000, "mark"),
        (Keg(20_000, "mark"), Keg(30_000, "crpt"), 30_000, "crpt"),
    ],
)
def test_the_content_is_that_of_the_best_source(
    till: SqliteDocuments, first: Keg, second: Keg, content: int, source: str
) -> None:
    sell(till, "a", portion(1, "0.5", first))
    sell(till, "b", portion(1, "0.5", second))
    assert till.keg(CIS) == KegState(content, source, poured=1_000, opened=NOW, sold=1_000)


def test_what_was_sold_elsewhere_is_what_chestny_znak_counts_beyond_these_books(till: SqliteDocuments) -> None:
    def sold(name: str, counted: int, gone: int, left: int, kind: Kind = Kind.SALE) -> None:
        sell(till, name, portion(1, "0.1", Keg(1_000, "crpt", counted)), kind=kind)
        assert (till.keg(CIS).gone, till.keg(CIS).left) == (gone, left)

    sold("a", 300, gone=300, left=600)
    sold("b", 300, gone=300, left=500)  # our portion is not counted yet, and 300 ml were gone before it
    sold("c", 500, gone=300, left=400)  # both are counted
    sold("d", 500, gone=300, left=500, kind=Kind.RETURN)
    sold("e", 600, gone=300, left=400)  # what was given back is counted as sold still
    sold("f", 900, gone=500, left=100)
    with pytest.raises(KegShort):
        save(till, receipt("g", portion(1, "0.101", Keg(1_000, "crpt"))))


def test_units_by_other_measures_and_whole_units(till: SqliteDocuments) -> None:
    sell(till, "a", portion(1, "250", frunit=40), portion(2, "0.001", frunit=42, cis="other"))
    assert (till.keg(CIS).poured, till.keg("other").poured) == (250, 1_000)
    sell(till, "b", portion(1, "1", cis="whole", frunit=0, fractional=False, extra=fixed({})))
    assert till.keg("whole") == KegState(whole=True)
    sell(till, "c", portion(1, "1", cis="whole", frunit=0, fractional=False, extra=fixed({})), kind=Kind.RETURN)
    assert till.keg("whole") == KegState()


def test_a_return_is_no_larger_than_what_was_sold(till: SqliteDocuments, open_till: OpenTill) -> None:
    sell(till, "a", portion(1, "0.5"))
    back = receipt("b", portion(1, "0.3"), kind=Kind.RETURN)
    save(till, back)
    assert till.keg(CIS) == KegState(1_000, "crpt", poured=500, back=300, opened=NOW, sold=500)
    other = open_till("2")
    other.open_shift(NOW, None)
    with pytest.raises(KegShort) as short:
        save(other, receipt("c", portion(1, "0.201"), kind=Kind.RETURN))
    assert (short.value.left, short.value.back) == (200, True)
    till.close_receipt(back, [], NOW, {})
    assert till.keg(CIS) == KegState(1_000, "crpt", poured=200, opened=NOW, sold=500)
    sell(other, "d", portion(1, "0.2"), kind=Kind.RETURN)
    with pytest.raises(KegShort):
        save(other, receipt("e", portion(1, "0.001"), kind=Kind.RETURN))


def test_a_keg_of_elsewhere_is_given_back_here_once(till: SqliteDocuments, open_till: OpenTill) -> None:
    other = open_till("2")
    other.open_shift(NOW, None)
    back = receipt("a", portion(1, "0.5"), kind=Kind.RETURN)
    save(till, back)
    with pytest.raises(KegShort):
        save(other, receipt("b", portion(1, "0.5"), kind=Kind.RETURN))
    till.close_receipt(back, [], NOW, {})
    with pytest.raises(KegShort):
        save(other, receipt("b", portion(1, "0.5"), kind=Kind.RETURN))
    with pytest.raises(KegShort) as short:
        save(other, receipt("b", portion(1, "1.001")))
    assert short.value.left == 1_000
    save(other, receipt("b", portion(1, "1")))


def test_an_inventory_holds_nothing(till: SqliteDocuments) -> None:
    sell(till, "a", portion(1, "25"), kind=Kind.INVENTORY)
    assert till.keg(CIS) == KegState()


def test_kegs_that_the_books_lack_are_written_down_from_what_was_sold(till: SqliteDocuments) -> None:
    sell(till, "a", portion(1, "0.2", Keg(50_000, "setting")))
    sell(till, "b", portion(1, "0.2", Keg(1_000, "crpt", 300)), portion(2, "0.1", Keg(2_000, "setting"), "other"))
    sell(till, "c", portion(1, "0.1", Keg(50_000, "setting")))
    sell(till, "d", portion(1, "0.1", Keg(1_000, "crpt", 800)))
    before = till.keg(CIS), till.keg("other")
    assert (before[0].content, before[0].gone, before[1].content) == (1_000, 300, 2_000)
    whole = till.connection.all("SELECT cis, mark, code, uuid, cashcode, content, gone, source FROM keg ORDER BY cis")
    with till.connection.write():
        till.connection.change("DELETE FROM keg")
        kegs.written_down(till.connection)
    assert (till.keg(CIS), till.keg("other")) == before
    assert whole == till.connection.all(
        "SELECT cis, mark, code, uuid, cashcode, content, gone, source FROM keg ORDER BY cis"
    )
    with till.connection.write():
        till.connection.change("UPDATE keg SET gone = 700 WHERE cis = 'other'")
        kegs.written_down(till.connection)
    assert till.keg("other").gone == 700


def looked(till: SqliteDocuments, one: Receipt) -> tuple[int, int] | None:
    try:
        kegs.looked_at(till.connection, one)
    except KegShort as short:
        return short.position, short.left
    return None


def short_of(till: SqliteDocuments, one: Receipt) -> tuple[int, int] | None:
    try:
        save(till, one)
    except KegShort as short:
        return short.position, short.left
    return None


def test_looking_only_finds_what_holding_finds(till: SqliteDocuments) -> None:
    """Receipts of up to four portions of two kegs, changed at random: both say the same every time."""
    chance, said = random.Random(5), list[tuple[int, int] | None]()
    sell(till, "a", portion(1, "0.6"), portion(2, "0.2", cis="other"))
    for number in range(60):
        kind = chance.choice((Kind.SALE, Kind.SALE, Kind.RETURN))
        one = receipt(f"r{number}", kind=kind)
        for _ in range(6):
            n = chance.randint(1, 4)
            keg = Keg(chance.choice((1_000, 1_200)), "crpt", chance.choice((None, 100, 700)))
            fresh = portion(n, str(Decimal(chance.randint(1, 600)) / 1_000), keg, chance.choice((CIS, "other", "new")))
            stand = [p for p in one.positions if p.n != n]
            wanted = one._replace(positions=(*stand, fresh) if chance.random() < 0.8 else tuple(stand), last_n=4)
            said.append(looked(till, wanted))
            assert said[-1] == short_of(till, wanted)
            one = one if said[-1] else wanted
        if chance.random() < 0.5 and one.positions:
            till.close_receipt(one, [], NOW, {})
        elif till.open_receipt():
            till.cancel_receipt(one, NOW)
    assert min(said.count(None), len(said) - said.count(None)) > 50


def started(path: Path, cashcode: str) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, TILL, path, cashcode], stdin=-1, stdout=-1, text=True, bufsize=1)


def answer(till: "subprocess.Popen[str]") -> str:
    assert till.stdout
    return till.stdout.readline().strip()


def test_two_processes_at_once_never_pour_above_the_content(tmp_path: Path) -> None:
    """Each keg takes two portions of the three that are asked for; in the last one both tills meet."""
    path = tmp_path / "Documents.sqlite"
    open_documents(path, "0", "1").close()
    tills = [started(path, "1"), started(path, "2")]
    assert [answer(till) for till in tills] == ["ready", "ready"]
    for number in range(300):
        for till in tills:
            assert till.stdin
            till.stdin.write(f"keg-{number} 500 700 close\n")
        assert sorted(answer(till) for till in tills) == ["poured", "short"]
    for till in tills:
        till.communicate()


def test_what_was_poured_in_races_is_never_more_than_the_kegs_held(tmp_path: Path) -> None:
    path, chance = tmp_path / "Documents.sqlite", random.Random(3)
    open_documents(path, "0", "1").close()
    tills = [started(path, "1"), started(path, "2")]
    for till in tills:
        assert till.stdin
        what = ("close", "close", "close", "cancel", "return")
        lines = [f"keg-{chance.randrange(5)} {chance.randint(1, 400)} 5000 {chance.choice(what)}\n" for _ in range(200)]
        till.stdin.write("".join(lines))
        till.stdin.flush()
    said = [till.communicate()[0].split()[1:] for till in tills]
    books = open_documents(path, "0", "1")
    states = [books.keg(f"keg-{n}") for n in range(5)]
    assert all(0 <= one.poured <= 5_000 and one.held == one.back == 0 for one in states)
    assert {word for words in said for word in words} == {"poured", "short"}
    assert sum(one.poured for one in states) > 15_000
    books.close()

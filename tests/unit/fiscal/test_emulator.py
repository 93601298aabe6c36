"""The emulated register: what it makes, what it refuses, and what is still there after it was cut off."""

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from ncash.fiscal.emulator import EmulatedRegister
from ncash.model.fiscal.register import FiscalLine, FiscalOrder, RegisterRefused, RegisterSilent, ShiftState
from ncash.model.receipt import Kind, Payment
from ncash.testing import FrozenClock

MILK = "0104670540176099215zzzzz\x1d93dGVz"
LEGACY = {
    "number": 7, "drive": "9999078900000001", "receipt": "old", "kind": "return", "time": "2026-01-01T10:00:00+03:00",
    "total": 100, "sign": "0000000001", "payments": [],
    "lines": [{"name": "x", "mark": MILK, "quantity": "1", "tags": {}}],
}  # fmt: skip


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


def opened(folder: Path, clock: FrozenClock) -> EmulatedRegister:
    return EmulatedRegister(folder, clock)


@pytest.fixture
def register(tmp_path: Path, clock: FrozenClock) -> EmulatedRegister:
    register = opened(tmp_path, clock)
    register.open_shift("Anna")
    return register


def order(name: str, kind: Kind = Kind.SALE, amount: int = 8990) -> FiscalOrder:
    line = FiscalLine("Milk", "4670540176099", Decimal(1), 0, amount, amount, "1", 33, mark=MILK)
    return FiscalOrder(name, kind, "Anna", (line,), (Payment("cash", amount),), "2026-11-22T10:00:00+03:00")


def test_a_drive_that_is_opened_again_knows_its_last_document(
    register: EmulatedRegister, tmp_path: Path, clock: FrozenClock
) -> None:
    made = register.register(order("a"))
    again = opened(tmp_path, clock)
    assert (again.last(), again.find("a"), again.find("b")) == (made, made, None)
    assert (made.number, made.shift, made.in_shift, again.status().last_number) == (2, 1, 1, 2)


def test_the_same_order_given_twice_makes_two_documents(register: EmulatedRegister) -> None:
    assert [register.register(order("a")).number for _ in range(2)] == [2, 3]


def test_a_report_takes_a_number_and_the_last_receipt_stays_the_last(register: EmulatedRegister) -> None:
    register.register(order("a"))
    register.register(order("b", Kind.RETURN, 100))
    told = register.close_shift("Anna")
    assert (told["sales"], told["returns"]) == ({"count": 1, "sum": 8990}, {"count": 1, "sum": 100})
    last, status = register.last(), register.status()
    assert last is not None
    assert (last.receipt, last.number, status.last_number, status.shift) == ("b", 3, 4, ShiftState.CLOSED)
    assert register.open_shift("Anna") == 2
    assert register.report_x("Anna")["sales"] == {"count": 0, "sum": 0}
    assert [document["number"] for document in register.memory.documents()] == [1, 2, 3, 4, 5]


def test_a_shift_of_more_than_a_day_sells_nothing_and_can_be_closed(
    register: EmulatedRegister, clock: FrozenClock
) -> None:
    clock.move(24 * 3600 + 1)
    assert register.status().shift is ShiftState.EXPIRED
    with pytest.raises(RegisterRefused, match="expired"):
        register.register(order("a"))
    register.close_shift("Anna")
    assert register.status().shift is ShiftState.CLOSED


def test_after_thirty_days_unsent_nothing_is_made(register: EmulatedRegister, clock: FrozenClock) -> None:
    register.faults.add("ofd_away")
    register.register(order("a"))
    register.close_shift("Anna")
    register.open_shift("Anna")
    assert (register.status().unsent, bool(register.status().unsent_since)) == (3, True)
    clock.move(30 * 24 * 3600 + 1)
    with pytest.raises(RegisterRefused, match="30 days"):
        register.register(order("b"))


def test_a_line_that_was_cut_was_never_made(register: EmulatedRegister, tmp_path: Path, clock: FrozenClock) -> None:
    register.register(order("a"))
    file = tmp_path / "fiscal-emulator.jsonl"
    whole = file.read_bytes()
    file.write_bytes(whole + whole.splitlines()[-1][:40])
    again = opened(tmp_path, clock)
    assert (again.status().last_number, again.find("a") is not None) == (2, True)
    assert again.register(order("b")).number == 3
    assert [json.loads(line)["number"] for line in file.read_bytes().splitlines()] == [1, 2, 3]


def test_a_line_that_is_no_document_is_said_and_not_passed_over(tmp_path: Path, clock: FrozenClock) -> None:
    (tmp_path / "fiscal-emulator.jsonl").write_bytes(b"garbage\n")
    with pytest.raises(RegisterSilent, match="no document"):
        opened(tmp_path, clock).status()


def test_documents_of_earlier_versions_stay_readable(tmp_path: Path, clock: FrozenClock) -> None:
    (tmp_path / "fiscal-emulator.jsonl").write_text(json.dumps(LEGACY) + "\n")
    register = opened(tmp_path, clock)
    last = register.find("old")
    assert last is not None
    assert (last.number, last.returned, last.shift, last.marks) == (7, True, 0, (MILK,))
    status = register.status()
    assert (status.shift, status.last_number, status.unprinted) == (ShiftState.CLOSED, 7, False)
    assert (register.open_shift("Anna"), register.last()) == (1, last)
    assert (register.register(order("a")).number, register.status().last_number) == (9, 9)


def test_paper_that_ends_in_the_middle_leaves_a_document_to_be_printed(register: EmulatedRegister) -> None:
    register.faults.add("paper_middle", times=1)
    made = register.register(order("a"))
    status = register.status()
    assert (status.unprinted, status.paper, status.last_number) == (True, False, made.number)
    with pytest.raises(RegisterRefused, match="paper"):
        register.register(order("b"))
    register.load_paper()
    register.print_copy()
    assert (register.status().unprinted, register.status().paper) == (False, True)


def test_a_busy_register_has_the_document_some_questions_later(
    register: EmulatedRegister, tmp_path: Path, clock: FrozenClock
) -> None:
    register.faults.add("busy", 2, times=1)
    with pytest.raises(RegisterSilent):
        register.register(order("a"))
    again = opened(tmp_path, clock)
    assert [again.status().busy for _ in range(3)] == [True, False, False]
    found = again.find("a")
    assert found is not None
    assert found.number == again.status().last_number == 2


def test_a_late_document_that_is_there_already_does_not_come_twice(
    register: EmulatedRegister, tmp_path: Path, clock: FrozenClock
) -> None:
    register.faults.add("busy", 1, times=1)
    with pytest.raises(RegisterSilent):
        register.register(order("a"))
    planned = (tmp_path / "fiscal-emulator.faults.json").read_bytes()
    assert register.status().last_number == 2
    (tmp_path / "fiscal-emulator.faults.json").write_bytes(planned)
    assert opened(tmp_path, clock).status().last_number == 2
    assert len(register.memory.documents()) == 2


@pytest.mark.parametrize("content", ["{", "5", '[{"kind":"explode"}]', '[{"king":"refuse"}]', "[[]]"])
def test_a_file_of_faults_that_cannot_be_read_is_said(register: EmulatedRegister, tmp_path: Path, content: str) -> None:
    (tmp_path / "fiscal-emulator.faults.json").write_text(content)
    with pytest.raises(RegisterSilent, match=r"faults\.json"):
        register.register(order("a"))


FULL_DISK = """
import resource, sys
from pathlib import Path
from ncash.fiscal.emulator import EmulatedRegister
from ncash.model.fiscal.register import RegisterRefused
from ncash.testing import FrozenClock
sys.path.insert(0, sys.argv[2])
from test_emulator import order
folder = Path(sys.argv[1])
register = EmulatedRegister(folder, FrozenClock())
size = (folder / "fiscal-emulator.jsonl").stat().st_size
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
for room in (0, 1, 200):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + room, hard))
    try:
        register.register(order("a"))
    except RegisterRefused as error:
        print("refused", error)
    assert (folder / "fiscal-emulator.jsonl").stat().st_size == size
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
print(register.register(order("a")).number)
"""


def test_a_disk_that_is_full_makes_no_half_document(register: EmulatedRegister, tmp_path: Path) -> None:
    """A limit on the size of files stops a write where a full disk would."""
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path), str(Path(__file__).parent)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    *refusals, made = done.stdout.splitlines()
    assert ([line.startswith("refused") for line in refusals], made) == ([True] * 3, "2")


def test_a_fault_that_is_not_there_is_refused_by_name(register: EmulatedRegister) -> None:
    with pytest.raises(ValueError, match="silent_before"):
        register.faults.add("explode")


def test_each_till_has_a_drive_of_its_own(tmp_path: Path, clock: FrozenClock) -> None:
    one, two = (EmulatedRegister(tmp_path, clock, till) for till in ("1", "2"))
    one.open_shift("Anna")
    assert (one.serial, two.serial) == ("9999078900000001", "9999078900000002")
    assert two.status().shift is ShiftState.CLOSED

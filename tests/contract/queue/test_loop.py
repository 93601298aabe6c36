"""The sender at work: one at a time, woken by what is owed, stubborn, and no burden for the till."""

import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from ncash.errors import UserError
from ncash.model.ports import Saving
from ncash.model.receipt import Receipt
from ncash.queue.loop import Desk, Loop, SenderBusy
from ncash.queue.transport import DeliveryFailure, Operation, Reply
from ncash.store.documents import open_documents
from ncash.system.clock import SystemClock
from ncash.system.locks import tills_away
from ncash.testing import FrozenClock, SeededRandom, eventually
from tests.sizes import sized

from .conftest import AT, Box, Inside, MakeSender, Recorder, applied, message

THREE_DAYS: Final = sized(2_000, 50_000)
PATIENCE: Final = 60.0


def desk(box: Box, transport: Recorder) -> Desk:
    return Desk(box.path, lambda: transport, SystemClock(), SeededRandom())


def test_two_senders_have_one_lock(box: Box, recorder: Recorder) -> None:
    with closing(desk(box, recorder)), pytest.raises(SenderBusy):
        desk(box, recorder)
    desk(box, recorder).close()
    assert recorder.closed


def test_no_database_is_replaced_under_a_sender_and_none_sends_from_one_that_is(box: Box, recorder: Recorder) -> None:
    with closing(desk(box, recorder)), pytest.raises(UserError, match="running"), tills_away(box.path.parent):
        raise AssertionError("the database could have been replaced")
    with tills_away(box.path.parent), pytest.raises(UserError, match="sets the databases"):
        desk(box, recorder)


def test_a_second_program_takes_over_when_the_first_was_killed(box: Box, recorder: Recorder) -> None:
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom ncash.system.locks import alone\n"
        "with alone(Path(sys.argv[1])) as ours:\n    print(ours, flush=True)\n    time.sleep(600)\n"
    )
    lock = str(box.path.parent / "queue.lock")
    with subprocess.Popen([sys.executable, "-c", script, lock], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        with pytest.raises(SenderBusy):
            desk(box, recorder)
        other.send_signal(signal.SIGKILL)
        other.wait(PATIENCE)
    desk(box, recorder).close()


def test_a_word_that_something_is_owed_is_enough(box: Box, recorder: Recorder) -> None:
    loop = Loop(lambda: desk(box, recorder))
    loop.start()
    for n in range(3):
        box.put(message(n))
        loop.wake()
        eventually(lambda n=n: box.results["applied"] == n + 1)  # type: ignore[misc]
    loop.stop(PATIENCE)
    assert recorder.closed


def test_whatever_goes_wrong_the_loop_goes_on(box: Box, recorder: Recorder, capfd: pytest.CaptureFixture[str]) -> None:
    def explodes(operations: Sequence[Operation]) -> Sequence[Reply]:
        recorder.answer = applied
        raise ZeroDivisionError("secret")

    recorder.answer = explodes
    box.put(message(1))
    loop = Loop(lambda: desk(box, recorder))
    loop.start()
    eventually(lambda: len(recorder.calls) == 1)
    eventually(lambda: loop.wake() is None and box.results["applied"] == 1)
    loop.stop(PATIENCE)
    told = capfd.readouterr().err
    assert "ZeroDivisionError at test_loop.py" in told
    assert "secret" not in told


def test_three_days_offline_drain_in_order_and_the_till_goes_on_selling(box: Box, server: Inside) -> None:
    marks = THREE_DAYS // 2
    box.put(*(message(n, "sold", key=message(n).key, receipt=f"r{n}") for n in range(marks)))
    box.put(*(message(marks + n, "returned", key=message(n).key, receipt=f"r{n}") for n in range(marks)))
    loop = Loop(lambda: Desk(box.path, server.transport, FrozenClock(AT), SeededRandom()))
    loop.start()
    sold = 0
    with closing(open_documents(box.path, "2", "1")) as till:
        till.open_shift(AT, None)
        while box.results[None]:
            receipt = Receipt(f"00000000-0000-4000-9000-{sold:012d}", opened=AT)
            till.save_receipt(Saving(receipt))
            till.close_receipt(receipt, (), AT, {}, [message(900_000 + sold)] if sold < 20 else [])
            till.idle()
            sold += 1
    loop.stop(PATIENCE)
    assert sold > 1
    assert set(box.results) == {"applied"}
    assert len(server.operations()) == len(box.rows())
    assert server.states() == {"RETURNED": marks, "SOLD": min(sold, 20)}
    assert set(server.changes().values()) <= {1, 2}


def test_a_receiver_that_hangs_does_not_hold_the_tills_transactions(box: Box, recorder: Recorder) -> None:
    hanging, go_on = threading.Event(), threading.Event()

    def hangs(operations: Sequence[Operation]) -> Sequence[Reply]:
        hanging.set()
        go_on.wait(PATIENCE)
        raise DeliveryFailure("timeout: nobody answered")

    recorder.answer = hangs
    box.put(message(1))
    loop = Loop(lambda: desk(box, recorder))
    loop.start()
    assert hanging.wait(PATIENCE)
    for n in range(2, 22):
        box.put(message(n))
    assert len(box.rows()) == 21
    go_on.set()
    loop.stop(PATIENCE)


def killed_between_apply_and_ack(box: Box, marker: Path) -> subprocess.Popen[str]:
    """A sender of its own whose receiver writes down what it was given and never answers."""
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom ncash.queue.loop import Desk\n"
        "from ncash.system.clock import SystemClock, SystemRandom\n"
        "class Receiver:\n"
        "    def send(self, route, operations):\n"
        "        with open(sys.argv[2], 'a') as log:\n"
        "            log.writelines(one['id'] + '\\n' for one in operations)\n"
        "        print('applied', flush=True)\n        time.sleep(600)\n"
        "    def close(self):\n        pass\n"
        "Desk(Path(sys.argv[1]), Receiver, SystemClock(), SystemRandom()).sender.round()\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", script, str(box.path), str(marker)], stdout=subprocess.PIPE, text=True
    )


def test_a_sender_killed_between_apply_and_acknowledgement_sends_the_same_again(
    box: Box, recorder: Recorder, tmp_path: Path, sender_of: MakeSender
) -> None:
    box.put(*(message(n) for n in range(150)))
    marker = tmp_path / "applied.txt"
    with killed_between_apply_and_ack(box, marker) as sender:
        assert sender.stdout is not None
        assert sender.stdout.readline() == "applied\n"
        sender.kill()
    first = marker.read_text(encoding="ascii").split()
    assert box.results == {None: 150}
    with closing(desk(box, recorder)) as running:
        assert running.sender.drain().sent == 150
    assert recorder.calls[0][1] == first

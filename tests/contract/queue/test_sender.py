"""The sender alone: batches, back-off, the order of each key, what is kept and what is never sent again."""

import json
from collections.abc import Sequence

import pytest

from ncash.queue.sender import BATCH, LONGEST_PAUSE, pause
from ncash.queue.transport import DeliveryFailure, Operation, Reply
from ncash.testing import FrozenClock, SeededRandom

from .conftest import ROUTE, Box, MakeSender, Recorder, applied, message


def silent(operations: Sequence[Operation]) -> Sequence[Reply]:
    """Nobody answers."""
    raise DeliveryFailure("timeout: nobody answered")


def test_messages_go_in_the_order_of_writing_and_a_hundred_at_a_time(
    box: Box, recorder: Recorder, sender_of: MakeSender
) -> None:
    box.put(*(message(n) for n in range(250)))
    told = sender_of(recorder).drain()
    assert (told.sent, told.refused, told.trouble) == (250, 0, "")
    assert [len(ids) for _, ids in recorder.calls] == [BATCH, BATCH, 50]
    assert [id for _, ids in recorder.calls for id in ids] == [message(n).id for n in range(250)]
    assert set(box.rows("result, status, sent")) == {("applied", "SOLD", "2027-01-15T12:00:00+03:00")}


def test_the_body_is_the_operation_of_the_specification(box: Box) -> None:
    box.put(message(1))
    ((text,),) = box.rows("body")
    sent = json.loads(text)
    assert set(sent) == {"id", "op", "mark", "barcode", "cashcode", "shopcode", "doctype", "documentid", "time"}
    assert (sent["id"], sent["op"], sent["time"]) == (message(1).id, "sold", "2027-01-15T12:00:00+03:00")


def test_an_id_that_is_there_stays_as_it_was(box: Box) -> None:
    box.put(message(1), message(2))
    box.put(message(1, op="returned"))
    assert [json.loads(text)["op"] for (text,) in box.rows("body")] == ["sold", "sold"]


def test_a_receiver_that_does_not_answer_rests_longer_each_time(
    box: Box, recorder: Recorder, sender_of: MakeSender, clock: FrozenClock
) -> None:
    box.put(message(1))
    recorder.answer = silent
    sender, waits = sender_of(recorder), []
    for _ in range(12):
        told = sender.drain()
        assert told.trouble == "timeout: nobody answered"
        before = len(recorder.calls)
        while len(recorder.calls) == before:
            clock.move(0.5)
            waits.append(0.5)
            sender.round()
    assert sum(waits) > 2 * LONGEST_PAUSE
    assert box.rows() == [(message(1).id, None, 13)]
    recorder.answer = applied
    clock.move(LONGEST_PAUSE)
    assert sender.drain().sent == 1


def test_pauses_double_up_to_five_minutes_and_are_never_the_same_for_all() -> None:
    random = SeededRandom()
    for failures in range(1, 40):
        longest = min(LONGEST_PAUSE, 2 ** (failures - 1))
        assert longest / 2 <= pause(failures, random) <= longest
    assert pause(1_000_000, random) <= LONGEST_PAUSE
    assert len({pause(9, random) for _ in range(20)}) == 20


def test_one_receiver_that_rests_does_not_hold_back_another(
    box: Box, recorder: Recorder, sender_of: MakeSender
) -> None:
    other = ROUTE.replace("8080", "9090")
    box.put(message(1), message(2, route=other), message(3))
    sender = sender_of(recorder)
    recorder.answer = silent
    sender.round()
    recorder.answer = applied
    box.put(message(4, route="http://127.0.0.1:7070/status"))
    told = sender.drain()
    assert (told.sent, told.trouble) == (1, "timeout: nobody answered")
    assert [row[1] for row in box.rows()] == [None, None, None, "applied"]


def rejecting(*guilty: int) -> Recorder:
    """A receiver that refuses a batch with one of these messages in it, as a server that checks a schema does."""
    recorder = Recorder()
    ids = {message(n).id for n in guilty}

    def answer(operations: Sequence[Operation]) -> Sequence[Reply]:
        if ids & {one["id"] for one in operations}:
            raise DeliveryFailure("the server answered 422", rejected=True)
        return applied(operations)

    recorder.answer = answer
    return recorder


def test_a_message_that_is_not_taken_holds_back_its_own_key_alone(
    box: Box, sender_of: MakeSender, clock: FrozenClock
) -> None:
    box.put(*(message(n) for n in range(150)))
    box.put(message(1000, key=message(77).key), message(1001))
    recorder = rejecting(77)
    sender = sender_of(recorder)
    assert sender.drain().sent == 150
    left = {uuid for uuid, result, _ in box.rows() if result is None}
    assert left == {message(77).id, message(1000).id}
    assert message(1000).id not in {id for _, ids in recorder.calls for id in ids}
    recorder.answer = applied
    clock.move(LONGEST_PAUSE)
    assert sender.drain().sent == 2
    assert recorder.calls[-1][1] == [message(77).id, message(1000).id]


def test_a_message_that_the_answer_leaves_out_is_sent_again_later(
    box: Box, recorder: Recorder, sender_of: MakeSender, clock: FrozenClock
) -> None:
    box.put(*(message(n) for n in range(3)))
    recorder.answer = lambda operations: applied(operations)[1:]
    sender = sender_of(recorder)
    told = sender.drain()
    assert (told.sent, told.trouble) == (2, "the receiver's answer leaves messages out")
    recorder.answer = applied
    clock.move(LONGEST_PAUSE)
    assert sender.drain().sent == 1


def test_a_result_for_a_message_that_was_not_sent_changes_nothing(
    box: Box, recorder: Recorder, sender_of: MakeSender
) -> None:
    box.put(message(1))
    recorder.answer = lambda operations: [*applied(operations), Reply(message(9).id, "applied")]
    assert sender_of(recorder).drain().sent == 1
    assert len(box.rows()) == 1


def test_a_refused_message_is_kept_loud_and_not_sent_again(
    box: Box, recorder: Recorder, sender_of: MakeSender, clock: FrozenClock
) -> None:
    box.put(message(1), message(2))
    recorder.answer = lambda operations: [Reply(str(operations[0]["id"]), "refused", "SOLD"), *applied(operations[1:])]
    sender = sender_of(recorder)
    told = sender.drain()
    assert (told.sent, told.refused) == (1, 1)
    clock.move(10 * LONGEST_PAUSE)
    assert sender.drain().sent == 0
    assert len(recorder.calls) == 1
    assert box.rows("result, status, sent")[0] == ("refused", "SOLD", None)


@pytest.mark.parametrize("year", ["1970", "2019", "2047"])
def test_a_clock_that_was_wrong_holds_nothing_back_for_long(
    box: Box, sender_of: MakeSender, clock: FrozenClock, year: str
) -> None:
    box.put(message(1))
    clock.set(f"{year}-01-15T12:00:00+03:00")
    recorder = rejecting(1)
    sender = sender_of(recorder)
    sender.drain()
    clock.set("2027-01-15T12:00:00+03:00")
    recorder.answer = applied
    clock.move(LONGEST_PAUSE + 1)
    assert sender.drain().sent == 1

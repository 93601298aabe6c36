"""A wait that a person cuts: answered while the plugin still works, a refusal whatever it says, and nothing is left."""

import contextlib
import json
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from ncash.cli.main import run
from ncash.model.decision import Decision, Dialog, Effects, Step, Verdict
from ncash.model.ports import HttpError, HttpRequest
from ncash.model.request import AddItem, Cancel
from ncash.testing import DrivenTill, FencedHttp
from ncash.till.supervisor import Supervisor

from .conftest import BREAD, WATER, WATER_TOO, Shops, Stage, acting, positions

AMPLE = 60.0
"""Seconds that nothing here comes near to."""
ALLOWED = Decision(Verdict.ALLOW, (Step("evil"),), effects=Effects(cis="0104", excisemark="0104"))


class Gate:
    """Holds a hook until the test lets it go, and says that it is there."""

    def __init__(self, answer: Any = None) -> None:
        self._answer = answer
        self.entered, self.go = threading.Event(), threading.Event()

    def __call__(self, *request: Any) -> Any:
        """The hook."""
        self.entered.set()
        assert self.go.wait(AMPLE)
        return self._answer


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as made:
        yield made


def act(till: DrivenTill, shops: Shops, **acts: Callable[..., Any]) -> None:
    """The plugin of this till does so from now on."""
    (loaded,) = [one for one in till.shop.till.room.plugins.loaded if one.name == shops.name]
    vars(loaded.instance)["acts"] = acts


def waiting(pool: ThreadPoolExecutor, till: DrivenTill, gate: Gate, cmd: str, **fields: Any) -> Future[dict[str, Any]]:
    """A command whose plugin has not answered yet."""
    future = pool.submit(till.send, cmd, **fields)
    assert gate.entered.wait(AMPLE)
    return future


def is_cut(answer: dict[str, Any]) -> bool:
    """Whether an answer is the refusal of a wait that was cut."""
    keys = [text["key"] for text in answer["screen"]]
    return answer["ok"] and answer["decision"]["verdict"] == "deny" and keys[-1] == "CheckCut"


def lines(till: DrivenTill) -> list[dict[str, Any]]:
    """The decisions in the journal."""
    found = till.shop.documents.connection.all("SELECT line FROM journal WHERE kind = 'verdict' ORDER BY seq")
    return [json.loads(line) for (line,) in found]


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that takes every call and never answers."""
    kept = []

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                kept.append(listening.accept()[0])

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/x"
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(AMPLE)
    for connection in kept:
        connection.close()


def test_calls_of_the_plugin_end_and_what_it_makes_of_it_is_a_refusal(
    shops: Shops, pool: ThreadPoolExecutor, silent: str
) -> None:
    till = shops.till(acting())
    gate, heard, http = Gate(), [], till.shop.outside.http
    assert isinstance(http, FencedHttp)
    http.allow(silent)

    def asks(request: AddItem) -> Decision:
        gate.entered.set()
        for in_place in (True, False):
            try:
                http.send(HttpRequest("GET", silent, in_place=in_place), AMPLE)
            except HttpError as error:
                heard.append(error.reason)
        return ALLOWED

    act(till, shops, on_add_item=asks)
    till.send("open")
    future = waiting(pool, till, gate, "scan", data=BREAD)
    assert till.cut()
    answer = future.result(AMPLE / 2)
    act(till, shops)
    after = till.send("state")
    assert (is_cut(answer), positions(after), heard) == (True, [], ["cut", "cut"])
    line = lines(till)[-1]
    assert (line["verdict"], line["key"], line["checks"][-1]["check"]) == ("deny", "CheckCut", "cut")
    assert positions(till.send("scan", data=BREAD)) == ["Хлеб дарницкий"]


def test_a_plugin_that_does_not_listen_is_answered_for(stage: Stage, pool: ThreadPoolExecutor) -> None:
    stage.reading()
    gate = Gate(ALLOWED)
    till = stage.act("on_add_item", gate)
    till.send("open")
    before = len(lines(till))
    future = waiting(pool, till, gate, "scan", data=BREAD)
    assert till.cut()
    assert is_cut(future.result(AMPLE / 2))
    assert not gate.go.is_set()
    following = pool.submit(till.send, "state")
    gate.go.set()
    assert positions(following.result(AMPLE)) == []
    assert [line["key"] for line in lines(till)[before:]] == ["CheckCut"]
    assert positions(till.send("scan", data=BREAD)) == ["Хлеб дарницкий"]
    assert stage.loaded.state == "ready"


def test_a_plugin_that_hangs_past_its_budget_is_left_behind_by_the_next_command(
    shops: Shops, pool: ThreadPoolExecutor
) -> None:
    shops.budget = 1.0
    till, gate = shops.till(acting()), Gate()
    act(till, shops, on_add_item=gate)
    till.send("open")
    future = waiting(pool, till, gate, "scan", data=BREAD)
    assert till.cut()
    assert is_cut(future.result(AMPLE / 2))
    answer = till.send("scan", data=BREAD)
    gate.go.set()
    assert (positions(answer), shops.evil(till)["state"]) == (["Хлеб дарницкий"], "broken")


def test_between_two_commands_there_is_nothing_to_cut(stage: Stage) -> None:
    assert not stage.play.cut()
    stage.play.send("open")
    assert not stage.play.cut()
    assert positions(stage.play.send("scan", data=BREAD)) == ["Хлеб дарницкий"]


def test_a_close_is_cut_before_its_order_and_never_after(stage: Stage, pool: ThreadPoolExecutor) -> None:
    before, after = Gate(), Gate()
    till = stage.act("on_close", before)
    till.send("open")
    till.send("scan", data=BREAD)
    future = waiting(pool, till, before, "close")
    assert till.cut()
    before.go.set()
    answer = future.result(AMPLE)
    assert (is_cut(answer), answer["receipt"]["state"], till.shop.documents.unsettled) == (True, "open", None)
    stage.act("on_closed", after)
    future = waiting(pool, till, after, "close")
    assert not till.cut()
    after.go.set()
    answer = future.result(AMPLE)
    assert (answer["ok"], answer["receipt"]["state"]) == (True, "closed")


@pytest.mark.parametrize("cmd", ["storno", "quantity"])
def test_positions_stay_as_they_are_when_their_change_is_cut(stage: Stage, pool: ThreadPoolExecutor, cmd: str) -> None:
    stage.reading()
    gate = Gate(Decision(Verdict.ALLOW, (Step("evil"),), position=1 if cmd == "storno" else None))
    till = stage.act(f"on_{cmd}", gate)
    till.send("open")
    receipt = till.send("scan", data=BREAD)["receipt"]
    fields = {"value": "2"} if cmd == "quantity" else {}
    future = waiting(pool, till, gate, cmd, position=1, **fields)
    assert till.cut()
    gate.go.set()
    assert is_cut(future.result(AMPLE))
    assert till.send("state")["receipt"] == receipt


@pytest.mark.parametrize("verdict", [Verdict.ALLOW, Verdict.ASK, Verdict.DENY])
def test_what_the_plugin_fetched_is_given_up(stage: Stage, pool: ThreadPoolExecutor, verdict: Verdict) -> None:
    given_up: list[Cancel] = []
    stage.reading()
    dialog = Dialog("ask", "Sure", "?", ("continue", "cancel")) if verdict is Verdict.ASK else None
    gate = Gate(ALLOWED._replace(verdict=verdict, facts={"reserved": True}, dialog=dialog))
    till = stage.act("on_add_item", gate)
    vars(stage.loaded.instance)["acts"]["on_cancel"] = given_up.append
    till.send("open")
    future = waiting(pool, till, gate, "scan", data=BREAD)
    assert till.cut()
    gate.go.set()
    assert is_cut(future.result(AMPLE))
    till.send("state")
    [cancel] = given_up[-1:]
    if verdict is Verdict.ALLOW:
        assert [position.cis for position in cancel.positions] == ["0104"]
    else:
        assert [dict(request.facts) for request in cancel.refused] == [{"reserved": True}]


def test_a_dialog_stays_when_its_answer_is_cut(stage: Stage, pool: ThreadPoolExecutor) -> None:
    till = stage.play
    till.send("open")
    asked = till.send("scan", data=WATER[2:16].lstrip("0"))
    gate = Gate()
    stage.act("on_add_item", gate)
    future = waiting(pool, till, gate, "scan", data=WATER)
    assert till.cut()
    gate.go.set()
    answer = future.result(AMPLE)
    assert asked["dialog"] is not None
    assert (is_cut(answer), answer["dialog"]) == (True, asked["dialog"])


def test_marks_that_came_back_stay_unchecked_when_their_check_is_cut(shops: Shops, pool: ThreadPoolExecutor) -> None:
    till = shops.till(acting())
    till.send("open")
    till.send("scan", data=WATER)
    names = positions(till.send("scan", data=WATER_TOO))
    till.restart()
    gate, asked = Gate(), list[AddItem]()

    def held(request: AddItem) -> None:
        asked.append(request)
        gate(request)

    act(till, shops, on_add_item=held)
    future = waiting(pool, till, gate, "scan", data=BREAD)
    assert till.cut()
    gate.go.set()
    assert is_cut(future.result(AMPLE))
    assert positions(till.send("state")) == names
    assert [request.replaces for request in asked] == [1]
    asked.clear()
    act(till, shops, on_add_item=asked.append)
    assert positions(till.send("scan", data=BREAD)) == [*names, "Хлеб дарницкий"]
    assert [request.replaces for request in asked] == [1, 2, None]


def test_whenever_it_comes_a_cut_that_was_heard_is_a_refusal_and_another_changes_nothing(
    stage: Stage, pool: ThreadPoolExecutor
) -> None:
    chance = random.Random(12)
    till = stage.act("on_add_item", lambda request: threading.Event().wait(chance.choice((0.0, 0.001, 0.003))) or None)
    till.send("open")
    sold, heard = 0, []
    for _ in range(60):
        future = pool.submit(till.send, "scan", data=BREAD)
        threading.Event().wait(chance.uniform(0.0, 0.008))
        heard.append(till.cut())
        answer = future.result(AMPLE)
        sold += not heard[-1]
        assert is_cut(answer) == heard[-1]
        assert len(till.send("state")["receipt"]["positions"]) == sold
    assert {True, False} == set(heard)


def test_the_books_belong_to_a_command_that_was_cut_until_it_is_back(stage: Stage, pool: ThreadPoolExecutor) -> None:
    stage.play.send("open")
    supervisor, gate = Supervisor(stage.play.shop.till), Gate()
    stage.act("on_add_item", gate)
    future = pool.submit(supervisor.handle, {"cmd": "scan", "data": BREAD})
    assert gate.entered.wait(AMPLE)
    assert supervisor.cut()
    assert is_cut(future.result(AMPLE / 2))
    assert supervisor.busy
    gate.go.set()
    until = time.monotonic() + AMPLE
    while supervisor.busy:
        assert time.monotonic() < until
        time.sleep(0.01)
    assert supervisor.handle({"cmd": "state"})["receipt"]["positions"] == []
    supervisor.stop()


def test_goods_whose_refusal_is_cut_keep_what_was_fetched_for_the_next_answer(
    stage: Stage, pool: ThreadPoolExecutor
) -> None:
    given_up: list[Cancel] = []
    stage.reading()
    dialog = Dialog("ask", "Sure", "?", ("continue", "cancel"))
    asks = ALLOWED._replace(verdict=Verdict.ASK, facts={"reserved": True}, dialog=dialog)
    till, gate = stage.act("on_add_item", lambda request: asks), Gate()
    till.send("open")
    till.send("scan", data=BREAD)
    stage.act("on_cancel", gate)
    future = waiting(pool, till, gate, "press", button="cancel")
    assert till.cut()
    gate.go.set()
    answer = future.result(AMPLE)
    assert (is_cut(answer), answer["dialog"]["key"]) == (True, "Sure")
    stage.act("on_cancel", given_up.append)
    assert till.send("press", button="cancel")["dialog"] is None
    assert [dict(request.facts) for cancel in given_up for request in cancel.refused] == [{"reserved": True}]


def test_a_wait_that_was_cut_is_no_decision_that_another_setting_would_change(
    shops: Shops, pool: ThreadPoolExecutor, capsys: pytest.CaptureFixture[str]
) -> None:
    till, gate = shops.till(acting()), Gate()
    act(till, shops, on_add_item=gate)
    till.send("open")
    future = waiting(pool, till, gate, "scan", data=WATER)
    assert till.cut()
    gate.go.set()
    assert is_cut(future.result(AMPLE))
    till.send("state")
    assert [step["check"] for step in lines(till)[-1]["checks"]][-1] == "cut"
    conf, data = till.shop.conf, till.shop.data
    assert run(["replay", "--conf", str(conf), "--data", str(data), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["decisions"], told["changes"]) == (1, [])

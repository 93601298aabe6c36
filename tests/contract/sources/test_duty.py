"""What the till does for a local module in the background, and both answers at once."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ncash.bundled.markedgoods.checks.offline import OfflineAnswer
from ncash.bundled.markedgoods.checks.ruling import Ruling
from ncash.bundled.markedgoods.facts.online import NotChecked
from ncash.bundled.markedgoods.settings.tokens import Token
from ncash.bundled.markedgoods.sources.inquiry import GRACE, MODULE_BUDGET, ONLINE, Inquiry
from ncash.bundled.markedgoods.sources.localmodule import SYNC_LIFE, LocalModule, authorization
from ncash.bundled.markedgoods.sources.localmodule_duty import INIT_PAUSE, Duty
from ncash.bundled.markedgoods.sources.sold_files import RETURNED, SOLD, Parcel, SoldQueue
from ncash.bundled.markedgoods.sources.source import Heard
from ncash.emulators.localmodule import LOGIN, PASSWORD, Module
from ncash.model.ports import World
from ncash.testing import FrozenClock, eventually

MILK = "0104670540176099215zzzzz\x1d93dGVz"
KI = "0104670540176099215zzzzz"
OTHER = "0104670540176099215yyyyy"
TOKEN = Token("7e57ab1e-0000-4000-8000-000000000001")
ACCEPTED = Ruling("accepted")


Promptly = Callable[..., tuple[Heard, object, float]]


def folder(world: World) -> Path:
    return world.data / "queue"


@pytest.fixture
def duty(module: Module, world: World) -> Duty:
    client = LocalModule(module.url, lambda: authorization(LOGIN, PASSWORD), world)
    return Duty(client, SoldQueue(folder(world)), TOKEN, world)


@pytest.fixture
def inquiry(duty: Duty, clock: FrozenClock) -> Iterator[Inquiry]:
    running = Inquiry(duty, clock)
    yield running
    running.stop()


def after(seconds: float, answer: Heard = ACCEPTED) -> Callable[[], Heard]:
    def ask() -> Heard:
        time.sleep(seconds)
        return answer

    return ask


def timed(inquiry: Inquiry, online: Callable[[], Heard], budget: float = 5.0) -> tuple[Heard, object, float]:
    begun = time.monotonic()
    found = inquiry.ask(online, MILK, budget)
    return found.heard, found.offline, time.monotonic() - begun


def test_both_answers_come_back(inquiry: Inquiry, duty: Duty, promptly: Promptly) -> None:
    duty.tick()
    heard, offline, _ = promptly(lambda: timed(inquiry, after(0.05)), ONLINE)
    assert heard == ACCEPTED
    assert isinstance(offline, OfflineAnswer)


def test_no_online_answer_in_a_second_and_a_half_leaves_the_modules_answer(
    inquiry: Inquiry, promptly: Promptly
) -> None:
    heard, offline, took = promptly(lambda: timed(inquiry, after(4)), ONLINE + 0.2)
    assert isinstance(heard, NotChecked)
    assert (heard.reason, isinstance(offline, OfflineAnswer)) == ("timeout", True)
    assert took >= ONLINE


def test_an_online_answer_in_time_counts(inquiry: Inquiry) -> None:
    assert timed(inquiry, after(0.1))[0] == ACCEPTED


def test_without_the_module_the_online_answer_has_the_whole_budget(inquiry: Inquiry, module: Module) -> None:
    module.off()
    heard, offline, _ = timed(inquiry, after(1.8), budget=20.0)
    assert heard == ACCEPTED
    assert isinstance(offline, NotChecked)


def test_neither_answers_and_the_wait_ends_with_the_budget(
    inquiry: Inquiry, module: Module, promptly: Promptly
) -> None:
    module.fault("silent")
    heard, offline, took = promptly(lambda: timed(inquiry, after(4), budget=0.5), 0.7)
    assert isinstance(heard, NotChecked)
    assert isinstance(offline, NotChecked)
    assert took >= 0.5


def test_a_module_that_hangs_costs_one_short_wait_and_none_after_it(
    inquiry: Inquiry, module: Module, duty: Duty, promptly: Promptly
) -> None:
    module.fault("silent")
    first = timed(inquiry, after(0.0), budget=40.0)
    assert GRACE <= first[2] < MODULE_BUDGET
    eventually(lambda: not duty.lively)
    again = promptly(lambda: timed(inquiry, after(0.0)), GRACE)
    assert (first[0], again[0]) == (ACCEPTED, ACCEPTED)


def test_an_online_failure_waits_for_the_module_and_not_for_its_own_budget(inquiry: Inquiry, module: Module) -> None:
    module.fault("delay", 0.4)
    heard, offline, took = timed(inquiry, after(0.0, NotChecked("connection", "nobody")), budget=40.0)
    assert isinstance(heard, NotChecked)
    assert isinstance(offline, OfflineAnswer)
    assert 0.4 <= took < MODULE_BUDGET


def test_a_department_that_is_not_checked_waits_for_nobody(
    inquiry: Inquiry, module: Module, promptly: Promptly
) -> None:
    module.fault("silent")
    answer = NotChecked("unchecked", "department 3")
    heard, offline, _ = promptly(lambda: timed(inquiry, after(0.0, answer)), 0.2)
    assert (isinstance(heard, NotChecked), offline) == (True, None)


def test_a_check_that_breaks_off_is_no_answer(inquiry: Inquiry) -> None:
    def broken() -> Heard:
        raise RuntimeError

    heard = timed(inquiry, broken)[0]
    assert isinstance(heard, NotChecked)
    assert "RuntimeError" in heard.text


def test_a_module_without_data_for_72_hours_is_not_asked(duty: Duty, module: Module, clock: FrozenClock) -> None:
    begun = int(clock.now().timestamp() * 1000)
    module.state.last_sync = begun
    duty.tick()
    assert isinstance(duty.ask(MILK, 20), OfflineAnswer)
    clock.move(SYNC_LIFE + 1)
    asked = len(module.calls("outCheck"))
    stale = duty.ask(MILK, 20)
    assert (isinstance(stale, NotChecked), duty.trouble) == (True, "stale")
    assert len(module.calls("outCheck")) == asked


@pytest.mark.parametrize("status", ["not_configured", "sync_error"])
def test_a_module_without_data_is_bound_anew(duty: Duty, module: Module, status: str) -> None:
    module.state.status = status
    duty.tick()
    assert module.calls("init")[0].body == {"token": TOKEN.value}
    assert duty.trouble == status
    duty.ask(MILK, 20)
    duty._next_look = 0.0
    duty.tick()
    assert (duty.trouble, duty.notices()) == ("", ())


def test_binding_is_not_tried_again_and_again(duty: Duty, module: Module, clock: FrozenClock) -> None:
    module.fault("status", 503, path="init")
    module.state.status = "sync_error"
    for _ in range(20):
        module.state.status = "sync_error"
        duty.tick()
        clock.move(15)
    assert len(module.calls("init")) == 1
    clock.move(INIT_PAUSE)
    module.state.status = "sync_error"
    duty.tick()
    assert len(module.calls("init")) == 2


def test_without_exactly_one_token_nobody_binds_the_module(module: Module, world: World) -> None:
    client = LocalModule(module.url, lambda: authorization(LOGIN, PASSWORD), world)
    duty = Duty(client, SoldQueue(folder(world)), None, world)
    module.state.status = "not_configured"
    duty.tick()
    assert not module.calls("init")
    assert [text.key for text in duty.notices()] == ["LocalModuleTrouble"]
    assert "не настроен" in duty.notices()[0].text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda module: setattr(module.state, "status", "failure"), "сбой"),
        (lambda module: setattr(module.state, "status", "initialization"), "загружает данные"),
        (lambda module: setattr(module.state, "mode", "service"), "на обслуживании"),
        (lambda module: module.off(), "не отвечает"),
        (lambda module: module.fault("status", 401), "не принимает имя, пароль или токен"),
        (lambda module: module.fault("html"), "отвечает непонятно"),
    ],
)
def test_what_is_wrong_with_the_module_stays_on_the_screen(
    duty: Duty, module: Module, change: Callable[[Module], None], words: str
) -> None:
    change(module)
    duty.tick()
    assert words in duty.notices()[0].text


def test_what_was_sold_is_told_and_forgotten(duty: Duty, module: Module, world: World) -> None:
    duty.tell([Parcel(1, SOLD, (KI, OTHER)), Parcel(2, RETURNED, (OTHER,))])
    duty.tick()
    assert set(module.state.sold) == {KI}
    assert [path.name for path in folder(world).iterdir()] == ["last.txt"]


def test_what_cannot_be_told_is_kept_and_told_after_a_restart(
    duty: Duty, module: Module, world: World, clock: FrozenClock
) -> None:
    module.off()
    duty.tell([Parcel(7, SOLD, (KI,))])
    duty.tick()
    assert [text.key for text in duty.notices()] == ["LocalModuleTrouble", "LocalModuleQueue"]
    module.on()
    restarted = Duty(duty.module, SoldQueue(folder(world)), TOKEN, world)
    restarted.tick()
    assert set(module.state.sold) == {KI}
    assert (restarted.notices(), restarted.queue.last) == ((), 7)


def test_a_hanging_module_is_tried_less_and_less_often(duty: Duty, module: Module, clock: FrozenClock) -> None:
    module.fault("status", 500, path="sell")
    duty.tell([Parcel(1, SOLD, (KI,))])
    for _ in range(300):
        duty.tick()
        clock.move(1)
    assert 5 <= len(module.calls("sell")) <= 12


def test_what_the_module_will_never_take_lies_aside_and_stops_nobody(duty: Duty, module: Module, world: World) -> None:
    module.fault("status", 422, path="sell", times=1)
    duty.tell([Parcel(1, SOLD, (OTHER,)), Parcel(2, SOLD, (KI,))])
    duty.tick()
    assert [entry.body["cis_list"] for entry in module.calls("sell")] == [[OTHER], [KI]]
    assert [text.key for text in duty.notices()] == ["LocalModuleRefused"]
    assert (folder(world) / "000000000001.refused").is_file()


@pytest.mark.parametrize("content", [b"", b"{", b'{"documentid":1,"op":"lost","codes":[]}', b'{"op":"sold"}'])
def test_a_damaged_parcel_is_put_aside_and_not_lost(duty: Duty, module: Module, world: World, content: bytes) -> None:
    folder(world).mkdir(parents=True)
    (folder(world) / "000000000001.json").write_bytes(content)
    duty.tell([Parcel(2, SOLD, (KI,))])
    duty.tick()
    assert set(module.state.sold) == {KI}
    assert (folder(world) / "000000000001.unreadable").read_bytes() == content
    assert [text.key for text in duty.notices()] == ["LocalModuleRefused"]


def test_the_thread_tells_by_itself_and_stop_loses_nothing(duty: Duty, module: Module) -> None:
    duty.start()
    duty.tell([Parcel(1, SOLD, (KI,))])
    eventually(lambda: module.state.sold)
    assert set(module.state.sold) == {KI}
    duty.stop()
    duty.tell([Parcel(2, SOLD, (OTHER,))])
    duty.stop()
    assert duty.queue.last == 2


def test_the_state_is_told_as_values(duty: Duty, module: Module) -> None:
    duty.tick()
    told = duty.status()
    assert (told["state"]["status"], told["trouble"], told["waiting"], told["refused"]) == ("ready", None, 0, 0)

"""The list of sites and the tokens it is asked with."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ncash.bundled.markedgoods.crpt.client import CrptClient
from ncash.bundled.markedgoods.crpt.listing import DEFAULT_SITES, JITTER, REFRESH, TOKEN_RETRY, hosts_in
from ncash.bundled.markedgoods.facts.online import Answer, NotChecked
from ncash.emulators.crpt import CHECK, HEALTH, INFO, INN, TOKEN, Emulator
from ncash.model.ports import HttpAnswer, HttpError, HttpRequest, World

from .conftest import CODE, DEFAULT_URL, MovableClock, Till

BAD_1 = "bad00001-0000-4000-8000-0000000000a1"
BAD_2 = "bad00002-0000-4000-8000-0000000000a2"


Promptly = Callable[..., Answer | NotChecked | None]


def paths(emulator: Emulator) -> list[str]:
    return [entry.path for entry in emulator.journal]


def urls(crpt: CrptClient) -> list[str]:
    return [site["url"] for site in crpt.status()["sites"]]


def test_the_tokens_are_tried_from_the_last_to_the_first(emulator: Emulator, till: Till) -> None:
    crpt = till(emulator.url, tokens=f"[1:{TOKEN}],[2:{BAD_1}],[3:{BAD_2}]")
    asked = [entry.header("X-API-KEY") for entry in emulator.journal if entry.path == INFO]
    assert asked == [BAD_2, BAD_1, TOKEN]
    assert not crpt.token_error
    assert [token["valid"] for token in crpt.status()["tokens"]] == [False, False, True]


def test_401_for_every_token_is_a_token_error_and_nothing_is_asked(emulator: Emulator, till: Till) -> None:
    crpt = till(emulator.url, tokens=f"[1:{BAD_1}],[2:{BAD_2}]")
    found = crpt.check(CODE, "1", 20)
    assert isinstance(found, NotChecked)
    assert found.reason == "token"
    assert crpt.token_error
    assert paths(emulator) == [INFO, INFO]


def test_a_token_error_ends_when_a_token_is_accepted_again(emulator: Emulator, till: Till, clock: MovableClock) -> None:
    crpt = till(emulator.url, tokens=f"[-1:{BAD_1}]")
    emulator.tokens[BAD_1] = INN
    clock.ahead += 301
    crpt.listing.tick()
    assert not crpt.token_error
    assert isinstance(crpt.check(CODE, "1", 20), Answer)


def test_a_token_revoked_in_mid_shift_is_noticed_at_the_next_check(emulator: Emulator, till: Till) -> None:
    crpt = till(emulator.url)
    emulator.tokens.clear()
    found = crpt.check(CODE, "1", 20)
    assert isinstance(found, NotChecked)
    assert (found.reason, found.status, crpt.token_error) == ("token", 401, True)


@pytest.mark.parametrize(("dept", "reason"), [("1", "unchecked"), ("9", "missing")])
def test_a_department_without_a_token_asks_nobody(emulator: Emulator, till: Till, dept: str, reason: str) -> None:
    crpt = till(emulator.url, tokens=f"[1:1],[2:{TOKEN}]")
    found = crpt.check(CODE, dept, 20)
    assert isinstance(found, NotChecked)
    assert found.reason == reason
    assert CHECK not in paths(emulator)


def test_each_department_is_checked_with_its_own_token(till: Till) -> None:
    with Emulator(tokens={TOKEN: INN, BAD_1: "7700000017"}) as emulator:
        crpt = till(emulator.url, tokens=f"[1:{TOKEN}],[2:{BAD_1}]")
        emulator.owners[CODE.partition("\x1d")[0]] = INN
        owners = [crpt.check(CODE, dept, 20) for dept in ("1", "2")]
        assert [answer.isOwner for answer in owners if isinstance(answer, Answer)] == [True, False]


@pytest.mark.parametrize(
    ("tokens", "refused"),
    [
        (f"[1:{TOKEN}],[2:{BAD_1}]", ("2",)),
        (f"[1:{BAD_1}],[2:{TOKEN}]", ("1",)),
        (f"[10.2:{BAD_1}],[3:{TOKEN}],[4:{BAD_2}],[5:1]", ("2", "4", "10")),
        (f"[1:{BAD_1}],[2:{BAD_2}]", ("1", "2")),
        (f"[-1:{BAD_1}]", ("-1",)),
        (f"[-1:{TOKEN}]", ()),
    ],
)
def test_every_token_is_asked_about_and_departments_of_refused_ones_are_named(
    emulator: Emulator, till: Till, tokens: str, refused: tuple[str, ...]
) -> None:
    crpt = till(emulator.url, tokens=tokens, start=False)
    crpt.listing.load()
    assert crpt.refused == refused
    assert [one["valid"] is False for one in crpt.status()["tokens"]].count(True) == len(
        {one for one in (BAD_1, BAD_2) if one in tokens}
    )


def test_goods_of_a_good_token_are_checked_beside_a_refused_one(emulator: Emulator, till: Till) -> None:
    crpt = till(emulator.url, tokens=f"[1:{TOKEN}],[2:{BAD_1}]")
    assert isinstance(crpt.check(CODE, "1", 20), Answer)
    found = crpt.check(CODE, "2", 20)
    assert isinstance(found, NotChecked)
    assert (found.reason, found.status) == ("token", 401)
    assert isinstance(crpt.check(CODE, "1", 20), Answer)


def test_a_token_that_a_check_refuses_is_told_and_asked_about_again_after_five_minutes(
    emulator: Emulator, till: Till, clock: MovableClock
) -> None:
    emulator.tokens[BAD_1] = INN
    crpt = till(emulator.url, tokens=f"[1:{TOKEN}],[2:{BAD_1}]", start=False)
    crpt.listing.load()
    assert crpt.refused == ()
    del emulator.tokens[BAD_1]
    crpt.check(CODE, "2", 20)
    assert crpt.refused == ("2",)
    emulator.tokens[BAD_1] = INN
    crpt.listing.tick()
    assert crpt.refused == ("2",)
    clock.ahead += TOKEN_RETRY + 1
    crpt.listing.tick()
    assert crpt.refused == ()


def test_a_refused_token_that_is_good_again_is_found_out_by_a_check_too(emulator: Emulator, till: Till) -> None:
    crpt = till(emulator.url, tokens=f"[1:{TOKEN}],[2:{BAD_1}]", start=False)
    crpt.listing.load()
    emulator.tokens[BAD_1] = INN
    assert isinstance(crpt.check(CODE, "2", 20), Answer)
    assert crpt.refused == ()


def test_without_a_token_there_is_no_call_at_all(emulator: Emulator, till: Till) -> None:
    crpt = till(emulator.url, tokens=None)
    assert isinstance(crpt.check(CODE, "1", 20), NotChecked)
    assert crpt.token_error
    assert emulator.journal == ()


def test_the_first_check_waits_for_the_list_within_its_own_budget(emulator: Emulator, till: Till) -> None:
    emulator.fault("delay", 0.5, path="cdn/info")
    crpt = till(emulator.url, start=False)
    crpt.start()
    assert isinstance(crpt.check(CODE, "1", 30), Answer)
    assert crpt.status()["source"] == "crpt"


def test_a_list_that_does_not_come_in_time_is_no_check(emulator: Emulator, till: Till, promptly: Promptly) -> None:
    emulator.fault("silent", path="cdn/info")
    crpt = till(emulator.url, start=False)
    crpt.start()
    found = promptly(lambda: crpt.check(CODE, "1", 0.3), 0.5)
    assert isinstance(found, NotChecked)
    assert found.reason == "timeout"


def test_a_slow_health_check_does_not_keep_the_first_sale_waiting(emulator: Emulator, till: Till) -> None:
    emulator.fault("silent", path="health/check")
    crpt = till(emulator.url, start=False, health=60)
    crpt.start()
    assert isinstance(crpt.check(CODE, "1", 4.0), Answer)


def test_health_is_asked_at_all_sites_at_once(three: Emulator, till: Till, promptly: Promptly) -> None:
    three.heal()
    three.fault("delay", 0.3, path="health/check")
    crpt = till(three.url, start=False)
    promptly(crpt.listing.load, 0.3 * 2)
    assert paths(three).count(HEALTH) == 3 * paths(three).count(INFO)


def test_a_list_that_cannot_be_had_leaves_the_roots_as_sites(emulator: Emulator, till: Till) -> None:
    emulator.fault("status", 503, path="cdn/info")
    crpt = till(emulator.url)
    assert (crpt.status()["source"], urls(crpt)) == ("roots", [emulator.url])
    assert isinstance(crpt.check(CODE, "1", 20), Answer)
    assert not crpt.token_error


def test_the_second_root_is_asked_when_the_first_is_dead(emulator: Emulator, till: Till) -> None:
    with Emulator() as dead:
        dead.off()
        crpt = till(dead.url, emulator.url)
        assert (crpt.status()["source"], urls(crpt)) == ("crpt", [emulator.url])


class DeadNetwork:
    """A network where nothing answers; it remembers who was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def send(self, request: HttpRequest, budget: float, limit: int = 1_000_000) -> HttpAnswer:
        self.asked.append(request.url)
        raise HttpError("connect", "the network is down")

    def release(self, url: str) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing is open."""


class PickyNetwork(DeadNetwork):
    """A network where one token is refused and every other call is lost."""

    def send(self, request: HttpRequest, budget: float, limit: int = 1_000_000) -> HttpAnswer:
        if request.headers["X-API-KEY"] == BAD_1:
            return HttpAnswer(401, {}, b"")
        return super().send(request, budget, limit)


def test_one_refused_token_is_no_token_error_while_the_other_was_not_heard(world: World, till: Till) -> None:
    tokens = f"[1:{TOKEN}],[2:{BAD_1}]"
    crpt = till("https://crpt.example.test", tokens=tokens, world=world._replace(http=PickyNetwork()))
    found = crpt.check(CODE, "1", 20)
    assert isinstance(found, NotChecked)
    assert (found.reason, crpt.token_error, crpt.status()["source"]) == ("connection", False, "roots")


def test_the_production_sites_are_built_in_for_the_default_address_only(world: World, till: Till) -> None:
    for url, source, expected in (
        (DEFAULT_URL, "default", set(DEFAULT_SITES)),
        ("https://crpt.example.test", "roots", {"https://crpt.example.test"}),
    ):
        network = DeadNetwork()
        crpt = till(f"{url}/", world=world._replace(http=network))
        assert isinstance(crpt.check(CODE, "1", 20), NotChecked)
        assert (crpt.status()["source"], set(urls(crpt))) == (source, expected)
        assert {asked.partition("/api")[0] for asked in network.asked} == {url, *expected}


def test_the_list_is_refreshed_after_six_hours_and_some_minutes(
    emulator: Emulator, till: Till, clock: MovableClock
) -> None:
    crpt = till(emulator.url, start=False)
    crpt.listing.load()
    clock.ahead += REFRESH
    crpt.listing.tick()
    assert paths(emulator).count(INFO) == 1
    clock.ahead += JITTER / 2 + 1
    crpt.listing.tick()
    assert paths(emulator).count(INFO) == 2


def test_a_list_once_had_is_kept_while_a_new_one_cannot_be_had(
    three: Emulator, till: Till, clock: MovableClock
) -> None:
    crpt = till(three.url, start=False)
    crpt.listing.load()
    three.fault("status", 500, path="cdn/info")
    clock.ahead += REFRESH + JITTER
    crpt.listing.tick()
    assert (crpt.status()["source"], len(urls(crpt))) == ("crpt", 3)
    assert "HTTP 500" in crpt.status()["trouble"]


def test_the_list_is_kept_on_disk_for_a_day_when_it_cannot_be_had(three: Emulator, till: Till) -> None:
    till(three.url, start=False).listing.load()
    three.fault("drop", path="cdn/info")
    crpt = till(three.url)
    assert (crpt.status()["source"], len(urls(crpt))) == ("cache", 3)
    assert isinstance(crpt.check(CODE, "1", 20), Answer)


def test_a_list_kept_for_other_roots_is_not_used(three: Emulator, emulator: Emulator, till: Till) -> None:
    till(three.url, start=False).listing.load()
    emulator.fault("drop", path="cdn/info")
    assert urls(till(emulator.url)) == [emulator.url]


@pytest.mark.parametrize("kept", [b"", b"{", b"[]", b"\xff", b'{"roots": 1}', b'{"roots": ["R"], "sites": [1]}'])
def test_a_kept_list_that_cannot_be_read_is_done_without(
    emulator: Emulator, till: Till, tmp_path: Path, kept: bytes
) -> None:
    (tmp_path / "markedgoods").mkdir()
    (tmp_path / "markedgoods" / "crpt_sites.json").write_bytes(kept.replace(b"R", emulator.url.encode()))
    assert till(emulator.url).status()["source"] == "crpt"


def test_a_data_folder_that_cannot_be_written_stops_nothing(emulator: Emulator, till: Till, tmp_path: Path) -> None:
    (tmp_path / "markedgoods").write_text("in the way")
    crpt = till(emulator.url, start=False)
    crpt.listing.load()
    assert "cannot be kept" in crpt.status()["trouble"]
    assert isinstance(crpt.check(CODE, "1", 20), Answer)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"code":0}',
        b'{"code":0,"hosts":[]}',
        b'{"code":0,"hosts":"https://a.example.test"}',
        b'{"code":500,"hosts":[{"host":"https://a.example.test"}]}',
        b'{"code":0,"hosts":[{"host":"http://a.example.test"},{"host":7},{},"x",{"host":"https://u:p@a.example.test"}]}',
    ],
)
def test_a_list_without_a_site_that_may_be_asked_is_no_list(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"list of sites|column|object"):
        hosts_in(body)


def test_addresses_in_a_list_are_taken_once_and_only_when_trusted() -> None:
    hosts = [
        "https://a.example.test/",
        "http://b.example.test",
        "https://a.example.test",
        "https://c.example.test:8443",
    ]
    body = json.dumps({"code": 0, "description": "ok", "hosts": [{"host": host} for host in hosts]}).encode()
    assert hosts_in(body) == ("https://a.example.test", "https://c.example.test:8443")


def test_the_status_shows_no_token(emulator: Emulator, till: Till) -> None:
    crpt = till(emulator.url)
    assert TOKEN not in json.dumps(crpt.status())
    assert crpt.status()["tokens"] == [{"token": "****0001", "depts": ["-1"], "valid": True}]


def test_stopping_ends_the_background_thread(emulator: Emulator, till: Till) -> None:
    crpt = till(emulator.url)
    listing = [thread for thread in threading.enumerate() if thread.name == "crpt-list"]
    crpt.stop()
    for thread in listing:
        thread.join(30)
    assert not any(thread.is_alive() for thread in listing)

"""Silence over real sockets: a till in front of servers that accept and never answer, drip, or cut the connection."""

import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from ncash.emulators.cashserver import CashServer
from ncash.emulators.crpt import TOKEN, Emulator
from ncash.emulators.kkmserver import PASSWORD, KkmServer
from ncash.emulators.localmodule import LOGIN, Module
from ncash.emulators.localmodule import PASSWORD as MODULE_PASSWORD
from ncash.emulators.tspiot import Esm, self_signed
from ncash.model.ports import Outside
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom, eventually, shop_folder

MILK: Final = "0104670540176099215{:05d}\x1d93dGVz"
TIMEOUT: Final = 2
SLACK: Final = 1.5
"""Seconds that a busy machine may add to many scans."""
BACK: Final = 90.0
Answer = dict[str, Any]


class Town(NamedTuple):
    """A till, and the servers it asks."""

    till: DrivenTill
    crpt: Emulator
    server: CashServer
    module: Module
    esm: Esm
    kkm: KkmServer

    def party(self, name: str) -> Any:
        return getattr(self, name)


Opened = Callable[..., Town]


@pytest.fixture
def town(tmp_path: Path, clock: FrozenClock, module: Module, kkm: KkmServer) -> Iterator[Opened]:
    """Opens the sample shop with these lines in `[MarkedGoods]`."""
    certificate, tls = self_signed(tmp_path / "tls")
    secrets = {"module": MODULE_PASSWORD, "kkm": PASSWORD}
    for name, secret in secrets.items():
        (tmp_path / name).write_text(secret, encoding="utf-8")
        (tmp_path / name).chmod(0o600)
    tills: list[DrivenTill] = []
    with Emulator() as crpt, CashServer() as server, Esm(tls=tls) as esm:
        common = {
            "enableMarkVerifyCrpt": "true", "markVerifyCrptUrl": crpt.url, "markVerifyCrptTimeout": str(TIMEOUT),
            "ignoreMarkVerifyCrptConnectionErrors": "true", "xapikey": f"[-1:{TOKEN}]", "noAnswerPolicy": "allow",
            "tspiotUrl": esm.url, "tspiotCertificate": str(certificate), "kkmServerUrl": kkm.url,
            "kkmServerPasswordFile": str(tmp_path / "kkm"), "markVerifyUrl": server.url,
            "markVerifyTimeout": str(TIMEOUT), "localModuleLogin": LOGIN,
            "localModulePasswordFile": str(tmp_path / "module"),
        }  # fmt: skip

        def opened(**lines: str) -> Town:
            shop_folder(tmp_path / "shop")
            conf = tmp_path / "shop" / "conf"
            text = "".join(f"{name} = {value}\n" for name, value in {**common, **lines}.items())
            (conf / "ncash.ini.d" / "99-test.ini").write_text(f"[MarkedGoods]\n{text}", encoding="utf-8")
            http = FencedHttp(crpt.url, server.url, module.url, esm.url, kkm.url)
            tills.append(DrivenTill(conf, tmp_path / "shop" / "data", Outside(clock, SeededRandom(), http)))
            return Town(tills[-1], crpt, server, module, esm, kkm)

        yield opened
        for till in tills:
            till.close()
        for silent in (crpt, server, module, esm, kkm):
            silent.off()


def scans(till: DrivenTill, numbers: range) -> tuple[float, list[Answer]]:
    """One receipt with these marks, and how long the scans took in all."""
    till.send("open")
    begun = time.monotonic()
    answers = [till.send("scan", data=MILK.format(n)) for n in numbers]
    return time.monotonic() - begun, answers


def verdict(answer: Answer, check: str) -> tuple[str, str | None]:
    step = next(one for one in answer["decision"]["checks"] if one["check"] == check)
    return step["verdict"], step["key"]


ROWS: Final = [
    ("crpt", {}, "crpt", "silent"),
    ("crpt", {}, "crpt", "drip"),
    ("esm", {"markVerifyCrptService": "tspiot"}, "crpt", "silent"),
    ("kkm", {"markVerifyCrptService": "kkmserver"}, "crpt", "silent"),
    ("server", {"enableMarkVerify": "true", "enableMarkVerifyCrpt": "false"}, "server", "drip"),
]


@pytest.mark.parametrize(("name", "lines", "check", "kind"), ROWS)
def test_a_party_that_never_answers_costs_two_timeouts_in_all_and_is_used_again_when_it_is_back(
    town: Opened, name: str, lines: dict[str, str], check: str, kind: str
) -> None:
    shop = town(**lines)
    _, (well,) = scans(shop.till, range(1))
    assert verdict(well, check) == ("allow", None)
    shop.till.send("close")
    party = shop.party(name)
    party.fault(kind, 0.9)
    took, answers = scans(shop.till, range(1, 11))
    assert {verdict(one, check)[1] for one in answers} <= {"SoldUnchecked", "ServerUnchecked"}
    shop.till.send("cancel")
    again, _ = scans(shop.till, range(11, 16))
    assert TIMEOUT - 0.1 <= took + again <= 2 * TIMEOUT + SLACK
    assert len(party.journal) < 40
    party.heal()
    numbers = count(16)

    def used() -> bool:
        return verdict(shop.till.send("scan", data=MILK.format(next(numbers))), check)[1] is None

    eventually(used, BACK, pause=0.1)


def test_a_receipt_of_six_marks_that_is_restored_waits_once(town: Opened) -> None:
    shop = town(enableMarkVerify="true")
    _, answers = scans(shop.till, range(6))
    deferred = answers[-1]["receipt"]["id"]
    shop.till.send("defer")
    shop.crpt.fault("silent")
    shop.server.fault("silent")
    begun = time.monotonic()
    restored = shop.till.send("restore", receipt=deferred)
    assert len(restored["receipt"]["positions"]) == 6
    assert time.monotonic() - begun <= 2 * (TIMEOUT + 1) + SLACK


def test_a_server_that_is_silent_refuses_at_once_where_its_word_is_needed(town: Opened) -> None:
    shop = town(enableMarkVerify="true", enableMarkVerifyCrpt="false", ignoreMarkVerifyErrors="false")
    shop.server.fault("silent")
    took, answers = scans(shop.till, range(8))
    assert [verdict(one, "server") for one in answers] == [("deny", "CashServerConnection")] * 8
    assert took <= 2 * TIMEOUT + SLACK


def test_a_party_that_cuts_the_connection_costs_nothing_and_is_no_storm(town: Opened) -> None:
    shop = town()
    scans(shop.till, range(1))
    shop.crpt.fault("drop")
    before = len(shop.crpt.journal)
    took, answers = scans(shop.till, range(1, 31))
    assert {verdict(one, "crpt") for one in answers} == {("allow", "SoldUnchecked")}
    assert took <= SLACK
    assert len(shop.crpt.journal) - before <= 20


def test_a_silent_module_beside_a_silent_crpt_is_waited_for_once(town: Opened, module: Module) -> None:
    shop = town(localModuleUrl=module.url)
    scans(shop.till, range(1))
    module.fault("silent")
    shop.crpt.fault("silent")
    took, answers = scans(shop.till, range(1, 9))
    assert {verdict(one, "crpt") for one in answers} == {("allow", "SoldUnchecked")}
    assert took <= 2 * TIMEOUT + SLACK


def test_sites_that_say_they_are_well_and_check_nothing_cost_two_timeouts_as_well(town: Opened) -> None:
    shop = town()
    scans(shop.till, range(1))
    shop.crpt.fault("silent", path="codes/check")
    waits: list[float] = []
    until, number = time.monotonic() + 6, 1
    while time.monotonic() < until:
        begun = time.monotonic()
        shop.till.send("scan", data=MILK.format(number))
        waits.append(time.monotonic() - begun)
        number += 1
        time.sleep(0.2)
    assert sum(wait for wait in waits if wait > 0.5) <= 2 * TIMEOUT + SLACK

"""A real till with a local module, ТС ПИоТ or KKM Server: what the cashier sees, what is told after the close."""

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ncash.emulators.crpt import OFFICIAL_CODES, TOKEN, Emulator
from ncash.emulators.crpt.catalogue import OFFICIAL
from ncash.emulators.kkmserver import PASSWORD, KkmServer
from ncash.emulators.localmodule import LOGIN, Module
from ncash.emulators.localmodule import PASSWORD as MODULE_PASSWORD
from ncash.emulators.tspiot import Esm, self_signed
from ncash.model.mark import cis, plain
from ncash.model.ports import Outside
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom, ShopDatabase, eventually, shop_folder

MILK = "0104670540176099215zzzz{}\x1d93dGVz"
BLOCKED = "0104602220006549215opFcmK\x1d93dGVz"
Answer = dict[str, Any]
OpenShop = Callable[..., DrivenTill]


def milk(number: int = 0) -> str:
    return MILK.format(number)


@pytest.fixture
def crpt() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def shop(tmp_path: Path, clock: FrozenClock, crpt: Emulator, module: Module) -> Iterator[OpenShop]:
    """Opens the sample shop with these lines in `[MarkedGoods]`; the till that ran before is ended."""
    opened: list[DrivenTill] = []
    shop_folder(tmp_path / "shop")

    def make(lines: Mapping[str, str], *urls: str) -> DrivenTill:
        conf = tmp_path / "shop" / "conf"
        common = {
            "enableMarkVerifyCrpt": "true",
            "markVerifyCrptUrl": crpt.url,
            "markVerifyCrptTimeout": "4",
            "ignoreMarkVerifyCrptConnectionErrors": "false",
            "xapikey": f"[-1:{TOKEN}]",
        }
        text = "".join(f"{name} = {value}\n" for name, value in {**common, **lines}.items())
        (conf / "ncash.ini.d" / "99-test.ini").write_text(f"[MarkedGoods]\n{text}", encoding="utf-8")
        while opened:
            opened.pop().close()
        outside = Outside(clock, SeededRandom(), FencedHttp(crpt.url, module.url, *urls))
        opened.append(DrivenTill(conf, tmp_path / "shop" / "data", outside))
        return opened[-1]

    yield make
    for till in opened:
        till.close()


@pytest.fixture
def with_module(shop: OpenShop, module: Module, tmp_path: Path) -> Callable[..., DrivenTill]:
    """The same with the local module."""
    secret = tmp_path / "password"
    secret.write_text(MODULE_PASSWORD, encoding="utf-8")
    secret.chmod(0o600)
    own = {"localModuleUrl": module.url, "localModuleLogin": LOGIN, "localModulePasswordFile": str(secret)}

    def make(**lines: str) -> DrivenTill:
        till = shop({**own, **lines})
        eventually(lambda: bool(module.calls("status")))
        return till

    return make


def scanned(till: DrivenTill, code: str, kind: str = "sale") -> Answer:
    till.send("open", kind=kind)
    return till.send("scan", data=code)


def step(answer: Answer, check: str = "crpt") -> Answer:
    found: Answer = next(one for one in answer["decision"]["checks"] if one["check"] == check)
    return found


def shown(answer: Answer) -> list[str]:
    return [entry["key"] for entry in answer["screen"]]


def tag(answer: Answer) -> str:
    return str(answer["receipt"]["positions"][-1]["tags"].get("1265", ""))


def sold_in_books(till: DrivenTill) -> list[str]:
    books = ShopDatabase(till.shop.data / "Documents.sqlite")
    return [mark for (mark,) in books.rows("SELECT excisemark FROM Goodsitem ORDER BY rowid")]


def test_online_and_offline_agree_and_the_online_answer_is_the_proof(with_module: OpenShop) -> None:
    answer = scanned(with_module(), milk())
    assert step(answer)["verdict"] == "allow"
    assert "&Inst=" not in tag(answer)


def test_what_was_sold_in_this_outlet_is_refused_although_crpt_allows_it(
    with_module: OpenShop, module: Module, crpt: Emulator
) -> None:
    till = with_module()
    crpt.fault("delay", 1.0, path="codes/check")
    module.state.sold[cis(milk())] = 1
    assert shown(scanned(till, milk())) == ["LocalModuleSold"]


def test_a_module_that_is_down_does_not_hinder_the_online_check(
    with_module: OpenShop, module: Module, promptly: Callable[..., Answer]
) -> None:
    till = with_module()
    module.off()
    till.send("open")
    marks = map(milk, range(10))
    answer = promptly(lambda: till.send("scan", data=next(marks)), 1.5)
    assert step(answer)["verdict"] == "allow"


def test_a_late_crpt_leaves_the_decision_to_the_module_after_a_second_and_a_half(
    with_module: OpenShop, crpt: Emulator, module: Module
) -> None:
    till = with_module()
    crpt.fault("delay", 3.9, path="codes/check")
    begun = time.monotonic()
    answer = scanned(till, milk())
    assert time.monotonic() - begun >= 1.5
    assert step(answer)["setting"] == "localModuleUrl"
    assert tag(answer).endswith(f"&Inst={module.state.inst}&Ver={module.state.db_version}")
    assert "CheckedOffline" in [notice["key"] for notice in answer["notices"]]


def test_without_crpt_the_modules_black_list_refuses(with_module: OpenShop, crpt: Emulator) -> None:
    till = with_module()
    crpt.off()
    answer = scanned(till, BLOCKED)
    assert (step(answer)["verdict"], shown(answer)) == ("deny", ["LocalModuleBlocked"])


@pytest.mark.parametrize(
    ("policy", "verdict", "key"),
    [("deny", "deny", "NoAnswer"), ("ask", "ask", None), ("allow", "allow", "SoldUnchecked")],
)
def test_when_neither_answers_the_shops_policy_decides(
    with_module: OpenShop, crpt: Emulator, module: Module, policy: str, verdict: str, key: str | None
) -> None:
    till = with_module(noAnswerPolicy=policy)
    crpt.off()
    module.off()
    answer = scanned(till, milk())
    assert (step(answer)["verdict"], step(answer)["setting"]) == (verdict, "noAnswerPolicy")
    assert shown(answer) == ([key] if key else [])
    if policy == "ask":
        confirmed = till.send("press", button="continue")
        assert (len(confirmed["receipt"]["positions"]), tag(confirmed)) == (1, "")


def test_what_is_sold_is_told_to_the_module_after_the_close(with_module: OpenShop, module: Module) -> None:
    till = with_module()
    scanned(till, milk())
    assert not module.calls("sell")
    till.send("close")
    eventually(lambda: set(module.state.sold) == {cis(milk())})
    assert shown(scanned(till, milk(1))) == []


def test_what_comes_back_is_told_too(with_module: OpenShop, module: Module) -> None:
    till = with_module()
    module.state.sold[cis(milk())] = 1
    scanned(till, milk(), kind="return")
    assert till.send("close")["ok"] is True
    eventually(lambda: not module.state.sold)


def test_a_cancelled_receipt_tells_the_module_nothing(with_module: OpenShop, module: Module) -> None:
    till = with_module()
    scanned(till, milk())
    till.send("cancel")
    scanned(till, milk(1))
    till.send("close")
    eventually(lambda: bool(module.state.sold))
    assert set(module.state.sold) == {cis(milk(1))}


def test_a_unit_that_may_be_sold_in_parts_is_not_told(with_module: OpenShop, module: Module) -> None:
    till = with_module(checkLocalUniqueness="false")
    scanned(till, milk())
    till.send("close")
    till.shop.till.room.plugins.stop()
    assert not module.calls("sell")


def test_a_sale_while_the_module_is_down_is_told_after_a_restart(with_module: OpenShop, module: Module) -> None:
    till = with_module()
    module.off()
    scanned(till, milk())
    till.send("close")
    module.on()
    till.restart()
    eventually(lambda: set(module.state.sold) == {cis(milk())})


def test_a_sale_that_a_crash_kept_from_the_queue_is_found_in_the_books(
    with_module: OpenShop, module: Module, shop: OpenShop
) -> None:
    first = shop({})
    scanned(first, milk())
    first.send("close")
    till = with_module()
    eventually(lambda: set(module.state.sold) == {cis(milk())})
    assert sold_in_books(till) == [milk()]


def test_a_refused_account_stays_on_the_screen(with_module: OpenShop, tmp_path: Path) -> None:
    till = with_module(localModuleLogin="other")
    eventually(lambda: any(one["key"] == "LocalModuleTrouble" for one in till.send("state")["notices"]))
    assert MODULE_PASSWORD not in str(till.send("state")["notices"])


SAMPLE = ("4670540176099", "4602220006549", "8607405401894")
"""GTINs of the operator's milk codes that the sample shop sells."""
OFFLINE_ROWS = [code for code in OFFICIAL_CODES if plain(code)[3:16] in SAMPLE]


def test_the_operators_codes_have_their_outcome_offline(with_module: OpenShop, crpt: Emulator) -> None:
    till = with_module()
    crpt.off()
    till.send("open")
    for code in OFFLINE_ROWS:
        verdict = step(till.send("scan", data=code))["verdict"] if code not in _twice() else "allow"
        assert verdict == ("deny" if OFFICIAL[plain(code)].fields.get("isBlocked") else "allow"), code
    assert len(OFFLINE_ROWS) >= 10


def _twice() -> tuple[str, ...]:
    """Codes of one CIS that differ in their verification part only: the second is the same unit."""
    seen = [cis(code) for code in OFFLINE_ROWS]
    return tuple(code for place, code in enumerate(OFFLINE_ROWS) if cis(code) in seen[:place])


def with_esm(shop: OpenShop, esm: Esm, certificate: Path, **lines: str) -> DrivenTill:
    own = {"tspiotUrl": esm.url, "tspiotCertificate": str(certificate), "markVerifyCrptService": "tspiot"}
    return shop({**own, **lines}, esm.url)


def test_ts_piot_carries_the_check_over_its_own_certificate(shop: OpenShop, tmp_path: Path, crpt: Emulator) -> None:
    certificate, context = self_signed(tmp_path / "tls")
    with Esm(tls=context) as esm:
        till = with_esm(shop, esm, certificate)
        answer = scanned(till, milk())
        assert (step(answer)["verdict"], tag(answer).startswith("UUID=")) == ("allow", True)
        esm.offline = True
        assert f"&Inst={esm.inst}&Ver={esm.version}" in tag(till.send("scan", data=milk(1)))
        esm.offline = False
        esm.script(milk(2), sold=True, realizable=False)
        assert shown(till.send("scan", data=milk(2))) == ["CrptSold"]
        esm.script(milk(3), status=203)
        emergency = till.send("scan", data=milk(3))
        assert (step(emergency)["verdict"], tag(emergency)) == ("allow", "")
        esm.script(milk(4), status=403)
        unlicensed = till.send("scan", data=milk(4))
        assert shown(unlicensed) == ["CrptConnection"]
        assert "TspiotLicence" in [notice["key"] for notice in unlicensed["notices"]]
        assert not crpt.checks()


def test_the_shop_switches_on_the_written_day_between_two_receipts(
    shop: OpenShop, tmp_path: Path, crpt: Emulator, clock: FrozenClock
) -> None:
    clock.set("2027-02-28T23:55:00+03:00")
    certificate, context = self_signed(tmp_path / "tls")
    with Esm(tls=context) as esm:
        lines = {"markVerifyCrptService": "crpt", "markVerifyCrptServiceFrom": "tspiot@01.03.2027"}
        till = with_esm(shop, esm, certificate, **lines)
        scanned(till, milk(0))
        clock.set("2027-03-01T00:05:00+03:00")
        till.send("scan", data=milk(1))
        assert (len(crpt.checks()), len(esm.checks())) == (2, 0)
        till.send("close")
        scanned(till, milk(2))
        assert (len(crpt.checks()), len(esm.checks())) == (2, 1)


@pytest.fixture
def kkm_till(shop: OpenShop, kkm: KkmServer, tmp_path: Path) -> DrivenTill:
    secret = tmp_path / "kkm-password"
    secret.write_text(PASSWORD, encoding="utf-8")
    secret.chmod(0o600)
    lines = {"markVerifyCrptService": "kkmserver", "kkmServerUrl": kkm.url, "kkmServerPasswordFile": str(secret)}
    return shop(lines, kkm.url)


REGISTER_ALONE = {"ValidationResult": 3, "DecryptionResult": "[М]"}
KKM_ROWS: list[tuple[Callable[[KkmServer], None], str, str]] = [
    (lambda kkm: setattr(kkm, "error", "Неверный формат кода"), "deny", "KkmServerFormat"),
    (lambda kkm: setattr(kkm, "error", "Код маркировки уже добавлен в чек"), "deny", "KkmServerDuplicate"),
    (lambda kkm: kkm.off(), "deny", "KkmServerUnreachable"),
    (lambda kkm: setattr(kkm, "permissive", False), "deny", "KkmServerSettings"),
    (lambda kkm: kkm.reject(milk(), "Код выведен из оборота"), "deny", "KkmServerRejected"),
    (lambda kkm: kkm.script(milk(), ValidationPR=None, ValidationKKT=REGISTER_ALONE), "allow", "KkmServerOffline"),
]  # fmt: skip


@pytest.mark.parametrize(("happens", "verdict", "key"), KKM_ROWS, ids=[row[2] for row in KKM_ROWS])
def test_every_row_of_the_error_table_reaches_the_screen_with_a_next_step(
    kkm_till: DrivenTill, kkm: KkmServer, happens: Callable[[KkmServer], None], verdict: str, key: str
) -> None:
    happens(kkm)
    answer = scanned(kkm_till, milk())
    assert (step(answer)["verdict"], shown(answer)) == (verdict, [key])
    assert any(word in answer["screen"][0]["text"] for word in ("Проверьте", "Возьмите", "Отсканируйте", "Продолжайте"))


def test_kkm_server_accepts_a_good_code_and_is_asked_once(kkm_till: DrivenTill, kkm: KkmServer) -> None:
    answer = scanned(kkm_till, milk())
    assert (step(answer)["verdict"], len(answer["receipt"]["positions"]), tag(answer)) == ("allow", 1, "")
    assert len(kkm.journal) == 1
    assert kkm_till.send("close")["ok"] is True


def test_the_same_code_in_the_receipt_never_reaches_kkm_server(kkm_till: DrivenTill, kkm: KkmServer) -> None:
    scanned(kkm_till, milk())
    assert shown(kkm_till.send("scan", data=milk())) == ["AlreadyRegistered"]
    assert len(kkm.journal) == 1

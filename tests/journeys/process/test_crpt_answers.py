"""CRPT answers nonsense, and the till says that nothing was checked."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from ncash.emulators.crpt import Emulator
from ncash.testing import eventually

from .conftest import BREAD, WATER, Answer, Till, asking, keys, names

CHECK = "codes/check"
NONSENSE: dict[str, Callable[[Emulator], None]] = {
    "HTML": lambda crpt: crpt.fault("html", path=CHECK),
    "cut JSON": lambda crpt: crpt.fault("cut_json", path=CHECK),
    "100 MB": lambda crpt: crpt.fault("huge", 100_000_000, path=CHECK),
    "NaN": lambda crpt: crpt.fault("nan", path=CHECK),
    "another code": lambda crpt: crpt.fault("other_code", path=CHECK),
    "no verified": lambda crpt: crpt.fault("missing", "verified", path=CHECK),
    "no reqId": lambda crpt: crpt.fault("top_missing", "reqId", path=CHECK),
    "a redirect": lambda crpt: crpt.fault("redirect", "https://example.test/", path=CHECK),
    "a cut connection": lambda crpt: crpt.fault("drop", path=CHECK),
    "500": lambda crpt: crpt.fault("status", 500, path=CHECK),
    "404": lambda crpt: crpt.fault("status", 404, path=CHECK),
}


def test_nonsense_is_no_check_and_no_check_is_no_sale(shop: Path, emulator: Emulator) -> None:
    with Till(asking(shop, emulator)) as till:
        till.send("open")
        for what, misbehave in NONSENSE.items():
            misbehave(emulator)
            answer = till.scan(WATER)
            assert (names(answer), keys(answer)) == ([], ["CrptConnection"]), what
            last = answer["decision"]["checks"][-1]
            assert (last["check"], last["setting"]) == ("crpt", "ignoreMarkVerifyCrptConnectionErrors"), what
            emulator.heal()
            till.send("state")
        assert names(till.scan(BREAD)) == ["Хлеб дарницкий"]


def test_nonsense_is_passed_over_loudly_where_the_shop_says_so(shop: Path, emulator: Emulator) -> None:
    folder = asking(shop, emulator, ignoreMarkVerifyCrptConnectionErrors="true")
    serials = (WATER.replace("R001", f"R{n:03}") for n in count(100))
    with Till(folder) as till:
        till.send("open")
        sold = 0
        for what, misbehave in NONSENSE.items():
            misbehave(emulator)
            answer = till.scan(next(serials))
            assert (len(names(answer)), keys(answer)) == (sold + 1, ["SoldUnchecked"]), what
            assert answer["receipt"]["positions"][-1]["tags"] == {}, what
            assert "CrptSilent" in [notice["key"] for notice in answer["notices"]], what
            emulator.heal()
            good = checked_again(till, serials)
            sold = len(names(good))
            assert "CrptSilent" not in [notice["key"] for notice in good["notices"]]


def checked_again(till: Till, serials: Iterator[str]) -> Answer:
    """The answer to the first scan that CRPT checks; nonsense that was long in coming makes it a party to be tried."""

    def checked() -> Answer:
        answer = till.scan(next(serials))
        assert "1265" in answer["receipt"]["positions"][-1]["tags"], answer["decision"]
        return answer

    return eventually(checked, patience=90, pause=0.2)


def test_a_field_that_need_not_be_there_is_unknown_and_never_false(shop: Path, emulator: Emulator) -> None:
    for field in ("sold", "isBlocked", "expireDate", "isOwner", "groupIds"):
        emulator.fault("missing", field, path=CHECK)
    with Till(asking(shop, emulator)) as till:
        till.send("open")
        assert names(till.scan(WATER)) == ["Вода питьевая 0,5 л"]


def test_a_realizable_false_without_sold_is_not_in_circulation(shop: Path, emulator: Emulator) -> None:
    emulator.script(WATER, realizable=False)
    emulator.fault("missing", "sold", path=CHECK)
    with Till(asking(shop, emulator)) as till:
        till.send("open")
        assert keys(till.scan(WATER)) == ["CrptNotRealizable"]


def test_the_token_is_in_no_answer_and_in_no_diagnostics(shop: Path, emulator: Emulator) -> None:
    folder = asking(shop, emulator)
    emulator.fault("status", 401)
    with Till(folder) as till:
        till.send("open")
        answers = [till.greeting, till.scan(WATER), till.send("reload"), till.send("state")]
        _, said, told = till.end()
    assert "7e57ab1e-0000" not in f"{answers}{said!r}{told!r}"

"""Support switches a setting: what is written, what the till does with it, and what a kill leaves behind."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pytest

from ncash.cli.main import run
from ncash.testing import eventually, shop_folder

VENDOR = "ncash.ini.d/markedgoods.ini"
SUPPORT = "ncash.ini.d/90-support.ini"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return shop_folder(tmp_path / "shop", goods=False)


class Done(NamedTuple):
    """What a command came to."""

    returncode: int
    stdout: str
    stderr: str


def folders(shop: Path) -> list[str]:
    return ["--conf", str(shop / "conf"), "--data", str(shop / "data")]


def ncash(shop: Path, *words: str) -> Done:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run([*words, *folders(shop)])
    return Done(code, out.getvalue(), err.getvalue())


def till(shop: Path) -> "subprocess.Popen[bytes]":
    command = [
        sys.executable,
        "-m",
        "ncash.cli.main",
        "till",
        "--conf",
        str(shop / "conf"),
        "--data",
        str(shop / "data"),
    ]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_a_switch_says_who_when_why_and_leaves_the_vendors_file_alone(shop: Path) -> None:
    vendors = (shop / "conf" / VENDOR).read_bytes()
    done = ncash(shop, "config", "set", "ignoreCrptStatusSold", "ask", "--category", "Milk", "--reason", "звонок 118")
    assert done.returncode == 0
    assert "deny (default) → ask (90-support.ini:3)" in done.stdout
    told = json.loads(ncash(shop, "config", "delta", "--json").stdout)["switched"][0]
    assert (told["section"], told["value"], told["reason"]) == ("MarkedGoods.Milk", "ask", "звонок 118")
    assert told["who"]
    assert told["at"]
    assert (shop / "conf" / VENDOR).read_bytes() == vendors
    assert ncash(shop, "config", "get", "ignoreCrptStatusSold", "--category", "Milk").stdout.strip() == "ask"
    assert ncash(shop, "config", "get", "ignoreCrptStatusSold").stdout.strip() == "deny"


def test_switching_twice_keeps_one_line_and_unset_and_revert_leave_nothing(shop: Path) -> None:
    ncash(shop, "config", "set", "foiv", "031")
    ncash(shop, "config", "set", "foiv", "032")
    ncash(shop, "config", "set", "allowUnmarked", "true", "--category", "Water")
    assert (shop / "conf" / SUPPORT).read_text().count("foiv") == 1
    assert ncash(shop, "config", "unset", "foiv").returncode == 0
    assert "taken back: [MarkedGoods.Water] allowUnmarked = true" in ncash(shop, "config", "revert").stdout
    assert not (shop / "conf" / SUPPORT).exists()


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("set", "ignoreCrptStatusSold", "maybe"), "deny|ask|allow"),
        (("set", "markVerifyCrptTimeout", "1"), "2"),
        (("set", "foiv", "031", "--category", "Milk"), "holds for the whole shop"),
        (("set", "noSuchKey", "1"), "there is no setting noSuchKey"),
        (("set", "allowUnmarked", "true", "--category", "Cheese"), "there is no category section"),
        (("set", "foiv", "031", "--until", "yesterday"), "is no moment"),
        (("set", "foiv"), "needs VALUE"),
        (("unset", "foiv"), "was not switched by support"),
        (("set", "mask", "01(", "--category", "Milk"), ""),
        (("set", "mask", ".*", "--category", "Milk"), "MG062"),
        (("set", "mask", "01(?<barcode>[0-9]{14})21.{13}(91.{4}92.{44}|93.{4})", "--category", "Shoes"), "MG060"),
    ],
)
def test_what_check_would_refuse_is_refused_and_nothing_is_written(
    shop: Path, words: tuple[str, ...], text: str
) -> None:
    done = ncash(shop, "config", *words)
    assert done.returncode == 2
    assert text in done.stderr
    assert not (shop / "conf" / SUPPORT).exists()


def test_secrets_are_masked_wherever_files_are_shown(shop: Path) -> None:
    canary = "11112222-3333-4444-8555-666677778888"
    ncash(shop, "config", "set", "xapikey", f"[-1:{canary}]")
    assert canary in (shop / "conf" / SUPPORT).read_text()
    for words in (
        ("cat",),
        ("show", "--origin"),
        ("delta",),
        ("get", "xapikey"),
        ("cat", "--json"),
        ("delta", "--json"),
    ):
        shown = ncash(shop, "config", *words)
        assert canary not in shown.stdout + shown.stderr


def test_a_running_till_takes_a_switch_between_receipts_and_says_so(shop: Path) -> None:
    with till(shop) as running:
        assert running.stdout
        assert running.stdin
        running.stdout.readline()
        ncash(shop, "config", "set", "foiv", "031")
        done = ncash(shop, "reload")
        assert done.returncode == 0
        assert json.loads((shop / "data" / "reload-1.json").read_bytes())["ok"] is True
        assert "runs what is on disk" in ncash(shop, "config", "diff").stdout
        running.stdin.write(b'{"cmd":"open"}\n')
        running.stdin.flush()
        running.stdout.readline()
        ncash(shop, "config", "set", "foiv", "032")
        busy = ncash(shop, "reload", "--wait", "1.5")
        assert busy.returncode == 1
        assert "in a receipt" in busy.stdout
        assert "90-support.ini: changed on disk" in ncash(shop, "config", "diff").stdout
        running.stdin.write(b'{"cmd":"cancel"}\n')
        running.stdin.close()


def test_a_broken_file_leaves_the_running_configuration_and_is_named(shop: Path) -> None:
    with till(shop) as running:
        assert running.stdout
        assert running.stdin
        running.stdout.readline()
        (shop / "conf" / "ncash.ini.d" / "50-broken.ini").write_text("[MarkedGoods]\nallowUnmarked = ture\n")
        done = ncash(shop, "reload")
        assert done.returncode == 1
        assert "50-broken.ini:2: MG030" in done.stdout
        running.stdin.close()


def test_reload_without_a_till_says_so(shop: Path) -> None:
    done = ncash(shop, "reload")
    assert done.returncode == 2
    assert "not running" in done.stderr


KILLER = """
import os, signal, sys
from ncash.cli.main import run
import ncash.support.configure.config_desk, ncash.cli.config, importlib.metadata

STEPS = {"write", "fsync", "replace", "unlink", "open", "close"}


def killed_at(step, words):
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    count = 0

    def watch(frame, event, arg):
        nonlocal count
        if event == "c_call" and getattr(arg, "__module__", "") == "posix" and arg.__name__ in STEPS:
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)
            count += 1

    sys.setprofile(watch)
    code = run(words)
    sys.setprofile(None)
    os._exit(code)


file, words = sys.argv[1], sys.argv[2:]
old = open(file, "rb").read()
step, seen, killed = 0, {}, True
while killed:
    with open(file, "wb") as out:
        out.write(old)
    killed = killed_at(step, words)
    content = open(file, "rb").read() if os.path.exists(file) else b""
    seen[content.decode()] = seen.get(content.decode(), 0) + 1
    step += 1
sys.stdout = sys.__stdout__
print(__import__("json").dumps([step, seen]))
"""


@pytest.mark.parametrize("words", [("config", "set", "foiv", "033"), ("config", "unset", "foiv"), ("config", "revert")])
def test_a_kill_at_any_step_leaves_the_old_file_or_the_new_one(shop: Path, words: tuple[str, ...]) -> None:
    file = shop / "conf" / SUPPORT
    ncash(shop, "config", "set", "foiv", "031")
    old = file.read_text()
    command = [sys.executable, "-c", KILLER, str(file), *words, *folders(shop)]
    printed = subprocess.run(command, capture_output=True, check=True, text=True, timeout=120).stdout
    steps, seen = json.loads(printed.splitlines()[-1])
    assert steps >= 2
    assert seen.pop(old) >= 1
    assert len({_told(text) for text in seen}) == 1
    assert all(("foiv = 033" in text) is (words[1] == "set") for text in seen)


def _told(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("; ncash: "))


@pytest.mark.parametrize(
    ("when", "check"), [("2h", lambda told: "T" in told), ("23:59", lambda told: "T23:59:00" in told)]
)
def test_until_is_kept_as_a_moment(shop: Path, when: str, check: Callable[[str], bool]) -> None:
    ncash(shop, "config", "set", "foiv", "031", "--until", when)
    assert check(json.loads(ncash(shop, "config", "delta", "--json").stdout)["switched"][0]["until"])


def test_a_switch_that_has_run_out_is_taken_back_by_the_next_till(shop: Path) -> None:
    ncash(shop, "config", "set", "foiv", "031", "--until", "1h")
    file = shop / "conf" / SUPPORT
    text = file.read_text()
    until = json.loads(text.splitlines()[1].removeprefix("; ncash: "))["until"]
    file.write_text(text.replace(until, "2020-01-01T00:00:00+00:00"))
    with till(shop) as running:
        assert running.stdout
        assert running.stdin
        running.stdout.readline()
        eventually(lambda: not file.exists())
        running.stdin.close()
    assert not file.exists()
    assert json.loads((shop / "data" / "reload-1.json").read_bytes())["why"] == "expired"


RELOADER = """
import json, os, signal, sys
from pathlib import Path
from ncash.shop.shop import Shop, configuration, real_outside, running_file

conf, data = Path(sys.argv[1]), Path(sys.argv[2])
shop = Shop(conf, data, real_outside())
shop.announce()
(conf / "ncash.ini.d" / "50-more.ini").write_text("[MarkedGoods]\\nfoiv = 031\\n")
shop.config = configuration(conf)
STEPS = {"write", "fsync", "replace", "unlink", "open", "close"}
step, killed = 0, True
while killed:
    child = os.fork()
    if not child:
        count = 0

        def watch(frame, event, arg):
            global count
            if event == "c_call" and getattr(arg, "__module__", "") == "posix" and arg.__name__ in STEPS:
                if count == step:
                    os.kill(os.getpid(), signal.SIGKILL)
                count += 1

        sys.setprofile(watch)
        shop.announce()
        sys.setprofile(None)
        os._exit(0)
    killed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    told = json.loads(running_file(data, "1").read_bytes())["settings"]
    assert told.get("[MarkedGoods] foiv") in (None, "031"), told
    for copy in (data / "last-good").glob("*.ini"):
        place = conf / ("ncash.ini" if copy.name.startswith("0-") else f"ncash.ini.d/{copy.name}")
        assert copy.read_bytes() == place.read_bytes(), copy
    step += 1
print(step, told["[MarkedGoods] foiv"])
shop.close()
"""


def test_a_kill_at_any_step_of_a_reload_leaves_whole_files(shop: Path) -> None:
    command = [sys.executable, "-c", RELOADER, str(shop / "conf"), str(shop / "data")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    steps, settled = done.stdout.split()
    assert (int(steps) > 8, settled) == (True, "031")

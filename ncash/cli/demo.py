"""Sell a short day on a shop folder of its own: a real till, real databases, a CRPT emulator on loopback.

Every step says what is done, what the cashier reads, which check decided and in which line of which file that is
written. The exit code is 0 only when every step came out as announced.

example:
  ncash demo
  ncash demo --keep shop      (leaves the shop folder for you to look at)
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ncash.errors import UserError
from ncash.language import phrase, retold
from ncash.store.rows import documents_rows
from ncash.support.sample import demo_day
from ncash.support.sample.new_shop import make
from ncash.system import files

EMULATOR = "ncash.emulators.crpt"
TOKEN = "00000000-0000-4000-8000-000000000001"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the folder to keep."""
    parser.add_argument("--keep", type=Path, metavar="DIR", help="make the shop here and leave it")


def run(args: argparse.Namespace) -> int:
    """Play the day; 1 when a step came out otherwise."""
    if args.keep is not None:
        return _play(args.keep, args.json)
    with tempfile.TemporaryDirectory(prefix="ncash-demo-") as folder:
        return _play(Path(folder) / "shop", args.json)


@contextmanager
def _server() -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    command = [sys.executable, "-m", EMULATOR, "--port", "0", "--token", TOKEN]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        try:
            assert server.stdout is not None
            words = server.stdout.readline().decode().split()
            if len(words) != 2:
                raise UserError("the CRPT emulator did not start", code="demo", hint="install ncash from its folder")
            yield server, f"http://127.0.0.1:{words[1]}"
        finally:
            server.terminate()


def settings(url: str) -> Mapping[tuple[str, str], str]:
    """The live settings of the demo shop."""
    return {
        ("MarkedGoods", "enableMarkVerifyCrpt"): "true",
        ("MarkedGoods", "markVerifyCrptUrl"): url,
        ("MarkedGoods", "markVerifyCrptTimeout"): "5",
        ("MarkedGoods", "xapikey"): f"[1.2:{TOKEN}],[3:1]",
        ("MarkedGoods", "checkLocalUniqueness"): "true",
        ("MarkedGoods", "ignoreMarkVerifyCrptConnectionErrors"): "false",
        ("MarkedGoods", "ignoreCrptStatusSold"): "deny",
        ("MarkedGoods", "ignoreCrptStatusIsBlocked"): "deny",
        ("MarkedGoods", "ignoreCrptStatusExpireDate"): "deny",
        ("MarkedGoods.Milk", "ignoreCrptStatusRealizable"): "ask",
    }


class _Printer:
    """Prints the day for a person, or nothing when JSON was asked for."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet

    def say(self, text: str = "") -> None:
        """One line."""
        if not self._quiet:
            sys.stdout.write(text + "\n")
            sys.stdout.flush()

    def answer(self, answer: Mapping[str, Any]) -> None:
        """What the cashier sees, and who decided."""
        for text in answer["screen"]:
            self.say(f"     кассир читает: {text['text']}")
        if answer["dialog"]:
            self.say(f"     касса спрашивает: {answer['dialog']['text']} [{' | '.join(answer['dialog']['buttons'])}]")
        ruling = demo_day.deciding(answer)
        if ruling:
            place = ruling["source"] or phrase("default")
            setting = f", {ruling['setting']} = {ruling['value']} ({place})" if ruling["setting"] else ""
            self.say(
                phrase(
                    "     decided by: {check} → {verdict}{setting}",
                    check=ruling["check"],
                    verdict=phrase(ruling["verdict"]),
                    setting=setting,
                )
            )
        for notice in answer["notices"]:
            self.say(f"     на экране остаётся: {notice['text']}")

    def document(self, answer: Mapping[str, Any]) -> None:
        """A closed receipt with its tags."""
        document = answer["document"]
        fiscal = (
            phrase(", fiscal document {number}", number=document["fiscal"]["number"]) if document.get("fiscal") else ""
        )
        self.say(
            phrase(
                "     document {number}, total {total}{fiscal}",
                number=document["number"],
                total=answer["receipt"]["total"],
                fiscal=fiscal,
            )
        )
        for p in answer["receipt"]["positions"]:
            self.say(f"       {p['n']}. {p['name']}: {p['quantity']} × {p['price']} = {p['amount']}")
            for tag, value in p["tags"].items():
                self.say(f"            {tag}: {value}")


def _play(folder: Path, as_json: bool) -> int:
    printer = _Printer(as_json)
    with _server() as (server, url):
        make(folder, values=settings(url))
        printer.say(phrase("shop folder {folder}, CRPT emulator at {url}\n", folder=folder, url=url))
        faults = _day(folder, server, printer)
    rows = documents_rows(folder / "data" / "Documents.sqlite")
    printer.say("\nDocuments.sqlite:")
    for row in rows:
        shown = (f"{key}={value!r}" for key, value in row.items() if value is not None)
        printer.say("  Goodsitem " + ", ".join(shown))
    if as_json:
        sys.stdout.write(json.dumps({"ok": not faults, "faults": faults, "rows": rows}, ensure_ascii=False) + "\n")
    printer.say(
        phrase(
            "\n{steps} steps, {faults} came out otherwise than announced", steps=len(demo_day.DAY), faults=len(faults)
        )
    )
    return 1 if faults else 0


def _day(folder: Path, server: "subprocess.Popen[bytes]", printer: _Printer) -> list[str]:
    conf, faults = folder / "conf", []
    command = [sys.executable, "-m", "ncash.cli.main", "till", "--conf", str(conf), "--data", str(folder / "data")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as till:
        assert till.stdin is not None
        greeting = _heard(till)
        names = ", ".join(category["name"] for category in greeting["categories"])
        printer.say(phrase("the till is ready; categories: {names}\n", names=names))
        for number, step in enumerate(demo_day.DAY, 1):
            printer.say(f"{number:3}. {retold(step.title)}")
            if step.command == demo_day.SERVER_OFF:
                server.terminate()
                server.wait()
            elif step.command == demo_day.SWITCH:
                files.replace(conf / "ncash.ini.d" / demo_day.SWITCH_FILE, demo_day.SWITCH_TEXT.encode())
            else:
                till.stdin.write(json.dumps(step.command).encode() + b"\n")
                till.stdin.flush()
                faults += _seen(number, step, _heard(till), printer)
    if till.returncode != 0:
        faults.append(phrase("the till ended with {returncode}", returncode=till.returncode))
    return faults


def _heard(till: "subprocess.Popen[bytes]") -> dict[str, Any]:
    """The till's next line. Raises UserError when it has ended instead."""
    assert till.stdout is not None
    line = till.stdout.readline()
    if not line:
        raise UserError("the till ended in the middle of the day", code="demo", hint="it has said why, above")
    answer: dict[str, Any] = json.loads(line)
    return answer


def _seen(number: int, step: demo_day.Event, answer: Mapping[str, Any], printer: _Printer) -> list[str]:
    printer.answer(answer)
    if answer.get("document"):
        printer.document(answer)
    faults = demo_day.wrong(step, answer)
    for fault in faults:
        printer.say(phrase("     NOT AS ANNOUNCED: {fault}", fault=fault))
    return [phrase("step {number}: {fault}", number=number, fault=fault) for fault in faults]

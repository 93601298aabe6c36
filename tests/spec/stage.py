"""Where a case plays: the emulators of a test process, the shop folder of the case, its tills, its clock."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, Final, Protocol

from ncash.emulators.cashserver import CashServer
from ncash.emulators.crpt import TOKEN, Emulator
from ncash.model.ports import Outside
from ncash.shop.open_books import books
from ncash.store.dictionaries import aif_load
from ncash.support.exchange.online_checks import bring
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom, eventually
from tests.sizes import CAMPAIGN

from .beside import WHERE, Beside
from .cases import Case, CaseError
from .shopfolder import Templates, texts, without, write

MOST_SITES: Final = 3
PATIENCE: Final = 30.0
"""Seconds that background work may take."""
ABSENCE: Final = 5.0 if CAMPAIGN else 0.2
"""Seconds after which what has not come does not come: in a case whose setting was left out."""
Answer = dict[str, Any]


class Driven(Protocol):
    """A till as a case uses it."""

    greeting: Answer

    def line(self, line: bytes) -> Answer:
        """The answer to a line."""

    def restart(self) -> Answer:
        """End it where it stands and start it again; the greeting."""

    def close(self) -> None:
        """End it."""


class ProcessTill:
    """`ncash till` as a program of its own."""

    def __init__(self, conf: Path, data: Path, cash: str | None = None) -> None:
        self._command = [sys.executable, "-m", "ncash.cli.main", "till", "--conf", str(conf), "--data", str(data)]
        self._command += ["--cash", cash] if cash else []
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.greeting = self._read()

    def _read(self) -> Answer:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.communicate()
            raise AssertionError(f"ncash till ended with {self._process.returncode} and without an answer")
        answer: Answer = json.loads(line)
        return answer

    def line(self, line: bytes) -> Answer:
        """The answer to a line."""
        assert self._process.stdin is not None
        self._process.stdin.write(line.rstrip(b"\n") + b"\n")
        self._process.stdin.flush()
        return self._read()

    def restart(self) -> Answer:
        """End it where it stands and start it again; the greeting."""
        self.close()
        self._start()
        return self.greeting

    def close(self) -> None:
        """End it by the end of its input."""
        with self._process:
            if self._process.stdin is not None:
                self._process.stdin.close()
            assert self._process.wait(60) == 0


class Town:
    """What all cases of one test process share: emulators, database templates."""

    def __init__(self, folder: Path) -> None:
        self.templates = Templates(folder)
        self.clock = FrozenClock()
        self._asked = 0
        self._open = ExitStack()
        now = self._seconds
        self._crpt = {1: Emulator(now=now, new_id=self._id)}
        self.server = self._open.enter_context(CashServer(now=now))
        self.nobody = CashServer()
        """An address that nobody listens at."""
        self._open.enter_context(self._crpt[1])
        self.beside = Beside(folder, now, self._open)

    def _seconds(self) -> float:
        return self.clock.now().timestamp()

    def _id(self) -> str:
        self._asked += 1
        return f"00000000-0000-4000-8000-{self._asked:012}"

    def crpt(self, sites: int) -> Emulator:
        """CRPT with so many sites, as on its first day; reqId counts from 1 again."""
        if sites not in self._crpt:
            self._crpt[sites] = self._open.enter_context(Emulator(sites=sites, now=self._seconds, new_id=self._id))
        emulator = self._crpt[sites]
        emulator.reset()
        emulator.tokens = {TOKEN: "7700000016"}
        self._asked = 0
        return emulator

    def close(self) -> None:
        """Switch everything off."""
        self._open.close()
        self.nobody.__exit__(None, None, None)


def value(text: Any) -> Any:
    """A text of a case as a JSON value of an answer."""
    if isinstance(text, list):
        return [value(one) for one in text]
    if isinstance(text, dict):
        return {key: value(one) for key, one in text.items()}
    words = {"true": True, "false": False, "absent": None}
    if text in words:
        return words[text]
    return int(text) if text.isdecimal() else text


class Stage:
    """One run of one case."""

    def __init__(self, town: Town, case: Case, folder: Path, leave_out: tuple[str, int] | None = None) -> None:
        """`leave_out`: a setting, and which of its lines (from 0) is missing from the files."""
        self.town = town
        self.case = case
        self.conf, self.data = folder / "conf", folder / "data"
        crpt = case.given.get("crpt") or {}
        self.crpt = town.crpt(int(crpt.get("sites", 1)))
        self.server = town.server
        self.server.reset()
        town.clock.set(case.given.get("at", "2027-01-15T12:00:00+03:00"))
        self.set_crpt({key: told for key, told in crpt.items() if key != "sites"})
        self.set_server(case.given.get("server") or {})
        town.beside.reset()
        for where in WHERE:
            self.set_beside(where, case.given.get(where) or {})
        self.files = texts(case, self.urls)
        self.patience = PATIENCE
        if leave_out is not None:
            self.patience = ABSENCE
            self.files = without(self.files, *leave_out) or {}
        town.templates.data(case, self.data)
        (folder / "conf").mkdir()
        (folder / "conf" / "box.png").write_bytes(b"\x89PNG\r\n\x1a\n")
        for name, text in case.given.get("files", {}).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        write(self.conf, self.files)
        self.tills: dict[str, Driven] = {}
        self.fences: list[FencedHttp] = []
        self._elsewhere = SeededRandom(f"{case.id}, elsewhere")
        self.till: Driven

    @property
    def _plain(self) -> str:
        """The cash server at an address that is not the loopback's."""
        return f"http://0.0.0.0:{self.server.port}"

    @property
    def urls(self) -> dict[str, str]:
        """What `$crpt`, `$server` … stand for."""
        nobody = self.town.nobody.root
        return {"crpt": self.crpt.url, "server": self.server.url, "token": TOKEN, "nobody": nobody,
                "server_port": str(self.server.port), "server_in_clear": self._plain,
                **self.town.beside.urls}  # fmt: skip

    def start(self, process: bool = False, cash: str | None = None) -> Answer:
        """The till of this cash number takes the stage; the greeting when it starts now, else an empty answer."""
        key = "" if cash in (None, "1") else str(cash)
        if key in self.tills:
            self.till = self.tills[key]
            return {}
        if process:
            self.till = self.tills[key] = ProcessTill(self.conf, self.data, cash)
            return self.till.greeting
        beside = [self.town.beside.urls[where] for where in WHERE]
        fence = FencedHttp(*self.crpt.site_urls, self.server.url, self.town.nobody.root, self._plain, *beside)
        self.fences.append(fence)
        outside = Outside(self.town.clock, SeededRandom(f"{self.case.id}{key}"), fence)
        self.till = self.tills[key] = DrivenTill(self.conf, self.data, outside, cash)
        return self.till.greeting

    def bring(self, given: Mapping[str, Any]) -> str:
        """A receipt made elsewhere comes by its file, in the vendor's layout; its id here."""
        positions = [{"price": "10.00", "quant": "1", **position} for position in given["positions"]]
        document = {"identifier": given["identifier"], "positions": positions}
        outer = {"shopcode": "1", "cashcode": "1", "state": "NOT_PAID", "document": json.dumps(document)}
        path = self.data / "onlinecheck.json"
        path.write_text(json.dumps(outer), encoding="utf-8")
        with books(self.conf, self.data) as opened:
            found = bring(path, opened, self.town.clock, self._elsewhere, order="order" in given)
        return found.receipt.id

    def load(self, given: Any) -> dict[str, Any]:
        """The back office's file is imported beside the running tills; the report."""
        told = given if isinstance(given, Mapping) else {"text": given}
        path = self.data / "pos.aif"
        path.write_bytes(str(told["text"]).encode(str(told.get("encoding", "utf-8"))))
        now = self.town.clock.now()
        return aif_load.load(path, self.data / "Dictionaries.sqlite", "strict" in told, now=now).json()

    def wait(self, what: str) -> None:
        """Until the till has its list of sites and knows how each one is, or until it has heard that all of them are
        well. Raises CaseError when it never does."""
        if what not in ("sites", "health"):
            raise CaseError(f"{self.case.id}: wait knows sites and health, not {what!r}")
        try:
            eventually(lambda: self._known(well=what == "health"), PATIENCE)
        except AssertionError as never:
            raise CaseError(f"{self.case.id}: wait: {what}: never") from never

    def _known(self, well: bool) -> bool:
        path = self.data / "markedgoods" / "crpt_sites.json"
        if not path.exists():
            return False
        return not well or all(site["blocked_until"] is None for site in json.loads(path.read_bytes())["sites"])

    def hold(self) -> None:
        """Another program holds Documents, and lets nobody write."""
        self._holder = sqlite3.connect(self.data / "Documents.sqlite", isolation_level=None)
        self._holder.execute("BEGIN EXCLUSIVE")

    def release(self) -> None:
        """It lets go."""
        self._holder.close()

    def damaged(self) -> Answer:
        """The till ends, a page of Documents turns into zeros, the till starts again; the greeting."""
        [key] = [cash for cash, till in self.tills.items() if till is self.till]
        self.tills.pop(key).close()
        path = self.data / "Documents.sqlite"
        with closing(sqlite3.connect(path)) as database:
            size = database.execute("PRAGMA page_size").fetchone()[0]
            page = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'moneyitem'").fetchone()[0]
        with path.open("r+b") as file:
            file.seek((page - 1) * size)
            file.write(bytes(size))
        return self.start(isinstance(self.till, ProcessTill), key or None)

    def close(self) -> None:
        """End the tills; whoever was asked for an answer and kept silent lets go."""
        for till in self.tills.values():
            till.close()
        if self.slow:
            self.crpt.off()
            self.server.off()

    slow = False
    """Some answer was delayed or withheld: its connection must not outlive the case."""

    def set_crpt(self, told: Mapping[str, Any]) -> None:
        """Tell CRPT how to behave from now on. Raises CaseError for what it does not know."""
        for key, given in told.items():
            if key in ("off", "on"):
                self._switched(self.crpt, key, given)
            elif key == "answers":
                for code, fields in given.items():
                    self._scripted(code, fields)
            elif key == "faults":
                for fault in given:
                    self._fault(self.crpt, fault)
            elif key == "heal":
                self.crpt.heal()
            elif key == "hosts":
                self.crpt.hosts = [self.urls[host[1:]] if host.startswith("$") else host for host in given]
            elif key == "averages":
                self.crpt.avg_times.update({int(site): int(said) for site, said in given.items()})
            elif key == "tokens":
                self.crpt.tokens = dict.fromkeys((self.urls.get(t[1:], t) for t in given), "7700000016")
            else:
                raise CaseError(
                    f"{self.case.id}: crpt knows off, on, answers, averages, faults, heal, hosts, tokens; not {key!r}"
                )

    def _switched(self, emulator: Emulator | CashServer, key: str, given: Any) -> None:
        sites = [int(site) for site in given] if isinstance(given, list) else []
        getattr(emulator, key)(*sites)

    def _scripted(self, code: str, fields: Mapping[str, str]) -> None:
        options: dict[str, Any] = {name: value(text) for name, text in fields.items()}
        if "body" in options:
            options["body"] = json.loads(str(fields["body"]))
        if "delay" in options:
            options["delay"], self.slow = float(fields["delay"]), True
        self.crpt.script(code, **options)

    def _fault(self, emulator: Emulator | CashServer, fault: Mapping[str, str]) -> None:
        given: dict[str, Any] = {key: value(text) for key, text in fault.items() if key not in ("kind", "value")}
        self.slow = self.slow or fault["kind"] in ("delay", "silent", "drip")
        wanted: Any = fault.get("value")
        emulator.fault(fault["kind"], wanted, **given)

    def set_beside(self, where: str, told: Mapping[str, Any]) -> None:
        """Tell the local module, ТС ПИоТ or KKM Server how to behave from now on. Raises CaseError."""
        try:
            self.town.beside.tell(where, told, value)
        except ValueError as error:
            raise CaseError(f"{self.case.id}: {error}") from error

    def set_server(self, told: Mapping[str, Any]) -> None:
        """Tell the cash server how to behave from now on. Raises CaseError for what it does not know."""
        for key, given in told.items():
            if key in ("off", "on"):
                self._switched(self.server, key, given)
            elif key == "answers":
                for mark, said in given.items():
                    self.server.script(mark, **({"status": said} if isinstance(said, str) else said))
            elif key == "faults":
                for fault in given:
                    self._fault(self.server, fault)
            elif key == "heal":
                self.server.heal()
            elif key == "accounts":
                self.server.accounts = dict(given)
            else:
                raise CaseError(f"{self.case.id}: server knows off, on, answers, faults, heal, accounts; not {key!r}")

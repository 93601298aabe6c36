"""A cash server on the other side of every kill: its states are in a file of its own, its answers get lost."""

import json
import random
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ncash.emulators.cashserver.marks import FINAL, LEASE, RESERVE, UNRESERVE, State, granted
from ncash.model.mark import cis
from ncash.model.ports import Clock, HttpAnswer, HttpError
from ncash.system.failpoints import failpoint

PATH: Final = "/CSrest/rest/sales/exciseMark/"
FILE: Final = "server.sqlite"
LOST: Final = 7
"""One answer of so many is lost after the server has done its work; as many requests come twice, and as often a batch
of before comes again after a later one."""
LATE: Final = 2
WAIT: Final = 0.5
"""Seconds after which a call fails because another till stands still in the middle of one."""
ASKED: Final = "server.asked"
WORKING: Final = "server.working"
WORKED: Final = "server.worked"
"""Failpoints of this server, which dies with the till: before it works, with half of it done, before it answers."""
_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS mark (cis TEXT PRIMARY KEY, status TEXT, documentid TEXT, until REAL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS batch (number INTEGER PRIMARY KEY, body TEXT)",
    "CREATE TABLE IF NOT EXISTS done (id TEXT PRIMARY KEY, body TEXT, result TEXT) WITHOUT ROWID",
)
_KEEP: Final = "INSERT OR REPLACE INTO mark (cis, status, documentid, until) VALUES (?, ?, ?, ?)"


class Server:
    """The calls of the cash server over one file; each is one transaction."""

    def __init__(self, data: Path, clock: Clock, chance: random.Random | None = None) -> None:
        """Without `chance` every answer arrives, once."""
        self._database = sqlite3.connect(data / FILE, WAIT, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA synchronous = OFF")
        for statement in _TABLES:
            self._database.execute(statement)
        self._clock = clock
        self._chance = chance

    def answer(self, call: str, body: Mapping[str, Any]) -> HttpAnswer:
        """What the server says. Raises HttpError when the answer gets lost; the work is done all the same."""
        fate = self._chance.randrange(LOST) if self._chance else LOST
        try:
            found = [self._whole(call, body) for _ in range(2 if fate == 1 else 1)]
            if fate == LATE:
                self._once_more()
        except sqlite3.Error as error:
            raise HttpError("connect", f"the server fails: {error}") from error
        if fate == 0:
            raise HttpError("timeout", "the answer of the server is lost")
        status, answer = found[-1]
        return HttpAnswer(status, {"content-type": "application/json"}, json.dumps(answer).encode())

    def _once_more(self) -> None:
        """A batch of before was on its way twice and comes after a later one; nobody waits for what is said to it."""
        batches = self._database.execute("SELECT body FROM batch ORDER BY number").fetchall()
        if batches and self._chance:
            self._whole("operations", json.loads(self._chance.choice(batches)[0]))

    def _whole(self, call: str, body: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        failpoint(ASKED)
        self._database.execute("BEGIN IMMEDIATE")
        try:
            if call == "operations":
                self._database.execute("INSERT INTO batch (body) VALUES (?)", (json.dumps(body),))
            found = self._called(call, body)
            failpoint(WORKING)
            self._database.execute("COMMIT")
            failpoint(WORKED)
        except BaseException:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise
        return found

    def _called(self, call: str, body: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        if call == "operations":
            return 200, {"results": [self._operated(one) for one in body["operations"]]}
        if call == "reserve" and isinstance(body.get("marks"), list):
            return 200, {"results": [self._reserved({**body, **one})[1] for one in body["marks"]]}
        if call == "reserve":
            return self._reserved(body)
        state = self._state(str(body["mark"]))
        return 200, {"status": state.status, **({"owner": dict(state.owner)} if state.owner else {})}

    def _state(self, mark: str) -> State:
        found = self._database.execute("SELECT status, documentid, until FROM mark WHERE cis = ?", (cis(mark),))
        row = found.fetchone()
        return State(row[0], {"documentid": row[1]}, row[2]).at(self._clock.now().timestamp()) if row else State()

    def _keep(self, mark: str, status: str, documentid: str, until: float = 0.0) -> None:
        self._database.execute(_KEEP, (cis(mark), status, documentid, until))

    def _reserved(self, body: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        mark, documentid = str(body["mark"]), str(body["documentid"])
        change, state = RESERVE[str(body["doctype"])], self._state(mark)
        if not granted(change, state, documentid):
            return 409, {"status": state.status, "owner": dict(state.owner)}
        until = self._clock.now().timestamp() + LEASE
        self._keep(mark, change.to, documentid, until)
        return 200, {"status": change.to, "lease": self._clock.now().isoformat(timespec="seconds")}

    def _operated(self, one: Mapping[str, Any]) -> dict[str, Any]:
        number, mark, text = str(one["id"]), str(one["mark"]), json.dumps(one, sort_keys=True)
        known = self._database.execute("SELECT body FROM done WHERE id = ?", (number,)).fetchone()
        if known is not None:
            same = known[0] == text
            return {"id": number, "result": "duplicate" if same else "conflict", "status": self._state(mark).status}
        state, documentid = self._state(mark), str(one.get("documentid", ""))
        change = FINAL.get(str(one["op"])) or UNRESERVE.get(state.status)
        clean = change is not None and granted(change, state, documentid)
        if change is not None and (clean or one["op"] in FINAL):
            self._keep(mark, change.to, documentid)
        result = "applied" if clean else "conflict"
        self._database.execute("INSERT INTO done (id, body, result) VALUES (?, ?, ?)", (number, text, result))
        return {"id": number, "result": result, "status": self._state(mark).status}

    def close(self) -> None:
        """Close the file."""
        self._database.close()

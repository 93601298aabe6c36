"""Runs a case: does each step on a real till and compares what is seen with what is written.

What a step does not mention must not happen: no text on the screen, no dialog, no change in the number of positions.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from ncash.testing import ShopDatabase, eventually

from .beside import WHERE
from .cases import EVENTS, Case, CaseError, Step
from .expect import decided, entries, fits
from .registers import set_register
from .shopfolder import write
from .stage import Answer, Stage, Town

_OPEN: Final = "sale"


class Deviation(AssertionError):
    """A step was followed by something else than what the case says."""


class Run:
    """One case on its stage."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.case = stage.case
        self.answer: Answer = {}
        self.positions = 0
        self.checks = self.calls = 0
        self.names: dict[str, str] = {}
        """Ids of receipts: `$first` of the case, and the one `$brought` from elsewhere."""

    def play(self, process: bool = False) -> None:
        """Do every step. Raises Deviation."""
        self.answer = self.stage.start(process)
        receipt = self.case.given.get("receipt", _OPEN)
        if receipt != "none":
            self._step(0, Step("open", receipt, {}))
        for number, step in enumerate(self.case.steps, 1):
            self._step(number, step)
        strays = [stray for fence in self.stage.fences for stray in fence.strays]
        if strays:
            raise Deviation(f"{self.case.id}\n  the till called {strays[0]}, which is outside of the case")

    def _step(self, number: int, step: Step) -> None:
        self.checks, self.calls = len(self.stage.crpt.checks()), len(self.stage.server.journal)
        if step.what in EVENTS:
            heard = self._event(step)
            if heard is None:
                return
            self.answer = heard
        else:
            self.answer = self.stage.till.line(command(step, self.names))
        unsaid = {
            name: wanted for name, wanted in _UNSAID.items() if name != "positions" or "position" not in step.expected
        }
        if step.what == "till":
            unsaid = {}
        for name, wanted in {**unsaid, **step.expected}.items():
            seen = _SEEN[name](self, wanted)
            if not seen[0]:
                raise Deviation(self._told(number, step, name, wanted, seen[1]))
        receipt = self.answer.get("receipt")
        if receipt:
            self.names.setdefault("$first", receipt["id"])
        self.positions = len(receipt["positions"]) if receipt and receipt["state"] == "open" else 0

    def _told(self, number: int, step: Step, name: str, wanted: Any, seen: Any) -> str:
        lines = [
            self.case.id,
            f"  step {number}: {step.what} {step.given!r}",
            f"  expected {name}: {_shown(wanted)}",
            f"  seen: {_shown(seen)}",
            f"  in all: {_shown(self._gist())}",
        ]
        return "\n".join(lines)

    def _gist(self) -> dict[str, Any]:
        """The answer without what fills pages."""
        answer, decision = self.answer, self.answer.get("decision") or {}
        kept = {name: answer.get(name) for name in ("error", "screen", "dialog", "notices", "document")}
        trail = [check for check in decision.get("checks", ()) if not check["skipped"]]
        positions = (answer.get("receipt") or {}).get("positions", [])
        last = [{name: value for name, value in one.items() if name != "checks"} for one in positions[-1:]]
        found = {
            **kept,
            "verdict": decision.get("verdict"),
            "trail": trail[-2:],
            "positions": len(positions),
            "last": last,
        }
        return {name: value for name, value in found.items() if value}

    def _event(self, step: Step) -> Answer | None:
        """Something that is no command; the answer to look at, or None."""
        stage, given = self.stage, step.given
        if step.what in ("restart", "damage"):
            return stage.till.restart() if step.what == "restart" else stage.damaged()
        if step.what == "till":
            return stage.start(cash=given) or self.stage.till.line(b'{"cmd":"state"}')
        if step.what == "at":
            stage.town.clock.set(given)
        elif step.what == "wait":
            stage.wait(given)
        elif step.what in ("crpt", "server"):
            getattr(stage, f"set_{step.what}")(given)
        elif step.what in WHERE:
            stage.set_beside(step.what, given)
        elif step.what == "dict":
            return {**self.answer, "screen": [], "imported": stage.load(given)}
        elif step.what == "brought":
            self.names["$brought"] = stage.bring(given)
        elif step.what in ("hold", "release"):
            getattr(stage, step.what)()
        elif step.what == "register":
            set_register(stage.data, stage.town.clock, given)
        elif step.what == "ini":
            stage.files |= given if isinstance(given, Mapping) else {"markedgoods.ini": given}
            write(stage.conf, stage.files)
        if step.expected:
            raise CaseError(f"{self.case.id}: nothing can be seen after {step.what}; ask in a step of its own")
        return None

    def texts(self) -> list[str]:
        """Everything the cashier can read now but the notices."""
        dialog = self.answer.get("dialog")
        said = [entry["text"] for entry in self.answer.get("screen", ())]
        return said + ([dialog["text"]] if dialog else [])

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Rows of the latest document."""
        statements = {
            "goodsitem": "SELECT * FROM Goodsitem WHERE documentid = (SELECT MAX(documentid) FROM document)",
            "moneyitem": "SELECT * FROM moneyitem WHERE documentid = (SELECT MAX(documentid) FROM document)",
        }
        return ShopDatabase(self.stage.data / "Documents.sqlite").records(statements[table])

    def fiscal(self) -> dict[str, Any]:
        """The latest fiscal document."""
        path = self.stage.data / "fiscal-emulator.jsonl"
        last: dict[str, Any] = json.loads(path.read_text(encoding="utf-8").splitlines()[-1])
        return last


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def command(step: Step, names: Mapping[str, str]) -> bytes:
    """The line of the protocol that a step stands for."""
    given = names.get(step.given, step.given) if isinstance(step.given, str) else step.given
    if step.what == "line":
        return str(given).encode()
    short: dict[str, Callable[[str], dict[str, Any]]] = {
        "open": lambda text: {"kind": text} if text else {},
        "scan": lambda text: {"data": text},
        "press": lambda text: {"button": text},
        "storno": lambda text: {"all": True} if text == "all" else {"position": int(text)},
        "restore": lambda text: {"receipt": text},
        "shift": lambda text: {"do": text},
    }
    if isinstance(given, list):
        fields: dict[str, Any] = {"payments": given} if step.what == "close" else {"positions": list(map(int, given))}
    elif isinstance(given, Mapping):
        fields = {key: int(text) if key == "position" else text for key, text in given.items()}
    elif step.what == "choose":
        fields = {"positions": [int(n) for n in given.split()]}
    else:
        fields = short[step.what](given) if step.what in short else {}
    return json.dumps({"cmd": step.what, **fields}, ensure_ascii=False).encode()


Seen = tuple[bool, Any]


def _member(name: str) -> Callable[[Run, Any], Seen]:
    def look(run: Run, wanted: Any) -> Seen:
        seen = run.answer.get(name)
        return fits(wanted, seen), seen

    return look


def _screen(run: Run, wanted: Any) -> Seen:
    seen = run.answer.get("screen", [])
    return fits(entries(wanted), seen), seen


def _text(run: Run, wanted: Any) -> Seen:
    seen = run.texts()
    return all(any(fits(text, one) for one in seen) for text in entries(wanted) for text in text.values()), seen


def _dialog(run: Run, wanted: Any) -> Seen:
    seen = run.answer.get("dialog")
    if wanted == "none":
        return seen is None, seen
    return fits({"key": wanted} if isinstance(wanted, str) else wanted, seen), seen


def _came(look: Callable[[], bool], run: Run) -> bool:
    """Whether it came about within the patience of this run."""
    with suppress(AssertionError):
        return eventually(look, run.stage.patience)
    return False


def _notices(run: Run, wanted: Any) -> Seen:
    rows = entries(wanted)

    def come() -> bool:
        seen = run.answer.get("notices", [])
        if all(any(fits(one, notice) for notice in seen) for one in rows) if rows else not seen:
            return True
        run.answer = {**run.answer, "notices": run.stage.till.line(b'{"cmd":"state"}')["notices"]}
        return False

    return _came(come, run), run.answer.get("notices", [])


def _verdict(run: Run, wanted: Any) -> Seen:
    seen = (run.answer.get("decision") or {}).get("verdict")
    return fits(wanted, seen), seen


def _decided(run: Run, wanted: Any) -> Seen:
    checks = (run.answer.get("decision") or {}).get("checks", [])
    for one in wanted if isinstance(wanted, list) else [wanted]:
        row = decided(one) if isinstance(one, str) else one
        if not any(fits(row, seen) for seen in checks):
            return False, [seen for seen in checks if seen["check"] == row.get("check")] or checks
    return True, checks


def _skipped(run: Run, wanted: Any) -> Seen:
    checks = {c["check"]: c["skipped"] for c in (run.answer.get("decision") or {}).get("checks", [])}
    return fits(wanted, checks), checks


def _positions(run: Run, wanted: Any) -> Seen:
    seen = (run.answer.get("receipt") or {}).get("positions", [])
    if wanted == "same":
        done = (run.answer.get("receipt") or {}).get("state") in (None, "closed", "cancelled", "deferred")
        return done or len(seen) == run.positions, seen
    return fits(entries(wanted, "name"), seen), seen


def _position(run: Run, wanted: Any) -> Seen:
    seen = (run.answer.get("receipt") or {}).get("positions", [])
    if len(seen) != run.positions + 1:
        return False, f"{len(seen)} positions after {run.positions}"
    return fits({"name": wanted} if isinstance(wanted, str) else wanted, seen[-1]), seen[-1]


def _error(run: Run, wanted: Any) -> Seen:
    if wanted == "none":
        return run.answer.get("ok", True) is True, run.answer.get("error")
    seen = run.answer.get("error")
    return fits({"code": wanted} if isinstance(wanted, str) else wanted, seen), seen


def _fiscal(run: Run, wanted: Any) -> Seen:
    seen = run.fiscal()
    return fits({"lines": wanted} if isinstance(wanted, list) else wanted, seen), seen


def _crpt_calls(run: Run, wanted: Any) -> Seen:
    seen = len(run.stage.crpt.checks()) - run.checks
    return fits(wanted, seen), seen


def _asked(run: Run, wanted: Any) -> Seen:
    seen = [code for entry in run.stage.crpt.checks()[run.checks :] for code in entry.codes]
    return fits(wanted if isinstance(wanted, list) else [wanted], seen), seen


def _told(run: Run, wanted: Any) -> Seen:
    seen = [{"site": str(one.site), **json.loads(one.body)} for one in run.stage.crpt.checks()[run.checks :]]
    return fits(wanted, seen), seen


def _server_calls(run: Run, wanted: Any) -> Seen:
    seen = [entry.call for entry in run.stage.server.journal[run.calls :] if entry.call != "operations"]
    return fits(wanted if isinstance(wanted, list) else [w for w in [wanted] if w != "none"], seen), seen


def _sent(run: Run, wanted: Any) -> Seen:
    seen = [dict(entry.body) for entry in run.stage.server.journal[run.calls :] if entry.call != "operations"]
    return bool(seen) and fits(wanted, seen[-1]), seen


def _module_sold(run: Run, wanted: Any) -> Seen:
    known = run.stage.town.beside.module.state.sold
    return _came(lambda: sorted(known) == sorted(wanted), run), sorted(known)


def _receipt_total(run: Run, wanted: Any) -> Seen:
    seen = (run.answer.get("receipt") or {}).get("total")
    return fits(wanted, seen), seen


def _table(name: str) -> Callable[[Run, Any], Seen]:
    def look(run: Run, wanted: Any) -> Seen:
        seen = run.rows(name)
        return fits(wanted, seen), seen

    return look


_SEEN: Final[Mapping[str, Callable[[Run, Any], Seen]]] = {
    "error": _error,
    "verdict": _verdict,
    "decided": _decided,
    "skipped": _skipped,
    "screen": _screen,
    "dialog": _dialog,
    "text": _text,
    "position": _position,
    "positions": _positions,
    "total": _receipt_total,
    "goodsitem": _table("goodsitem"),
    "moneyitem": _table("moneyitem"),
    "fiscal": _fiscal,
    "crpt_calls": _crpt_calls,
    "asked": _asked,
    "told": _told,
    "server_calls": _server_calls,
    "sent": _sent,
    "notices": _notices,
    "module_sold": _module_sold,
    **{name: _member(name) for name in ("document", "receipt", "sale", "report", "changes", "imported")},
}
_UNSAID: Final = {"error": "none", "screen": "none", "dialog": "none", "positions": "same"}


def play(town: Town, case: Case, folder: Path, process: bool = False, leave_out: tuple[str, int] | None = None) -> None:
    """Run a case in an empty folder; `leave_out` a line of a setting, counted from 0. Raises Deviation."""
    stage = Stage(town, case, folder, leave_out)
    try:
        Run(stage).play(process)
    finally:
        stage.close()

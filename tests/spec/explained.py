"""A case explained while it is played: explain agrees with the till, and its journal judged again does not change."""

import json
from collections.abc import Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from ncash.model.ports import Rehearsal
from ncash.settings.config import Config
from ncash.shop.shop import Shop
from ncash.store.journal import decisions
from ncash.store.journal.decisions import RecordedLine
from ncash.store.journal.journal import Journal
from ncash.support.explain.explain import done
from ncash.support.explain.rehearsal import Scene, rehearsed
from ncash.support.explain.replay import replay
from ncash.testing import DrivenTill
from ncash.till.answer import verdict_json
from ncash.till.protocol import parsed
from ncash.till.view import Room, View

from .cases import Case, Step
from .harness import Run, command
from .stage import Stage, Town

ASKED = ("server", "crpt", "reserve", "register")
"""Checks whose facts come from outside."""
DECIDING = ("scan", "press", "choose", "storno", "quantity")


class Rehearsals:
    """Rooms beside the till of a case, one for each configuration it runs."""

    def __init__(self, town: Town, stack: ExitStack) -> None:
        self._clock = town.clock
        self._stack = stack
        self._rooms: dict[tuple[int, str, bool], tuple[Config, Room, dict[str, Any]]] = {}

    def room(self, shop: Shop, facts: Mapping[str, Any] | None) -> Room:
        """A room with these facts of the network; without them, only what the journal holds counts."""
        key = (id(shop.config), shop.cashcode, facts is None)
        if key not in self._rooms:
            given: dict[str, Any] = {}
            scene = Scene(Rehearsal(given, local=facts is not None), self._clock, cash=shop.cashcode)
            room = self._stack.enter_context(rehearsed(shop.config, shop.data, scene))
            self._rooms[key] = (shop.config, room, given)
        _, room, given = self._rooms[key]
        given.clear()
        given.update(facts or {})
        return room


class Explained(Run):
    """A case whose steps are explained, each right after it was done."""

    def __init__(self, stage: Stage, rehearsals: Rehearsals) -> None:
        super().__init__(stage)
        self._rehearsals = rehearsals
        self._seen = 0
        self.compared = 0

    @property
    def shop(self) -> Shop:
        till = self.stage.till
        assert isinstance(till, DrivenTill)
        return till.shop

    def _step(self, number: int, step: Step) -> None:
        view = self.shop.till.view
        names = dict(self.names)
        super()._step(number, step)
        written = self._written()
        if step.what in DECIDING and self.answer.get("decision") is not None:
            self._explained(step, names, view, written)
        room = self._rehearsals.room(self.shop, None)
        found = replay(iter(written), room)
        assert found.json()["changes"] == []
        assert found.json()["unknowns"] == []

    def _explained(self, step: Step, names: Mapping[str, str], view: View, written: list[RecordedLine]) -> None:
        facts = {check["check"]: check["fact"] for one in written for check in one.line["checks"]
                 if check["check"] in ASKED and check["fact"] is not None}  # fmt: skip
        room = self._rehearsals.room(self.shop, facts)
        outcome = done(room, view, parsed(command(step, names)))
        if outcome.decision is None and step.given.startswith("ORDER-"):
            return  # it has joined, and waits for nobody any more
        assert outcome.decision is not None
        assert _plain(verdict_json(outcome.decision)) == self.answer["decision"]
        assert [text.json() for text in outcome.screen] == self.answer["screen"]
        assert (outcome.view.dialog.json() if outcome.view.dialog else None) == self.answer["dialog"]
        self.compared += 1

    def _written(self) -> list[RecordedLine]:
        """What the journal got in this step."""
        with closing(Journal(self.stage.data / "Documents.sqlite")) as journal:
            fresh = [one for one in decisions.between(journal.connection, None, None) if one.seq > self._seen]
        self._seen = max((one.seq for one in fresh), default=self._seen)
        return fresh


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


def play_explained(town: Town, case: Case, folder: Path) -> None:
    """Run a case in an empty folder, and explain and replay each of its steps. Raises Deviation and AssertionError."""
    stage = Stage(town, case, folder)
    try:
        with ExitStack() as stack:
            run = Explained(stage, Rehearsals(town, stack))
            run.play()
            decided = [step for step in case.steps if step.what in DECIDING and "verdict" in step.expected]
            assert run.compared >= len(decided)
    finally:
        stage.close()

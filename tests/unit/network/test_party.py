"""A party of the network: trusted, on trial, silent, and back again (ADR 36)."""

import threading

import pytest

from ncash.network.silence import TRIAL, Party, Pauses, Quiet
from ncash.testing import FrozenClock, VirtualClock, eventually
from ncash.testing.virtual import ways

BUDGET = 30.0


class Desk:
    """A party in virtual time: what it does with the next questions, and how it is found."""

    def __init__(self, pauses: Pauses = Pauses()) -> None:  # noqa: B008
        self.clock = VirtualClock()
        self.there = False
        self.takes = BUDGET
        self.answers = False
        self.probes: list[float] = []
        self.party = Party("party", self.clock, self._probe, ways(self.clock), pauses)

    def _probe(self) -> bool:
        self.probes.append(self.clock.t)
        return self.there

    def _question(self, budget: float) -> str:
        self.clock.t += min(self.takes, budget)
        return "yes" if self.answers and self.takes < budget else "no"

    def ask(self, budget: float = BUDGET) -> tuple[str, float]:
        """What came of a question, and how long it was waited for."""
        begun = self.clock.t
        said = self.party.ask(self._question, budget, lambda one: one == "no", str)
        return "quiet" if isinstance(said, Quiet) else said, self.clock.t - begun

    def pass_time(self, seconds: float) -> None:
        until = self.clock.t + seconds
        while self.clock.t < until:
            self.clock.t += 0.5
            self.party.tick()


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_wait_for_nothing_is_followed_by_a_moment_of_trial_and_then_by_none(desk: Desk) -> None:
    assert [desk.ask() for _ in range(4)] == [("no", BUDGET), ("quiet", TRIAL), ("quiet", 0.0), ("quiet", 0.0)]
    assert desk.party.silent is not None
    assert "silent since 2027-01-15T09:" in str(desk.party.silent)


def test_one_lost_answer_costs_no_more_than_itself(desk: Desk) -> None:
    desk.ask()
    desk.takes, desk.answers = 0.2, True
    assert [desk.ask(), desk.ask()] == [("yes", pytest.approx(0.2))] * 2
    assert (desk.party.mistrusted, desk.probes) == (None, [])


@pytest.mark.parametrize(("takes", "waits"), [(0.01, 10), (0.5, 10)])
def test_what_comes_to_nothing_at_once_is_no_wait(desk: Desk, takes: float, waits: int) -> None:
    desk.takes = takes
    assert [desk.ask() for _ in range(waits)] == [("no", pytest.approx(takes))] * waits
    assert desk.party.mistrusted is None


def test_many_small_waits_are_a_wait_in_the_end(desk: Desk) -> None:
    desk.takes = 1.0
    waited = sum(desk.ask()[1] for _ in range(1_000))
    assert BUDGET <= waited <= 2 * BUDGET
    assert desk.party.silent is not None


def test_it_is_looked_for_with_growing_pauses_up_to_a_minute(desk: Desk) -> None:
    desk.ask(), desk.ask()
    desk.pass_time(600)
    pauses = [round(later - earlier) for earlier, later in zip(desk.probes, desk.probes[1:], strict=False)]
    assert pauses[:8] == [1, 2, 4, 8, 16, 32, 60, 60]


def test_all_trials_together_cost_one_more_wait(desk: Desk) -> None:
    desk.there = True
    waited = 0.0
    for _ in range(500):
        waited += desk.ask()[1]
        desk.pass_time(60)
    assert waited == pytest.approx(2 * BUDGET)
    assert len(desk.probes) > 100


def test_an_answer_that_comes_after_the_moment_restores_the_trust(desk: Desk) -> None:
    desk.ask()
    desk.takes, desk.answers = 20.0, True
    assert desk.ask() == ("quiet", TRIAL)
    assert desk.ask() == ("yes", 20.0)


def test_a_question_that_may_take_longer_has_not_been_waited_for_yet(desk: Desk) -> None:
    desk.answers, desk.takes = True, 12.0
    assert desk.ask(5.0) == ("no", 5.0)
    assert desk.ask(5.0) == ("quiet", TRIAL)
    assert desk.ask(30.0) == ("yes", 12.0)
    desk.takes = 99.0
    waited = sum(desk.ask(budget)[1] for budget in (10.0, 20.0, 25.0, 28.0, 29.0, 30.0) * 3)
    assert waited <= 60.0 + 6 * TRIAL


def test_who_was_found_to_be_away_is_asked_by_nobody_until_it_is_found(desk: Desk) -> None:
    desk.party.fall_silent("every door is shut")
    assert [desk.ask(), desk.ask(3_600.0)] == [("quiet", 0.0)] * 2
    desk.there, desk.answers, desk.takes = True, True, 0.1
    desk.pass_time(1)
    assert (desk.party.silent, desk.ask()[0], desk.party.mistrusted) == (None, "yes", None)


def test_what_nobody_waits_for_is_asked_all_the_same_and_counts(desk: Desk) -> None:
    def aside() -> str:
        return desk.party.aside(desk._question, BUDGET, lambda one: one == "no", str)

    assert aside() == "no"
    assert desk.ask() == ("quiet", 0.0)
    desk.takes, desk.answers = 1.0, True
    assert aside() == "yes"
    assert desk.ask() == ("yes", 1.0)


def threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name == "lonely-silence"]


def test_a_thread_looks_for_it_as_long_as_it_is_silent_and_no_longer() -> None:
    there = threading.Event()
    party = Party("lonely", FrozenClock(), there.is_set)
    assert threads() == []
    party.fall_silent("away")
    eventually(lambda: threads() == ["lonely-silence"])
    there.set()
    eventually(lambda: party.silent is None)
    eventually(lambda: threads() == [])
    party.fall_silent("away again")
    party.stop()
    eventually(lambda: threads() == [])

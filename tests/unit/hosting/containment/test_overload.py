"""A machine that stood still blames no plugin."""

import pytest

from ncash.hosting.loaded import LoadedPlugin
from ncash.hosting.loader import Abandoned, Plugins
from ncash.model.scan import Scan
from ncash.plugin import Started
from ncash.testing import FrozenClock


def test_time_in_which_nobody_got_the_processor_is_not_counted() -> None:
    clock, given_up = FrozenClock(), list[LoadedPlugin | None]()

    def slow(scan: Scan) -> None:
        clock.move(5.0)
        given_up.append(plugins.abandon_overdue(stood=4.5))
        clock.move(0.4)
        given_up.append(plugins.abandon_overdue())
        clock.move(0.2)
        given_up.append(plugins.abandon_overdue())

    one = LoadedPlugin("slow", hooks={"on_scan": slow}, started=Started(budget=1.0))
    plugins = Plugins([one], clock)
    with pytest.raises(Abandoned):
        plugins.read(Scan("x"))
    assert given_up == [None, None, one]
    assert (one.state, one.error) == ("broken", "did not answer within 1 s")

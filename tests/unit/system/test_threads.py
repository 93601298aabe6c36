"""A call with an end: what it came to, who waits for it, and that no call pays for the one before."""

import decimal
import os
import threading
import weakref
from typing import Any

from ncash.system.threads import bounded
from ncash.testing import eventually

LONG = 60.0
"""Seconds that no call here takes."""


def test_what_a_call_comes_to_is_told() -> None:
    assert bounded(lambda: 7, LONG) == (True, 7)
    assert bounded(lambda: None, LONG) == (True, None)


def test_what_a_call_raises_is_told_whatever_it_is() -> None:
    for raised in (ValueError("no"), SystemExit(0), KeyboardInterrupt()):

        def act(error: BaseException = raised) -> None:
            raise error

        assert bounded(act, LONG) == (True, raised)


def test_a_call_that_hangs_is_left_and_holds_up_nobody_after_it() -> None:
    end = threading.Event()
    assert bounded(end.wait, 0.0) == (False, None)
    assert bounded(lambda: 7, LONG) == (True, 7)
    end.set()


def test_calls_one_after_the_other_share_a_thread() -> None:
    ran = [bounded(threading.get_ident, LONG)[1] for _ in range(50)]
    assert len(set(ran)) < len(ran) / 2


def test_what_a_call_held_is_let_go_when_it_has_ended() -> None:
    class Held:
        """Something that a call works with."""

    held: Any = Held()
    seen = weakref.ref(held)
    bounded(lambda held=held: type(held), LONG)
    del held
    eventually(lambda: seen() is None, LONG)


def test_what_a_call_sets_for_its_thread_is_not_there_for_the_next_one() -> None:
    def roughly() -> None:
        decimal.getcontext().prec = 3

    bounded(roughly, LONG)
    assert bounded(lambda: decimal.getcontext().prec, LONG) == (True, decimal.DefaultContext.prec)


def test_a_fork_has_threads_of_its_own() -> None:
    bounded(lambda: None, LONG)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = 0 if bounded(lambda: 7, LONG) == (True, 7) else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

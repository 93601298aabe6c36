"""A process of its own for one life of a till: forked, told where it ends, and asked what it said before."""

import gc
import json
import os
import signal
import tempfile
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from ncash.model.decision import NOTHING
from ncash.system import failpoints

READING: Final = "store.reading"
SECONDS: Final = 180
"""A life that lasts longer hangs."""
Hit = Callable[[int, str], None]
Report = Callable[[str, Any], None]


class Told(NamedTuple):
    """What a life said before it ended."""

    died: str = ""
    """The failpoint at which it was killed; empty when it came to its end."""
    hits: tuple[str, ...] = ()
    """Failpoints in the order they were reached; told by a life that came to its end."""
    acked: int = -1
    """Steps that were answered, in all lives; -1 when this one answered none."""
    documents: tuple[str, ...] = ()
    """Documents that were acknowledged."""
    faults: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()
    """Failpoints at which it stood still."""
    refused: str = ""
    """Why the till did not start."""
    failed: Mapping[str, int] = NOTHING
    """Steps that failed by order."""


class Broken(Exception):
    """The till did what it must never do."""


class Reporter:
    """Writes a line for everything that happens; what is written stays when the process is killed."""

    def __init__(self, file: int) -> None:
        self._file = file

    def __call__(self, what: str, value: Any) -> None:
        os.writev(self._file, [json.dumps([what, value]).encode(), b"\n"])


def armed(hit: Hit | None, names: list[str], reading: bool = False) -> None:
    """Count the failpoints of this thread at which something may have changed, with `reading` the others too; threads
    in the background come at no certain moment."""
    main = threading.get_ident()

    def reached(name: str) -> None:
        if threading.get_ident() == main and (reading or name != READING):
            names.append(name)
            if hit is not None:
                hit(len(names), name)

    failpoints.arm(reached)


def lived(
    work: Callable[[Report], None],
    hit: Callable[[Report], Hit] | None = None,
    attach: Callable[[int], None] | None = None,
    paused: Callable[[int], None] | None = None,
) -> Told:
    """Fork, do the work there, and bring back what it said until it ended or was killed.

    What is said stands in a file and is read when the process is over: a pipe would wake the reader at every line. With
    `attach` the child waits until that has done with its process id; `paused` is called with it whenever it has
    stopped itself, and lets it go on.
    """
    with tempfile.TemporaryFile() as told:
        gate, opening = os.pipe() if attach is not None else (-1, -1)
        child = os.fork()
        if child == 0:
            if attach is not None:
                os.close(opening)
                os.read(gate, 1)
            _child(work, hit, Reporter(told.fileno()))
        if attach is not None:
            os.close(gate)
            attach(child)
            os.close(opening)
        _, status = os.waitpid(child, os.WUNTRACED if paused else 0)
        while paused is not None and os.WIFSTOPPED(status):
            paused(child)
            _, status = os.waitpid(child, os.WUNTRACED)
        told.seek(0)
        return _read(told.read().splitlines(), status)


def _child(work: Callable[[Report], None], hit: Callable[[Report], Hit] | None, report: Report) -> None:
    gc.disable()
    signal.alarm(SECONDS)
    names: list[str] = []
    code = 0
    try:
        armed(hit(report) if hit else None, names)
        work(report)
        failpoints.arm(None)
        report("hits", names)
    except Broken as error:
        report("fault", str(error))
    except BaseException as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        report("fault", f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}: {error}")
        code = 1
    finally:
        os._exit(code)


def _read(lines: Sequence[bytes], status: int) -> Told:
    told = Told()
    for line in lines:
        what, value = json.loads(line)
        match what:
            case "died":
                told = told._replace(died=value)
            case "hits":
                told = told._replace(hits=tuple(value))
            case "stopped":
                told = told._replace(stopped=(*told.stopped, value))
            case "acked":
                told = told._replace(acked=value)
            case "document":
                told = told._replace(documents=(*told.documents, value))
            case "refused":
                told = told._replace(refused=value)
            case "failed":
                told = told._replace(failed=value)
            case "fault":
                told = told._replace(faults=(*told.faults, value))
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    if (status != 0 and not told.faults) and not (killed and told.died):
        how = f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"status {status}"
        told = told._replace(faults=(f"the process ended with {how}",))
    return told

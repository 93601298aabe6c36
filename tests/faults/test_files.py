"""A file that is replaced is the old one or the new one at every step, whatever happens there."""

import os
import signal
from pathlib import Path

import pytest

from ncash.system import failpoints, files

OLD, NEW = b"old content, longer than the new\n", b"new content\n"
STEPS = ("files.opening", "files.writing", "files.written", "files.synced", "files.renamed")


def killed(step: str, path: Path) -> int:
    """Replace the file in a process that is killed at a step; the signal it ended with."""
    child = os.fork()
    if child == 0:
        failpoints.arm(lambda name: os.kill(os.getpid(), signal.SIGKILL) if name == step else None)
        files.replace(path, NEW)
        os._exit(0)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("step", STEPS)
def test_a_file_is_never_half_written(tmp_path: Path, step: str) -> None:
    path = tmp_path / "settings.ini"
    path.write_bytes(OLD)
    assert killed(step, path) == signal.SIGKILL
    assert path.read_bytes() == (NEW if step == "files.renamed" else OLD)


@pytest.mark.parametrize("step", STEPS[:-1])
def test_a_file_that_cannot_be_written_stays_as_it_is(tmp_path: Path, step: str) -> None:
    path = tmp_path / "settings.ini"
    path.write_bytes(OLD)

    def fail(name: str) -> None:
        if name == step:
            raise OSError(28, "No space left on device")

    failpoints.arm(fail)
    try:
        with pytest.raises(OSError, match="No space left"):
            files.replace(path, NEW)
    finally:
        failpoints.arm(None)
    assert path.read_bytes() == OLD
    assert [one.name for one in tmp_path.iterdir()] == ["settings.ini"]

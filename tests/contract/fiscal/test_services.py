"""The emulated services as programs: a port of the system's choice, an end with their standard input."""

import subprocess
import sys
from pathlib import Path

import pytest

from ncash.emulators.kkmserver import PASSWORD
from ncash.fiscal import open_register
from ncash.model.fiscal.register import ShiftState
from ncash.model.ports import Http

from .stands import QuickClock, place


@pytest.mark.parametrize(
    ("module", "driver"), [("ncash.emulators.kkmserver", "kkmserver"), ("ncash.emulators.atol", "atol")]
)
def test_a_service_is_run_from_the_command_line(tmp_path: Path, http: Http, module: str, driver: str) -> None:
    (tmp_path / "password").write_text(PASSWORD, encoding="utf-8")
    command = [sys.executable, "-m", module, "--port", "0"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as service:
        assert service.stdin is not None
        assert service.stdout is not None
        url = f"http://127.0.0.1:{service.stdout.readline().split()[1]}"
        account = {"url": url, "user": "User", "passwordFile": "password"}
        register = open_register(place(driver, tmp_path, QuickClock(), http, **account))
        assert register.status().shift is ShiftState.CLOSED
        assert register.open_shift("Anna") == 1
        service.stdin.close()
        assert service.wait(30) == 0

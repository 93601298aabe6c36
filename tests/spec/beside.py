"""What a check can go through beside the sites of CRPT: a local module, ТС ПИоТ, KKM Server, told by the cases."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from ncash.emulators.crpt import TOKEN
from ncash.emulators.kkmserver import PASSWORD, KkmServer
from ncash.emulators.localmodule import PASSWORD as MODULE_PASSWORD
from ncash.emulators.localmodule import Module
from ncash.emulators.tspiot import Esm, self_signed

CLIENT_TOKEN: Final = "7e57ab1e-0000-4000-8000-000000000077"
NAMES: Final = frozenset({"module", "esm", "kkm", "module_password", "esm_certificate", "esm_token", "kkm_password"})
"""Addresses and files that a case may name as `$module`, `$esm_certificate` …"""
WHERE: Final = frozenset({"module", "esm", "kkm"})
_SHARED: Final = ("off", "on", "heal", "faults", "answers")
_OWN: Final[Mapping[str, tuple[str, ...]]] = {
    "module": ("status", "mode", "sold"),
    "esm": ("offline", "versions", "client"),
    "kkm": ("error", "permissive", "reject", "user"),
}


class Beside:
    """The three servers of a test process."""

    def __init__(self, folder: Path, now: Callable[[], float], running: ExitStack) -> None:
        certificate, tls = self_signed(folder / "tls")
        self.module = running.enter_context(Module(tokens=(TOKEN,), now=now))
        self.esm = running.enter_context(Esm(tls=tls, now=now))
        self.kkm = running.enter_context(KkmServer())
        secrets = {"module_password": MODULE_PASSWORD, "esm_token": CLIENT_TOKEN, "kkm_password": PASSWORD}
        for name, secret in secrets.items():
            (folder / name).write_text(secret, encoding="utf-8")
            (folder / name).chmod(0o600)
        self.files = {"esm_certificate": str(certificate), **{name: str(folder / name) for name in secrets}}

    @property
    def urls(self) -> dict[str, str]:
        """What the names stand for."""
        return {"module": self.module.url, "esm": self.esm.url, "kkm": self.kkm.url, **self.files}

    def reset(self) -> None:
        """All three as on their first day."""
        for server in (self.module, self.esm, self.kkm):
            server.reset()

    def tell(self, where: str, told: Mapping[str, Any], value: Callable[[Any], Any]) -> None:
        """Tell one of them how to behave from now on. Raises ValueError for what it does not know."""
        server: Module | Esm | KkmServer = getattr(self, where)
        for key, given in told.items():
            if key in ("off", "on", "heal"):
                getattr(server, key)()
            elif key == "faults":
                for fault in given:
                    options = {name: value(text) for name, text in fault.items() if name not in ("kind", "value")}
                    server.fault(fault["kind"], fault.get("value"), **options)
            elif key == "answers":
                for code, fields in given.items():
                    server.script(code, **{name: value(text) for name, text in fields.items()})
            elif key in _OWN[where]:
                self._own(server, key, given, value)
            else:
                raise ValueError(f"{where} knows {', '.join((*_SHARED, *_OWN[where]))}; not {key!r}")

    def _own(self, server: Module | Esm | KkmServer, key: str, given: Any, value: Callable[[Any], Any]) -> None:
        if isinstance(server, Module):
            if key == "sold":
                server.state.sold |= dict.fromkeys(given, 1)
            else:
                setattr(server.state, key, given)
        elif isinstance(server, KkmServer) and key == "reject":
            for code, reason in given.items():
                server.reject(code, reason)
        elif key == "client":
            setattr(server, key, (given, CLIENT_TOKEN))
        else:
            setattr(server, key, tuple(given) if isinstance(given, list) else value(given))

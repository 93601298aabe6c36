"""What `ncash check` says about `[Fiscal]`."""

from collections.abc import Iterator
from pathlib import Path

from ncash.fiscal import DRIVERS, GROUP, installed
from ncash.fiscal.tags import FFD_105
from ncash.language import phrase
from ncash.settings.config import Config
from ncash.settings.host import Fiscal
from ncash.settings.problems import Problem, nearest
from ncash.settings.secret_file import SecretFile, lies

EMULATOR, KKMSERVER = "emulator", "kkmserver"


def problems(config: Config) -> Iterator[Problem]:
    """Drivers that are not there, accounts that cannot be used, settings without effect."""
    own = config.section(Fiscal)
    if own.driver not in DRIVERS and own.driver not in (others := installed()):
        near = nearest(own.driver, [*DRIVERS, *others])
        accepted = phrase("{drivers}, or an entry point of the group {group}", drivers=", ".join(DRIVERS), group=GROUP)
        text = phrase("no driver {driver!r} is installed: the till does not start", driver=own.driver)
        problem = _problem(own, "MG074", "driver", text)
        yield problem._replace(accepted=accepted, nearest=near)
        return
    yield from _account(own, config.folder)
    if own.ffd == FFD_105 and own.checkMarks and own.origin("checkMarks"):
        yield _problem(own, "MG041", "checkMarks", "with ffd = 1.05 no code is checked in the drive")


def _account(own: Fiscal, folder: Path) -> Iterator[Problem]:
    if own.driver == KKMSERVER and not own.user:
        yield _problem(own, "MG072", "user", "it is empty: KKM Server lets nobody in without an account", at="driver")
    if own.user and not own.passwordFile:
        yield _problem(own, "MG072", "passwordFile", "it is empty: the account has an empty password", at="user")
    if not own.passwordFile:
        return
    if not lies(folder, own.passwordFile):
        yield _problem(
            own, "MG054", "passwordFile", phrase("there is no file {passwordfile}", passwordfile=own.passwordFile)
        )
    elif SecretFile(folder, own.passwordFile).open_to_others:
        text = phrase(
            "{passwordfile} can be read by other accounts of this computer (chmod 600)", passwordfile=own.passwordFile
        )
        yield _problem(own, "MG073", "passwordFile", text)


def _problem(own: Fiscal, code: str, key: str, text: str, at: str = "") -> Problem:
    origin = own.origin(at or key)
    file, line = (origin.file, origin.line) if origin else ("ncash.ini", 0)
    return Problem(code, file, line, text, section=Fiscal.section, key=key)

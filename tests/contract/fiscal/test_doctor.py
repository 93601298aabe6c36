"""What doctor says of a register."""

from pathlib import Path

import pytest

from ncash.errors import UserError
from ncash.model.finding import FAIL, OK, WARN
from ncash.model.ports import Http
from ncash.support.doctor.registers import findings

from .stands import AtolStand, EmulatorStand, KkmStand, order, place


def levels(found: object) -> list[tuple[str, str]]:
    assert isinstance(found, list)
    return [(one.level, one.text) for one in found]


def test_a_register_that_is_well_is_one_line(kkm: KkmStand) -> None:
    kkm.register.open_shift("Anna")
    kkm.register.register(order())
    (only,) = list(findings(kkm.place, ask=True))
    assert only.level == OK
    for part in ("kkmserver", "9999078900000055", "shift open", "last receipt 2"):
        assert part in only.text


def test_a_register_that_is_not_asked_is_said_so(kkm: KkmStand) -> None:
    (only,) = list(findings(kkm.place, ask=False))
    assert (only.level, "not asked" in only.text, kkm.server.journal) == (OK, True, ())


def test_a_service_that_is_down_is_found_with_its_address(atol: AtolStand) -> None:
    atol.server.off()
    (only,) = list(findings(atol.place, ask=True))
    assert (only.level, atol.server.url in only.next) == (FAIL, True)


def test_what_keeps_a_register_from_selling_is_found(atol: AtolStand) -> None:
    atol.register.open_shift("Anna")
    atol.clock.move(25 * 3600)
    atol.device.paper = False
    atol.device.unsent, atol.device.unsent_since = 2, "2026-12-01T09:00:00+03:00"
    atol.server.tasks.ffd = "1.05"
    found = levels(list(findings(atol.place, ask=True)))
    assert [level for level, _ in found] == [OK, WARN, WARN, FAIL, WARN]
    for part, (_, text) in zip(("atol", "paper", "24 hours", "not sent", "FFD 1.05"), found, strict=True):
        assert part in text


def test_documents_that_wait_for_an_hour_are_no_worry(atol: AtolStand) -> None:
    atol.device.unsent, atol.device.unsent_since = 2, "2027-01-15T11:00:00+03:00"
    assert [one.level for one in findings(atol.place, ask=True)] == [OK, OK]


def test_a_password_that_others_may_read_is_found(tmp_path: Path, kkm: KkmStand) -> None:
    (tmp_path / "kkm.password").chmod(0o644)
    first = next(iter(findings(kkm.place, ask=True)))
    assert (first.level, "kkm.password" in first.text) == (WARN, True)
    (tmp_path / "kkm.password").chmod(0o600)
    assert next(iter(findings(kkm.place, ask=True))).level == OK


def test_an_emulated_register_says_that_it_is_none(emulated: EmulatorStand) -> None:
    (only,) = list(findings(emulated.place, ask=False))
    assert (only.level, "nothing is fiscal" in only.text) == (OK, True)


def test_a_driver_that_is_not_installed_is_an_error_with_the_names_there_are(tmp_path: Path, http: Http) -> None:
    with pytest.raises(UserError, match="driver = shtrih") as raised:
        list(findings(place("shtrih", tmp_path, EmulatorStand(tmp_path, http).clock, http), ask=True))
    assert "kkmserver" in raised.value.hint

"""What the cases cover: every screen text letter for letter, every setting by what happens without its line."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from ncash.bundled.expirydiscount import settings as expirydiscount
from ncash.bundled.markedgoods import settings as markedgoods
from ncash.bundled.markedgoods.texts import messages as markedgoods_messages
from ncash.bundled.restrictions import messages as restrictions_messages
from ncash.bundled.restrictions import settings as restrictions
from ncash.messages import Message
from ncash.settings.declare import Row, Settings
from ncash.settings.host import Host
from ncash.till import texts as host_texts

from .beside import NAMES
from .cases import Case, all_cases
from .harness import Deviation, play
from .shopfolder import texts, without
from .stage import Town
from .vendor_texts import VENDOR

BEHIND_THE_DIALOG: Final = {"WithoutMarkForbidden", "RoleForbids"}
"""Answers to a button that no dialog offers: the till refuses the press before a plugin is asked."""
PASSES_BY: Final = {"DatabaseChecked", "BackupFailed", "QueueRefused", "CheckCut", "SafeMode"}
"""Shown while something goes on that has to be held still for it, or after another start: tests/journeys/recovery,
contract/queue and tests/unit/hosting/containment do."""
TABLES: Final[tuple[type[Settings], ...]] = (*markedgoods.TABLES, *restrictions.TABLES, *expirydiscount.TABLES)


HOST: Final = tuple(row for row in Host.rows() if row.name == "unservedMarks")
"""Settings of the host that decide what is sold."""


def own_texts() -> dict[str, Message]:
    """Every text of the product that is not the vendor's."""
    tables = (host_texts.ALL, markedgoods_messages.MESSAGES, restrictions_messages.MESSAGES)
    return {key: message for table in tables for key, message in table.items() if message.own}


def said(value: Any, key: str = "") -> Iterator[str]:
    """Every text that a case expects to read: members called `text`, `says` and `refused`."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from said(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from said(inner, key)
    elif isinstance(value, str) and key == "text":
        yield from (value, *value.split("\n"))


@cache
def expected_texts() -> frozenset[str]:
    return frozenset(text for case in all_cases() for step in case.steps for text in said(dict(step.expected)))


def shown(text: str) -> bool:
    """Whether some case expects this very text, its placeholders filled, or left open where nobody can know them."""
    parts = re.split(r"\{\w+\}", text)
    filled = re.compile(".+".join(map(re.escape, parts)))
    opened = "/" + "X".join(parts) + "/"
    return any(filled.fullmatch(one) or one.replace(".*", "X") == opened for one in expected_texts())


def test_the_vendors_texts_are_those_of_the_product() -> None:
    product = {**host_texts.ALL, **markedgoods_messages.MESSAGES}
    assert {key: product[key].text for key in VENDOR} == VENDOR
    assert {key for key, message in product.items() if not message.own} == set(VENDOR)
    assert len(VENDOR) == 30


@pytest.mark.parametrize("key", VENDOR)
def test_a_text_of_the_vendor_is_shown_by_a_case_letter_for_letter(key: str) -> None:
    assert shown(VENDOR[key])


@pytest.mark.parametrize("key", sorted(own_texts().keys() - BEHIND_THE_DIALOG - PASSES_BY))
def test_a_text_of_our_own_is_shown_by_a_case(key: str) -> None:
    assert shown(own_texts()[key].text), f"no case expects the text of {key}: {own_texts()[key].text}"


def settings_at_work() -> list[Row]:
    return [row for row in (*HOST, *(row for table in TABLES for row in table.rows())) if row.enforced]


def claims(setting: str) -> list[Case]:
    return [case for case in all_cases() if setting in case.proves]


def test_a_case_claims_to_prove_settings_only() -> None:
    known = {row.name for row in settings_at_work()}
    assert {name for case in all_cases() for name in case.proves} <= known


@pytest.mark.parametrize("setting", [row.name for row in settings_at_work()])
def test_a_setting_is_live_because_its_line_makes_a_difference(setting: str, town: Town, tmp_path: Path) -> None:
    claimed = claims(setting)
    assert claimed, f"no case proves {setting}: add `proves: {setting}` to one that fails without its line"
    for number, case in enumerate(claimed):
        assert changes_with(setting, case, town, tmp_path / str(number)), f"{case.id} ends the same without {setting}"


def changes_with(setting: str, case: Case, town: Town, folder: Path) -> bool:
    """Whether some line of the setting, taken out of the case's files, changes how the case ends."""
    folder.mkdir()
    line = 0
    probe = dict.fromkeys(("crpt", "server", "nobody", "token", "server_port", "server_in_clear", *NAMES), "")
    while without(texts(case, probe), setting, line) is not None:
        (folder / str(line)).mkdir()
        try:
            play(town, case, folder / str(line), leave_out=(setting, line))
        except Deviation:
            return True
        line += 1
    return False

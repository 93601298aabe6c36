"""Every text has a next step in its row, for support and for the cashier."""

import re

import pytest

from ncash.bundled.markedgoods.texts.messages import MESSAGES as MARKED
from ncash.bundled.restrictions.messages import MESSAGES as ROLES
from ncash.messages import Advice
from ncash.till.texts import ALL as HOST

ROWS = {**HOST, **MARKED, **ROLES}
ALL = {key: row.advice for key, row in ROWS.items() if row.advice is not None}


def test_every_row_says_what_to_do_about_its_text() -> None:
    assert ROWS.keys() == ALL.keys()


@pytest.mark.parametrize(("key", "advice"), ALL.items())
def test_a_step_is_a_sentence_in_the_language_of_its_reader(key: str, advice: Advice) -> None:
    assert re.fullmatch(r"[A-Z0-9А-Яa-z].+\.", advice.support)
    assert re.search("[A-Za-z]{3}", advice.support)
    assert re.fullmatch(r"[А-Я].+\.", advice.cashier)
    assert not re.search("[A-Za-z]{3}", advice.cashier)


@pytest.mark.parametrize(("key", "advice"), ALL.items())
def test_a_step_never_names_a_command_that_there_is_not(key: str, advice: Advice) -> None:
    from ncash.cli.main import COMMANDS

    assert set(re.findall(r"\bncash ([a-z]+)\b(?! knows)", advice.support)) <= {*COMMANDS, "does"}

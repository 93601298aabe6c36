"""Every text has a next step, for support and for the cashier."""

import re

import pytest

from ncash.bundled.markedgoods.texts.advice import ADVICE as MARKED_ADVICE
from ncash.bundled.markedgoods.texts.messages import MESSAGES as MARKED
from ncash.bundled.restrictions.messages import ADVICE as ROLE_ADVICE
from ncash.bundled.restrictions.messages import MESSAGES as ROLES
from ncash.plugin import Advice
from ncash.support.explain.advice import ADVICE as HOST_ADVICE
from ncash.till.texts import ALL as HOST

ALL = {**HOST_ADVICE, **MARKED_ADVICE, **ROLE_ADVICE}


def test_every_text_has_its_row_where_the_text_is() -> None:
    assert HOST_ADVICE.keys() == HOST.keys()
    assert MARKED_ADVICE.keys() == MARKED.keys() - HOST.keys()
    assert ROLE_ADVICE.keys() == ROLES.keys()


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

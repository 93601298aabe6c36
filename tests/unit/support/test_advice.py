"""Every text has a next step in its row, for support and for the cashier."""

import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping

import pytest

from ncash import bundled
from ncash.messages import Advice, Message
from ncash.till.texts import ALL as HOST


def rows_of_plugins() -> Iterator[Message]:
    """Every row that a module of a bundled plugin holds, by itself or in a table."""
    for module in pkgutil.walk_packages(bundled.__path__, f"{bundled.__name__}."):
        for held in vars(importlib.import_module(module.name)).values():
            for one in held.values() if isinstance(held, Mapping) else held if isinstance(held, tuple) else (held,):
                if isinstance(one, Message):
                    yield one


ROWS = {**{row.key: row for row in rows_of_plugins()}, **HOST}
ALL = {key: row.advice for key, row in ROWS.items() if row.advice is not None}


def test_every_row_says_what_to_do_about_its_text() -> None:
    assert ROWS.keys() == ALL.keys()
    assert {"CrptSold", "RoleForbids", "LabelWeight"} < ROWS.keys()


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

"""The setting xapikey: forms, refusals, and a secret that is never shown."""

import pytest

from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.bundled.markedgoods.settings.tokens import MISSING, UNCHECKED, Token, parse_tokens

CANARY = "c4na4y#0-5eC4-4e7-a111-222233334444"
OTHER = "0ther000-5eC4-4e7-a111-222233335555"


def test_one_legal_entity_checks_every_department() -> None:
    tokens = parse_tokens(f" [-1:{CANARY}] ")
    assert tokens.for_dept("1") == tokens.for_dept("77") == Token(CANARY)
    assert tokens.all() == (Token(CANARY),)


def test_departments_have_their_own_tokens_and_the_rest_none() -> None:
    tokens = parse_tokens(f"[1.2:{CANARY}], [3:{OTHER}]")
    assert tokens.for_dept("2") == Token(CANARY)
    assert tokens.for_dept("3") == Token(OTHER)
    assert tokens.for_dept("4") is MISSING
    assert tokens.depts(Token(CANARY)) == ("1", "2")


def test_the_list_is_asked_with_the_tokens_from_the_last_to_the_first_each_once() -> None:
    tokens = parse_tokens(f"[1:{CANARY}],[2:{OTHER}],[4:{CANARY}],[5:1]")
    assert tokens.all() == (Token(CANARY), Token(OTHER))


def test_a_department_given_the_token_1_is_not_checked() -> None:
    tokens = parse_tokens(f"[1:1],[2:{CANARY}]")
    assert tokens.for_dept("1") is UNCHECKED
    assert tokens.for_dept("2") == Token(CANARY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        CANARY,
        f"[1:{CANARY}]",
        f"[-1:{CANARY}],[2:{OTHER}]",
        "[-1:1]",
        f"[1:{CANARY}],[1:{OTHER}]",
        f"[1.1:{CANARY}],[2:{OTHER}]",
        f"[1:{CANARY}][2:{OTHER}]",
        f"[1:{CANARY}],",
        f"[:{CANARY}]",
        f"[2:{CANARY}",
        f"[2 {CANARY}]",
        f"[2:{CANARY} {OTHER}]",
        f"[2:{CANARY}\n]x",
        f"[a:{CANARY}]",
        f"[2:ключ{CANARY}]",
        f"[2.:{CANARY}]",
    ],
)
def test_what_is_not_a_list_of_brackets_is_refused_without_showing_a_token(text: str) -> None:
    with pytest.raises(ValueError, match=r"bracket \d|\[-?1:TOKEN\]|department [\d.]|xapikey is empty") as caught:
        parse_tokens(text)
    assert "c4na4y" not in str(caught.value)


def test_what_is_accepted_stands_in_the_row_of_the_setting() -> None:
    row = MarkedGoods.row("xapikey")
    assert row is not None
    assert "[-1:TOKEN]" in row.accepted


def test_a_token_is_masked_wherever_it_is_printed() -> None:
    tokens = parse_tokens(f"[-1:{CANARY}]")
    shown = f"{tokens} {tokens!r} {tokens.all()[0]} {tokens.all()[0]!r} {Token('short')}"
    assert CANARY not in shown
    assert "short" not in shown
    assert "****4444" in shown

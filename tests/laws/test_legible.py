"""No text on any screen shows a control character, a separator, or something that turns it around."""

import re
import unicodedata
from typing import Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ncash.bundled.markedgoods.texts.messages import MESSAGES as MARKED
from ncash.bundled.restrictions.messages import MESSAGES as ROLES
from ncash.errors import UserError
from ncash.messages import Message
from ncash.model.decision import Dialog, Text
from ncash.model.legible import legible
from ncash.model.mark import RENDERINGS
from ncash.till.texts import ALL as HOST
from tests.sizes import sized

TEXTS: Final = {**HOST, **MARKED, **ROLES}
FILLED: Final = {key: message for key, message in TEXTS.items() if "{" in message.text}
EXAMPLES: Final = sized(4_000, 1_000_000) // len(FILLED) + 1
TRICKS: Final = (*RENDERINGS, "\x1d", "\x1c", "\x1e", "\x1f", "\x00", "\x07", "\x1b[2J", "\x7f", "\x85", "\r\n", "\t",
                 "\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\xad", "\xa0", "\u2028", "\ud800", "\U000e0041",
                 "\ue000", "\u0378", "{position}", "{barcode}", "Молоко", "0104699999910012215Zz9_d")  # fmt: skip
VALUES: Final = st.one_of(
    st.text(max_size=30),
    st.text(st.characters(codec="latin-1"), max_size=30),
    st.lists(st.sampled_from(TRICKS), max_size=6).map("".join),
    st.tuples(st.sampled_from(RENDERINGS), st.sampled_from(["\u200b", "\x00", "\xad"]), st.integers(1, 4)).map(
        lambda broken: broken[0][: broken[2]] + broken[1] + broken[0][broken[2] :]
    ),
)
"""Any text; bytes; what turns a text around; a separator that becomes one only when its invisible part is gone."""


def places(message: Message) -> list[str]:
    return re.findall(r"\{(\w+)\}", message.text)


def harmless(text: str) -> bool:
    return text.isprintable() and not any(one in text for one in RENDERINGS)


@pytest.mark.parametrize("key", FILLED)
@settings(max_examples=EXAMPLES)
@given(st.data())
def test_whatever_a_placeholder_gets_the_text_can_be_read(key: str, data: st.DataObject) -> None:
    message = FILLED[key]
    values = {name: data.draw(VALUES) for name in places(message)}
    for text in (message.words(**values), message.fill(**values).text, message.dialog(**values).text):
        assert harmless(text)


@pytest.mark.parametrize("key", TEXTS)
def test_the_texts_themselves_can_be_read(key: str) -> None:
    assert harmless(TEXTS[key].text)


@settings(max_examples=sized(1_000, 100_000))
@given(VALUES)
@example("Сыр «Российский», 45 % — 0,5 кг №1")
def test_what_can_be_read_is_left_as_it_is(value: str) -> None:
    shown = legible(value)
    assert legible(shown) == shown
    if harmless(value):
        assert shown == value
    kept = "".join(c for c in value if c.isprintable() and not c.isspace())
    if not any(one in kept for one in RENDERINGS):
        assert "".join(c for c in shown if c != " " and c != "\ufffd") == kept.replace("\ufffd", "")


@settings(max_examples=300)
@given(st.lists(VALUES, min_size=1, max_size=3))
def test_a_text_of_a_plugin_is_made_legible_where_it_leaves_the_till(lines: list[str]) -> None:
    text = "\n".join(lines)
    for shown in (Text("error", "Own", text).json()["text"], Dialog("ask", "Own", text).json()["text"]):
        assert all(harmless(line) for line in shown.split("\n"))
        assert shown.count("\n") == text.count("\n")


@settings(max_examples=300)
@given(VALUES)
def test_what_is_wrong_with_a_command_can_be_read_too(value: str) -> None:
    error = UserError(f"no deferred receipt {value!r}", hint=value).json()
    assert all(harmless(line) for text in (error["text"], error["hint"]) for line in text.split("\n"))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("0104699999910012215Zz9_d\x1d93Kx/2", "0104699999910012215Zz9_d 93Kx/2"),
        ("0104699999910012215Zz9_d\\u001d93Kx/2", "0104699999910012215Zz9_d 93Kx/2"),
        ("0104699999910012215Zz9_d<GS>93Kx/2", "0104699999910012215Zz9_d 93Kx/2"),
        ("товар\r\n\x07№1", "товар  №1"),
        ("\u202eолоко\u202c", "олоко"),
        ("цена\xa010\u2009₽", "цена 10 ₽"),
        ("\ud83d", "\ufffd"),
    ],
)
def test_what_a_person_reads(value: str, shown: str) -> None:
    assert legible(value) == shown


def test_braces_in_a_value_are_no_placeholder() -> None:
    message = Message("Own", "{n}: {position}", "error")
    assert message.words(n="{position}", position="{n}") == "{position}: {n}"


def test_the_categories_of_this_python_are_the_ones_that_were_thought_of() -> None:
    """A new kind of invisible character would be shown as an unknown one, never as itself."""
    unreadable = {unicodedata.category(c) for c in map(chr, range(0x110000)) if not c.isprintable()}
    assert unreadable == {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"}

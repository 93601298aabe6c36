"""A plugin's answer in the reader's language is judged as the same answer in English."""

from collections.abc import Iterator

import pytest

from ncash import language
from ncash.hosting import answers
from ncash.messages import Advice
from ncash.model.decision import Text
from ncash.model.finding import Finding
from ncash.plugin import Reading


@pytest.fixture(params=[language.ENGLISH, language.RUSSIAN], autouse=True)
def _spoken(request: pytest.FixtureRequest) -> Iterator[None]:
    language.speak(request.param)
    yield
    language.speak(language.ENGLISH)


def text() -> str:
    return language.phrase("{path} cannot be read: {reason}", path="a.ini", reason="Permission denied")


def test_a_text_of_ours_is_one_in_every_language() -> None:
    assert answers.reading(Reading((text(),), ())) == ""
    assert answers.findings((Finding("databases", "warn", text(), text()),)) == ""
    assert answers.advice(Advice(text(), text())) == ""
    assert answers.notices((Text("notice", "Key", text()),)) == ""

"""A plugin's answer in the reader's language is judged as the same answer in English."""

import pytest

from ncash import language
from ncash.hosting.judges import answers
from ncash.messages import Advice
from ncash.model.decision import Text
from ncash.model.finding import Finding
from ncash.plugin import Reading


def text() -> str:
    return language.phrase("{path} cannot be read: {reason}", path="a.ini", reason="Permission denied")


@pytest.mark.usefixtures("english_again")
@pytest.mark.parametrize("spoken", [language.ENGLISH, language.RUSSIAN])
def test_a_text_of_ours_is_one_in_every_language(spoken: str) -> None:
    language.speak(spoken)
    assert answers.reading(Reading((text(),), ())) == ""
    assert answers.findings((Finding("databases", "warn", text(), text()),)) == ""
    assert answers.advice(Advice(text(), text())) == ""
    assert answers.notices((Text("notice", "Key", text()),)) == ""

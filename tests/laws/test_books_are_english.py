"""Law: what the books keep of a refused configuration is the same English in whatever language the till speaks."""

import random
from typing import Final

import pytest

from ncash import language
from ncash.hosting.configuration import grounds_of

from . import folders, found
from .tills import read

FOLDERS: Final = 300


@pytest.mark.usefixtures("english_again")
def test_a_refusal_is_kept_in_english_whatever_the_till_speaks() -> None:
    chance, kept = random.Random("language"), 0
    for folder in (*found.FOLDERS.values(), *(folders.made(chance) for _ in range(FOLDERS))):
        said = []
        for spoken in (language.ENGLISH, language.RUSSIAN):
            language.speak(spoken)
            refusal = grounds_of(read(folder)).refusal
            said.append(refusal and refusal.fact)
        assert said[0] == said[1]
        kept += said[0] is not None
    assert kept > FOLDERS // 10

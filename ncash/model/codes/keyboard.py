"""What a keyboard wedge types while the till stands in another layout, and back (scanner.md).

The Russian and the English layout share their keys one to one, the shifted row of digits included, so that a text typed
wholly in one of them names the keys without loss. Of other layouts only the row of digits is known: it tells that one
of them was on, and nothing is changed back.
"""

from typing import Final

_LATIN: Final = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./" + '~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>?' + "@#$^&|"
_RUSSIAN: Final = "ёйцукенгшщзхъфывапролджэячсмитьбю." + "ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ," + '"№;:?/'
_TYPED: Final = str.maketrans(_LATIN, _RUSSIAN)
_MEANT: Final = str.maketrans(_RUSSIAN, _LATIN)
_LETTERS: Final = frozenset(c for c in _RUSSIAN if c.isalpha() or c == "№")
_DIGIT_ROWS: Final = {
    "Kazakh": 'қ"әіңғ,.үұ',
    "French": "à&é\"'(-è_ç",
    "Czech": "é+ěščřžýáí",
}
"""What the keys 0 to 9 type."""
_DIGITS: Final = tuple(str.maketrans(row, "0123456789") for row in _DIGIT_ROWS.values())


def russian(text: str) -> bool:
    """Whether the text holds a character that only the Russian layout types."""
    return not text.isascii() and not _LETTERS.isdisjoint(text)


def mixed(text: str) -> bool:
    """Whether letters of both layouts stand in the text: nobody can say which key its other characters came from."""
    return russian(text) and any(c.isascii() and c.isalpha() for c in text)


def typed(text: str) -> str:
    """The text as the same keys write it in the Russian layout."""
    return text.translate(_TYPED)


def meant(text: str) -> str:
    """The text as the same keys write it in the English layout."""
    return text.translate(_MEANT)


def digits_of_other_layouts(text: str) -> tuple[str, ...]:
    """The text as the keys of digits write it, for each layout that types something else with them."""
    return () if text.isascii() else tuple(text.translate(row) for row in _DIGITS)

"""What a keyboard wedge types while the till stands in the Russian layout, and back (scanner.md).

The two layouts share their keys one to one, the shifted row of digits included, so that a text typed wholly in one of
them names the keys without loss.
"""

from typing import Final

_LATIN: Final = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./" + '~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>?' + "@#$^&|"
_RUSSIAN: Final = "ёйцукенгшщзхъфывапролджэячсмитьбю." + "ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ," + '"№;:?/'
_TYPED: Final = str.maketrans(_LATIN, _RUSSIAN)
_MEANT: Final = str.maketrans(_RUSSIAN, _LATIN)
_LETTERS: Final = frozenset(c for c in _RUSSIAN if c.isalpha() or c == "№")


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

"""What each kind of setting accepts, and what it says about the rest."""

from typing import Any

import pytest

from ncash.settings import kinds
from ncash.settings.kinds import Kind, over_tls, whole, words, written

SECONDS = whole("seconds", 2)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (kinds.SWITCH, "on", True),
        (kinds.SWITCH, "off", False),
        (kinds.FLAG, "true", True),
        (kinds.FLAG, "false", False),
        (kinds.POLICY, "ask", "ask"),
        (SECONDS, "2", 2),
        (SECONDS, "030", 30),
        (kinds.LIST, "", ()),
        (kinds.LIST, "1, 2,3", ("1", "2", "3")),
        (kinds.BITMASK, "", None),
        (kinds.BITMASK, "3", 3),
        (kinds.DATE, "29.02.2024", "29.02.2024"),
        (kinds.DATE, "", ""),
        (kinds.URL, "http://localhost:8080", "http://localhost:8080"),
        (kinds.URL, "https://[::1]:51401/a?b=c", "https://[::1]:51401/a?b=c"),
        (kinds.OPTIONAL_URL, "", ""),
        (kinds.NAME, "1", "1"),
    ],
)
def test_a_good_text_becomes_a_typed_value(kind: Kind, text: str, value: Any) -> None:
    assert kind.read(text) == value
    assert type(kind.read(text)) is type(value)


@pytest.mark.parametrize("blank", [" ", "   ", "\t", "\u00a0"])
@pytest.mark.parametrize("kind", [one for one in vars(kinds).values() if isinstance(one, Kind)])
def test_blanks_alone_mean_what_the_empty_text_means(kind: Kind, blank: str) -> None:
    try:
        wanted = kind.read("")
    except ValueError:
        with pytest.raises(ValueError, match=r".+"):
            kind.value(blank)
    else:
        assert kind.value(blank) == wanted


def test_blanks_beside_a_word_stay() -> None:
    assert kinds.TEXT.value(" a b ") == " a b "


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (kinds.SWITCH, "true"),
        (kinds.FLAG, "ture"),
        (kinds.FLAG, "True"),
        (kinds.FLAG, "1"),
        (kinds.FLAG, ""),
        (kinds.POLICY, "no"),
        (kinds.POLICY, "Deny"),
        (SECONDS, "1"),
        (SECONDS, "-5"),
        (SECONDS, "3.5"),
        (SECONDS, "30 s"),
        (SECONDS, "٣"),
        (SECONDS, ""),
        (SECONDS, "9" * 5000),
        (kinds.LIST, "1,,2"),
        (kinds.LIST, "1,"),
        (kinds.BITMASK, "4"),
        (kinds.BITMASK, "text"),
        (kinds.DATE, "2023-11-21"),
        (kinds.DATE, "1.1.2023"),
        (kinds.DATE, "30.02.2024"),
        (kinds.DATE, "21.11.202"),
        (kinds.URL, ""),
        (kinds.URL, "localhost:8080"),
        (kinds.URL, "ftp://host"),
        (kinds.URL, "http://"),
        (kinds.URL, "http://:8080"),
        (kinds.URL, "http://http://host"),
        (kinds.URL, "https://host:99999"),
        (kinds.URL, "https://ho st"),
        (kinds.URL, "https://user:secret@host"),
        (kinds.NAME, ""),
    ],
)
def test_a_bad_text_is_refused_with_a_reason(kind: Kind, text: str) -> None:
    with pytest.raises(ValueError, match=r"\w{2}") as raised:
        kind.read(text)
    assert "secret" not in str(raised.value)
    assert len(str(raised.value)) < 200


@pytest.mark.parametrize("url", ["https://cdn.crpt.ru", "http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1"])
def test_tls_or_this_very_machine_is_accepted(url: str) -> None:
    over_tls(url)


def test_plain_http_to_another_machine_is_refused() -> None:
    with pytest.raises(ValueError, match="https"):
        over_tls("http://cdn.crpt.ru")


@pytest.mark.parametrize(
    ("value", "text"), [(True, "true"), (("a", "b"), "a,b"), (None, ""), (30, "30"), ("deny", "deny")]
)
def test_a_value_is_written_as_in_a_file(value: Any, text: str) -> None:
    assert written(value) == text


@pytest.mark.parametrize(
    "kind", [kinds.SWITCH, kinds.FLAG, kinds.POLICY, words("choice", "crpt", "tspiot", "kkmserver")]
)
def test_no_word_of_a_kind_can_be_cut_into_another(kind: Kind) -> None:
    for word in kind.words:
        for end in range(len(word)):
            with pytest.raises(ValueError, match="is n"):
                kind.read(word[:end])

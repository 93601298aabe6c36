"""What each kind of setting accepts, and what it says about the rest."""

from contextlib import nullcontext
from typing import Any

import pytest

from ncash.model.ports import HttpError, HttpRequest
from ncash.network.http import RequestsHttp
from ncash.settings import kinds
from ncash.settings.host import ArtixQueue
from ncash.settings.kinds import SettingType, over_tls, whole, words, written

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
def test_a_good_text_becomes_a_typed_value(kind: SettingType, text: str, value: Any) -> None:
    assert kind.read(text) == value
    assert type(kind.read(text)) is type(value)


@pytest.mark.parametrize("blank", [" ", "   ", "\t", "\u00a0"])
@pytest.mark.parametrize("kind", [one for one in vars(kinds).values() if isinstance(one, SettingType)])
def test_blanks_alone_mean_what_the_empty_text_means(kind: SettingType, blank: str) -> None:
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
        (kinds.URL, "https://host:0"),
        (kinds.URL, "https://host:"),
        (kinds.URL, "https://host/#top"),
        (kinds.URL, "https://@host"),
        (kinds.NAME, ""),
    ],
)
def test_a_bad_text_is_refused_with_a_reason(kind: SettingType, text: str) -> None:
    with pytest.raises(ValueError, match=r"\w{2}") as raised:
        kind.read(text)
    assert "secret" not in str(raised.value)
    assert len(str(raised.value)) < 200


HERE = (
    "http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1", "HTTP://LOCALHOST", "http://127.0.0.2/path/",
    "http://127.255.255.254",
)  # fmt: skip
ELSEWHERE = (
    "http://cdn.crpt.ru", "http://10.0.0.5:8080", "http://127.0.0.1.example.test", "http://localhost.example.test",
    "http://0.0.0.0", "http://[fe80::1]", "http://2130706433", "http://127.1", "http://0x7f000001",
    "http://localhost.", "HTTP://CDN.CRPT.RU", "http://[::ffff:10.0.0.5]",
)  # fmt: skip


class Nobody:
    """A network that tells whether it was let out."""

    def __init__(self) -> None:
        self.http = RequestsHttp()

    def lets(self, url: str) -> bool:
        try:
            self.http.send(HttpRequest("GET", url), 0.0)
        except HttpError as error:
            return error.reason != "protocol"
        raise AssertionError(url)


@pytest.mark.parametrize("url", [*HERE, "https://cdn.crpt.ru"])
def test_tls_or_this_very_machine_is_accepted_by_check_and_till(url: str) -> None:
    over_tls(url)
    assert Nobody().lets(url)


@pytest.mark.parametrize("url", ELSEWHERE)
def test_plain_http_to_another_machine_is_refused_by_check_and_till(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        over_tls(url)
    assert not Nobody().lets(url)


@pytest.mark.parametrize("url", ["https://host/?a=1", "http://localhost?x"])
def test_an_address_to_which_paths_are_added_holds_no_query(url: str) -> None:
    with pytest.raises(ValueError, match="query"):
        over_tls(url)


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("nats://127.0.0.2:4222", True), ("tls://broker.example.test:4222", True), ("nats://[::1]:4222", True),
        ("nats://broker.example.test:4222", False), ("nats://127.0.0.1:99999", False), ("nats://127.0.0.1:0", False),
        ("nats://user@127.0.0.1", False), ("tls://host/path", False), ("tls://host?x=1", False), ("http://host", False),
    ],
)  # fmt: skip
def test_a_broker_is_named_by_scheme_host_and_port(text: str, good: bool) -> None:
    check = next(row for row in ArtixQueue.rows() if row.name == "natsUrl")
    with nullcontext() if good else pytest.raises(ValueError, match="accepted"):
        check.read(text)


@pytest.mark.parametrize(
    ("value", "text"), [(True, "true"), (("a", "b"), "a,b"), (None, ""), (30, "30"), ("deny", "deny")]
)
def test_a_value_is_written_as_in_a_file(value: Any, text: str) -> None:
    assert written(value) == text


@pytest.mark.parametrize(
    "kind", [kinds.SWITCH, kinds.FLAG, kinds.POLICY, words("choice", "crpt", "tspiot", "kkmserver")]
)
def test_no_word_of_a_kind_can_be_cut_into_another(kind: SettingType) -> None:
    for word in kind.words:
        for end in range(len(word)):
            with pytest.raises(ValueError, match="is n"):
                kind.read(word[:end])

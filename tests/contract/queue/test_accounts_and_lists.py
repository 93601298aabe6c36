"""How a shop presents itself at the cash server, and the white list it brings home."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from ncash.cli.main import run
from ncash.errors import UserError
from ncash.model.ports import HttpAnswer, HttpRequest
from ncash.queue.http import HttpTransport
from ncash.settings.config import Config
from ncash.shop import sending
from ncash.shop.shop import configuration
from ncash.store.dictionaries.dictionaries import open_dictionaries
from ncash.support.exchange import white_list
from ncash.testing import ShopDatabase, shop_folder

from .conftest import ROUTE, Box, Inside, MakeSender, message

MARK = "0104607042439162215{:06d}\x1d93dGVz"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A shop with an account at the cash server."""
    shop_folder(tmp_path / "shop")
    ini = ("[MarkedGoods]", "enableMarkVerify = true", f"markVerifyUrl = {ROUTE}", "markVerifyUser = till1",
           "markVerifyPasswordFile = server.password")  # fmt: skip
    (tmp_path / "shop/conf/ncash.ini.d/70-server.ini").write_text("\n".join(ini) + "\n", encoding="utf-8")
    (tmp_path / "shop/conf/server.password").write_text("sesame\n", encoding="utf-8")
    return tmp_path / "shop"


@pytest.fixture
def config(shop: Path) -> Config:
    return configuration(shop / "conf")


def test_the_sender_presents_itself_with_the_account_of_the_settings(
    box: Box, server: Inside, sender_of: MakeSender, config: Config
) -> None:
    box.put(message(1))
    transport = HttpTransport(server, lambda route: sending.account_of(config, route))
    assert sender_of(transport).drain().sent == 1
    assert server.operations() == [message(1).id]
    assert "sesame" not in repr(sending.account_of(config, ROUTE))


def test_an_address_of_nobodys_gets_no_password(config: Config) -> None:
    assert sending.account_of(config, ROUTE.replace("8080", "8081")) is None
    assert sending.receivers(config) == (ROUTE,)


def test_a_password_file_that_is_not_there_keeps_the_messages(
    box: Box, server: Inside, sender_of: MakeSender, shop: Path, config: Config
) -> None:
    (shop / "conf/server.password").unlink()
    box.put(message(1))
    told = sender_of(HttpTransport(server, lambda route: sending.account_of(config, route))).drain()
    assert (told.sent, box.results) == (0, {None: 1})
    assert "on_send raised ValueError" in told.trouble


def enlist(server: Inside, *numbers: int) -> None:
    marks = [{"mark": MARK.format(n), "barcode": "4607042439162"} for n in numbers]
    assert server.call("whitelist", {"marks": marks}, "office")["added"] == len(numbers)


def listed(shop: Path) -> list[str]:
    goods = ShopDatabase(shop / "data/Dictionaries.sqlite")
    return [mark for (mark,) in goods.rows("SELECT excisemarkid FROM Excisemarkwhite ORDER BY excisemarkid")]


def pull(server: Inside, config: Config, shop: Path, whole: bool = False) -> int:
    return white_list.pull(config, server, shop / "data/Dictionaries.sqlite", shop / "data", whole).marks


def test_a_pull_brings_what_is_new_and_only_that(server: Inside, config: Config, shop: Path) -> None:
    before = listed(shop)
    enlist(server, *range(12))
    assert pull(server, config, shop) == 12
    assert set(listed(shop)) - set(before) == {MARK.format(n) for n in range(12)}
    with closing(open_dictionaries(shop / "data/Dictionaries.sqlite")) as dictionaries:
        assert dictionaries.whitelisted("0104607042439162215000003")
    assert pull(server, config, shop) == 0
    enlist(server, 12)
    assert pull(server, config, shop) == 1


def test_a_whole_pull_replaces_what_was_there(server: Inside, config: Config, shop: Path) -> None:
    enlist(server, 1, 2)
    pull(server, config, shop)
    ShopDatabase(shop / "data/Dictionaries.sqlite").change(
        "INSERT INTO Excisemarkwhite (excisemarkid, cis) VALUES ('old', 'old')"
    )
    assert pull(server, config, shop, whole=True) == 2
    assert listed(shop) == [MARK.format(1), MARK.format(2)]


def test_more_than_a_page(server: Inside, config: Config, shop: Path) -> None:
    enlist(server, *range(white_list.PAGE + 3))
    assert pull(server, config, shop, whole=True) == white_list.PAGE + 3
    assert len(listed(shop)) == white_list.PAGE + 3


class Broken:
    """An HTTP port that breaks off after the first page."""

    def __init__(self, server: Inside, body: bytes) -> None:
        self._server, self._body, self._calls = server, body, 0

    def send(self, request: HttpRequest, budget: float, limit: int = 1_000_000) -> HttpAnswer:
        """Implements ports.Http."""
        self._calls += 1
        return self._server.send(request, budget) if self._calls == 1 else HttpAnswer(200, {}, self._body)

    def abandon(self) -> None:
        """Implements ports.Http."""

    def release(self, url: str) -> None:
        """Implements ports.Http."""

    def close(self) -> None:
        """Implements ports.Http."""


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"marks":[{"mark":5}]}', b'{"marks":{}}'])
def test_a_pull_that_breaks_off_changes_nothing(server: Inside, config: Config, shop: Path, body: bytes) -> None:
    enlist(server, 1, 2)
    before = listed(shop)
    with pytest.raises(UserError, match="no page of a white list"):
        white_list.pull(config, Broken(server, body), shop / "data/Dictionaries.sqlite", shop / "data", True)
    assert listed(shop) == before
    assert pull(server, config, shop) == 2


def test_a_shop_without_a_cash_server_is_told_so(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shop / "conf/ncash.ini.d/70-server.ini").unlink()
    assert run(["whitelist", "pull", "--conf", str(shop / "conf"), "--data", str(shop / "data")]) == 2
    assert "no cash server" in capsys.readouterr().err


def test_the_queue_command_says_what_is_stuck(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders = ["--conf", str(shop / "conf"), "--data", str(shop / "data")]
    box = Box(shop / "data/Documents.sqlite")
    with closing(box.connection):
        assert run(["queue", "status", *folders]) == 0
        assert "unsent: 0, refused: 0, files: 0" in capsys.readouterr().out
        box.put(message(1), message(2))
        with box.connection.write():
            box.connection.change("UPDATE outbox SET result = 'refused' WHERE id = 1")
        assert run(["queue", "status", "--json", *folders]) == 1
        told = json.loads(capsys.readouterr().out)
        assert (told["ok"], told["unsent"], told["refused"], told["sender"]) == (False, 1, 1, False)
        assert "Кассовый сервер не принял сообщения (1). Позвоните в поддержку (ncash queue list)" in told["notices"]
        assert [one["route"] for one in told["receivers"]] == [ROUTE]
        assert run(["queue", "list", "--refused", "--json", *folders]) == 1
        assert json.loads(capsys.readouterr().out)["id"] == message(1).id
        assert run(["queue", "list", *folders]) == 1
        assert "receipt-2" in capsys.readouterr().out


def test_the_queue_of_no_books_cannot_be_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["queue", "status", "--conf", str(tmp_path), "--data", str(tmp_path)]) == 2
    assert "no books" in capsys.readouterr().err

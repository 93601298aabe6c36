"""Registers that cannot tell of their documents, or whose driver breaks off: the till finds its way out."""

import json
from typing import Any

from ncash.fiscal.emulator import files_of
from ncash.model.fiscal.register import RegisterSilent
from ncash.testing import DrivenTill
from ncash.till.fiscal import settling
from ncash.till.fiscal.verdict_on_intent import Settlement
from ncash.till.receipts import life
from ncash.till.view import Room

from .conftest import BREAD, Shop


class Odd:
    """A register that fails at one call and is itself at all others."""

    def __init__(self, register: Any, call: str, error: Exception) -> None:
        self._register, self._call, self._error = register, call, error

    def __getattr__(self, name: str) -> Any:
        return self._failing if name == self._call else getattr(self._register, name)

    def _failing(self, *given: Any) -> Any:
        raise self._error


def room_of(till: DrivenTill, call: str, error: Exception) -> Room:
    """The till's room with such a register."""
    room = till.shop.till.room
    return room._replace(register=Odd(room.register, call, error))


def begun(shop: Shop, name: str) -> None:
    """The till dies at this failpoint of a close."""

    def story(till: DrivenTill) -> None:
        till.send("open")
        till.send("scan", data=BREAD)
        till.send("close")

    assert shop.killed(name, story)


def asked(till: DrivenTill) -> Settlement:
    """What becomes of the intent at a register that shows no document."""
    intent = till.shop.documents.intent()
    assert intent is not None
    return settling.ask_register(room_of(till, "last", RegisterSilent("no documents are shown")), intent).settlement


def test_where_nothing_was_made_since_no_document_has_to_be_shown(shop: Shop) -> None:
    begun(shop, "close.intent")
    with shop.till() as till:
        assert asked(till) is Settlement.SEND_AGAIN
        assert till.send("close")["document"] is not None
    shop.agree(1)


def test_a_document_that_the_register_finds_by_its_order_has_not_to_be_the_last_one(shop: Shop) -> None:
    begun(shop, "close.registered")
    with shop.till() as till:
        assert asked(till) is Settlement.ADOPT


def test_a_document_that_nobody_can_show_is_the_supervisors(shop: Shop) -> None:
    with shop.till() as till:
        till.send("open")
        till.send("scan", data=BREAD)
        till.send("close")
    begun(shop, "close.intent")
    with shop.till() as till:
        till.shop.register.close_shift("")
        assert asked(till) is Settlement.STOP
        assert till.send("close")["document"] is not None
    shop.agree(2)


def test_a_driver_that_breaks_off_keeps_no_receipt_that_was_let_go(shop: Shop) -> None:
    with shop.till() as till:
        till.send("open")
        till.send("scan", data=BREAD)
        view, room = till.shop.till.view, room_of(till, "forget_marks", KeyError("its own"))
        assert view.receipt is not None
        position = view.receipt.positions[0]._replace(extra={"2106": 15})
        checked = view._replace(receipt=view.receipt._replace(positions=(position,)))
        outcome = life.cancel(room, checked)
        assert outcome.view.receipt is None
        assert [text.key for text in outcome.screen] == ["FiscalSilent"]


def test_no_document_is_ordered_for_a_receipt_that_the_books_have_let_go(shop: Shop) -> None:
    with shop.till() as till:
        till.send("open")
        till.send("scan", data=BREAD)
        life.cancel(till.shop.till.room, till.shop.till.view)
        answer = till.send("close")
        assert (answer["ok"], answer["error"]["code"]) == (False, "already_closed")
    assert shop.receipts() == []


def test_a_reload_opens_the_register_that_the_files_name_now(shop: Shop) -> None:
    drop_in = shop.folder / "conf" / "ncash.ini.d" / "60-register.ini"
    with shop.till() as till:
        drop_in.write_text("[Fiscal]\noperator = Смена 2\n", encoding="utf-8")
        assert till.send("reload")["ok"]
        till.send("open")
        till.send("scan", data=BREAD)
        assert till.send("close")["document"] is not None
        drop_in.write_text("[Fiscal]\ndriver = nobodys\n", encoding="utf-8")
        refused = till.send("reload")
        assert not refused["ok"]
        assert "nobodys" in refused["error"]["text"]
    made = files_of(shop.folder / "data", "1")[0].read_text(encoding="utf-8").splitlines()
    assert json.loads(made[-1])["operator"] == "Смена 2"

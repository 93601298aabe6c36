"""loyalty in a till of its own, with a server of its own."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[1] / "loyalty"
BREAD = "4600000000015"
CARD = "2900000000018"
MISREAD = "2900000000019"


class Points(HTTPServer):
    """A loyalty server: what it was told, and how it answers."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Listener)
        self.told: list[dict] = []
        self.status = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/purchases"


class Listener(BaseHTTPRequestHandler):
    """Takes one message."""

    server: Points

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.append(json.loads(body))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *given: object) -> None:
        """Silence."""


@pytest.fixture
def points() -> Iterator[Points]:
    server = Points()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def till(shop, points):
    made = shop(plugins=[HERE], settings={"Loyalty": {"url": points.url, "percent": "10"}})
    made.allow(points.url)
    return made


def prices(answer: dict) -> list[str]:
    return [position["price"] for position in answer["receipt"]["positions"]]


def keys(answer: dict) -> list[str]:
    return [text["key"] for text in answer["screen"]]


def test_a_card_lowers_every_price_whenever_it_is_scanned(till) -> None:
    till.send("open")
    assert prices(till.send("scan", data=BREAD)) == ["45.90"]
    answer = till.send("scan", data=CARD)
    assert (keys(answer), prices(answer)) == (["LoyaltyTaken"], ["41.31"])
    assert prices(till.send("scan", data=BREAD)) == ["41.31", "41.31"]


def test_a_card_leaves_the_question_on_the_screen(till) -> None:
    till.send("open")
    asked = till.send("scan", data="4699999900013")["dialog"]
    assert till.send("scan", data=CARD)["dialog"] == asked


def test_a_misread_card_changes_nothing(till) -> None:
    till.send("open")
    till.send("scan", data=BREAD)
    answer = till.send("scan", data=MISREAD)
    assert (keys(answer), prices(answer)) == (["LoyaltyWrong"], ["45.90"])


def test_other_scans_are_none_of_its_business(till) -> None:
    till.send("open")
    assert keys(till.send("scan", data="123456")) == ["BarcodeNotFound"]


def test_a_department_may_give_no_discount(shop) -> None:
    made = shop(plugins=[HERE], settings={"Loyalty": {"withoutDiscount": "1"}})
    made.send("open")
    made.send("scan", data=CARD)
    assert prices(made.send("scan", data=BREAD)) == ["45.90"]


def bought(till) -> str:
    till.send("open")
    till.send("scan", data=CARD)
    till.send("scan", data=BREAD)
    document = till.send("close")["document"]
    return document["id"]


def test_the_server_hears_of_a_purchase_once_it_can_be_reached(till, points) -> None:
    points.status = 503
    bought(till)
    assert till.deliver() == 0
    points.status = 200
    till.later(600)
    assert till.deliver() == 1
    first, second = points.told
    assert first == second
    assert (second["card"], second["total"], second["back"]) == (CARD, 4131, False)
    assert till.deliver() == 0


def test_a_return_by_sale_is_told_with_the_card_of_the_sale(till, points) -> None:
    sale = bought(till)
    till.send("open", kind="return_by_sale", sale=sale)
    till.send("choose", positions=[1])
    assert till.send("close")["receipt"]["state"] == "closed"
    till.deliver()
    assert [(one["card"], one["back"]) for one in points.told] == [(CARD, False), (CARD, True)]


def test_the_card_stands_in_the_export_and_under_the_receipt(till) -> None:
    bought(till)
    assert any("Скидка по карте 4.59" in line for line in till.paper())
    (path,) = till.send("shift", do="close")["exported"]
    sales = Path(path).read_text("utf-8").split("---\n")[0].split("begin ###\n")[1]
    assert json.loads(sales)["plugins"] == {"loyalty": {"card": CARD}}


def test_a_card_survives_a_restart(till) -> None:
    till.send("open")
    till.send("scan", data=CARD)
    till.restart()
    assert prices(till.send("scan", data=BREAD)) == ["41.31"]

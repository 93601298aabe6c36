"""stoplist in a till of its own, beside a stand-in of CRPT."""

from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[1] / "stoplist"
GTIN = "04670540176099"
MILK = f"01{GTIN}215Demo1\x1d93dGVz"
MORE = f"01{GTIN}215Demo2\x1d93dGVz"
HEAD = "gtin;from;to;reason\n"
BATCH = f"{GTIN};2027-01-02;2027-01-04;листерия\n"


@pytest.fixture
def till(shop, crpt):
    crpt.script(MILK, productionDate="2027-01-03T00:00:00.000Z")
    crpt.script(MORE, productionDate="2027-01-05T00:00:00.000Z")
    return shop(plugins=[HERE], crpt=crpt, files={"../stoplist.csv": HEAD + BATCH})


def names(answer: dict) -> list[str]:
    return [position["name"] for position in answer["receipt"]["positions"]]


def keys(answer: dict) -> list[str]:
    return [text["key"] for text in answer["screen"]]


def listed(till, text: str) -> None:
    (till.conf / "stoplist.csv").write_text(text, encoding="utf-8")


def test_a_unit_of_a_batch_is_not_sold_and_its_neighbour_is(till) -> None:
    till.send("open")
    answer = till.send("scan", data=MILK)
    assert (keys(answer), names(answer)) == (["StopListCalledBack"], [])
    assert "партия от 03.01.2027 отозвана (листерия)" in answer["screen"][0]["text"]
    assert names(till.send("scan", data=MORE)) == ["Молоко 3,2% 930 мл"]


def test_the_list_is_read_again_when_it_changes(till) -> None:
    till.send("open")
    till.send("scan", data=MILK)
    listed(till, HEAD)
    assert names(till.send("scan", data=MILK)) == ["Молоко 3,2% 930 мл"]


def test_a_list_that_breaks_leaves_the_one_of_before_and_is_loud(till) -> None:
    till.send("open")
    till.send("scan", data=MORE)
    listed(till, "junk\n")
    answer = till.send("scan", data=MILK)
    assert (keys(answer), names(answer)) == (["StopListCalledBack"], ["Молоко 3,2% 930 мл"])
    assert "StopListUnread" in [notice["key"] for notice in till.send("state")["notices"]]


def test_check_names_the_line_and_the_till_sells_no_marked_goods(shop, crpt) -> None:
    till = shop(plugins=[HERE], crpt=crpt, files={"../stoplist.csv": HEAD + BATCH + "x;y;z;w\n"})
    assert any("stoplist.csv:3: error SL001" in line for line in till.check())
    till.send("open")
    assert names(till.send("scan", data=MORE)) == []
    assert names(till.send("scan", data="4600000000015")) == ["Хлеб дарницкий"]


def test_explain_says_what_the_review_said(till) -> None:
    till.send("open")
    refused = till.send("scan", data=MILK)["decision"]["checks"][-1]
    assert (refused["check"], refused["verdict"], refused["setting"]) == ("stoplist", "deny", "batches")
    assert till.journal()[-1]["checks"][-1]["fact"] == {"reason": "листерия", "made": "2027-01-03"}

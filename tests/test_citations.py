"""What code, tests and documents cite is in this repository; the pages of docs/spec say what the program has.

A sign of a section is written \\xa7 where it would be a citation of this very file.
"""

import re
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from ncash.bundled.markedgoods.checks.price import base80
from ncash.bundled.markedgoods.checks.statuses import STATUSES
from ncash.bundled.markedgoods.crpt.pool import POLICY
from ncash.bundled.markedgoods.facts.online import Answer
from ncash.emulators.crpt import OFFICIAL_CODES
from ncash.fiscal.tags import LETTERS
from ncash.model.mark import GS
from ncash.server.states import LEADS_TO, TABLE
from tests.citations import FORMS, ROOT, SPEC, citations, everything, read, unresolved

CODE: Final = ROOT / "ncash" / "any.py"
PAGE: Final = SPEC / "crpt.md"
MADE: Final = (
    (CODE, "crpt.md §{}", "4", "99"),
    (CODE, "crpt.md §1 and §{}", "5.2", "5.9"),
    (CODE, "crpt.md §1, §2 to §{}", "13.1", "13.7"),
    (CODE, "crpt.md §6.{}", "12", "13"),
    (CODE, "crpt.md\n    §{}", "4", "99"),
    (CODE, "docs/spec/crpt.md §{}", "4", "99"),
    (CODE, "docs/{}/crpt.md \xa74", "spec", "specs"),
    (CODE, "{}.md", "crpt", "nowhere"),
    (CODE, "docs/{}.md", "server", "nowhere"),
    (CODE, "R17 §{}", "1.4.3", "1.4.9"),
    (CODE, "R17 §1.2, §{}", "1.3", "1.9"),
    (CODE, "R17 §4 rows 7 to {}", "10", "13"),
    (CODE, "R17 §6 {}", "c", "d"),
    (CODE, "R17 annex {}", "2", "3"),
    (CODE, "LM40{}", "", " \xa73"),
    (CODE, "PP 1944 rule {}", "11(1)", "12"),
    (CODE, "PP 1944, rules 11 and {}", "11(1)", "12(1)"),
    (CODE, "PP {}", "1944", "1945"),
    (CODE, "ADR {}", "0027", "9027"),
    (CODE, "ADR 22, {}", "35", "999"),
    (CODE, "docs/adr/{}", "0027", "9027"),
    (CODE, "I{}", "7", "15"),
    (CODE, "tag {}", "1265", "1999"),
    (CODE, "tags 1262 to {}", "1265", "1999"),
    (CODE, "MG{}", "030", "999"),
    (PAGE, "§{}", "4", "99"),
    (PAGE, "[what](crpt.md#{})", "sources", "nothing"),
    (PAGE, "[what](../{}.md)", "server", "nowhere"),
    (PAGE, "tests/{}.py", "test_citations", "test_nothing"),
    (PAGE, "`ncash.model.{}`", "mark", "nothing"),
    (PAGE, "`ncash.model.codes.layouts.{}`", "LAYOUTS", "NOTHING"),
)
"""Where it stands, a form, what makes a citation of it that leads somewhere, and what makes one that does not."""


def reasons(text: str, file: Path) -> list[str]:
    return [why for one in citations(text, file) if (why := unresolved(one))]


def test_every_citation_leads_somewhere() -> None:
    lost = [f"{one} ({why})" for one in everything() if (why := unresolved(one))]
    assert not lost, "\n".join(["", *lost])


def test_every_form_finds_its_citations() -> None:
    """A form that finds nothing would hold nothing."""
    found = Counter(one.kind for one in everything())
    assert {kind for kind in (*FORMS, "link") if found[kind] < 5} == set()


@pytest.mark.parametrize(("file", "form", "there", "nowhere"), MADE)
def test_a_citation_that_leads_nowhere_is_found(file: Path, form: str, there: str, nowhere: str) -> None:
    assert list(citations(form.format(there), file)) != []
    assert reasons(form.format(there), file) == []
    assert len(reasons(form.format(nowhere), file)) == 1


def test_a_section_without_its_page_is_cited_in_pages_of_the_specification_only() -> None:
    assert reasons("\xa74", PAGE) == []
    assert len(reasons("in the order of \xa74", CODE)) == 1


@pytest.mark.parametrize("text", ["abcde§93", "a scan of ½§è", "]I1", "F.I1", '"docs" / "nowhere.md"'])
def test_what_only_looks_like_a_citation_is_none(text: str) -> None:
    assert reasons(text, CODE) == []


def test_the_index_has_every_page_of_the_specification() -> None:
    listed = re.findall(r"^\| \[([\w.]+)\]\(\1\) \|", read(SPEC / "README.md"), re.MULTILINE)
    assert sorted([*listed, "README.md"]) == sorted(path.name for path in SPEC.glob("*.md"))


def section(page: Path, heading: str) -> str:
    """The text below a heading, up to the next one of its kind or above."""
    return read(page).partition(f"\n{heading}")[2].partition("\n## ")[0]


def test_the_page_has_the_test_codes_that_the_emulator_has() -> None:
    written = re.findall(r"^\| `([^`]+)` \|", section(PAGE, "## \xa714"), re.MULTILINE)
    assert [code.replace("␝", GS) for code in written] == list(OFFICIAL_CODES)


def test_the_page_has_prices_as_they_are_read() -> None:
    written = re.findall(r"^\| `(.{4})` \| (\d+) \|$", section(PAGE, "### \xa713.1"), re.MULTILINE)
    assert len(written) == 5
    assert all(base80(digits) == int(kopecks) for digits, kopecks in written)


def test_the_page_has_every_field_of_an_answer_that_is_read() -> None:
    first_cells = re.findall(r"^\| (`.*?) \|", section(PAGE, "## \xa75 "), re.MULTILINE)
    written = set(re.findall(r"`(\w+)`", "".join(first_cells)))
    ours = {"reqId", "reqTimestamp", "host", "latency_ms", "raw", "noted", "sent", "unread"}
    assert set(Answer._fields) - ours <= written


def test_the_page_has_the_statuses_in_the_order_they_are_judged() -> None:
    order = re.search(r"^- The order is ([\w, ]+?), then prices\.", section(PAGE, "## \xa76 "), re.MULTILINE)
    assert order
    assert order[1].split(", ") == [status.name for status in STATUSES]


def test_the_page_names_the_reasons_that_a_check_was_not_made() -> None:
    written = set(re.findall(r"reason `(\w+)`", section(PAGE, "## \xa74 ")))
    assert written == {"http", "token", "external", "malformed"}
    assert written <= {row.reason for row in POLICY.values()}


def test_the_page_has_the_result_of_a_check_as_it_is_printed() -> None:
    told = re.search(r"^Tag 2106 on paper: (.+?)\. In JSON", section(PAGE, "## \xa712 "), re.MULTILINE | re.DOTALL)
    assert told
    groups = re.findall(r"([\d, and]+?)\s+`(\[.+?\])`", told[1])
    assert {int(bits): letter for numbers, letter in groups for bits in re.findall(r"\d+", numbers)} == LETTERS


def test_the_page_of_the_cash_server_has_the_table_of_states() -> None:
    lines = [line for line in section(SPEC / "cashserver.md", "## \xa71").splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    table = {(row[0], row[1]): tuple(row[2:]) for row in cells if len(row) == 2 + len(LEADS_TO)}
    assert table.pop(("state", "whose")) == tuple(LEADS_TO)
    assert {state: words for state, words in table.items() if state[0].isupper()} == TABLE
    led = {row[0]: row[1] for row in cells if len(row) == 2 and row[0] in LEADS_TO}
    assert led.keys() == LEADS_TO.keys()
    assert all(re.match(rf"{state}\b", led[operation]) for operation, state in LEADS_TO.items())

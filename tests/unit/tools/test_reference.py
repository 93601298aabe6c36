"""The reference is made from rows: nothing is missing in it, nothing is stale, and its links lead somewhere."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from ncash.bundled.markedgoods.checks.statuses import STATUSES
from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.model.fiscal.payments import BY_NAME
from ncash.settings.problems import RULES
from ncash.till.protocol import FIELDS

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def tools() -> Iterator[dict[str, ModuleType]]:
    sys.path.insert(0, str(ROOT / "tools"))
    import make_reference
    import reference_cases
    import reference_checks

    yield {"reference": make_reference, "cases": reference_cases, "checks": reference_checks}
    sys.path.remove(str(ROOT / "tools"))


@pytest.fixture
def folder(tools: dict[str, ModuleType], tmp_path: Path) -> Path:
    for plugin in ("markedgoods", "restrictions", "expirydiscount"):
        readme = tmp_path / "plugins" / plugin / "README.md"
        readme.parent.mkdir(parents=True)
        readme.write_text((ROOT / "plugins" / plugin / "README.md").read_text("utf-8"), "utf-8")
    assert tools["reference"].main([str(tmp_path)]) == 0
    return tmp_path


def anchors(page: Path) -> list[str]:
    return re.findall(r'<a id="([^"]+)">', page.read_text("utf-8"))


def test_what_was_made_is_not_stale_and_what_was_changed_is(
    tools: dict[str, ModuleType], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check = ["--check", str(folder)]
    assert tools["reference"].main(check) == 0
    for path in (folder / "docs" / "reference" / "checks.md", folder / "plugins" / "restrictions" / "README.md"):
        text = path.read_text("utf-8")
        path.write_text(text.replace("|---|", "|---|---|", 1), "utf-8")
        assert tools["reference"].main(check) == 1
        assert str(path) in capsys.readouterr().out
        path.write_text(text, "utf-8")
    (folder / "docs" / "reference" / "settings.md").unlink()
    assert tools["reference"].main(check) == 1


def test_every_setting_and_text_has_one_line(tools: dict[str, ModuleType], folder: Path) -> None:
    reference, pages = tools["reference"], folder / "docs" / "reference"
    rows = [reference.anchor(row) for tables in reference.OWNERS.values() for one in tables for row in one.rows()]
    assert len(rows) == len(set(rows))
    assert anchors(pages / "settings.md") == rows
    assert anchors(pages / "messages.md") == [key for texts in reference.MESSAGES.values() for key in texts]
    assert anchors(pages / "problems.md") == list(RULES)
    assert re.findall(r"^\| `(\w+)` \|", (pages / "protocol.md").read_text("utf-8"), re.MULTILINE) == list(FIELDS)
    assert re.findall(r"^\| `(\w+)` \|", (pages / "payments.md").read_text("utf-8"), re.MULTILINE) == list(BY_NAME)


def test_every_line_of_a_table_has_as_many_cells_as_its_head(folder: Path) -> None:
    for path in folder.rglob("*.md"):
        width = 0
        for line in path.read_text("utf-8").splitlines():
            cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
            assert not cells or not width or cells == width, f"{path.name}: {line}"
            width = cells


def test_every_link_of_the_reference_leads_to_a_line(folder: Path) -> None:
    for page in (folder / "docs" / "reference").glob("*.md"):
        for target, anchor in re.findall(r"\]\(([\w.]+)#(\w+)\)", page.read_text("utf-8")):
            assert anchor in anchors(page.with_name(target)), f"{page.name}: {target}#{anchor}"


def test_a_readmes_tables_are_made_and_its_own_words_stay(folder: Path) -> None:
    text = (folder / "plugins" / "restrictions" / "README.md").read_text("utf-8")
    assert "never offers the button" in text
    assert "| [`addWithoutScanMarkRoles`](../../docs/reference/settings.md#addWithoutScanMarkRoles) | common |" in text
    assert "| `RoleForbids` |" in text


def test_a_checks_settings_and_texts_are_found_in_its_own_code(tools: dict[str, ModuleType]) -> None:
    rows = {row[1]: row for row in tools["checks"].rows()}
    assert list(rows) == [f"`{name}`" for name in ("input", "match", "marked", "receipt", "uniqueness", "whitelist",
                                                   "server", "crpt", "reserve")]  # fmt: skip
    for status in STATUSES:
        assert f"#{status.setting})" in rows["`crpt`"][4]
        assert f"#{status.key})" in rows["`crpt`"][5]
    assert "#allowUnmarked)" in rows["`marked`"][4]
    assert "#MarkDataMissing)" in rows["`marked`"][5]
    assert "#UnknownServerStatus)" in rows["`server`"][5]
    named = set(re.findall(r"\[(\w+)\]", " ".join(row[4] for row in rows.values())))
    assert named <= {row.name for row in MarkedGoods.rows()}


def test_cases_are_named_and_many_are_counted(tools: dict[str, ModuleType]) -> None:
    named = tools["cases"].named
    assert named([]) == "–"
    assert named(["a", "b"]) == "a<br>b"
    assert named(["a", "b", "c <d>", "e", "f"]) == "a<br>b<br>c &lt;d&gt;<br>and 2 more"
    assert any("addWithoutScanMark" in case for case in tools["cases"].proving()["addWithoutScanMark"])
    assert tools["cases"].showing()["ScanMark"]

"""The documents do what they say: their commands run, their files load, both languages show the same blocks.

A block of the language `console` is run line by line in a folder with a `.venv` as `make demo` leaves it: it has what
ncash requires and nothing else (`tests/installed.py`), more is brought by a line of the block. `$` stands before a
command, `>` before its next lines, then what it prints; `…` stands for anything, alone on a line for any lines. A
block whose first line is a comment with a path is written to that path before the commands after it run. An `ini` block
is a file that `ncash check` finds no error and no unknown name in. Blocks of the language `sh` hold targets of the
Makefile only. Other languages are not used.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from ncash.bundled.markedgoods.texts.messages import MESSAGES as MARKED
from ncash.hookspecs import Hooks
from ncash.messages import Message
from ncash.till.protocol import FIELDS
from ncash.till.texts import ALL as HOST
from tests.installed import environment, surroundings

ROOT: Final = Path(__file__).resolve().parents[1]
DOCUMENTS: Final = [
    ROOT / "README.md",
    ROOT / "README.ru.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "plugins").glob("*/README.md")),
]
LANGUAGES: Final = {"console", "sh", "python", "ini", "text"}
FENCE: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TITLE: Final = re.compile(r"(?:#|;) ([\w./-]+\.(?:py|ini))\n")
END: Final = "--end-of-step--"
UNKNOWN: Final = {"MG022", "MG023", "MG055"}
"""Warnings of `ncash check` about names that nobody knows."""


class Block(NamedTuple):
    language: str
    text: str
    line: int


class Step(NamedTuple):
    """A command and the lines it is said to print."""

    command: str
    said: list[str]
    line: int


def blocks(path: Path) -> list[Block]:
    text = path.read_text(encoding="utf-8")
    return [Block(m[1], m[2], text.count("\n", 0, m.start()) + 1) for m in FENCE.finditer(text)]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def steps(block: Block) -> Iterator[Step]:
    current: Step | None = None
    for number, line in enumerate(block.text.splitlines(), block.line + 1):
        if line.startswith("$ "):
            if current:
                yield current
            current = Step(line[2:], [], number)
        elif current and line.startswith("> ") and not current.said:
            current = current._replace(command=f"{current.command}\n{line[2:]}")
        elif current:
            current.said.append(line)
    assert current, f"line {block.line}: a console block without a command"
    yield current


def pattern(said: list[str]) -> str:
    lines = [r"(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*") + r"\n" for line in said]
    return "".join(lines)


def shell(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A stranger's shell in a folder."""
    return subprocess.run(
        ["bash", "-c", script], cwd=folder, env=surroundings(folder), capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip


def play(document: Path, folder: Path) -> list[tuple[Step, str, int]]:
    """Every step of a document in one shell, with what it printed and its exit code."""
    script, told = ["exec 2>&1"], []
    for block in blocks(document):
        title = TITLE.match(block.text)
        if block.language == "console":
            for step in steps(block):
                told.append(step)
                script.append(f"{step.command}\nprintf '%s %s\\n' {END} $?")
        elif title:
            script.append(f"mkdir -p $(dirname {title[1]}); cat > {title[1]} <<'{END}'\n{block.text}{END}")
    printed = re.split(rf"{END} (\d+)\n", shell("\n".join(script), folder).stdout)
    assert len(printed) == 2 * len(told) + 1, printed[-1]
    return [(step, printed[2 * n], int(printed[2 * n + 1])) for n, step in enumerate(told)]


@pytest.mark.parametrize("document", [d for d in DOCUMENTS if d.suffixes == [".md"]], ids=name)
def test_a_documents_commands_print_what_it_shows(document: Path, whole: Path, tmp_path: Path) -> None:
    environment(whole, tmp_path / ".venv")
    for step, printed, code in play(document, tmp_path):
        where = f"{name(document)}:{step.line}: {step.command}"
        assert code == 0, f"{where}\n{printed}"
        assert re.fullmatch(pattern(step.said), printed) or not step.said, f"{where}\n{printed}"
    assert not list(undescribed(tmp_path))


def undescribed(folder: Path) -> Iterator[Path]:
    """What lies in the data folders that the commands left and is not in the operator's table."""
    table = (ROOT / "docs" / "operator.md").read_text(encoding="utf-8").partition("| in the data folder |")[2]
    names = [name for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for name in re.findall(r"`(.+?)`", row)]
    known = [re.escape(name.rstrip("/")).replace("N", r"\w+").replace(r"\*", ".*").replace("…", ".+") for name in names]
    for books in folder.rglob("Documents.sqlite"):
        for path in books.parent.iterdir():
            if not any(re.fullmatch(f"{name}(-wal|-shm)?", path.name) for name in known):
                yield path


def lay_out(document: Path, folder: Path) -> None:
    """Write the plugins of a document where its commands find them."""
    for block in blocks(document):
        title = TITLE.match(block.text)
        if title and block.language == "python":
            path = folder / title[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")


def mistakes(block: Block, folder: Path) -> list[dict[str, str]]:
    """What `ncash check` says against a block of INI lines, beside the plugins that lie in the folder."""
    drop_ins = folder / "conf" / "ncash.ini.d"
    drop_ins.mkdir(parents=True, exist_ok=True)
    (drop_ins / "block.ini").write_text(block.text, encoding="utf-8")
    plugins = ",".join(sorted({str(path.parents[1]) for path in folder.rglob("plugin.py")}))
    (drop_ins / "99.ini").write_text(f"[Host]\npluginsPath = {plugins}\n", encoding="utf-8")
    told = shell(f"{Path(sys.prefix, 'bin', 'ncash')} check --json --conf conf", folder)
    assert told.returncode < 2, told.stdout
    problems: list[dict[str, str]] = json.loads(told.stdout)["problems"]
    return [problem for problem in problems if problem["level"] == "error" or problem["code"] in UNKNOWN]


@pytest.mark.parametrize("document", [d for d in DOCUMENTS if "```ini" in d.read_text(encoding="utf-8")], ids=name)
def test_a_documents_ini_files_hold_no_mistake(document: Path, tmp_path: Path) -> None:
    lay_out(document, tmp_path)
    for block in blocks(document):
        if block.language == "ini":
            assert not mistakes(block, tmp_path), f"{name(document)}:{block.line}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_a_document_waits_for_nothing_for_ever(document: Path) -> None:
    """A reader who forgot something sees what it was, not a prompt that never comes back."""
    commands = [step.command for block in blocks(document) if block.language == "console" for step in steps(block)]
    assert not [one for one in commands if re.search(r"(?<![\w-])(until|while|wait)\b(?! \$!)", one)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_a_document_uses_only_languages_that_are_checked(document: Path) -> None:
    assert {block.language for block in blocks(document)} <= LANGUAGES


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_a_document_names_only_targets_that_make_has(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    text = document.read_text(encoding="utf-8")
    named = set(re.findall(r"`make ([a-z]+)`", text))
    lines = [line for block in blocks(document) if block.language == "sh" for line in block.text.splitlines()]
    assert all(re.fullmatch(r"make [a-z]+", line) for line in lines)
    assert named | {line.split()[1] for line in lines} <= targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_a_documents_links_lead_somewhere(document: Path) -> None:
    prose = re.sub(r"`[^`\n]*`", "", FENCE.sub("", document.read_text(encoding="utf-8")))
    links = re.findall(r"\]\((?!https?:)([^)#]+)", prose)
    assert not [link for link in links if not (document.parent / link).exists()]


def headings(path: Path) -> list[int]:
    prose = FENCE.sub("", path.read_text(encoding="utf-8"))
    return [len(level) for level in re.findall(r"^(#+) ", prose, re.MULTILINE)]


def test_both_readmes_have_the_same_shape_and_the_same_blocks() -> None:
    english, russian = ROOT / "README.md", ROOT / "README.ru.md"
    assert headings(english) == headings(russian)
    assert [block[:2] for block in blocks(english)] == [block[:2] for block in blocks(russian)]


def rows(document: str, heading: str) -> list[str]:
    """The first cells of the table below a heading."""
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    table = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `(\w+)", table, re.MULTILINE)


def test_the_table_of_hooks_has_every_hook() -> None:
    assert rows("plugin-author.md", "Hooks") == [hook for hook in vars(Hooks) if hook.startswith("on_")]


def test_the_table_of_commands_has_every_command() -> None:
    assert rows("integrator.md", "Driving the till") == list(FIELDS)


NOTICES: Final = [m for m in (*HOST.values(), *MARKED.values()) if m.kind == "notice"]


@pytest.mark.parametrize("notice", NOTICES, ids=lambda notice: notice.key)
def test_support_reads_what_to_do_about_every_notice(notice: Message) -> None:
    text = (ROOT / "docs" / "support.md").read_text(encoding="utf-8")
    row = re.search(rf"^\| `{notice.key}` \| (.+?) \| .+ \|$", text, re.MULTILINE)
    assert row, f"docs/support.md says nothing about {notice.key}"
    assert re.fullmatch(re.escape(row[1]).replace("…", ".*"), notice.text)


def test_support_reads_of_no_text_that_there_is_not() -> None:
    keys = {*rows("support.md", "Notices: what stays on the screen"), *rows("support.md", "Texts of the till itself")}
    assert keys <= HOST.keys() | MARKED.keys()

"""After `pip install` everything is there that the program names: commands and their options, pages, files, modules."""

import ast
import json
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from tests.house.source import tree
from tests.installed import ROOT, environment, surroundings

FACTS: Final = """
import argparse, importlib, json, pkgutil, sys
import ncash
from ncash.cli.main import COMMANDS
from ncash.cli.parsers import parser_of
from ncash.support.sample.pages import pages

def told(name):
    actions = parser_of(name)._actions
    places = [a for a in actions if not a.option_strings]
    return {"options": sorted(o for a in actions for o in a.option_strings),
            "choices": list(places[0].choices or ()) if places else None}

missing = {}
for top in sys.argv[1:]:
    folder = importlib.import_module(top).__path__
    for module in pkgutil.walk_packages(folder, top + ".", onerror=lambda name: None):
        try:
            importlib.import_module(module.name)
        except ImportError as error:
            missing[module.name] = error.name
json.dump({"commands": {name: told(name) for name in COMMANDS}, "pages": [page.name for page in pages()],
           "missing": missing, "home": ncash.__file__}, sys.stdout)
"""
LIBRARIES: Final = ("ncash",)
COMMAND: Final = re.compile(r"(?<![\w/.-])ncash ((?:--?)?[a-z]\w*)((?: (?:--?[a-z][\w-]*|[\w./#'\"{}<>=:+@-]+))*)")
PAGE: Final = re.compile(r"(?<![\w/-])(?:docs|deploy)/[\w./@-]*\w")
_PROSE: Final = """
a and are as asks before brings cash changes does explains finds for from gives goes had has in is keeps knows lists
looks made makes names ncash needs of on or reads requires says sells serves shows speaks takes tells that the to
unpacks uses wants was which with writes
"""
PROSE: Final = frozenset(_PROSE.split())
"""What follows the name of the program where it is no command."""
HOSTS: Final = frozenset({"cdn.crpt.ru", "cdn{}.crpt.ru", "json.schemastore.org"})


class Text(NamedTuple):
    """A text that somebody reads, and where it stands."""

    text: str
    place: str


@pytest.fixture(scope="module")
def commands(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an environment that has nothing but ncash."""
    return environment(whole, tmp_path_factory.mktemp("installed") / ".venv")


@pytest.fixture(scope="module")
def facts(commands: Path) -> dict[str, Any]:
    """What the installed program says of itself."""
    done = subprocess.run(
        [str(commands / "python"), "-c", FACTS, *LIBRARIES], cwd=commands, env=surroundings(commands),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def said(commands: Path, folder: Path, *words: str) -> str:
    done = subprocess.run(
        [str(commands / "ncash"), *words], cwd=folder, env=surroundings(folder), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@cache
def code_texts() -> tuple[Text, ...]:
    """Every text in the code that is no docstring, and the docstrings that are the help."""
    return tuple(
        found
        for folder in ("ncash", "plugins")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for found in _texts_of(path, tree(path))
    )


def _texts_of(path: Path, module: ast.Module) -> Iterator[Text]:
    place = str(path.relative_to(ROOT))
    if path.parent == ROOT / "ncash" / "cli" and (described := ast.get_docstring(module)):
        yield Text(described, place)
    bare = {node.value for node in ast.walk(module) if isinstance(node, ast.Expr)}
    pieces = {piece for node in ast.walk(module) if isinstance(node, ast.JoinedStr) for piece in node.values}
    for node in ast.walk(module):
        if isinstance(node, ast.JoinedStr):
            parts = [one.value if isinstance(one, ast.Constant) else "{}" for one in node.values]
            yield Text("".join(map(str, parts)), f"{place}:{node.lineno}")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in bare | pieces:
            yield Text(node.value, f"{place}:{node.lineno}")


@cache
def page_texts() -> tuple[Text, ...]:
    """Pages that people read, generated and written ones."""
    paths = [ROOT / "README.md", ROOT / "README.ru.md", *sorted((ROOT / "docs").glob("*.md"))]
    paths += [*sorted((ROOT / "docs" / "reference").glob("*.md")), *sorted((ROOT / "conf").rglob("*.ini"))]
    paths += sorted((ROOT / "plugins").glob("*/README.md"))
    texts = [Text(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))) for path in paths]
    for path in sorted((ROOT / "docs" / "spec").glob("*.md")):
        quoted = re.findall(r"`[^`\n]+`", path.read_text(encoding="utf-8"))  # the sentences have ncash as their subject
        texts.append(Text("\n".join(quoted), str(path.relative_to(ROOT))))
    return tuple(texts)


def named(texts: tuple[Text, ...]) -> Iterator[tuple[str, list[str], str]]:
    """Each `ncash COMMAND …` in the texts: the command, the words after it up to the end of the phrase, the place."""
    for text, place in texts:
        for found in COMMAND.finditer(text):
            yield found[1], found[2].split(), place


@pytest.mark.parametrize("texts", [code_texts, page_texts], ids=["code", "pages"])
def test_every_command_that_is_named_is_there_with_its_options(texts: Any, facts: dict[str, Any]) -> None:
    known, wrong, seen = facts["commands"], [], set()
    for name, words, place in named(texts()):
        if name in PROSE or name.startswith("-"):
            continue
        seen.add(name)
        if name not in known:
            wrong.append(f"{place}: ncash {name}")
            continue
        strange = [word for word in words if word.startswith("--") and word.split("=")[0] not in known[name]["options"]]
        wrong += [f"{place}: ncash {name} {word}" for word in strange]
        choices = known[name]["choices"]
        if choices and words and re.fullmatch("[a-z]+", words[0]) and words[0] not in [*choices, *PROSE]:
            wrong.append(f"{place}: ncash {name} {words[0]}")
    assert not wrong
    assert len(seen) > 15


@pytest.mark.parametrize("texts", [code_texts, page_texts], ids=["code", "pages"])
def test_every_page_that_is_named_can_be_printed(texts: Any, facts: dict[str, Any]) -> None:
    pages, wrong = facts["pages"], []
    for name, words, place in named(texts()):
        if name == "docs" and words and not words[0].startswith("-"):
            wanted = words[0].rstrip(".").removesuffix(".md")
            if wanted.isupper() or words[0] in PROSE or wanted in pages:
                continue
            if sum(page.startswith(wanted) for page in pages) != 1:
                wrong.append(f"{place}: ncash docs {wanted}")
    assert not wrong


def test_what_the_code_tells_people_to_read_comes_with_it(whole: Path) -> None:
    """A path below docs or deploy is one of the package: a clone is not needed."""
    inside = whole / "site" / "ncash"
    wrong = [
        f"{place}: {path}"
        for text, place in code_texts()
        for path in PAGE.findall(text)
        if not (inside / path).exists() and not list((inside / path).parent.glob(f"{Path(path).name}*"))
    ]
    assert not wrong


def test_links_of_the_pages_lead_somewhere_in_the_package(whole: Path) -> None:
    inside = whole / "site" / "ncash" / "docs"
    wrong = []
    for path in sorted(inside.rglob("*.md")):
        prose = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        wrong += [
            f"{path.relative_to(inside)}: {link}"
            for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", prose)
            if not (path.parent / link).exists()
        ]
    assert not wrong


def test_addresses_in_the_code_are_the_vendors_or_this_machine() -> None:
    local = re.compile(
        r"localhost|127\.0\.0\.1|\[::1\]|[\w.-]*example(\.\w+)?|[A-Z]+\[?|[<{\\].*|\.\.\.|…|https?|server|host|"
    )
    strange = [
        f"{place}: {host}"
        for text, place in code_texts()
        for host in re.findall(r"https?://([^/\s:'\"),;|]*)", text)
        if host not in HOSTS and not local.fullmatch(host)
    ]
    assert not strange


def test_ini_files_that_are_named_are_in_a_new_shop(commands: Path, tmp_path: Path) -> None:
    said(commands, tmp_path, "init", "shop")
    there = {path.name for path in (tmp_path / "shop").rglob("*.ini")} | {"90-support.ini"}
    named_files = {
        (match, place)
        for text, place in code_texts()
        for match in re.findall(r"(?<![\w*{}-])[\w-]+\.ini\b", text)
        if place.startswith(("ncash/cli", "ncash/support/explain/advice", "ncash/messages"))
    }
    assert {name for name, _ in named_files} <= there


def test_nothing_but_the_extras_is_needed_to_load_all_of_it(facts: dict[str, Any], whole: Path) -> None:
    assert Path(facts["home"]).is_relative_to(whole)
    missing = {name: lacking for name, lacking in facts["missing"].items() if ".server." not in name}
    assert missing.pop("ncash.pytest_plugin") == "pytest"
    assert set(missing) == {"ncash.cli.server_desk", "ncash.queue.nats", "ncash.queue.consumer"}
    assert {missing["ncash.queue.nats"], missing["ncash.queue.consumer"]} == {"nats"}
    assert set(facts["missing"].values()) <= {
        "sqlalchemy", "argon2", "uvicorn", "prometheus_client", "psycopg", "greenlet", "nats", "pytest",
    }  # fmt: skip


def test_every_page_is_printed_and_found_by_its_beginning(
    facts: dict[str, Any], commands: Path, tmp_path: Path
) -> None:
    assert {"server", "support", "reference/problems", "deploy/nginx.conf", "conf/ncash.ini"} <= set(facts["pages"])
    assert said(commands, tmp_path, "docs", "adr/0027").startswith("# 27.")
    assert said(commands, tmp_path, "docs", "docs/queue.md#refused") == (ROOT / "docs" / "queue.md").read_text("utf-8")
    listed = json.loads(said(commands, tmp_path, "docs", "--json"))["pages"]
    assert [page["name"] for page in listed] == facts["pages"]
    assert all(Path(page["path"]).is_file() for page in listed)
    shown = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert {f"{name}.md" for name in facts["pages"]} >= shown


def test_every_command_has_its_man_page(facts: dict[str, Any], whole: Path) -> None:
    there = {path.stem for path in (whole / "data" / "share" / "man" / "man1").glob("*.1")}
    assert there == {"ncash", *(f"ncash-{name}" for name in facts["commands"])}


def test_a_day_is_sold_by_what_was_installed(commands: Path, tmp_path: Path) -> None:
    assert said(commands, tmp_path, "demo").endswith(", 0 came out otherwise than announced\n")


@pytest.mark.parametrize("extra", ["server", "nats"])
def test_pip_takes_the_extras_of_an_installed_ncash(extra: str, commands: Path, tmp_path: Path) -> None:
    """The real pip: without an index it finds that ncash is there, has the extra, and names what that asks for."""
    words = ["install", "--dry-run", "--no-index", "--no-build-isolation", "--no-deps", f"ncash[{extra}]"]
    environ = {**surroundings(tmp_path), "PIP_CONFIG_FILE": "/dev/null"}
    pip = [str(commands / "python"), "-m", "pip", *words]
    done = subprocess.run(pip, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"Requirement already satisfied: ncash[{extra}]" in done.stdout
    assert "does not provide the extra" not in done.stdout + done.stderr


def test_what_a_text_says_to_type_can_be_pasted_into_every_shell() -> None:
    """bash and zsh would take a bare bracket for a pattern and `$` for a variable, fish both."""
    wrong = [
        f"{place}: {command}"
        for text, place in code_texts()
        for command in re.findall(r"pip install [^,;\n]*", text)
        if re.search(r"[][$*?!<>|&]", re.sub(r"'[^']*'", "", command))
    ]
    assert not wrong

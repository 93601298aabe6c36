"""Help in the user's language, completion, colours."""

import argparse
import io
import json
import os
import re
import subprocess
import sys

import pytest

from ncash.cli.colour import painted
from ncash.cli.main import COMMANDS, run
from ncash.cli.parsers import MOST, number, whole
from ncash.cli.shown import prepare
from ncash.language import ENGLISH, RUSSIAN, wanted

SPEAKING = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def spoken(*words: str, **environment: str) -> tuple[int, str]:
    """Exit code and everything that `ncash` prints in this environment."""
    own = {name: value for name, value in os.environ.items() if name not in SPEAKING}
    command = [sys.executable, "-m", "ncash.cli.main", *words]
    done = subprocess.run(
        command, capture_output=True, env={**own, "PYTHONUTF8": "1", **environment}, check=False, encoding="utf-8"
    )
    return done.returncode, done.stdout + done.stderr


def test_a_number_that_no_database_holds_is_refused_as_a_number() -> None:
    actions: list[argparse.Action] = []
    whole(COMMANDS, actions.append)
    assert int not in {action.type for action in actions}
    assert len([action for action in actions if action.type is number]) >= 5
    for text in ("9223372036854775808", str(MOST + 1), "-1", "1e3"):
        with pytest.raises(ValueError, match=re.escape(text)):
            number(text)
    assert [number(text) for text in ("0", str(MOST))] == [0, MOST]


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, ENGLISH),
        ({"LC_ALL": "ru"}, RUSSIAN),
        ({"LANG": "ru_RU.UTF-8"}, RUSSIAN),
        ({"LANG": "ru_RU.UTF-8", "LC_ALL": "C"}, ENGLISH),
        ({"LANG": "C", "LC_MESSAGES": "ru_RU.KOI8-R"}, RUSSIAN),
        ({"LC_ALL": "", "LC_MESSAGES": "en_GB.UTF-8", "LANG": "ru"}, ENGLISH),
        ({"LANG": "de_DE.UTF-8"}, ENGLISH),
        ({"LANG": "rue_UA.UTF-8"}, ENGLISH),
        ({"LANGUAGE": "ru:en", "LANG": "en_GB.UTF-8"}, RUSSIAN),
        ({"LANGUAGE": "en:ru", "LC_ALL": "ru_RU.UTF-8"}, ENGLISH),
        ({"LANGUAGE": "de:ru", "LANG": "de_DE.UTF-8"}, RUSSIAN),
        ({"LANGUAGE": "ru", "LC_ALL": "C.UTF-8"}, ENGLISH),
        ({"LANGUAGE": "ru", "LC_ALL": "POSIX"}, ENGLISH),
        ({"LANGUAGE": "ru"}, ENGLISH),
    ],
)
def test_language_is_chosen_as_gettext_chooses_it(environment: dict[str, str], language: str) -> None:
    assert wanted(environment) == language


def test_a_russian_locale_reads_russian_and_another_one_english() -> None:
    assert "найти ошибки в настройках" in spoken("--help", LANG="ru_RU.UTF-8")[1]
    assert "find the mistakes in the configuration" in spoken("--help", LANG="C.UTF-8")[1]
    told = spoken("check", "--help", LANG="ru_RU.UTF-8")[1]
    assert told.startswith("использование: ncash check")
    assert "ncash check --conf shop/conf --format sarif" in told
    assert "код возврата: 0" in told
    assert not re.search("options:|examples:|exit code", told)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", "--format", "xml"), "значение 'xml' не подходит"),
        (("check", "--nonsense"), "лишние аргументы: --nonsense"),
        (("init",), "не указано: DIR"),
        (("reload", "--wait", "soon"), "--wait: значение 'soon' не подходит"),
        (("reload", "--wait"), "--wait: не указано значение"),
        (("nonsense",), "ncash --help перечислит команды"),
        (("check", "--conf", "nowhere"), "укажите в --conf каталог"),
    ],
)
def test_a_mistake_on_the_command_line_is_told_in_russian(words: tuple[str, ...], said: str) -> None:
    code, told = spoken(*words, LC_ALL="ru_RU.UTF-8")
    assert code == 2
    assert said in told


def test_programs_read_the_same_in_every_language() -> None:
    words = ("check", "--conf", "nowhere", "--json")
    assert spoken(*words, LANG="ru_RU.UTF-8") == spoken(*words, LANG="C.UTF-8")


@pytest.mark.parametrize("encoding", ["koi8-r", "cp1251", "ascii", "latin-1", "utf-8"])
def test_whatever_a_locale_cannot_write_is_written_so_that_json_reads_it_back(encoding: str) -> None:
    value = {"text": "Хлеб ½ → «дарницкий» \x1d \U0001f35e \ud83d"}
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding=encoding)
    prepare(stream)
    stream.write(json.dumps(value, ensure_ascii=False))
    stream.flush()
    assert json.loads(written.getvalue().decode(encoding)) == value


def test_a_narrow_locale_ends_no_command() -> None:
    code, told = spoken("--help", LC_ALL="ru_RU.UTF-8", PYTHONIOENCODING="ascii")
    assert code == 0
    assert "\\u0441\\u043e\\u0437\\u0434\\u0430\\u0442\\u044c" in told


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_colours_are_for_terminals_and_not_with_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert painted("fail", "x", Terminal()) == "\x1b[31mx\x1b[0m"
    assert painted("fail", "x", io.StringIO()) == "x"
    monkeypatch.setenv("NO_COLOR", "1")
    assert painted("fail", "x", Terminal()) == "x"


@pytest.mark.parametrize(
    ("words", "offered"),
    [("'ncash' 'rece'", "receipt"), ("'ncash' 'check' '--for'", "--format"), ("'ncash' 'config' 'rev'", "revert")],
)
def test_bash_completes_commands_options_and_values(
    words: str, offered: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["completion", "bash"]) == 0
    script = capsys.readouterr().out
    ask = f"COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _shtab_ncash; echo ${{COMPREPLY[@]}}"
    done = subprocess.run(["bash", "-c", f"{script}\n{ask}"], capture_output=True, text=True, check=True)
    assert offered in done.stdout.split()


def test_zsh_has_a_script_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", "zsh"]) == 0
    assert capsys.readouterr().out.startswith("#compdef ncash")


def test_the_whole_parser_knows_every_command() -> None:
    commands = next(a for a in whole(COMMANDS)._actions if isinstance(a, argparse._SubParsersAction))
    assert list(commands.choices) == list(COMMANDS)

"""Every text for people has a Russian one with the same values, and nothing that people read is an f-string."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ncash import language


def _tool() -> ModuleType:
    place = Path(__file__).resolve().parents[1] / "tools/make_translations.py"
    spec = importlib.util.spec_from_file_location("make_translations", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tool: Any = _tool()


@pytest.mark.parametrize("home", tool.homes(), ids=lambda home: home.domain)
def test_every_text_of_the_sources_is_translated(home: Any) -> None:
    assert list(tool.faults(home)) == []


def test_texts_are_found_where_people_read_them() -> None:
    texts = {home.domain: tool.texts_of(home) for home in tool.homes()}
    assert len(texts["ncash"]) > 1500
    assert len(texts["markedgoods"]) > 300
    assert "ncash/till/protocol.py" in texts["ncash"]["no command {name}; commands are {commands}"]
    assert "Find the mistakes in the configuration; nothing is asked of the network." in texts["ncash"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    (tmp_path / "plugins/own").mkdir(parents=True)
    return tool.Home("plugins/own", "own")


def written(home: Any, source: str, *rows: tuple[str, str]) -> list[str]:
    (tool.ROOT / home.sources / "one.py").write_text(source, encoding="utf-8")
    home.folder.mkdir(parents=True, exist_ok=True)
    made = tool.polib.POFile(wrapwidth=tool.WIDTH)
    for english, russian in rows:
        made.append(tool.polib.POEntry(msgid=english, msgstr=russian))
    home.po.write_text(f"{made}\n", encoding="utf-8")
    tool._tree.cache_clear()
    tool.write(home)
    return list(tool.faults(home))


TEXT = "{name} is not there"


def test_a_translated_text_is_sound(home: Any) -> None:
    assert written(home, f'phrase("{TEXT}", name=name)', (TEXT, "{name} нет")) == []


def test_a_text_without_translation_is_named(home: Any) -> None:
    assert written(home, f'phrase("{TEXT}", name=name)') == [f"plugins/own/one.py: no translation of {TEXT!r}"]


def test_other_values_in_a_translation_are_named(home: Any) -> None:
    (fault,) = written(home, f'phrase("{TEXT}", name=name)', (TEXT, "{nam} нет"))
    assert "other values" in fault


def test_a_text_that_is_quoted_stays_quoted(home: Any) -> None:
    (fault,) = written(home, 'phrase("{name!r} is no name", name=name)', ("{name!r} is no name", "{name} – не имя"))
    assert "other values" in fault


def test_an_f_string_is_named(home: Any) -> None:
    (fault,) = written(home, 'raise UserError(f"the file {name} is away")')
    assert "an f-string cannot be translated" in fault


def test_what_is_no_english_sentence_is_no_text(home: Any) -> None:
    source = """"A docstring of two words."
key = "markVerifyUrl"
rows = "SELECT name FROM mol"
columns = "posnum, bcode, code, name"
said = "Отсканируйте ещё раз"
sample = "foiv = 030\\nmask = x\\n"
"""
    assert written(home, source) == []
    assert tool.texts_of(home) == {}


def test_a_russian_name_in_an_english_text_makes_it_no_russian_one(home: Any) -> None:
    (fault,) = written(home, 'text = "ask the operator of ТС ПИоТ for another one"')
    assert "no translation of" in fault


def test_of_the_row_of_a_screen_text_the_advice_is_translated(home: Any) -> None:
    row = f'Message("Key", "Текст", shown="when it is shown here", advice=Advice("{TEXT}", "Сделайте так."))'
    (fault,) = written(home, row)
    assert fault == f"plugins/own/one.py: no translation of {TEXT!r}"


def test_a_stale_catalogue_is_named(home: Any) -> None:
    assert written(home, f'phrase("{TEXT}", name=name)', (TEXT, "{name} нет")) == []
    home.mo.write_bytes(b"")
    assert "is not what the .po file says" in next(iter(tool.faults(home)))
    home.po.write_text("# nothing\n", encoding="utf-8")
    assert any("is not what the sources say" in fault for fault in tool.faults(home))


def test_a_template_is_formatted_after_it_was_translated() -> None:
    text = "{path} cannot be read: {reason}"
    assert language.phrase(text, path="a.ini", reason="Permission denied") == "a.ini cannot be read: Permission denied"
    language.speak(language.RUSSIAN)
    try:
        assert language.phrase(text, path="a.ini", reason="Permission denied") == "a.ini нельзя прочесть: нет прав"
        assert language.recorded(text, path="a.ini", reason="x") == "a.ini cannot be read: x"
        assert language.phrase("") == ""
    finally:
        language.speak(language.ENGLISH)

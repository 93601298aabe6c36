"""One key changes, one line changes: in every encoding, with every line end, in files nobody wrote by hand."""

import random
from pathlib import Path

import pytest

from ncash.errors import UserError
from ncash.settings import ini
from ncash.settings.edit import drop, put

PLACE = Path("x.ini")
ENDS = ("\n", "\r\n", "\r")
ENCODINGS = ("utf-8", "utf-8-sig", "cp1251")
KEYS = (
    "addWithoutScanMark",
    "checkLocalUniqueness",
    "ignoreCrptStatusSold",
    "foiv",
    "xapikey",
    "mask",
    "markVerifyUrl",
)
VALUES = ("true", "false", "deny", "allow", "030", "[1.2:abc#d],[3:1]", '"01(?<b>[0-9]{14}) ; x"', "http://a:1/b", "")
SECTIONS = ("MarkedGoods", "MarkedGoods.Milk", "plugins", "CRPT")
COMMENTS = ("; Проверка кодов маркировки", "# note", ";foiv = 031", "", "   ", "; ncash: who when why")


def generated(chance: random.Random, end: str) -> str:
    """A file as a person may have left it; no key stands twice in a section, so that each edit has one place."""
    lines: list[str] = [chance.choice(COMMENTS) for _ in range(chance.randrange(3))]
    for section in chance.sample(SECTIONS, chance.randrange(1, 5)):
        lines.append(f"[{section}]" + chance.choice(("", " ; comment")))
        for key in chance.sample(KEYS, chance.randrange(len(KEYS))):
            equals = chance.choice((" = ", "=", "  =\t"))
            value = chance.choice(VALUES)
            lines += [chance.choice(COMMENTS)] * chance.randrange(2)
            lines.append(f"{chance.choice(('', '  '))}{key}{equals}{value}{chance.choice(('', ' ; why'))}")
    return end.join(lines) + chance.choice((end, ""))


@pytest.mark.parametrize("block", range(20))
def test_an_edit_changes_one_line_and_no_other_byte(block: int) -> None:
    for seed in range(block * 50, block * 50 + 50):
        edited_and_back(seed)


def edited_and_back(seed: int) -> None:
    chance = random.Random(seed)
    end, encoding = chance.choice(ENDS), chance.choice(ENCODINGS)
    content = generated(chance, end).encode(encoding)
    document = ini.scan(PLACE, content)
    section, key = chance.choice(SECTIONS), chance.choice(KEYS)
    value = chance.choice(("true", "a ; b", " padded ", "[7:x#y],[8:1]", "'q'", "Проба"))
    edited = put(content, section, key, value)
    after = ini.scan(PLACE, edited)
    assert after.encoding == document.encoding or not document.lines
    assert [e.value for e in after.entries if (e.section, e.key) == (section, key)] == [value]
    before_lines, after_lines = list(document.lines), list(after.lines)
    changed = [line for line in after_lines if line not in before_lines]
    lost = [line for line in before_lines if line not in after_lines]
    assert len(changed) <= 4
    assert len(lost) <= 2
    back = drop(edited, section, key)
    assert [e for e in ini.scan(PLACE, back).entries if (e.section, e.key) == (section, key)] == []


def test_a_value_is_changed_in_its_place_and_the_comment_stays() -> None:
    content = "[MarkedGoods]\r\nfoiv   =  030 ; ФОИВ\r\n".encode("cp1251")
    assert put(content, "MarkedGoods", "foiv", "031") == "[MarkedGoods]\r\nfoiv   =  031 ; ФОИВ\r\n".encode("cp1251")


def test_a_disabled_line_is_switched_on_in_its_place() -> None:
    content = b"[MarkedGoods]\n; help\n;foiv = 030\nmask2 = x\n"
    assert put(content, "MarkedGoods", "foiv", "031") == b"[MarkedGoods]\n; help\nfoiv = 031\nmask2 = x\n"


def test_a_new_key_follows_the_last_key_of_its_section() -> None:
    content = b"[A]\nx = 1\n\n[B]\ny = 2\n"
    assert put(content, "A", "z", "3", above="; ncash: me") == b"[A]\nx = 1\n; ncash: me\nz = 3\n\n[B]\ny = 2\n"


def test_a_new_section_stands_at_the_end() -> None:
    assert put(b"", "A", "z", "3") == b"[A]\nz = 3\n"
    assert put(b"[B]\ny = 2", "A", "z", "3") == b"[B]\ny = 2\n\n[A]\nz = 3\n"


def test_dropping_a_key_takes_our_comment_with_it_and_no_other() -> None:
    content = b"[A]\n; kept\n; ncash: me\nz = 3\n; z stays = 4\n"
    assert drop(content, "A", "z") == b"[A]\n; kept\n; z stays = 4\n"


@pytest.mark.parametrize("value", ["two\nlines", "nul\0", "a\" ; b' ; c"])
def test_a_value_that_no_line_can_hold_is_refused(value: str) -> None:
    with pytest.raises(UserError):
        put(b"[A]\nx = 1\n", "A", "x", value)


def test_a_letter_that_the_files_encoding_lacks_is_refused() -> None:
    content = "[A]\n; Проба\nx = 1\n".encode("cp1251")
    with pytest.raises(UserError, match="cannot be written"):
        put(content, "A", "x", "日本")

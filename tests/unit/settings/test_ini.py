"""The INI dialect: lines, values, quotes, comments, encodings."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncash.settings.ini import MAX_FILE, IniFile, scan, split_value
from ncash.settings.tree import Tree


def read(content: str | bytes) -> IniFile:
    return scan(Path("markedgoods.ini"), content.encode() if isinstance(content, str) else content)


def only(content: str | bytes) -> tuple[str, str, str]:
    document = read(content)
    assert not document.faults
    (entry,) = document.entries
    return entry.section, entry.key, entry.value


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("key = value", "value"),
        ("key=value", "value"),
        ("  key\t=\tvalue  ", "value"),
        ('key = "value"', "value"),
        ("key = 'value'", "value"),
        ('key = " value "', " value "),
        ("key =", ""),
        ('key = ""', ""),
        ("key = value ; why", "value"),
        ("key = value;whole", "value;whole"),
        ("key = ; why", ""),
        ("key =;value", ";value"),
        ('key = "a ; b" ; why', "a ; b"),
        ("key = [-1:a#b;c]", "[-1:a#b;c]"),
        ("key = value # still the value", "value # still the value"),
        ("key = a,b,c", "a,b,c"),
        ("key = %(other)s $other \\n", "%(other)s $other \\n"),
        ("key = a = b", "a = b"),
        ('key = "a"b"', 'a"b'),
        ('key = x "a" y', 'x "a" y'),
        ("key = a\x1d", "a\x1d"),
        ('"key = value"', "value"),
    ],
)
def test_a_value_is_the_raw_text_without_comment_and_enclosing_quotes(line: str, value: str) -> None:
    assert only(f"[S]\n{line}\n") == ("S", "key", value)


@pytest.mark.parametrize("header", ["[S]", " [S] ", "[S] ; why", "[S] # why", "[ S ]"])
def test_a_header_may_stand_between_blanks_and_before_a_comment(header: str) -> None:
    assert only(f"{header}\nkey = value\n") == ("S", "key", "value")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_encodings_and_line_ends_are_recognised_and_kept(encoding: str, end: str) -> None:
    content = end.join(["; имя", "[S]", "key = Пример", ""]).encode(encoding)
    document = read(content)
    assert document.encoding == encoding
    assert document.entries[0].value == "Пример"
    assert document.entries[0].line == 3
    assert "".join(document.lines).encode(encoding) == content


@pytest.mark.parametrize(
    ("content", "code", "line", "words"),
    [
        ("[S]\nkey\n", "MG003", 2, "neither"),
        ("[S]\n= value\n", "MG003", 2, "neither"),
        ('[S]\n"key" = value\n', "MG003", 2, "no quotes"),
        ("key = value\n", "MG004", 1, "before any section"),
        ("[S\nkey = value\n", "MG005", 1, "not a section header"),
        ("[[S]]\n", "MG005", 1, "not a section header"),
        ("[]\n", "MG005", 1, "not a section header"),
        ("[S] tail\n", "MG005", 1, "not a section header"),
        ('[S]\nkey = "value\n', "MG006", 2, "not closed"),
        ("[S]\nkey = 'value\n", "MG006", 2, "not closed"),
        ("[S]\na = 1\n\n[S]\nb = 2\n", "MG010", 4, "line 1"),
        ("[S]\nkey = " + "x" * 9000 + "\n", "MG012", 2, "8192"),
        ('[S]\nkey = "a" b\n', "MG013", 2, "closing quote"),
        ("[S]\nkey = 1\n".encode("utf-16"), "MG002", 1, "UTF-16"),
        ("[S]\nkey = 1\n".encode("utf-16-le"), "MG002", 1, "UTF-16"),
        (b"\xef\xbb\xbf[S]\nkey = \xff\n", "MG002", 1, "UTF-8"),
        (b"[S]\nkey = \x98\n", "MG002", 1, "neither UTF-8 nor CP1251"),
        ("[S]\nkey = Я".encode()[:-1], "MG002", 1, "cut"),
        (b"#" * (MAX_FILE + 1), "MG001", 1, "bytes"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(content: str | bytes, code: str, line: int, words: str) -> None:
    (fault,) = read(content).faults
    assert (fault.code, fault.line) == (code, line)
    assert words in fault.text


def test_keys_below_a_broken_header_belong_to_no_section() -> None:
    document = read("[Good]\na = 1\n[Bad\nb = 2\n")
    assert [entry.key for entry in document.entries] == ["a"]


def test_a_live_key_knows_the_commented_header_above_it() -> None:
    document = read("[S]\na = 1\n;[S.Milk]\n; text\nb = 2\n[T]\nc = 3\n")
    assert [entry.under and tuple(entry.under) for entry in document.entries] == [None, ("S.Milk", 3), None]


@pytest.mark.parametrize("sign", [";", "#", "; ", ";;", "; ;", "#;", ";\t# "])
@pytest.mark.parametrize(
    "name",
    ["S.Milk", "S.Молоко", "S.Soft-Drinks", "S.Soft drinks", "S.Beer&Co", "S.a.b", "S.7up", "rs-loyalty", " S.M", "M "],
)
def test_a_name_that_a_live_header_may_have_is_known_when_it_is_commented_out(sign: str, name: str) -> None:
    (live,) = read(f"[{name}]\n").headings
    document = read(f"[T]\n{sign}[{name}]\nb = 2\n")
    assert [entry.under and entry.under.name for entry in document.entries] == [live.name]


def test_a_remark_in_brackets_is_no_header() -> None:
    document = read("[T]\n; [see the manual]\n; [1] and [2]\n; [1]\nb = 2\n")
    assert [entry.under for entry in document.entries] == [None]


def test_a_disabled_setting_is_remembered_with_its_section() -> None:
    document = read("[S]\n;key = value\n; prose = not a setting\n;[S.Milk]\n;mask = x\n")
    assert document.disabled == [("key", ("S", 2)), ("mask", ("S.Milk", 5))]


def test_the_span_is_the_written_value() -> None:
    document = read('[S]\n  a = "x y" ; why\nb=\t7\n"c = 8"\nd = ; none\n')
    written = [document.lines[e.line - 1][slice(*e.span)] for e in document.entries]
    assert written == ['"x y"', "7", "8", ""]


def test_a_drop_in_named_like_the_first_file_keeps_its_folder() -> None:
    assert scan(Path("conf/ncash.ini"), b"").name == "ncash.ini"
    assert scan(Path("conf/ncash.ini.d/ncash.ini"), b"").name == "ncash.ini.d/ncash.ini"


def test_no_value_shows_in_the_repr_of_an_entry() -> None:
    assert "SECRET" not in repr(read("[S]\nxapikey = SECRET\n").entries)


@given(st.text(alphabet=st.characters(exclude_characters="\r\n")))
def test_a_value_is_split_at_a_place_inside_the_line(rest: str) -> None:
    value = split_value(rest)
    assert 0 <= value.begin <= value.end <= len(rest) or value.fault == "open"


LINES = st.lists(
    st.one_of(
        st.sampled_from(["[A]", "[A.B]", "[B]", ";[A]", "k = 1", "k = 'x", "K=2", '"k=1"', "#", "", "[A", "'k\" = 1"]),
        st.text(alphabet="[]=;#\"' ak\x1d\x85\t", max_size=12),
    )
)


@given(LINES)
def test_any_lines_become_a_tree_where_the_last_entry_counts(lines: list[str]) -> None:
    document = read("\n".join(lines))
    tree = Tree([document], {})
    for (section, key), entries in tree.history.items():
        assert tree.section(section)[key] is entries[-1]
    assert sum(len(tree.section(name)) for name in tree.sections) == len(tree.history)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_an_exception(content: bytes) -> None:
    Tree([read(content)], {})

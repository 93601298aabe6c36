"""One unit, one CIS: whatever a scanner makes of the separator (docs/adr/0003)."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncash.model.mark import GS, LAYOUTS, RENDERINGS, Layout, cis, wire

ALL = [layout for group in LAYOUTS.values() for layout in group]
SERIALS = string.ascii_letters + string.digits + "!%&'()*+,-./_:=?\""


def code(layout: Layout, serial: str, separator: str) -> str:
    """A code of this layout, its variable elements ended by the separator where another follows."""
    text, owed = f"01{4603721100016:014d}21{serial[: layout.serial]}", True
    for element in layout.tail:
        text += (separator if owed else "") + element.ai + "7" * element.length
        owed = element.variable
    return text


@pytest.mark.parametrize("length", sorted(LAYOUTS))
def test_a_length_belongs_to_one_serial_length(length: int) -> None:
    assert len({layout.serial for layout in LAYOUTS[length]}) == 1


@given(layout=st.sampled_from(ALL), serial=st.text(SERIALS, min_size=20, max_size=20))
def test_every_rendering_of_the_separator_gives_the_same_cis(layout: Layout, serial: str) -> None:
    renderings = ("", GS, " ", *RENDERINGS)
    assert {cis(code(layout, serial, one)) for one in renderings} == {code(layout, serial, "")[: 18 + layout.serial]}


@given(layout=st.sampled_from(ALL), serial=st.text(SERIALS, min_size=20, max_size=20))
def test_every_rendering_of_the_separator_goes_on_the_wire_with_a_raw_one(layout: Layout, serial: str) -> None:
    assert {wire(code(layout, serial, one)) for one in ("", GS, *RENDERINGS)} == {code(layout, serial, GS)}

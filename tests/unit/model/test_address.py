"""Passwords that stand in addresses are never shown."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncash.cli.main import run
from ncash.model.address import without_passwords
from ncash.testing import shop_folder


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://ncash:hunter2@db/ncash", "postgresql://ncash:****@db/ncash"),
        ("postgresql://ncash:@db/ncash", "postgresql://ncash:****@db/ncash"),
        ("postgresql://ncash:hun@ter2@db/ncash", "postgresql://ncash:****@db/ncash"),
        ("postgresql://ncash:hun/ter2@db/ncash", "postgresql://ncash:****@db/ncash"),
        ("postgresql://:hunter2@db/ncash", "postgresql://:****@db/ncash"),
        ("postgresql://ncash@db/ncash?password=hunter2&x=1", "postgresql://ncash@db/ncash?password=****&x=1"),
        ("https://h/x?a=1&Token=hunter2", "https://h/x?a=1&Token=****"),
        ("two: nats://a:hunter2@h 'tls://b:hunter2@h'", "two: nats://a:****@h 'tls://b:****@h'"),
        ("postgresql://ncash@db:5432/ncash", "postgresql://ncash@db:5432/ncash"),
        ("http://127.0.0.1:8080/CSrest", "http://127.0.0.1:8080/CSrest"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("password=not in an address", "password=not in an address"),
        ("12:30 user@host", "12:30 user@host"),
    ],
)
def test_a_password_is_covered_and_the_rest_stays(text: str, shown: str) -> None:
    assert without_passwords(text) == shown


@given(st.text(alphabet=st.characters(codec="ascii", exclude_categories=["Cc", "Zs"], exclude_characters="\"'")))
def test_no_password_of_any_form_is_left(password: str) -> None:
    secret = f"Q{password}Q"
    assert secret not in without_passwords(f"postgresql://ncash:{secret}@db/ncash").partition("@db")[0]


def test_what_shows_settings_shows_no_password_of_an_address(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop_folder(tmp_path / "shop", goods=False)
    conf, data = tmp_path / "shop" / "conf", tmp_path / "shop" / "data"
    (conf / "ncash.ini.d" / "80.ini").write_text(
        "[Server]\ndatabase = postgresql://ncash:hunter2@db/x?password=hunter2\n"
        "; database = postgresql://ncash:hunter2@db/y\n[MarkedGoods]\nmarkVerifyUrl = https://u:hunter2@h/x\n",
        encoding="utf-8",
    )
    (data / "server.log").write_text("cannot reach postgresql://ncash:hunter2@db/x\n", encoding="utf-8")
    folders = ["--conf", str(conf), "--data", str(data)]
    for words in ("config show --origin", "config get database", "config cat", "check", "doctor --offline"):
        run([*words.split(), *folders])
    run(["doctor", "--offline", "--bundle", str(tmp_path / "b.zip"), *folders])
    told = capsys.readouterr()
    assert "postgresql://ncash:****@db/x?password=****" in told.out
    assert "hunter2" not in told.out + told.err
    assert b"hunter2" not in unpacked(tmp_path / "b.zip")


def unpacked(path: Path) -> bytes:
    import zipfile

    with zipfile.ZipFile(path) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())

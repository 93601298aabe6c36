"""A conf folder out of texts, and every table the bundled program reads."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ncash.bundled.markedgoods.settings import TABLES as MARKEDGOODS
from ncash.bundled.restrictions.settings import TABLES as RESTRICTIONS
from ncash.settings.config import Config
from ncash.settings.host import TABLES as HOST

MakeConf = Callable[..., Path]
LoadConf = Callable[..., Config]


@pytest.fixture
def make_conf(tmp_path: Path) -> MakeConf:
    """`make_conf(markedgoods="[MarkedGoods]…", ncash="…")` writes drop-ins and ncash.ini; `_` in a name means `-`."""

    def make(**files: str | bytes) -> Path:
        folder = tmp_path / "conf"
        (folder / "ncash.ini.d").mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            path = folder / "ncash.ini" if name == "ncash" else folder / "ncash.ini.d" / f"{name.replace('_', '-')}.ini"
            path.write_bytes(text.encode() if isinstance(text, str) else text)
        return folder

    return make


@pytest.fixture
def load_conf(make_conf: MakeConf) -> LoadConf:
    """The same, read for the host and the bundled plugins."""

    def load(**files: str | bytes) -> Config:
        tables = (*HOST, *MARKEDGOODS, *RESTRICTIONS)
        return Config.load(make_conf(**files), tables, ("markedgoods", "restrictions"))

    return load

"""Shop folders for tests: databases made once a process and copied, files of settings written as a test wants them."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ncash.support.sample import new_shop
from ncash.system.files import replace


def shop_folder(
    folder: Path,
    values: Mapping[str, Mapping[str, str]] | None = None,
    *,
    goods: bool = True,
    files: Mapping[str, str] | None = None,
) -> Path:
    """A new shop in `folder`, as `ncash init` makes it and for a fraction of its time; returns `folder`.

    It sells the sample goods (without `goods` it has none) and asks nobody. `values` are live settings by section and
    key, `files` further INI files by name, read in the order of their names. A till needs `folder / "conf"` and
    `folder / "data"`. Raises FileExistsError when a shop is there already.
    """
    if (folder / "conf").exists() or (folder / "data").exists():
        raise FileExistsError(f"{folder} holds a shop already")
    shutil.copytree(_template(goods), folder, dirs_exist_ok=True)
    if values:
        live = {(section, key): value for section, own in values.items() for key, value in own.items()}
        new_shop.conf_files(folder / "conf", live)
    for name, text in (files or {}).items():
        replace(folder / "conf" / "ncash.ini.d" / name, text.encode("utf-8"))
    return folder


@cache
def _template(goods: bool) -> Path:
    folder = _templates() / ("goods" if goods else "empty")
    new_shop.make(folder, goods=goods)
    return folder


@cache
def _templates() -> Path:
    """Where the templates lie until this process ends; a process that was forked from it leaves them to it."""
    folder, owner = Path(tempfile.mkdtemp(prefix="ncash-templates-")), os.getpid()

    def remove() -> None:
        if os.getpid() == owner:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return folder

"""A new plugin: a package with settings, texts, a test, an INI file and a README, green at once."""

import importlib.util
import keyword
import sys
from pathlib import Path
from typing import Final

from ncash.errors import UserError
from ncash.language import phrase
from ncash.plugin import API
from ncash.settings.installed import BUNDLED
from ncash.support.sample.plugin_template import FILES
from ncash.system import files

LONGEST: Final = 40
"""Characters of a plugin's name."""


def make(name: str, into: Path) -> tuple[Path, ...]:
    """Write the plugin into a new folder of its name; the files made. Raises UserError, and then nothing is written."""
    if why := unfit(name):
        hint = "a name is small letters, digits and _, as in quiethours"
        raise UserError(
            phrase("{name} cannot be the name of a plugin: {why}", name=name, why=why), code="name", hint=hint
        )
    folder = into / name
    if folder.exists():
        raise UserError(phrase("{folder} is there already", folder=folder), code="exists", hint="nothing was written")
    title = "".join(part.capitalize() for part in name.split("_"))
    made = []
    for place, text in FILES.items():
        path = folder / place.replace("NAME", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        files.replace(
            path, text.replace("NAME", name).replace("Title", title).replace('"API"', f'"{API}"').encode("utf-8")
        )
        made.append(path)
    return tuple(made)


def unfit(name: str) -> str:
    """Why a plugin cannot have this name, or an empty text."""
    if not (name.isascii() and name.isidentifier() and name == name.lower()) or name.startswith("_"):
        return phrase("it is no name of a Python package in small letters")
    if len(name) > LONGEST or keyword.iskeyword(name):
        return phrase("it is too long, or a word of Python")
    if name in sys.stdlib_module_names:
        return phrase("Python has a module of this name")
    if importlib.util.find_spec(f"{BUNDLED}.{name}") is not None:
        return phrase("ncash brings a plugin of this name")
    if name in ("ncash", "tests", "conf") or importlib.util.find_spec(name) is not None:
        return phrase("a package of this name is installed here")
    return ""

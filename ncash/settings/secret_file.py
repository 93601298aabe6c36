"""A password or token in a file of its own: read when it is needed, never shown."""

import os
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from ncash.errors import why_unread
from ncash.language import phrase

LONGEST: Final = 4096


def lies(folder: Path, name: str) -> bool:
    """Whether a file of this name lies there; one whose name no file can have does not."""
    try:
        return Path(folder, name).is_file()
    except OSError:
        return False


class SecretFile(NamedTuple):
    """A file that holds one secret; an empty name is no secret at all."""

    folder: Path
    """Where relative names begin: the conf folder."""
    name: str

    def read(self) -> str:
        """The secret without blanks around it; empty when no file is named. Raises ValueError, which shows nothing."""
        return self.taken(lambda why: ValueError(phrase("the file {why}", why=why)))

    def taken(self, wrong: Callable[[str], Exception]) -> str:
        """The same. Raises what `wrong` makes of the name of the file and of why it cannot be used."""
        if not self.name:
            return ""
        try:
            text = Path(self.folder, self.name).read_bytes()[:LONGEST].decode("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise wrong(phrase("{name} cannot be read ({error})", name=self.name, error=why_unread(error))) from None
        if not text.isprintable():
            raise wrong(phrase("{name} holds more than one line", name=self.name))
        return text

    @property
    def open_to_others(self) -> bool:
        """Whether other accounts of this computer may read the file."""
        try:
            return bool(self.name) and bool(os.stat(Path(self.folder, self.name)).st_mode & 0o077)
        except OSError:
            return False


def basic(user: str, password: str) -> str:
    """The value of an `Authorization` header."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode("ascii")

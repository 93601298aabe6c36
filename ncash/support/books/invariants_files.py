"""What must hold for the files of a data folder: I7, I8, I12, I14."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from ncash.errors import UserError
from ncash.hosting.configuration import grounds
from ncash.language import phrase
from ncash.settings import last_good
from ncash.settings.host import Databases
from ncash.store.dictionaries.schema import DICTIONARIES
from ncash.store.documents_schema import DOCUMENTS
from ncash.store.journal.journal import Journal
from ncash.store.rescue.checkup import examined
from ncash.store.sqlite.migrations import Schema
from ncash.support.books.evidence import Evidence, Violation
from ncash.support.doctor.bundle import certain_secrets

CHUNK: Final = 1 << 20
_JOURNAL_FAULTS: Final = 50


def no_secret_leaves(seen: Evidence) -> Iterator[Violation]:
    """I7. No token and no password of this configuration stands in a file of the data folder.

    The accepted copies of the INI files are left out: they hold what the INI files hold, for the same reader.
    """
    if seen.config is None:
        return
    secrets = [secret.encode() for secret in certain_secrets(grounds(seen.config.folder, every=True).config)]
    if not secrets:
        return
    for path in sorted(seen.data.rglob("*")):
        inside = path.relative_to(seen.data)
        if path.is_file() and inside.parts[0] != last_good.FOLDER and _holds(path, secrets):
            text, hint = "a secret of the configuration stands in a file", "take a new token, then remove the file"
            yield Violation("I7", text, "", str(inside), next=hint)


def _holds(path: Path, secrets: Iterable[bytes]) -> bool:
    """Whether the file holds one beside other text; a file that is nothing but the secret is where it is kept."""
    longest = max(map(len, secrets))
    try:
        with path.open("rb") as file:
            before = b""
            while piece := file.read(CHUNK):
                text = before + piece
                if any(secret in text and text.strip() != secret for secret in secrets):
                    return True
                before = text[-longest:]
    except OSError:
        return False
    return False


def configuration_is_whole(seen: Evidence) -> Iterator[Violation]:
    """I8, as far as files show it: no INI file is the cut beginning of the one that was accepted."""
    if seen.config is None:
        return
    for half in last_good.shortened(seen.data, seen.config):
        lost = ", ".join(half.lost) or "no live setting"
        yield Violation(
            "I8",
            phrase("{file} is the beginning of the file that was accepted; gone: {lost}", file=half.file, lost=lost),
            "", half.file,
            next="put the whole file back, or take it as it is: ncash reload",
        )  # fmt: skip


def journal_is_whole(seen: Evidence) -> Iterator[Violation]:
    """I12. Lines of the journal are those that were written, in that order, to the stored end."""
    journal = Journal(seen.documents.path)
    try:
        _, faults = journal.verify()
    finally:
        journal.close()
    for fault in faults[:_JOURNAL_FAULTS]:
        hint = "keep the file; ncash journal verify shows all, and --against an export how far it can be trusted"
        yield Violation("I12", fault.text, "", phrase("Documents, journal, line {seq}", seq=fault.seq), next=hint)


def databases_are_sound(seen: Evidence) -> Iterator[Violation]:
    """I14. Every page and every index of the databases fits the others."""
    names = seen.config.section(Databases) if seen.config else Databases.defaults()
    for name, schema in ((names.documents, DOCUMENTS), (names.dictionaries, DICTIONARIES)):
        path = seen.data / name
        if path.is_file():
            yield from _sound(path, schema)


def _sound(path: Path, schema: Schema) -> Iterator[Violation]:
    try:
        faults = examined(path, schema, whole=True).faults
    except UserError as error:
        faults = (str(error),)
    if faults:
        hint = "ncash backup list, ncash restore, ncash rebuild"
        yield Violation(
            "I14", phrase("the database is damaged: {faults}", faults="; ".join(faults[:3])), "", path.name, next=hint
        )

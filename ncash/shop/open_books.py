"""The databases of a shop folder for commands that need no till; a till may be running beside them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ncash.errors import UserError
from ncash.language import phrase
from ncash.settings.config import Config
from ncash.settings.host import TABLES, Cash, Databases
from ncash.store.dictionaries.dictionaries import SqliteDictionaries, open_dictionaries
from ncash.store.documents import SqliteDocuments, open_documents


@dataclass(frozen=True, slots=True)
class Books:
    """Documents and Dictionaries, and whose they are."""

    documents: SqliteDocuments
    dictionaries: SqliteDictionaries
    shopcode: str
    cashcode: str


@contextmanager
def books(conf: Path, data: Path, cash: str | None = None) -> Iterator[Books]:
    """The books of a till of this folder, closed again at the end. Raises UserError when they cannot be opened."""
    config = Config.load(conf, TABLES)
    if not data.is_dir():
        hint = "give the folder of the databases with --data, or make a shop: ncash init DIR"
        raise UserError(phrase("the data folder {data} does not exist", data=data), code="data", hint=hint)
    own, names = config.section(Cash), config.section(Databases)
    cashcode = cash or own.cashcode
    documents = open_documents(data / names.documents, cashcode, own.shopcode)
    try:
        dictionaries = open_dictionaries(data / names.dictionaries)
    except UserError:
        documents.close()
        raise
    try:
        yield Books(documents, dictionaries, own.shopcode, cashcode)
    finally:
        documents.close()
        dictionaries.close()

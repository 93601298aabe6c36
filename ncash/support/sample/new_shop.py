"""A new shop folder."""

from collections.abc import Mapping
from pathlib import Path

from ncash.errors import UserError
from ncash.language import phrase
from ncash.settings import host
from ncash.settings.installed import Installed
from ncash.store.dictionaries.aif_load import load
from ncash.store.documents import open_documents
from ncash.support.sample import sample_conf, sample_goods
from ncash.system import files


def make(folder: Path, goods: bool = True, values: Mapping[tuple[str, str], str] | None = None) -> tuple[Path, ...]:
    """Make conf, data and a sample dictionary file below `folder`; the files made.

    `values` are live settings by section and key. Raises UserError when a shop is there already.
    """
    conf, data = folder / "conf", folder / "data"
    if conf.exists() or data.exists():
        hint = "name another folder, or remove this one yourself"
        raise UserError(phrase("{folder} holds a shop already", folder=folder), code="exists", hint=hint)
    made = conf_files(conf, values)
    data.mkdir(parents=True)
    databases = host.Databases.defaults()
    sample = folder / "sample.aif"
    files.replace(sample, sample_goods.aif().encode("utf-8"))
    dictionaries, documents = data / databases.dictionaries, data / databases.documents
    if goods:
        load(sample, dictionaries)
    open_documents(documents, "1", "1").close()
    return (*made, sample, dictionaries, documents)


def conf_files(conf: Path, values: Mapping[tuple[str, str], str] | None = None) -> tuple[Path, ...]:
    """Write the files of settings of a new shop below `conf`, with `values` live; the files written.

    Of the plugins that are installed those are switched on that come with the program.
    """
    installed = Installed()
    names = installed.bundled
    tables = (*host.TABLES, *installed.tables(names))
    made = []
    for place, text in sample_conf.files(tables, sample_conf.shop_choices(names, values)).items():
        path = conf / place
        path.parent.mkdir(parents=True, exist_ok=True)
        files.replace(path, text.encode("utf-8"))
        made.append(path)
    return tuple(made)

"""What plugins add to the documents of the sales export: fields under the name of each.

The export goes to the back office whatever a plugin does: one that fails is named in its own place in the file, and on
standard error.
"""

import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ncash.errors import UserError
from ncash.hosting.unstarted import asked_each
from ncash.language import english, phrase
from ncash.model.ports import Document
from ncash.settings.config import Config
from ncash.settings.installed import NotInstalled

HOOK: Final = "on_export"
PATIENCE: Final = 30.0
"""Seconds a plugin may take for all documents of a shift."""
Fields = Mapping[int, Mapping[str, Any]]
"""By `documentid`, what each plugin adds, by plugin."""


def fields_of(config: Config, documents: Sequence[Document]) -> Fields:
    """The fields of the plugins that are switched on."""
    found: dict[int, dict[str, Any]] = {}
    given = [(config, document) for document in documents]
    for name, on in config.plugins.items():
        if not on:
            continue
        try:
            told = asked_each(name, config, HOOK, given, PATIENCE)
        except NotInstalled:
            continue
        except UserError as error:
            sys.stderr.write(phrase("ncash: export: {error}\n", error=error))
            told = [{"error": english(str(error))}] * len(given)
        for (_, document), fields in zip(given, told or (), strict=False):
            if fields:
                found.setdefault(document.documentid, {})[name] = dict(fields)
    return found

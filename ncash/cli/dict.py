"""Load the dictionary file of the back office: goods, barcodes, units, cashiers, catalogs.

A malformed command is reported with its number, and the rest is loaded. Goods that would come out without a price, or
with a unit that nobody brought, stay as they were and are listed. With --strict a single fault loads nothing; so does a
file that was cut. The file stays. docs/reference/aif.md has the commands and fields.
"""

import argparse
from pathlib import Path

from ncash.cli import loading
from ncash.store.dictionaries.aif_load import Progress, load
from ncash.store.imports.report import Report
from ncash.system.clock import SystemClock


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare options and positional arguments."""
    loading.arguments(parser, "an AIF file", "ncash dict import pos.aif --data shop/data")


def run(args: argparse.Namespace) -> int:
    """Load the file."""
    return loading.run(args, _loaded)


def _loaded(source: Path, dictionaries: Path, strict: bool, progress: Progress | None) -> Report:
    return load(source, dictionaries, strict, progress, SystemClock().now())

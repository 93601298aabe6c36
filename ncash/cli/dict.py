"""Load the dictionary file of the back office: goods, barcodes, units, cashiers, catalogs.

A malformed command is reported with its number; the rest is loaded, with --strict nothing. The file stays.
"""

import argparse

from ncash.cli import loading
from ncash.store.aif_load import load


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare options and positional arguments."""
    loading.arguments(parser, "an AIF file", "ncash dict import pos.aif --data shop/data")


def run(args: argparse.Namespace) -> int:
    """Load the file."""
    return loading.run(args, load)

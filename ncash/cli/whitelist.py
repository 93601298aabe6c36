"""Load the list of marks allowed to be sold: CSV with excisemarkid[,barcode[,shopcode[,excisetype]]].

UTF-8 or CP1251, comma or semicolon, a header line or none. The marks join those that are there.
"""

import argparse

from ncash.cli import loading
from ncash.store.whitelist import load


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare options and positional arguments."""
    loading.arguments(parser, "a CSV file", "ncash whitelist import marks.csv --data shop/data")


def run(args: argparse.Namespace) -> int:
    """Load the file."""
    return loading.run(args, load)

"""English sentences in a text that ought to be Russian: what a program, a file or a command spells stays as it is."""

import re
from typing import Final

from ncash.cli.main import COMMANDS
from ncash.fiscal import DRIVERS
from ncash.model.fiscal.payments import BY_NAME
from ncash.model.receipt import Channel, Kind
from ncash.model.scan import INPUTS
from ncash.till.protocol import BUTTONS, FIELDS

SAID_BY_OTHERS: Final = re.compile(
    r"`[^`]*`|'[^'\n]*'|\"[^\"\n]*\""  # what is quoted
    r"|\b(?:ncash|pip|chmod)(?: [\w./=\[\]|-]+)+"  # commands to type
    r"|\S*[/\\=<>\[\]{}_|…→\d]\S*|\S*\w\.\w\S*"  # paths, settings, addresses, numbers
    r"|--?[\w-]+(?: [A-Z]+)*|\b[A-Z]{2,}\b|\b[a-z]+[A-Z]\w*"  # options, abbreviations, names of settings
)
"""What stands in a Russian text as the program, the file or another program spells it."""
NAMES: Final = {"KKM Server", "Chestny Znak", "entry points", "entry point", "same symbol timeout", "Caps Lock: auto"}
"""Names that have no Russian."""
STATES: Final = (*Kind, *Channel, *INPUTS, *BUTTONS)
CODE: Final = {
    *COMMANDS, *FIELDS, *STATES, *DRIVERS, "barcode", "weight", "replace", "remove", "list", "export", "user", "add",
    "settle", "conflicts", "verify", "all", "true", "false", *BY_NAME, "status", "send", "inventory", "sale", "return",
    "back", "x", "close", "document", "Goodsitem", "tmc", "Barcodes", "units", "mol",
}  # fmt: skip
"""Words of the code that stand beside each other where a text lists them."""
ENGLISH: Final = re.compile(r"(?=\b([A-Za-z]+)[,:;]? ([a-z]{2,})\b)")


def english(text: str) -> list[str]:
    """Lines with two English words in a row that no file and no program has spelt so."""
    found = []
    for line in text.splitlines():
        left = line.removeprefix("ncash: ")
        for name in NAMES:
            left = left.replace(name, " – ")
        pairs = ENGLISH.findall(SAID_BY_OTHERS.sub(" – ", left))
        found += [line] if any(not {one, other} <= CODE for one, other in pairs) else []
    return found

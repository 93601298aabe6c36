"""One till of a race: for each line on standard input it tries to sell the named mark, and answers what came of it.

Arguments: database, cash number. A line is `MARK take` (hold it in the open receipt) or `MARK close` (sell it too).
"""

import sys
from decimal import Decimal
from pathlib import Path

from ncash.model.ports import MarkTaken, Saving
from ncash.model.receipt import Position, Receipt
from ncash.store.documents import open_documents


def say(word: str) -> None:
    """One line to the referee, at once."""
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def race(path: Path, cashcode: str) -> None:
    """Answer `won` or `lost` to every line."""
    till = open_documents(path, cashcode, "1")
    till.open_shift("now", None)
    number = 0
    say("ready")
    for line in sys.stdin:
        cis, what = line.split()
        position = Position(1, "5", "Milk", "304", Decimal(1), 100, marked=True, cis=cis, excisemark=cis)
        receipt = Receipt(f"{cashcode}-{number}", positions=(position,))
        try:
            till.save_receipt(Saving(receipt, take=[cis], opcode=50))
        except MarkTaken:
            say("lost")
            continue
        if what == "close":
            till.close_receipt(receipt, [], "now", {})
            number += 1
        say("won")
    till.close()


if __name__ == "__main__":
    race(Path(sys.argv[1]), sys.argv[2])

"""One till of a race for a keg: for each line on standard input it pours, and answers what came of it.

Arguments: database, cash number. A line is `KEG MILLILITRES CONTENT WHAT`: take, close (sell too), cancel, or return.
"""

import sys
from decimal import Decimal
from pathlib import Path

from ncash.model.decision import fixed
from ncash.model.keg import KEG, Keg
from ncash.model.ports import KegShort, Saving
from ncash.model.receipt import Kind, Position, Receipt
from ncash.store.documents import open_documents


def say(word: str) -> None:
    """One line to the referee, at once."""
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def pour(path: Path, cashcode: str) -> None:
    """Answer `poured` or `short` to every line."""
    till = open_documents(path, cashcode, "1")
    till.open_shift("now", None)
    say("ready")
    for number, line in enumerate(sys.stdin):
        cis, amount, content, what = line.split()
        position = Position(
            1, "80", "Beer", "304", Decimal(amount) / 1000, 100, marked=True, cis=cis, excisemark=cis, fractional=True,
            frunit=41, extra=fixed({KEG: Keg(int(content), "crpt").json()}),
        )  # fmt: skip
        kind = Kind.RETURN if what == "return" else Kind.SALE
        receipt = Receipt(f"{cashcode}-{number}", kind, positions=(position,))
        try:
            till.save_receipt(Saving(receipt, opcode=kind.opcode, time="now"))
        except KegShort:
            say("short")
            continue
        if what == "cancel":
            till.cancel_receipt(receipt, "now")
        elif what != "take":
            till.close_receipt(receipt, [], "now", {})
        say("poured")
    till.close()


if __name__ == "__main__":
    pour(Path(sys.argv[1]), sys.argv[2])

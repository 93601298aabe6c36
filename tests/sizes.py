"""How large a random test is: all of it in `make campaign`, a seeded share of it in `make test`.

A share has fewer than ten thousand cases: what takes more says the same about the same code each time it is run, and
says it later.
"""

import os
from typing import Final

CAMPAIGN: Final = bool(os.environ.get("NCASH_CAMPAIGN"))
SHARE: Final = 10_000
"""Cases that a share stays below."""


def sized(share: int, whole: int) -> int:
    """How many cases this run has. Raises ValueError for a share that is none."""
    if not 0 < share < min(SHARE, whole):
        raise ValueError(f"{share} of {whole} cases are no share for make test: fewer than {SHARE}")
    return whole if CAMPAIGN else share

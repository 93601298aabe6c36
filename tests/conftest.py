"""How much of the random tests is run: the same examples each time in `make test`, very many in `make campaign`."""

import os

from hypothesis import settings

settings.register_profile("test", derandomize=True, deadline=None)
settings.register_profile("campaign", max_examples=20_000, deadline=None, print_blob=True)
settings.load_profile("campaign" if os.environ.get("NCASH_CAMPAIGN") else "test")

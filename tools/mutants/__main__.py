"""Change the deciding code in one place at a time and see whether the quick tests notice: `python tools/mutants`."""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from mutants.run import main

    sys.exit(main())

"""Kill, fail and fill up a till, and check what is left: `python tools/faults`."""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from faults.run import main

    sys.exit(main())

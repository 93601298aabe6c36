"""Measure the promised speed ratios on this machine: `python tools/bench`, or a short run with `--quick`."""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from bench.run import main

    sys.exit(main())

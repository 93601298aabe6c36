"""Print the completion script of a shell: commands, options and their values at the Tab key.

examples:
  ncash completion bash > ~/.local/share/bash-completion/completions/ncash
  ncash completion zsh > ~/.zfunc/_ncash      (~/.zfunc has to be in fpath)

exit code: 0 printed
"""

import argparse
import sys
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which shell."""
    parser.add_argument("shell", choices=["bash", "zsh"], help="the shell to complete in")


def run(args: argparse.Namespace) -> int:
    """Print the script as it was prepared (tools/make_manuals.py)."""
    sys.stdout.write(Path(__file__).with_name(f"completion.{args.shell}").read_text(encoding="utf-8"))
    return 0

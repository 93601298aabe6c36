"""Show every installed plugin: on or off and where that is written, its version, how it starts and how long it takes.

Those that are switched on are started for real, with the configuration and the databases but without a till, and
stopped again.
"""

import argparse
import json
import sys

from ncash.language import phrase, retold
from ncash.shop.shop import real_outside
from ncash.support.doctor.plugins import PluginReport, told


def arguments(parser: argparse.ArgumentParser) -> None:
    """No options of its own."""
    parser.epilog = (
        "examples:\n  ncash plugins --conf shop/conf --data shop/data\n"
        "  ncash plugins --conf shop/conf --data shop/data --json\n\n"
        "exit code: 0 all that are on have started, 1 one has not, 2 a folder or a database cannot be used"
    )


def _line(plugin: PluginReport) -> str:
    one = plugin.loaded
    switch = f"{phrase('on' if plugin.on else 'off')} ({plugin.switched or phrase('not in [plugins]')})"
    if not plugin.on:
        return f"{one.name:<16} {switch}"
    started = (
        phrase("version {version}, started in {start_ms:.0f} ms", version=one.started.version, start_ms=one.start_ms)
        if plugin.well
        else retold(one.error)
    )
    return f"{one.name:<16} {switch}: {phrase(one.state)}, {started}"


def run(args: argparse.Namespace) -> int:
    """Start, print, stop; 1 when a plugin that is on has not started."""
    outside = real_outside()
    try:
        plugins = told(args.conf, args.data, outside)
    finally:
        outside.http.close()
    if args.json:
        text = json.dumps({"plugins": [one.json() for one in plugins]}, ensure_ascii=False, indent=2)
    else:
        text = "\n".join(_line(one) for one in plugins)
    sys.stdout.write(text + "\n")
    return 0 if all(one.well for one in plugins) else 1

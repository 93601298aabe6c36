"""How the checks at Chestny Znak fare, and the shop's own switch for an emergency.

status       sites, latencies, blocks, tokens (masked); asks Chestny Znak now, unless --kept
emergency    shows the switch; `on` sells goods without the online check until `off`, at once, on every till of the
             data folder. Use it when Chestny Znak has announced an emergency and its servers do not say so (HTTP 203)

example:
  ncash crpt status --conf shop/conf --data shop/data
  ncash crpt emergency on --reason "announcement of 12.05.2027, 10:40" --data shop/data

exit code: 0 done, 1 status: something needs attention, 2 it could not be done
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from ncash.errors import UserError
from ncash.language import phrase, retold
from ncash.system.clock import SystemClock
from ncash.system.switches import CRPT_EMERGENCY, Switch, SwitchUnreadable, path, read_switch, throw_switch

SECTION: Final = "crpt"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    parser.add_argument("action", choices=["status", "emergency"])
    parser.add_argument("position", nargs="?", choices=["on", "off"], help="emergency: where to put the switch")
    parser.add_argument("--reason", metavar="TEXT", help="emergency: why; kept with the switch")
    parser.add_argument("--kept", action="store_true", help="status: what the tills keep; ask nobody")
    parser.add_argument("--ca", type=Path, metavar="FILE", help="PEM file of certificate authorities to trust")


def run(args: argparse.Namespace) -> int:
    """Do it. Raises UserError."""
    if not args.data.is_dir():
        raise UserError(
            phrase("the data folder {data} does not exist", data=args.data), code="data", hint="give it with --data"
        )
    return _status(args) if args.action == "status" else _emergency(args)


def _emergency(args: argparse.Namespace) -> int:
    try:
        switch = _thrown(args) if args.position else read_switch(args.data, CRPT_EMERGENCY)
    except SwitchUnreadable as error:
        hint = "look into the file; when it is beyond repair, move it away and throw the switch again"
        raise UserError(str(error), code="switch", hint=hint) from error
    except OSError as error:
        place = path(args.data, CRPT_EMERGENCY)
        raise UserError(
            phrase("{place} cannot be written: {reason}", place=place, reason=error.strerror), code="switch"
        ) from error
    if args.json:
        sys.stdout.write(json.dumps(_shown(switch), ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _told(switch))
    return 0


def _thrown(args: argparse.Namespace) -> Switch:
    reason = (args.reason or "").strip()
    if not reason:
        hint = phrase('ncash crpt emergency {position} --reason "why, and who said so"', position=args.position)
        raise UserError("an emergency is switched with a reason", code="reason", hint=hint)
    time = SystemClock().now().isoformat(timespec="seconds")
    return throw_switch(args.data, CRPT_EMERGENCY, args.position == "on", reason, time)


def _shown(switch: Switch | None) -> dict[str, Any]:
    if switch is None:
        return {"on": False, "reason": None, "time": None, "story": []}
    story = [{"on": on, "reason": reason, "time": time} for on, reason, time in switch.story]
    return {"on": switch.on, "reason": switch.reason, "time": switch.time, "story": story}


def _told(switch: Switch | None) -> Iterator[str]:
    if switch is None:
        yield phrase("emergency: off, and never switched on by hand")
        return
    for on, reason, time in (*switch.story, (switch.on, switch.reason, switch.time)):
        yield f"{time}  {phrase('on') if on else phrase('off'):<3}  {reason}"
    if switch.on:
        yield phrase("emergency: on; goods are sold without the online check from the next scan on")
    else:
        yield phrase("emergency: off; goods are checked from the next scan on")


def _status(args: argparse.Namespace) -> int:
    from ncash.model.ports import Surroundings
    from ncash.network.http import RequestsHttp
    from ncash.shop.shop import configuration
    from ncash.support.doctor.status import reported
    from ncash.system.clock import SystemRandom

    config = configuration(args.conf)
    http = RequestsHttp(args.ca)
    try:
        around = Surroundings(SystemClock(), SystemRandom(), http, args.data)
        report = reported(config, around, not args.kept)
    finally:
        http.close()
    section = report.sections.get(SECTION)
    if section is None:
        why = "; ".join(report.failed.values()) or phrase("no plugin that is switched on checks marks there")
        raise UserError(
            phrase("nothing to show about Chestny Znak: {why}", why=why), code="crpt", hint="ncash check; ncash plugins"
        )
    if args.json:
        sys.stdout.write(json.dumps(section, ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(section))
    return 1 if section.get("attention") else 0


def _lines(section: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """Any JSON object for people: names and values, lists of objects as one line each."""
    for name, value in section.items():
        if isinstance(value, Mapping):
            yield f"{indent}{phrase(name)}:"
            yield from _lines(value, indent + "  ")
        elif isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
            yield f"{indent}{phrase(name)}:"
            yield from (f"{indent}  " + "  ".join(f"{phrase(k)} {_word(v)}" for k, v in one.items()) for one in value)
        else:
            yield f"{indent}{phrase(name)}: {_word(value)}"


def _word(value: Any) -> str:
    if value is None or value in ([], (), ""):
        return "-"
    if isinstance(value, bool):
        return phrase("yes") if value else phrase("no")
    return ", ".join(map(retold, map(str, value))) if isinstance(value, list | tuple) else retold(str(value))

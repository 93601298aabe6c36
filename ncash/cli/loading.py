"""What `ncash dict import` and `ncash whitelist import` share: where Dictionaries is, the progress bar, the report."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from ncash.language import phrase
from ncash.settings.config import Config
from ncash.settings.host import TABLES, Databases
from ncash.store.dictionaries.aif_load import Progress
from ncash.store.imports.report import SHOWN, Fault, Note, Report

Load = Callable[[Path, Path, bool, Progress | None], Report]


def arguments(parser: argparse.ArgumentParser, what: str, example: str) -> None:
    """The options of an import."""
    parser.add_argument("action", choices=["import"], help="the only action so far")
    parser.add_argument("file", type=Path, metavar="FILE", help=what)
    parser.add_argument("--strict", action="store_true", help="load all of the file, or nothing when there is a fault")
    parser.epilog = f"example:\n  {example}\n\nexit code: 0 loaded, 1 something was faulty, 2 it could not be done"


def dictionaries(conf: Path, data: Path) -> Path:
    """The file that `[Databases]` names, in the data folder; its default name when there is no conf folder."""
    if not conf.is_dir():
        return data / Databases.defaults().dictionaries
    return data / Config.load(conf, TABLES).section(Databases).dictionaries


def run(args: argparse.Namespace, load: Load) -> int:
    """Load the file and report it. Raises UserError when it could not be done."""
    target = dictionaries(args.conf, args.data)
    report = _with_progress(args.file, lambda progress: load(args.file, target, args.strict, progress))
    told = json.dumps(report.json(), ensure_ascii=False) if args.json else text(report)
    sys.stdout.write(told + "\n")
    return 1 if report.faulty else 0


def _with_progress(source: Path, work: Callable[[Progress | None], Report]) -> Report:
    if not sys.stderr.isatty() or not source.is_file():
        return work(None)
    from tqdm import tqdm

    with tqdm(total=source.stat().st_size, unit="B", unit_scale=True, desc=source.name, leave=False) as bar:

        def show(read: int) -> None:
            bar.update(read - bar.n)

        return work(show)


def text(report: Report) -> str:
    """The report as lines."""
    lines = [_fault(report.source, fault) for fault in report.faults]
    if report.faulty > SHOWN:
        lines.append(
            phrase("{source}: {count} more that are not shown", source=report.source, count=report.faulty - SHOWN)
        )
    lines += [f"{report.source}: {told}: {_note(note)}" for told, note in sorted(report.notes.items())]
    done = ", ".join(f"{name} {count}" for name, count in sorted(report.loaded.items())) or "nothing"
    if not report.written:
        done = phrase("nothing, {why}", why=report.nothing)
    kept = phrase("; left as they were: goods {kept}", kept=report.kept) if report.kept else ""
    return "\n".join(
        [
            *lines,
            phrase(
                "read {read}, faulty {faulty}; loaded: {done}{kept}",
                read=report.read,
                faulty=report.faulty,
                done=done,
                kept=kept,
            ),
        ]
    )


def _fault(source: str, fault: Fault) -> str:
    barcode = fault.barcode if fault.barcode.isprintable() else repr(fault.barcode)
    about = phrase("barcode {barcode}: ", barcode=barcode) if barcode and barcode not in fault.reason else ""
    next_step = phrase("; next: {next}", next=fault.next) if fault.next else ""
    return phrase(
        "{source}:{line}: number {number}: {about}{reason}{next_step}",
        source=source,
        line=fault.line,
        number=fault.number,
        about=about,
        reason=fault.reason,
        next_step=next_step,
    )


def _note(note: Note) -> str:
    if not note.first.number:
        return str(note.times)
    return phrase(
        "{times}, first in number {number}, line {line}",
        times=note.times,
        number=note.first.number,
        line=note.first.line,
    )

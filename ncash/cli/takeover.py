"""Take over from the program that sold here before: sold and returned marks, goods, people, catalogs, the white list.

artix         files of SQLite with the tables of Artix (document, Goodsitem; tmc, Barcodes, units, mol …), or folders of
              them. What this shop has already stays as it is; a second run takes what is new since the first. Marks of
              closed sales and returns count for uniqueness at once, and are no receipts of this shop. Goods without a
              price or with an unknown unit are left out. Each table is told with what was taken and what was left

example:
  ncash import artix /media/stick/artix --conf shop/conf --data shop/data

exit code: 0 done, 1 done and rows that cannot be read, or goods that would be wrong, were left out, 2 nothing was taken
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from ncash.cli import loading
from ncash.language import phrase
from ncash.shop.copies import places
from ncash.support.explain.mark_reading import reading
from ncash.support.takeover.artix import Takeover, take_over
from ncash.support.takeover.reading import FileReport, TableReport


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare options and positional arguments."""
    parser.add_argument("program", choices=["artix"], help="the program that sold here before")
    parser.add_argument("paths", type=Path, metavar="FILE", nargs="+", help="its databases, or folders that hold them")


def run(args: argparse.Namespace) -> int:
    """Take everything over and tell. Raises UserError."""
    where = places(args.conf, args.data)
    args.data.mkdir(parents=True, exist_ok=True)
    with reading(args.conf, args.data) as reads:
        told = take_over(args.paths, loading.dictionaries(args.conf, args.data), where.documents, reads)
    lines = [json.dumps(told.json(), ensure_ascii=False)] if args.json else _text(told)
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 1 if told.report.faulty else 0


def _text(told: Takeover) -> Iterator[str]:
    for file in told.files:
        yield from _file(file)
    yield loading.text(told.report)
    yield phrase(
        "units known as sold there: {sold}, as taken back: {returned}",
        sold=told.marks.get(50, 0),
        returned=told.marks.get(58, 0),
    )


def _file(file: FileReport) -> Iterator[str]:
    for table in file.tables:
        yield f"{file.path}: {_table(table)}"
    if file.left:
        yield phrase(
            "{path}: tables left: {left}",
            path=file.path,
            left=", ".join((f"{name} {rows}" for name, rows in file.left.items())),
        )


def _table(table: TableReport) -> str:
    parts = [
        phrase(
            "{name}: rows {rows}, taken {taken}, known {known}",
            name=table.name,
            rows=table.rows,
            taken=table.taken,
            known=table.known,
        )
    ]
    if table.left:
        parts.append("left: " + ", ".join(f"{reason} {rows}" for reason, rows in table.left.items()))
    if table.columns:
        parts.append(phrase("columns left: ") + ", ".join(f"{name} {rows}" for name, rows in table.columns.items()))
    return "; ".join(parts)

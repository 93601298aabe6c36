"""The documents that come with this very version: list them, or print one.

A name is that of the page, as in server, adr/0027, reference/problems, deploy/nginx.conf, conf/ncash.ini.

examples:
  ncash docs
  ncash docs server | less
  ncash docs deploy/ncash-server.service > ncash-server.service

exit code: 0 done, 2 there is no such page
"""

import argparse
import json
import sys

from ncash.support.sample.pages import page_of, pages


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which page."""
    parser.add_argument("page", nargs="?", metavar="NAME", help="the page; all names without it")
    parser.add_argument("--path", action="store_true", help="say where the file lies instead of printing it")


def run(args: argparse.Namespace) -> int:
    """List or print. Raises UserError."""
    if args.page is None:
        _list(args)
        return 0
    page = page_of(args.page)
    if args.json:
        told = {"ok": True, "name": page.name, "path": str(page.path), "text": page.path.read_text(encoding="utf-8")}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(f"{page.path}\n" if args.path else page.path.read_text(encoding="utf-8"))
    return 0


def _list(args: argparse.Namespace) -> None:
    known = list(pages())
    if args.json:
        told = [{"name": page.name, "title": page.title, "path": str(page.path)} for page in known]
        sys.stdout.write(json.dumps({"ok": True, "pages": told}, ensure_ascii=False) + "\n")
        return
    width = max(len(page.name) for page in known if not page.name.startswith("adr/"))
    for page in known:
        what = str(page.path) if args.path else page.title
        sys.stdout.write(f"{page.name:<{width}}  {what}".rstrip() + "\n")

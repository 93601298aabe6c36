"""Mistakes whose mend is certain, mended: the file as it would be, and the difference."""

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ncash.settings.ini import Document
from ncash.settings.problems import Problem
from ncash.support.check import Findings

CERTAIN = ("MG007", "MG009", "MG021")
"""A line end at the end, a line that repeats another, a name in the wrong case: nothing else was meant."""


class Mended(NamedTuple):
    """One file with its certain mistakes mended."""

    path: Path
    before: bytes
    after: bytes
    problems: tuple[Problem, ...]

    def diff(self) -> str:
        """The difference as a patch."""
        old, new = (text.decode("utf-8", "replace").splitlines(keepends=True) for text in (self.before, self.after))
        return "".join(difflib.unified_diff(old, new, f"a/{self.path.name}", f"b/{self.path.name}"))


def mended(findings: Findings) -> Iterator[Mended]:
    """Every file of which something can be mended for certain."""
    for document in findings.config.files:
        mine = tuple(p for p in findings.problems if p.file == document.name and p.code in CERTAIN)
        if mine and document.lines:
            yield Mended(document.path, document.content, _file(document, mine), mine)


def _file(document: Document, problems: tuple[Problem, ...]) -> bytes:
    lines: list[str | None] = list(document.lines)
    for problem in problems:
        at = problem.line - 1
        line = lines[at]
        if line is None:
            continue
        if problem.code == "MG007":
            first = document.lines[0]
            lines[at] = line + (first[len(first.rstrip("\r\n")) :] or "\n")
        elif problem.code == "MG009":
            lines[at] = None
        elif problem.nearest:
            wrong = problem.key or problem.section
            lines[at] = line.replace(wrong, problem.nearest.strip("[]"), 1)
    text = "".join(line for line in lines if line is not None)
    codec = document.encoding.removesuffix("-sig")
    return (b"\xef\xbb\xbf" if document.encoding.endswith("-sig") else b"") + text.encode(codec)

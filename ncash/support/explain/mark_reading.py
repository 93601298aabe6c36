"""The mark in a text by the masks of a shop: its plugins are asked, started when the first text comes."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ncash.errors import UserError
from ncash.hosting.loader import Plugins
from ncash.model.ports import Rehearsal
from ncash.model.scan import Scan
from ncash.shop.shop import configuration
from ncash.support.explain.rehearsal import Scene, rehearsed


@contextmanager
def reading(conf: Path, data: Path) -> Iterator[Callable[[str], str | None]]:
    """Tells the CIS of a text as the till would read it; None for all without a conf folder or the shop's databases."""
    with ExitStack() as stack:
        started: list[Plugins | None] = []

        def reads(text: str) -> str | None:
            if not started:
                started.append(_plugins(stack, conf, data))
            [plugins] = started
            mark = plugins.read(Scan(text)) if plugins is not None else None
            return mark.cis if mark is not None else None

        yield reads


def _plugins(stack: ExitStack, conf: Path, data: Path) -> Plugins | None:
    if not conf.is_dir():
        return None
    try:
        return stack.enter_context(rehearsed(configuration(conf), data, Scene(Rehearsal()))).plugins
    except UserError:
        return None

"""Whether a text is a mark by the masks of a shop: its plugins are asked, started when the first text comes."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ncash.errors import UserError
from ncash.loader import Plugins
from ncash.model.ports import Rehearsal
from ncash.model.scan import RESTORED, Scan
from ncash.settings.config import Config
from ncash.settings.host import TABLES
from ncash.support.rehearsal import Scene, rehearsed


@contextmanager
def reading(conf: Path, data: Path) -> Iterator[Callable[[str], bool]]:
    """Asks the masks; without a conf folder or the shop's databases no text is a mark by them."""
    with ExitStack() as stack:
        started: list[Plugins | None] = []

        def reads(text: str) -> bool:
            if not started:
                started.append(_plugins(stack, conf, data))
            [plugins] = started
            return plugins is not None and plugins.read(Scan(text, RESTORED)) is not None

        yield reads


def _plugins(stack: ExitStack, conf: Path, data: Path) -> Plugins | None:
    if not conf.is_dir():
        return None
    try:
        return stack.enter_context(rehearsed(Config.load(conf, TABLES), data, Scene(Rehearsal()))).plugins
    except UserError:
        return None

"""Fixtures for the tests of plugins, which pytest finds by itself where ncash is installed.

`shop` makes tills, `till` is one of them, `crpt` and `server` are stand-ins of CRPT and of a cash server on loopback.
Nothing of ncash is imported before a test asks for one of them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from ncash.emulators.cashserver import CashServer
    from ncash.emulators.crpt import Emulator
    from ncash.testing import DrivenTill

MORNING: Final = "2027-01-15T12:00:00+03:00"
Shop = Callable[..., "DrivenTill"]


class ShopMaker:
    """Makes tills of new shop folders, each with these plugins, goods and settings, and ends them with the test."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._made = 0

    def __call__(
        self,
        *,
        plugins: Sequence[Path | str] = (),
        goods: Sequence[Mapping[str, Any]] | None = None,
        settings: Mapping[str, Mapping[str, str]] | None = None,
        files: Mapping[str, str] | None = None,
        at: str = MORNING,
        crpt: "Emulator | None" = None,
        server: "CashServer | None" = None,
    ) -> "DrivenTill":
        """A till at this moment.

        `plugins` are folders of packages, or names of installed ones; all are switched on. `goods` are article cards
        (barcode, name, price in rubles as text, and tmctype, dept, unit, code where wanted), None the sample goods.
        `settings` are live settings by section and key, `files` further INI files by name. `crpt` and `server` are
        asked when they are given.
        """
        from ncash.testing import DrivenTill, FencedHttp, FrozenClock, Outside, SeededRandom, load_goods, shop_folder

        self._made += 1
        live = {section: dict(values) for section, values in (settings or {}).items()}
        http = FencedHttp()
        for service, values in ((crpt, _of_crpt(crpt)), (server, _of_server(server))):
            if service is not None:
                http.allow(service.url)
                live["MarkedGoods"] = {**values, **live.get("MarkedGoods", {})}
        more = {**(files or {}), "60-plugins.ini": _switches(plugins), "61-settings.ini": _ini(live)}
        shop = shop_folder(self._folder / f"shop{self._made}", goods=goods is None, files=more)
        if goods is not None:
            load_goods(shop, goods)
        outside = Outside(FrozenClock(at), SeededRandom(), http)
        return self._stack.enter_context(DrivenTill(shop / "conf", shop / "data", outside))


def _of_crpt(crpt: "Emulator | None") -> dict[str, str]:
    if crpt is None:
        return {}
    token = next(iter(crpt.tokens))
    return {"enableMarkVerifyCrpt": "true", "markVerifyCrptUrl": crpt.url, "xapikey": f"[-1:{token}]"}


def _of_server(server: "CashServer | None") -> dict[str, str]:
    return {} if server is None else {"enableMarkVerify": "true", "markVerifyUrl": server.url}


def _switches(plugins: Sequence[Path | str]) -> str:
    folders = [one for one in plugins if isinstance(one, Path)]
    names = [one.name if isinstance(one, Path) else one for one in plugins]
    paths = ", ".join(dict.fromkeys(str(folder.resolve().parent) for folder in folders))
    head = f"[Host]\npluginsPath = {paths}\n" if paths else ""
    return head + "[plugins]\n" + "".join(f"{name} = on\n" for name in names)


def _ini(settings: Mapping[str, Mapping[str, str]]) -> str:
    sections = (
        f"[{section}]\n" + "".join(f"{key} = {value}\n" for key, value in values.items())
        for section, values in settings.items()
    )
    return "\n".join(sections)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Makes tills: `shop(plugins=[…], goods=[…], settings={…})`."""
    with ExitStack() as stack:
        yield ShopMaker(tmp_path, stack)


@pytest.fixture
def till(shop: Shop) -> "DrivenTill":
    """A till with the sample goods and the plugins that come with the program."""
    return shop()


@pytest.fixture
def crpt() -> "Iterator[Emulator]":
    """A stand-in of CRPT: every code is sound unless it is scripted otherwise."""
    from ncash.emulators.crpt import Emulator

    with Emulator() as running:
        yield running


@pytest.fixture
def server() -> "Iterator[CashServer]":
    """A stand-in of a cash server."""
    from ncash.emulators.cashserver import CashServer

    with CashServer() as running:
        yield running

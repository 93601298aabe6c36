"""Conf folders made by chance: the tables' settings, the vendor's samples, other programs' files, planted mistakes.

A folder is a mapping of file names to bytes: `ncash.ini`, every other name is a drop-in.
"""

import importlib.util
import random
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from ncash.bundled.expirydiscount.settings import TABLES as EXPIRY
from ncash.bundled.markedgoods.settings import TABLES as MARKED
from ncash.bundled.markedgoods.settings.samples import SAMPLES
from ncash.bundled.restrictions.settings import TABLES as ROLES
from ncash.settings.declare import Row
from ncash.settings.host import TABLES as HOST

Folder = dict[str, str]
TESTS: Final = Path(__file__).resolve().parents[1]
MILK: Final = '[MarkedGoods.Milk]\nmask = "01(?<barcode>[0-9]{14})21.{6}93.{4}"\n'
ON: Final = "[plugins]\nmarkedgoods = on\n"
ROWS: Final = tuple(row for table in (*HOST, *MARKED, *ROLES, *EXPIRY) for row in table.rows())
GOOD: Final[Mapping[str, tuple[str, ...]]] = {
    "seconds": ("2", "30", "999999999"),
    "milliseconds": ("0", "150", "999999999"),
    "number": ("0", "1", "16", "8760", "999999999"),
    "list": ("", "1", "1,2 , 3", "https://cdn.crpt.example", "72:10", ",".join(["77"] * 1500)),
    "path": ("", "mark.png", "x" * 5000),
    "text": ("", "030", "Пример", "a/b", "9" * 16, "crpt@01.02.2026", "tspiot@01.01.2020", "x" * 5000),
    "mask": ("[0-9]*", "01(?<barcode>[0-9]{14})21.{7}93.{4}", "01(?<barcode>[0-9]{14})21.{13}(240.{4})?91.{4}92.{44}"),
    "url": ("", "http://localhost:8080", "https://server.example/CSrest/rest/sales/exciseMark/status"),
    "tokens": ("", "[-1:0a1b2c]", "[1.2:a#b;c],[3:d]", "[1:1],[2:x]", "[1:alone]", "none", "[1.2:a],[2:b]"),
    "date": ("", "01.02.2024"),
    "bitmask": ("", "0", "1", "2", "3"),
}
"""Texts that the kinds accept; what the checks of single settings make of them is part of the game."""
BAD: Final = (
    "ture", "True", "", "-1", "0", "1.5", "1" * 12, "http://", "http://http://x", "ftp://x", "[", "[1:", ",,", "on",
    "2023-11-21", "31.02.2024", "(", "(a|aa)+c", ".*", "x" * 9000, "\u00a0", "#", '"', "'a", '"a" b', "\x1d",
    "\U0001f4a9",
)  # fmt: skip
STRANGERS: Final = (
    "rsloyalty", "motp", "moot", "egais", "draftbeer", "loymax", "view", "json", "this", "restriction", "Markedgoods",
    "expirydiscounts", "x-y", "лояльность", "x" * 300,
)  # fmt: skip
SECTIONS: Final = (
    "Egais", "Motp", "printer", "hw.FR.Cliche", "Card", "Case", "cash", "MarkedGood", "MarkedGoods.Milk.X",
    "MarkedGoods.", "MarkedGoods." + "я" * 4200, "Restrictions.Quantity", "CRPT", "BCode", "Fiscal.atol", "plugins",
    "Host", "#;=", "\x1d",
)  # fmt: skip
LINES: Final = (
    "...", "…", "url = 1", "url = 1", "a line", "= x", "key", '"a" = 1', "[", "[]", "[[X]]", "X]",
    ";[MarkedGoods.Milk]", ";[Other]", "# text", "21???????????=BBBBBBBQQ.QQQX", "21??=BBZZ", "22???=BBBBB",
    '"23??=BBXX"', ";" + "x" * 9000,
    "mask = x", "allowUnmarked = true", "\u2028 = \x85", "'k\" = 1",
)  # fmt: skip


@cache
def planted() -> tuple[tuple[str, str], ...]:
    """The mistakes that tests plant: file and text."""
    found = []
    for name in ("test_planted.py", "test_planted_elsewhere.py"):
        spec = importlib.util.spec_from_file_location(f"laws_{name[:-3]}", TESTS / "unit/settings" / name)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found += [(f"{one.file.replace('_', '-')}.ini", one.text) for one in module.PLANTED]
    return tuple(found)


@cache
def samples() -> tuple[str, ...]:
    """The vendor's samples: as printed, with the headers enabled, with everything commented out, with dots."""
    spec = importlib.util.spec_from_file_location("laws_samples", TESTS / "unit/settings/test_vendor_samples.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    split: str = module.SPLIT
    masks = "".join(f'[MarkedGoods.{one.name}]\nmask = "{one.mask}"\n' for one in SAMPLES)
    enabled = split.replace(";[", "[").replace(";mask", "mask")
    dots = "[MarkedGoods]\n...\n; text\n;allowChangeQuantity = false\n...\nxapikey = [-1:0a1b]\n...\n"
    mask = r"01(?<barcode>[0-9]{14})21.{13}(?<remove1>\s*|\\u001d)91.{4}(?<remove2>\s*|\\u001d)92.{44}"
    remove = f'[MarkedGoods.Perfume]\nmask = "{mask}"\n'
    commented = "".join(f";{line}\n" for line in split.splitlines())
    return split, enabled, commented, masks, dots, remove


@cache
def copied() -> tuple[tuple[str, str], ...]:
    """Files of other programs of the vendor: name and text."""
    folder = TESTS / "journeys/copied_conf/ncash.ini.d"
    found = []
    for path in sorted(folder.glob("*.ini")):
        content = path.read_bytes()
        try:
            found.append((path.name, content.decode("utf-8-sig")))
        except UnicodeDecodeError:
            found.append((path.name, content.decode("cp1251")))
    return tuple(found)


def _setting(chance: random.Random, row: Row) -> str:
    good = row.kind.words or GOOD.get(row.kind.name, ("1",))
    value = chance.choice(good if chance.random() < 0.85 else BAD)
    key = row.name
    if chance.random() < 0.04:
        key = chance.choice((key.lower(), key.upper(), key + "s", key[1:]))
    return f"{key} = " + (f'"{value}"' if chance.random() < 0.2 else value)


def _rows(chance: random.Random, folder: Folder) -> None:
    """Settings of the tables, some of them for a category."""
    lines = []
    for row in chance.sample(ROWS, chance.randint(1, 6)):
        category = row.section == "MarkedGoods" and chance.random() < 0.4
        name = chance.choice(("Milk", "Milk", "Water", "Сыр")) if category else ""
        lines += [f"[{row.section}.{name}]" if name else f"[{row.section}]", _setting(chance, row)]
    _into(chance, folder, "\n".join([*lines, ""]))


def _switches(chance: random.Random, folder: Folder) -> None:
    """The check is made, by whatever service, and whoever is asked is asked about everything."""
    token = chance.choice(("[-1:0a1b2c]", "[1.2:0a1b2c]", "[1:1],[2:t]", "[1:x]", ""))
    service = chance.choice(("", "", "markVerifyCrptService = tspiot\n", "markVerifyCrptService = kkmserver\n"))
    more = chance.choice(
        ("", "enableMarkVerify = true\n", "enableMarkVerifyLocal = true\n", "refuseUnchecked = true\n")
    )
    text = (
        f"[MarkedGoods]\nenableMarkVerifyCrpt = true\nmarkVerifyCrptUrl = https://cdn.crpt.example\nxapikey = {token}\n"
    )
    _into(chance, folder, text + service + more)


def _mistake(chance: random.Random, folder: Folder) -> None:
    name, text = chance.choice(planted())
    if chance.random() < 0.5:
        folder[name] = folder.get(name, "") + text
    else:
        _into(chance, folder, text)


def _sample(chance: random.Random, folder: Folder) -> None:
    _into(chance, folder, chance.choice(samples()))


def _neighbours(chance: random.Random, folder: Folder) -> None:
    for name, text in chance.sample(copied(), chance.randint(1, 4)):
        folder[name] = text if name not in folder or chance.random() < 0.5 else folder[name] + text


def _stranger(chance: random.Random, folder: Folder) -> None:
    name, word = chance.choice(STRANGERS), chance.choice(("on", "on", "off", "true", ""))
    _into(chance, folder, f"[plugins]\n{name} = {word}\n")


def _section(chance: random.Random, folder: Folder) -> None:
    lines = [f"[{chance.choice(SECTIONS)}]", *chance.choices(LINES, k=chance.randint(0, 4))]
    _into(chance, folder, "\n".join([*lines, ""]))


def _many(chance: random.Random, folder: Folder) -> None:
    """More categories than fingers, now and then more than are accepted."""
    count = chance.choice((10, 20, 65)) if chance.random() < 0.2 else 8
    lines = [f'[MarkedGoods.C{n}]\nmask = "02(?<barcode>[0-9]{{14}})21.{{6}}93{n:04d}"\n' for n in range(count)]
    _into(chance, folder, "".join(lines))


def _twice(chance: random.Random, folder: Folder) -> None:
    """Lines of a file again, elsewhere in it."""
    name = chance.choice(list(folder))
    lines = folder[name].split("\n")
    for _ in range(chance.randint(1, 3)):
        lines.insert(chance.randint(0, len(lines)), chance.choice(lines))
    folder[name] = "\n".join(lines)


def _disordered(chance: random.Random, folder: Folder) -> None:
    """A line is lost, commented out, cut, put in the wrong case, or changes places."""
    name = chance.choice(list(folder))
    lines = folder[name].split("\n")
    at = chance.randrange(len(lines))
    line = lines[at]
    changed: list[str] = chance.choice(
        ([], [f";{line}"], [f"# {line}"], [line.lower()], [line[: len(line) // 2]], ["x" * 9000])
    )
    lines[at : at + 1] = changed
    folder[name] = "\n".join(lines)


def _renamed(chance: random.Random, folder: Folder) -> None:
    """The order in which files are read."""
    name = chance.choice(list(folder))
    if name != "ncash.ini":
        folder[chance.choice(("00-first.ini", "90-support.ini", "zz.ini", "касса.ini", "ncash.ini"))] = folder.pop(name)


def _into(chance: random.Random, folder: Folder, text: str) -> None:
    """Into a file that is there, above or below what stands in it, or into one of its own."""
    name = chance.choice([*folder, f"{chance.choice('abmz')}{len(folder)}.ini"])
    before = folder.get(name, "")
    folder[name] = text + before if chance.random() < 0.3 else before + text


STEPS: Final[tuple[tuple[Callable[[random.Random, Folder], None], int], ...]] = (
    (_rows, 5), (_switches, 4), (_mistake, 3), (_sample, 2), (_neighbours, 4), (_stranger, 3), (_section, 3),
    (_many, 1), (_twice, 3), (_disordered, 2), (_renamed, 2),
)  # fmt: skip


def made(chance: random.Random) -> dict[str, bytes]:
    """A folder that switches markedgoods on and reads at least one mask, and then whatever chance does to it."""
    folder: Folder = {"ncash.ini": "[Cash]\ncashcode = 1\n", "markedgoods.ini": ON + MILK}
    steps, weights = zip(*STEPS, strict=True)
    for step in chance.choices(steps, weights, k=chance.choice((1, 1, 1, 2, 2, 3, 5))):
        step(chance, folder)
    return {name: _written(chance, text) for name, text in folder.items()}


def _written(chance: random.Random, text: str) -> bytes:
    end = chance.choice(("\n",) * 8 + ("\r\n", "\r"))
    encoding = chance.choice(("utf-8",) * 8 + ("utf-8-sig", "cp1251"))
    content = text.replace("\n", end).encode(encoding, "replace")
    if chance.random() < 0.03:
        content = text.encode("utf-16")
    if chance.random() < 0.06:
        content = content[: chance.randint(0, len(content))]
    return content


def shown(folder: Mapping[str, Any]) -> str:
    """A folder as a person reads it in a failure."""
    return "\n".join(f"--- {name}\n{content!r:.1500}" for name, content in folder.items())

"""Folders that broke the law once, cut down to what mattered; each is a named test, in memory and on disk."""

from collections.abc import Mapping
from typing import Final

from .folders import MILK, ON

_CATEGORIES: Final = "".join(
    f'[MarkedGoods.C{n}]\nmask = "02(?<barcode>[0-9]{{14}})21.{{6}}93{n:04d}"\n' for n in range(80)
)
_LIST: Final = ",".join(["77"] * 2000)
_M: Final = "[MarkedGoods]\n"
TEXTS: Final[Mapping[str, str]] = {
    "a plugin of the vendor that is not installed": "[plugins]\nrsloyalty = on\n",
    "a plugin that is not installed, switched in a way of its own": "[plugins]\nmotp = true\nmotp = on\n",
    "a slip in the name of a plugin that no section speaks of": "[plugins]\nrestriction = on\n",
    "a bad value for a plugin that nobody names": "[Restrictions.MarkedGoods]\naddWithoutScanMarkRoles = ,,\n",
    "a section that is a slip for the host and known to a plugin": "[ExpiryDiscount]\nsteps = 72:10\n",
    "more than 64 categories": _CATEGORIES,
    "a category whose name has thousands of letters": "[MarkedGoods." + "я" * 4200 + "]\nmask = x\n",
    "a list of catalogs longer than a text was allowed to be": f"{_M}skipMarkVerifyCrptCatalogs = {_LIST}\n"
    "enableMarkVerifyCrpt = true\nxapikey = [-1:t]\n",
    "an industry tag longer than a text was allowed to be": f"{_M}documentNumber = {'1' * 5000}\n"
    "enableMarkVerifyCrpt = true\nxapikey = [-1:t]\n",
    "a picture whose name no file can have": f"{_M}markScanImage = {'x' * 5000}\n",
    "a password file whose name no file can have": f"[Fiscal]\nuser = u\npasswordFile = {'x' * 5000}\n",
    "a wait of years": f"{_M}enableMarkVerify = true\nmarkVerifyTimeout = 999999999\n",
    "a section called by a control character": "[\x1d]\nkey = 1\n[\x85]\n\u2028 = 2\n",
    "a till called by no number": "[Cash]\ncashcode = 1/2\n",
    "a till whose name is too long for its lock": f"[Cash]\ncashcode = {'1' * 300}\n",
    "a folder of plugins that is not there": "[Host]\npluginsPath = gone\n[plugins]\nguard = on\n",
    "a database whose name no file can have": f"[Databases]\ndocuments = {'x' * 300}\n",
    "a rule of labels that is none": "[BCode]\n21??=BBZZ\n",
    "masks that share a code": MILK.replace("Milk", "Cheese").replace("93", "(93|94)"),
    "a mask repeated by another category, with a mistake beside it": MILK.replace("Milk", "A") + "foiv = 030\n",
    "a mask that stands twice and shares a code": MILK.replace("Milk", "B").replace("93", ".3")
    + MILK.replace("Milk", "B").replace("93", ".3").partition("\n")[2],
    "brackets inside brackets": f'[MarkedGoods.Deep]\nmask = "{"(" * 200}a{")" * 200}"\n',
    "a value, another, and the first one again": _M
    + "".join(f"allowUnmarked = {word}\n" for word in ("true", "false", "true")),
    "a name in the wrong case": f"{_M}checklocaluniqueness = false\n",
    "a line of other programs that is no setting": "[Egais]\na line\ntext = 'open\n...\n",
    "a comment longer than a line may be": ";" + "x" * 20_000 + "\n",
}
FOLDERS: Final = {
    name: {"ncash.ini": b"", "markedgoods.ini": (ON + MILK).encode(), "one.ini": text.encode()}
    for name, text in TEXTS.items()
}

"""Each rule of `ncash check` explained: a file that shows the mistake, what it leads to, and how it is mended.

The examples are executed by the tests: each of them is found under its own rule.
"""

from typing import Final, NamedTuple


class RuleExplanation(NamedTuple):
    """Explanation of one rule of `ncash check`: consequence, remedy, example."""

    why: str
    mend: str
    example: str = ""
    """Text of ncash.ini.d/markedgoods.ini; empty where the mistake is not in the text."""


_M: Final = "[MarkedGoods]\n"
_LONG: Final = _M + "documentNumber = " + "1" * 9000 + "\n"
_MILK: Final = '[MarkedGoods.Milk]\nmask = "01(?<barcode>[0-9]{14})21.{6}93.{4}"\n'

EXPLAINED: Final = {
    "MG001": RuleExplanation(
        "What stands in the file is unknown, so the till must not sell marked goods by the defaults.",
        "Give the user who runs the till the right to read the file, or put a file of at most 1 MB in its place.",
    ),
    "MG002": RuleExplanation(
        "The file was saved in an encoding that hides the settings, UTF-16 for example.",
        "Save it as UTF-8 or Windows-1251.",
    ),
    "MG003": RuleExplanation(
        "The line says nothing to the till, and what was meant by it does not hold.",
        "Write key = value, or begin the line with ; to make it a comment.",
        _M + "addWithoutScanMark : true\n",
    ),
    "MG004": RuleExplanation("A setting belongs to a section.", "Put its section's header above it.", "foiv = 030\n"),
    "MG005": RuleExplanation(
        "The settings below a header that cannot be read belong nowhere.",
        "Write the name between one pair of square brackets.",
        "[MarkedGoods.Milk\nallowUnmarked = true\n",
    ),
    "MG006": RuleExplanation(
        "Where the value ends cannot be told.", "Close the quote, or take it away.", _M + 'documentNumber = "1944\n'
    ),
    "MG007": RuleExplanation(
        "A value without a line end may be the rest of a file that was cut while it was written.",
        "End the last line with Enter.",
        _M + "documentNumber = 19",
    ),
    "MG008": RuleExplanation(
        "Two values for one key: one of them was not meant.",
        "Keep one of the lines.",
        _M + "checkLocalUniqueness = true\ncheckLocalUniqueness = false\n",
    ),
    "MG009": RuleExplanation(
        "The second line adds nothing.", "Remove one of the lines.", _M + "foiv = 030\nfoiv = 030\n"
    ),
    "MG010": RuleExplanation(
        "The settings of both pieces are joined; whoever reads only one of them is misled.",
        "Put the settings under one header.",
        _M + "foiv = 030\n\n[Cash]\nname = Shop\n\n" + _M + "documentNumber = 1944\n",
    ),
    "MG011": RuleExplanation(
        "The header is a comment, so the settings under it hold for the section above: for the whole shop.",
        "Take the ; off the header, or comment the settings out as well.",
        _M + "foiv = 030\n;[MarkedGoods.Milk]\ncheckLocalUniqueness = false\n",
    ),
    "MG012": RuleExplanation("Nobody writes such a line on purpose.", "Shorten it.", _LONG),
    "MG013": RuleExplanation(
        "The quotes do not enclose the whole value, so they stay in it.",
        "Enclose the whole value, or take the quotes away.",
        _M + 'documentNumber = "1944" 1945\n',
    ),
    "MG020": RuleExplanation(
        "A misspelt setting has no effect, and the default holds instead.",
        "Write the name as it is proposed.",
        _M + "checkLocalUniquenes = false\n",
    ),
    "MG021": RuleExplanation(
        "Names are matched exactly.", "Write the name as it is proposed.", _M + "checklocaluniqueness = false\n"
    ),
    "MG022": RuleExplanation(
        "No plugin knows the setting, so it has no effect.", "Remove it, or install its plugin.", _M + "discount = 5\n"
    ),
    "MG023": RuleExplanation(
        "No plugin knows the section, so nothing in it has an effect.",
        "Remove it, or install the plugin it belongs to.",
        "[Warehouse]\nshelf = 1\n",
    ),
    "MG024": RuleExplanation(
        "The setting holds for the whole shop; a category cannot have its own value, and this one is ignored.",
        "Move it to [MarkedGoods].",
        _MILK + "addWithoutScanMark = true\n",
    ),
    "MG025": RuleExplanation(
        "A mask belongs to one category.", "Move it to a section [MarkedGoods.NAME].", _M + 'mask = "01[0-9]{14}"\n'
    ),
    "MG026": RuleExplanation(
        "The dot separates the section from its category; a second one makes a section that is not read.",
        "Choose a name without a dot.",
        '[MarkedGoods.Milk.Goat]\nmask = "01[0-9]{14}"\n',
    ),
    "MG030": RuleExplanation(
        "The value cannot be read, and which one was meant is unknown.",
        "Write one of the accepted values.",
        _M + "checkLocalUniqueness = ture\n",
    ),
    "MG031": RuleExplanation(
        "Marks of this category cannot be recognised.",
        "Correct the expression.",
        '[MarkedGoods.Milk]\nmask = "01(21"\n'
    ),
    "MG032": RuleExplanation(
        "The server can never be asked.",
        "Write scheme, host and port, as in http://localhost:8080.",
        _M + "markVerifyUrl = http://http://server\n",
    ),
    "MG033": RuleExplanation(
        "Without tokens Chestny Znak answers nothing; marked goods are sold unchecked, unless refuseUnchecked = true.",
        "Write [-1:TOKEN] for one legal entity, [DEPT.DEPT:TOKEN],[DEPT:TOKEN] for several.",
        _M + "xapikey = -1:token\n",
    ),
    "MG034": RuleExplanation(
        "This form does not say whose token it is, and the vendor forbids it.",
        "Write [-1:TOKEN] when there is one legal entity.",
        _M + "xapikey = [1:token]\n",
    ),
    "MG035": RuleExplanation(
        "Which of the two tokens is meant cannot be told.",
        "Name each department once.",
        _M + "xapikey = [1.2:first],[2:second]\n",
    ),
    "MG036": RuleExplanation(
        "Labels of this kind are not read: goods are not found, or without their weight.",
        "Give each character of the mask its letter B, Q or X; the point takes none.",
    ),
    "MG040": RuleExplanation(
        "The setting is known, and this version does nothing with it yet.",
        "Do not rely on it; the changelog says when it comes.",
    ),
    "MG041": RuleExplanation(
        "Another setting decides before this one is asked.",
        "Change the other setting, or remove this line.",
        _M + "ignoreCrptStatusSold = allow\nmarkVerifyCrptAskConfirmation = true\n",
    ),
    "MG050": RuleExplanation(
        "A category without a mask recognises nothing, and its settings are ignored.",
        "Give it a mask, or remove the section.",
        "[MarkedGoods.Milk]\nallowUnmarked = true\n",
    ),
    "MG051": RuleExplanation(
        "Which of the categories a mark belongs to cannot be told, so all of them are ignored.",
        "Join them into one section.",
        _MILK + _MILK.replace("Milk", "Cheese"),
    ),
    "MG052": RuleExplanation(
        "The check is switched on and nobody can be asked.",
        "Set xapikey, or switch the check off.",
        _M + "enableMarkVerifyCrpt = true\n",
    ),
    "MG053": RuleExplanation(
        "Receipts are closed without the tag, and the tax office sees it.",
        "Write the value of the law, or remove the line: the default is right.",
        _M + "foiv =\n",
    ),
    "MG054": RuleExplanation(
        "What the file was for does not work.", "Put the file there, or correct the path.",
        _M + "markScanImage = pictures/mark.png\n",
    ),
    "MG055": RuleExplanation(
        "The switch moves nothing.", "Install the plugin, or remove the line.", "[plugins]\nfrequentbuyer = on\n"
    ),
    "MG056": RuleExplanation(
        "The plugin's settings cannot be judged, and it will not start.", "Install a version that fits this ncash."
    ),
    "MG057": RuleExplanation(
        "The till keeps all categories of a plugin in mind, and refuses a plugin that brings more.",
        "Join categories whose settings are the same: one mask may read several kinds of codes.",
    ),
    "MG058": RuleExplanation(
        "Somebody put settings into a file that no till reads: they do not hold.",
        "Move the file to ncash.ini.d, and let its name end in .ini.",
    ),
    "MG059": RuleExplanation(
        "Plugins lay there, or were meant to; one of them may be there to refuse, and would be missed by nobody.",
        "Put the folder there, or take it out of pluginsPath.",
    ),
    "MG060": RuleExplanation(
        "A unit of one category would be sold by the rules of the other.",
        "Make one of the masks narrower; the code in the message shows where they meet.",
        _MILK + _MILK.replace("Milk", "Cheese").replace("93", "(93|94)"),
    ),
    "MG061": RuleExplanation(
        "Goods of this category can never be sold by their marks.", "Correct the mask.", _MILK.replace("93", "#{2}")
    ),
    "MG062": RuleExplanation(
        "The category takes the marks of all others, and plain barcodes as well.",
        "Describe the mark: 01, GTIN, 21, serial, key.",
        '[MarkedGoods.All]\nmask = ".*"\n',
    ),
    "MG063": RuleExplanation(
        "The goods are looked up by the mask's barcode, which can hold no GTIN.",
        "Capture 14 digits: (?<barcode>[0-9]{14}).",
        _MILK.replace("{14}", "{13}"),
    ),
    "MG064": RuleExplanation(
        "On some scans the mask needs longer than a cashier can wait; then the scan counts as no mark.",
        "Avoid a repeat inside a repeat.",
        '[MarkedGoods.Milk]\nmask = "01(?<barcode>[0-9]{14})21(x?y?)*z"\n',
    ),
    "MG065": RuleExplanation(
        "The mask uses something the proof does not cover; it may still be right.",
        "Write it without back references and look-around, or test its codes yourself.",
        '[MarkedGoods.Milk]\nmask = "01(?<barcode>[0-9]{14})(?=21).{8}"\n',
    ),
    "MG066": RuleExplanation(
        "A unit scanned with the separator and without may count as two: the CIS ends where the serial does.",
        "Spell the identifier behind the serial (91, 93 and so on), or put \\s* there.",
        '[MarkedGoods.Milk]\nmask = "01(?<barcode>[0-9]{14})21.{6,60}"\n',
    ),
    "MG067": RuleExplanation(
        "What the capture holds would never be looked at, or nobody could say which of two is meant.",
        "Name captures barcode, weight, remove1, remove2 and so on, each once and in small letters.",
        _MILK.replace("barcode", "Barcode"),
    ),
    "MG068": RuleExplanation(
        "The capture does nothing.",
        "Read are barcode, weight and remove1, remove2 and so on; leave any other name out.",
        _MILK.replace("93", "(?<key>93)"),
    ),
    "MG069": RuleExplanation(
        "With a scanner that drops GS the goods are not found.",
        "Write the mask without look-around and back references, or make the separator optional: \\s*.",
        '[MarkedGoods.Milk]\nmask = "01(?<barcode>[0-9]{14})(?=21).{8}\\x{001d}93.{4}"\n',
    ),
    "MG071": RuleExplanation(
        "The service knows its clients by their registration and may refuse this one.",
        "Register the till and write its id into tspiotClientId.",
    ),
    "MG072": RuleExplanation(
        "The service is chosen and cannot be asked, so marks are not checked.",
        "Set what the message names, or choose another service.",
    ),
    "MG073": RuleExplanation(
        "Everybody on this computer can read the password.",
        "Let only the user who runs the till read the file: chmod 600.",
    ),
    "MG078": RuleExplanation(
        "A sample was copied out of the manual, dots and all: what stood in place of the dots is not there.",
        "Remove the line; copy whole lines, and compare the section with the reference.",
        _M + "foiv = 030\n...\n",
    ),
    "MG074": RuleExplanation(
        "The till does not start: nobody would make its fiscal documents.",
        "Write the name of a driver that is installed, or install the package that brings this one.",
        "[Fiscal]\ndriver = kkmservr\n",
    ),
    "MG075": RuleExplanation(
        "Marks and the account could be read and changed on the way, so the till does not ask this server: goods are "
        "decided as with a server that is away, and the queue keeps its messages.",
        "Give the server a certificate and write https://; or allow it by name: markVerifyAllowPlainHttp = true.",
        _M + "enableMarkVerify = true\nmarkVerifyUrl = http://server.example:8080/CSrest/rest/sales/exciseMark/status\n",
    ),
    "MG076": RuleExplanation(
        "Whoever is between till and server can read the marks and the password, and answer in the server's place.",
        "Give the server a certificate, write https:// in markVerifyUrl and take the setting out.",
        _M + "enableMarkVerify = true\nmarkVerifyUrl = http://server.example:8080\nmarkVerifyAllowPlainHttp = true\n",
    ),
    "MG077": RuleExplanation(
        "Reservations and the queue go to the addresses beside the one that is written; there nothing answers.",
        "Write the whole address of the status, or none of its path: http://HOST:8080.",
        _M + "enableMarkVerify = true\nmarkVerifyUrl = https://server.example.test/CSrest\n",
    ),
    "MG080": RuleExplanation(
        "Alcohol, tobacco and other goods that carry marks leave the shop, and nobody is told which unit it was.",
        "Let a category serve them (goodsTypes), then remove the line.",
        "[Host]\nunservedMarks = allow\n",
    ),
    "MG081": RuleExplanation(
        "The section belongs to a module of the vendor that this program serves by its own checks; what these keys say "
        "does not happen.",
        "See that the categories say what is wanted, and remove the keys, or the section.",
        "[plugins]\nmotp = on\n[Motp]\noldTobacco = true\n",
    ),
    "MG082": RuleExplanation(
        "Nobody reads the marks of these goods, so they are not sold.",
        "Switch the plugin on, or the module off.",
        "[plugins]\nmotp = on\n",
    ),
    "MG083": RuleExplanation(
        "Dictionaries holds alcohol, tobacco or other goods that carry marks; no category of any plugin reads them.",
        "Let a category serve them (goodsTypes), or mend the cards; [Host] unservedMarks decides meanwhile.",
    ),
    "MG085": RuleExplanation(
        "Bundled plugins go before all others, then whatever Python finds first; the plugin that was meant, and what "
        "it refuses, is not there.",
        "Rename its folder and its switch, or remove the folder.",
    ),
    "MG084": RuleExplanation(
        "The goods of the module have no category, and are refused.",
        "Write a mask in the dialect of the categories.",
        '[plugins]\nmotp = on\n[Motp]\ndataMatrixMask = "01("\n',
    ),
}  # fmt: skip

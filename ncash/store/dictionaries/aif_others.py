"""Objects of an AIF file beside the goods: units, groups, taxes, people, catalogs (aif.md and public writers)."""

from typing import Final

from ncash.store.imports.kinds import CODE, FLAG, KEPT, LIST, TEXT, WHOLE
from ncash.store.imports.shapes import Field, Shape

UNIT: Final = Shape(
    "unit",
    Field("unitCode", CODE, "code", "units.code", spelled=("code", "measurecode"), required=True),
    Field("name", TEXT, "name", "units.name"),
    Field("fractional", FLAG, "sold by weight or measure", "units.flag", default="false", spelled=("flag",)),
    Field("frunit", WHOLE, "ours: code of FFD tag 2108", "units.frunit"),
)
GROUP: Final = Shape(
    "inventGroup",
    Field("groupCode", CODE, "code", "inventgroup.code", required=True),
    Field("parentGroupCode", CODE, "the group above", "inventgroup.parentcode"),
    Field("groupname", TEXT, "name", "inventgroup.name", spelled=("name",)),
)
TAX_GROUP: Final = Shape(
    "taxGroup",
    Field("idTaxGroup", CODE, "code", "taxgroup.code", spelled=("taxgroupcode",), required=True),
    Field("taxes", KEPT, "kept as it is", "taxgroup.taxes"),
)
ROLE: Final = Shape(
    "roleusers[]",
    Field("rolecode", CODE, "the role", "roleuser.rolecode", required=True),
    Field("rule", WHOLE, "1 grants it", "roleuser.rule", default="0"),
)
PERSON: Final = Shape(
    "mcashuser",
    Field("code", CODE, "code", "mol.code", required=True),
    Field("name", TEXT, "name", "mol.name"),
    Field("login", TEXT, "kept", "mol.login"),
    Field("rank", TEXT, "kept", "mol.rank"),
    Field("password", KEPT, "never kept: tills here ask for none"),
    Field("roleusers", LIST, "roles; they take the place of those that the person had", inner=ROLE),
    Field("keyposition", KEPT, "a key of the vendor's keyboard", used=False),
)
CATALOG: Final = Shape(
    "catalog",
    Field("code", CODE, "code", "catalog.code", spelled=("catalogcode", "catalogId"), required=True),
    Field("name", TEXT, "name", "catalog.name"),
)
CATALOG_ITEM: Final = Shape(
    "catalogitem",
    Field("catalogcode", CODE, "the catalog", "catalogitem.catalogcode", spelled=("catalogId",), required=True),
    Field("inventcode", CODE, "the card", "catalogitem.inventcode", spelled=("tmccode",), required=True),
)

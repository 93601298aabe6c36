"""The operator's test codes with their fixed answers (R17 annex 2), and the answer any other well-formed code gets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from ncash.model.codes.layouts import HEAD
from ncash.model.mark import GS, PACK_LENGTH, cis, layout_of, places, plain

NO_FIELDS: Final[Mapping[str, Any]] = MappingProxyType({})
FAR: Final = "2099-12-31T00:00:00.000Z"
MILK, TOBACCO, OTP, WATER, BEER, CLOTHES, NCP = 8, 3, 12, 13, 15, 1, 16


@dataclass(frozen=True, slots=True)
class Scripted:
    """What a code gets: fields laid over the good answer (None takes a field away), or a bare status and body."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    body: Mapping[str, Any] | None = None
    delay: float = 0.0
    """Seconds."""


def _of(status: int = 200, body: Mapping[str, Any] | None = None, delay: float = 0.0, **fields: Any) -> Scripted:
    return Scripted(fields, status, body, delay)


EXTERNAL: Final = {"code": 5000, "description": "external system is unavailable", "codes": []}
_UNKNOWN: Final[dict[str, Any]] = {"found": False, "utilised": False, "realizable": False, "verified": False}

_ROWS: Final = (
    (f"0104670540176099215'W9Um{GS}93dGVz", _of(utilised=False, realizable=False)),
    (f"0104670540176099215LnOjv{GS}93dGVz", _of(realizable=False)),
    (f"010462930887704421DzkcYt2{GS}8005177000{GS}93dGVz", _of(realizable=False, grayZone=True)),
    (f"0104670540176099215NN*cM{GS}93dGVz", _of(sold=True, realizable=False)),
    (f"0104602220006549215opFcmK{GS}93dGVz", _of(isBlocked=True)),
    (f"0104670540176099215<pGKy{GS}93dGVz", _of(expireDate="2022-12-22T12:16:00.000Z")),
    (f"010461013628057121/798DM%{GS}8005199000{GS}93dGVz", _of(smp=20000, packageQuantity=10, packageType="GROUP")),
    ("04601653035829H;dV)bFACVUdGVz", _of()),
    ("04601653035829H;dV)bFADI8dGVz", _of(smp=20000)),
    ("04601653035829H;vE)bFACVUdGVz", _of(**_UNKNOWN)),
    (f"0104670540176099215<pGKy{GS}93DGVz", _of(verified=False)),
    (f"0104670540176099215!pGKy{GS}93dGVz", _of(504)),
    (f"0104670540176099215LpGKy{GS}93dGVz", _of(203)),
    (f"0104670540176099215PpGKy{GS}93dGVz", _of(500)),
    (f"0104670540176099215MpGKy{GS}93dGVz", _of(delay=2.0)),
    (f"0104813445003293215TmiV,g{GS}93dGVz", _of(500, EXTERNAL)),
    ("00840147505712Zz;ZnRbAAAAdGVz", _of(groupIds=[NCP], mrp=20000)),
    (f"010085060000025821WbUN7If{GS}93dGVz", _of(groupIds=[OTP], mrp=20000)),
    (f"0108607405401894215cC3O4{GS}93dGVz", _of(isBlocked=True, ogvs=["VETRF"])),
    (f'01046700190342882151aj"K>X+mFcP{GS}93dGVz', _of(isBlocked=True, ogvs=["RD"])),
)
OFFICIAL: Final[Mapping[str, Scripted]] = MappingProxyType({plain(code): answer for code, answer in _ROWS})
"""By code without separators; the case of the verification part counts."""
OFFICIAL_CODES: Final = tuple(code for code, _ in _ROWS)


def group_of(code: str) -> int:
    """The product group a code of this form belongs to in this emulator."""
    tail, serial = set(places(code)), len(cis(code)) - HEAD
    if not tail or "8005" in tail:
        return TOBACCO
    if "92" in tail:
        return CLOTHES
    if serial == 7:
        return BEER if any(ai.startswith("335") for ai in tail) else OTP
    return WATER if serial == 13 and tail == {"93"} else MILK


def known_form(code: str) -> bool:
    """Whether the text is a marking code at all; of a layout that is not in the table its separators must show it."""
    bare = plain(code)
    shown = layout_of(bare) is not None or (GS in code and places(code) != {})
    return shown or (len(bare) == PACK_LENGTH and bare[:14].isdecimal())


def good(code: str) -> dict[str, Any]:
    """The element of a unit that may be sold."""
    bare, group = plain(code), group_of(code)
    element = {
        "cis": code,
        "found": True,
        "valid": True,
        "printView": cis(code),
        "gtin": bare[2:16] if places(code) else bare[:14],
        "groupIds": [group],
        "verified": True,
        "realizable": True,
        "utilised": True,
        "isBlocked": False,
        "errorCode": 0,
        "isTracking": group in (TOBACCO, OTP, NCP, CLOTHES),
        "sold": False,
        "packageType": "UNIT",
        "grayZone": False,
    }
    return {**element, "expireDate": FAR} if group in (MILK, WATER, BEER) else element


def no_mark(code: str) -> dict[str, Any]:
    """The element of a text that is no marking code: the few fields that are always there."""
    flags = dict.fromkeys(("found", "valid", "verified", "realizable", "utilised"), False)
    return {"cis": code, **flags, "errorCode": 1, "message": "not a marking code"}


def element(code: str, fields: Mapping[str, Any] = NO_FIELDS) -> dict[str, Any]:
    """The element of a code with fields laid over it; None takes a field away."""
    base = good(code) if known_form(code) or fields else no_mark(code)
    return {name: value for name, value in {**base, **fields}.items() if value is not None}

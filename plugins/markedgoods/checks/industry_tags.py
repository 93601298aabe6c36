"""FFD tags 1262 to 1265: the industry attribute (1260) of a position, from the very answer that allowed its mark."""

from ncash.bundled.markedgoods.settings import MarkedGoods


def industry_tags(shared: MarkedGoods, proof: str) -> dict[str, str]:
    """The group with `proof` as tag 1265; settings that are empty leave their tag out (IndustryTagsError says so)."""
    tags = {"1262": shared.foiv, "1263": shared.documentDate, "1264": shared.documentNumber}
    return {**{tag: value for tag, value in tags.items() if value}, "1265": proof}


def online_proof(request: str, timestamp: int) -> str:
    """Tag 1265 of a check by CRPT (R17 §3)."""
    return f"UUID={request}&Time={timestamp}"


def offline_proof(request: str, timestamp: int, inst: str, version: str) -> str:
    """Tag 1265 of a check by the local module: with its instance and the version of its black lists."""
    return f"{online_proof(request, timestamp)}&Inst={inst}&Ver={version}"
